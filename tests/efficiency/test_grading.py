"""Grades: bounds met exactly, reasons in their order, and what a row without a grade still says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from carbon_pipeline.efficiency.bounds import Bounds
from carbon_pipeline.industries import Industries, ReferenceL
from carbon_pipeline.periods import PeriodError
from tests.accounting.district import District, one, shipped, text

if TYPE_CHECKING:
    import polars as pl

JAN1, JAN31, FEB28 = date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 28)
DEC31 = date(2025, 12, 31)


def add(district: District, name: str, wh_a_day: int, value_added: str | None, month: str = "2025-01", **more: Any) -> District:
    number = len(district.tables["accounts"])
    district.single(name, f"3301{number:09d}", f"M-{name}", **more).read(f"M-{name}", JAN1, JAN31, wh_a_day)
    return district.value_added(name, month, value_added) if value_added else district


def peers(count: int = 5, industry: str = "1711") -> District:
    """Enterprises P0, P1, ... of 31 MWh and 15.4194 x 2 = 30.8388 x 10^4 yuan each: L = 0.5."""
    district = District()
    for number in range(count):
        add(district, f"P{number}", 10**6, "30.8388", industry=industry)
    return district


def graded(district: District, name: str = "A", period: str = "2025-01", **more: Any) -> dict[str, Any]:
    return one(district.reckon(FEB28, [period], **more).grades, enterprise_id=name)


def test_l_and_k__of_one_enterprise_by_hand() -> None:
    # A: 62 MWh -> 30.8388 t; value added 20 -> L = 1.54194. Group: (5 x 15.4194 + 30.8388) / (5 x 30.8388 + 20) = 107.9358 / 174.194.
    row = graded(add(peers(), "A", 2 * 10**6, "20"))
    assert text(row, "tco2_gross", "tco2_net", "value_added_10k_cny", "l", "level") == ["30.839", "30.839", "20.00", "1.5419", "mid"]
    # peer L = 0.619630, K = 1.54194 / 0.619630 = 2.488486 -> 5; share 20 / 174.194 = 0.114814.
    assert text(row, "peer_group", "peer_count", "peer_l", "k", "grade", "peer_share") == ["1711", "6", "0.6196", "2.4885", "5", "0.1148"]
    assert text(row, "status", "reason", "rule_id", "factor_year") == ["graded", "", "zj_carbon_efficiency_2021", "2023"]
    assert text(row, "neutrality_rate", "coverage", "estimated_share") == ["0.0000", "1.0000", "0.0000"]


@pytest.mark.parametrize(
    ("k", "grade"),
    [
        ("0.6", 1),
        ("0.60000000000000000001", 2),
        ("0.8", 2),
        ("1.2", 3),
        ("1.2000000000000000000001", 4),
        ("2.0", 4),
        ("2.00000000000000001", 5),
    ],
)
def test_grade__upper_bounds_are_included_exactly(k: str, grade: int) -> None:
    assert Bounds(shipped()[1].grading.grades).step_of(*Fraction(k).as_integer_ratio()).grade == grade


@pytest.mark.parametrize(
    ("intensity", "level"), [("0.6", "low"), ("0.600000000000000001", "mid"), ("2.0", "mid"), ("2.0000000000000001", "high")]
)
def test_level__upper_bounds_are_included_exactly(intensity: str, level: str) -> None:
    assert Bounds(shipped()[1].grading.levels).step_of(*Fraction(intensity).as_integer_ratio()).name == level


def test_k__is_compared_as_a_fraction_not_as_rounded() -> None:
    # Six equal enterprises and a period in which every quotient is periodic: value added 3, 1/3 of a tonne and so on; K is exactly 1.
    district = District()
    for number in range(6):
        add(district, f"P{number}", 333_333, "0.7")
    assert text(graded(district, "P3"), "k", "grade") == ["1.0000", "3"]


def test_fuels_count_and_raw_material_does_not() -> None:
    district = add(peers(), "A", 10**6, "20").fuel("A", "2025-01", "1000").fuel("A", "2025-01", "9000", carrier="柴油", use="原料")
    # 15.4194 + 1.9003.
    assert text(graded(district), "tco2_net") == ["17.320"]


def test_neutrality__is_what_is_taken_off_of_gross() -> None:
    district = add(peers(), "A", 10**6, "20").green("A", "2025-01", "7750")
    # 7,750 of 31,000 kWh.
    assert text(graded(district), "tco2_gross", "tco2_net", "neutrality_rate") == ["15.419", "11.565", "0.2500"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_above_scale": False, "industry": "4790", "value_added": None}, "below_scale"),
        ({"industry": "4790", "value_added": None}, "not_industry"),
        ({"industry": "0511", "value_added": "-1"}, "not_industry"),
        ({"value_added": None, "days": 0}, "no_value_added"),
        ({"value_added": "0", "days": 0}, "value_added_not_positive"),
        ({"value_added": "-3", "days": 0}, "value_added_not_positive"),
        ({"days": 0, "fuel": True}, "no_meter_data"),
        ({"days": 27, "fuel": True}, "low_coverage"),
        ({"days": 28, "fuel": True}, "fuel_not_reported"),
        ({"industry": "3011"}, "no_peer_group"),
    ],
)
def test_reason__is_the_first_that_holds(change: dict[str, Any], reason: str) -> None:
    district = peers().single("A", "3309000000001", "MA", industry=change.get("industry", "1711"))
    district.tables["enterprises"][-1]["is_above_scale"] = change.get("is_above_scale", True)
    value_added, days = change.get("value_added", "20"), change.get("days", 31)
    if value_added:
        district.value_added("A", "2025-01", value_added)
    if days:
        district.read("MA", JAN1, date(2025, 1, days), 10**6)
    if change.get("fuel"):
        district.fuel("A", "2024-01", "5")
    row = graded(district)
    assert text(row, "status", "reason") == ["not_gradable", reason]
    assert text(row, "peer_group", "peer_count", "peer_share", "l", "level", "peer_l", "k", "grade") == [""] * 8
    assert text(row, "rule_id", "factor_year") == ["zj_carbon_efficiency_2021", "2023"]
    # What is known stays: tCO2 and neutrality where something was measured, value added, coverage.
    assert bool(row["tco2_net"]) == bool(row["neutrality_rate"] is not None) == (days > 0)
    assert row["value_added_10k_cny"] == (None if value_added is None else Decimal(value_added))
    assert row["coverage"] == round(Decimal(days) / 31, 4)


def test_coverage__of_exactly_ninety_percent_is_enough() -> None:
    district = District()
    for number in range(5):
        district.single(f"P{number}", f"330100000000{number}", f"M{number}").read(f"M{number}", date(2025, 6, 1), date(2025, 6, 27), 10**6)
        district.value_added(f"P{number}", "2025-06", "10")
    grades = district.reckon(date(2025, 7, 1), ["2025-06"]).grades
    assert set(grades["status"]) == {"graded"}
    assert set(grades["coverage"]) == {Decimal("0.9000")}


def test_fuel_not_reported__a_zero_is_a_value_and_twelve_months_are_looked_back() -> None:
    district = add(peers(), "A", 10**6, "20").fuel("A", "2024-01", "5").fuel("A", "2025-01", "0")
    assert text(graded(district), "status") == ["graded"]
    # December 2023 is thirteen months back; a raw material is no fuel.
    district = add(peers(), "A", 10**6, "20").fuel("A", "2023-12", "5").fuel("A", "2024-12", "5", use="原料")
    assert text(graded(district), "status") == ["graded"]


def test_no_meter_data__is_said_where_only_pv_or_fuel_is_known() -> None:
    district = peers().single("A", "3309000000001", "MA").meter("G", "3309000000001", "发电").read("G", JAN1, JAN31, 10**6)
    row = graded(district.value_added("A", "2025-01", "20").fuel("A", "2025-01", "5"))
    assert text(row, "reason", "tco2_gross", "tco2_net", "neutrality_rate", "coverage") == ["no_meter_data", "", "", "", "0.0000"]


def test_no_meter_data__leaves_coverage_empty_where_nothing_is_expected() -> None:
    row = graded(peers().enterprise("A").value_added("A", "2025-01", "20"))
    assert text(row, "reason", "coverage", "estimated_share") == ["no_meter_data", "", ""]


def test_peer_group_zero__where_the_whole_group_emits_nothing() -> None:
    district = peers()
    for number in range(5):
        district.green(f"P{number}", "2025-01", "31000")
    row = graded(district, "P0")
    assert text(row, "reason", "peer_group", "k", "tco2_net", "neutrality_rate") == ["peer_group_zero", "", "", "0.000", "1.0000"]


def test_not_gradable__enterprises_are_no_peers() -> None:
    district = add(peers(4), "A", 10**9, "20", is_above_scale=False)
    assert {row["reason"] for row in district.reckon(FEB28, ["2025-01"]).grades.rows(named=True)} == {"below_scale", "no_peer_group"}


def test_reference__serves_a_division_that_is_too_small() -> None:
    row = {"division": "30", "l": "0.5", "source": "test", "status": "in_force", "valid_from": JAN1}
    industries = Industries({}, (ReferenceL.model_validate(row),), {})
    found = graded(add(District(), "A", 10**6, "30.8388", industry="3011"), industries=industries)
    assert text(found, "peer_group", "peer_count", "peer_share", "peer_l", "k", "grade") == ["ref:30", "", "", "0.5000", "1.0000", "3"]
    # On a period that ends before the row is valid it does not serve.
    early = (
        add(District(), "A", 10**6, "1", industry="3011")
        .value_added("A", "2024-12", "1")
        .read("M-A", date(2024, 12, 1), date(2024, 12, 31), 9)
    )
    assert text(graded(early, period="2024-12", industries=industries), "reason") == ["no_peer_group"]


def test_year__sums_months_and_takes_the_enterprise_of_its_last_day() -> None:
    district = District()
    for number in range(5):
        district.single(f"P{number}", f"330100000000{number}", f"M{number}").read(f"M{number}", JAN1, DEC31, 10**6)
        district.value_added(f"P{number}", "2025", "100").enterprise(f"P{number}", "2641", valid_from=DEC31)
    row = one(district.reckon(DEC31, ["2025"]).grades, enterprise_id="P1")
    # 365 MWh x 0.4974 = 181.551 t.
    assert text(row, "tco2_net", "l", "peer_group", "industry_code") == ["181.551", "1.8155", "2641", "2641"]


def test_period__that_is_not_over_is_refused() -> None:
    with pytest.raises(PeriodError, match="2025-02 is not over"):
        peers(1).reckon(date(2025, 2, 27), ["2025-02"])
    assert peers(1).reckon(date(2025, 2, 28), ["2025-02"]).grades.height == 1


def test_periods__without_asking_are_those_over_with_readings() -> None:
    district = District().single("A", "3301000000001", "M").read("M", date(2024, 11, 5), date(2025, 2, 10), 5)
    grades: pl.DataFrame = district.reckon(date(2025, 2, 10), None).grades
    assert grades["period"].to_list() == ["2024", "2024-11", "2024-12", "2024Q4", "2025-01"]
