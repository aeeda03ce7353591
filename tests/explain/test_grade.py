"""A grade taken apart: its steps agree with the published cells, and comparisons read as they were made."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.explain.case import Case
from carbon_pipeline.explain.grade import explain_grade
from carbon_pipeline.industries import Industries
from tests.accounting.district import District, shipped

if TYPE_CHECKING:
    from carbon_pipeline.explain.document import Explanation

JAN1, JAN31 = date(2025, 1, 1), date(2025, 1, 31)


def explained(district: District, name: str = "A", period: str = "2025-01", as_of: date = JAN31) -> Explanation:
    factors, rules = shipped()
    return explain_grade(Case.of(district.meter_days, district.registry, factors, rules, Industries({}, (), {}), as_of), name, period)


def one() -> District:
    return District().single("A", "3301000000001", "M").value_added("A", "2025-01", "10")


@pytest.mark.parametrize(
    "district",
    [one().fuel("A", "2025-01", "1000"), one().meter("G", "3301000000001", "发电").read("G", JAN1, JAN31, 10**6)],
    ids=["fuel only", "own PV only"],
)
def test_steps__are_empty_where_the_cells_are(district: District) -> None:
    told = explained(district)
    row = told.sections["result"][0]
    assert row["reason"] == "no_meter_data"
    assert {step.name: step.value for step in told.steps} == {"tco2_gross": row["tco2_gross"], "tco2_net": None, "value_added": 10}


def of_industries(*codes: str) -> District:
    """Gradable enterprises A, B, ... of these classes."""
    district = District()
    for at, code in enumerate(codes):
        name = "ABCDEF"[at]
        district.single(name, f"330100000000{at}", f"M{at}", industry=code).value_added(name, "2025-01", "10").read(
            f"M{at}", JAN1, JAN31, 10**6
        )
    return district


def test_peer_groups__each_level_that_was_too_small_is_told() -> None:
    told = explained(of_industries("1711", "1711", "1711", "1711", "1712"))
    assert [tuple(row.values()) for row in told.sections["peer_groups"]] == [("1711", 4, 5, "too_few"), ("171", 5, 5, "enough")]
    alone = explained(of_industries("1711", "1711", "1712", "1721"))
    assert alone.sections["result"][0]["reason"] == "no_peer_group"
    assert [row["peer_count"] for row in alone.sections["peer_groups"]] == [2, 3, 4]
    assert "peer_groups" not in explained(one()).sections


def test_fuel_gaps__each_month_and_carrier_that_is_not_reported() -> None:
    district = one().value_added("A", "2025-02", "10").read("M", JAN1, date(2025, 2, 28), 10**6).fuel("A", "2024-11", "5")
    told = explained(district.fuel("A", "2025-01", "0"), period="2025-02", as_of=date(2025, 2, 28))
    assert told.sections["result"][0]["reason"] == "fuel_not_reported"
    assert told.sections["fuel_gaps"] == [{"month": "2025-02", "carrier": "原煤", "reported_month": "2025-01"}]


def test_pv_gaps__each_channel_that_measured_too_little() -> None:
    district = one().meter("G", "3301000000001", "发电").read("M", JAN1, JAN31, 10**6).read("G", JAN1, date(2025, 1, 27), 10**6)
    told = explained(district)
    assert told.sections["electricity"][0]["pv_self_use_kwh"] is None
    assert [tuple(row.values()) for row in told.sections["pv_gaps"]] == [("2025-01", "G", "forward", Fraction(27, 31), Fraction(9, 10))]


def test_grade__a_bound_just_passed_is_not_shown_as_met() -> None:
    # K of the first is 0.6 of the group's L; then it takes one Wh more.
    district = District()
    for n, wh in enumerate((60_000_000, 110_000_000, 110_000_000, 110_000_000, 110_000_000)):
        district.single(f"E{n}", f"330100000000{n}", f"M{n}").value_added(f"E{n}", "2025-01", "10").read(f"M{n}", JAN1, JAN31, wh)
    steps = {step.name: step for step in explained(district, "E0").steps}
    assert steps["grade"].how == "0.6 <= 0.6"
    district.days = [(*row[:4], row[4] + 1, *row[5:]) if row[:3:2] == ("M0", JAN1) else row for row in district.days]
    steps = {step.name: step for step in explained(district, "E0").steps}
    assert (steps["grade"].value, steps["grade"].how) == (2, "0.6 < 0.6000000003 <= 0.8")


def test_steps__say_what_was_added_up() -> None:
    # 10 MWh at 0.4974 kg, 1,000 kg of coal at 1.9003 kg; March is the year so far less January and February.
    district = District().single("A", "3301000000001", "M").read("M", date(2025, 3, 1), date(2025, 3, 1), 10**7)
    district.value_added("A", "2025-01..2025-02", "8").value_added("A", "2025-01..2025-03", "12.5").fuel("A", "2025-03", "1000")
    steps = {step.name: (step.how, step.value) for step in explained(district, period="2025-03", as_of=date(2025, 3, 31)).steps}
    assert steps["tco2_gross"] == ("4.974 + 1.9003", Decimal("6.8743"))
    assert steps["value_added"] == ("12.5 - 8", Decimal("4.5"))
