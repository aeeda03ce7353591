"""Stepped tariff: steps met exactly, kWh half-up, split over accounts, provisional lines and excess without account."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_pipeline.sentences.fact import told
from tests.accounting.district import District, text

JAN1, JAN31, FEB28, MAR31 = date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)
LINE = ("account_no", "step", "years_running", "excess_kwh", "rate_cny_per_kwh", "amount_cny")


def over(budget: str = "3.024", wh: int = 15 * 10**6, **more: Any) -> District:
    """A: 15 MWh on 1 January, 4.536 tce; the budget is that of 10 MWh."""
    return (
        District()
        .single("A", "3301000000001", "M", **more)
        .read("M", JAN1, JAN1, wh)
        .read("M", date(2025, 1, 2), MAR31, 0)
        .budget("A", 2025, budget, JAN1)
    )


def lines(district: District, as_of: date = JAN31, **more: Any) -> pl.DataFrame:
    return district.reckon(as_of, **more).tariffs


def printed(frame: pl.DataFrame, *columns: str) -> list[list[str]]:
    return [text(row, *(columns or LINE)) for row in frame.rows(named=True)]


def test_steps__by_hand() -> None:
    # Budget 10 MWh: 10-11 MWh is step 1, 11-12 step 2, above 12 step 3.
    found = lines(over())
    assert printed(found) == [
        ["3301000000001", "1", "1", "1000", "0.1000", "100.00"],
        ["3301000000001", "2", "1", "1000", "0.2000", "200.00"],
        ["3301000000001", "3", "1", "3000", "0.3000", "900.00"],
    ]
    row = found.row(0, named=True)
    assert text(row, "month", "rule_id", "effective_from", "effective_to") == [
        "2025-01",
        "zj_stepped_2021_draft",
        "2025-01-01",
        "2025-01-31",
    ]
    assert text(row, "trial", "provisional", "change", "delta_kwh", "delta_amount_cny", "coverage") == [
        "True", "False", "new", "1000", "100.00", "1.0000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wh", "kwh"),
    [(10_000_000, []), (10_000_499, []), (10_000_500, [1]), (11_000_000, [1000]), (11_000_500, [1000, 1]), (12_000_000, [1000, 1000])],
)
def test_steps__take_what_lies_above_half_up_to_whole_kwh(wh: int, kwh: list[int]) -> None:
    assert lines(over(wh=wh))["excess_kwh"].to_list() == kwh


def test_month__takes_only_what_was_added_in_it() -> None:
    district = over(wh=10_500_000).read("M", date(2025, 2, 1), date(2025, 2, 1), 1_000_000)
    district.days = [row for row in district.days if row[4] or row[2] > date(2025, 2, 1) or row[2].month == 1]
    # January ends at 10.5 MWh (500 in step 1); February goes on to 11.5: 500 in step 1, 500 in step 2.
    found = lines(district, FEB28)
    assert printed(found, "month", "step", "excess_kwh") == [["2025-01", "1", "500"], ["2025-02", "1", "500"], ["2025-02", "2", "500"]]


def test_month__that_is_not_over_has_no_line() -> None:
    assert lines(over(), date(2025, 1, 30)).is_empty()


def test_months__of_another_year_have_no_line() -> None:
    assert lines(over(), date(2026, 1, 31)).is_empty()


def test_baseline__is_that_in_force_on_the_months_last_day() -> None:
    district = over(wh=10_500_000).budget("A", 2025, "30.24", date(2025, 2, 1)).budget("A", 2025, "3.024", MAR31)
    district.read("M", date(2025, 2, 2), date(2025, 2, 2), 1_000_000).read("M", date(2025, 3, 2), date(2025, 3, 2), 1_000_000)
    district.days = list({(row[0], row[2]): row for row in district.days}.values())
    # January keeps its 500 kWh; February has room; March is above 10 MWh again and takes what it added: 11.5 to 12.5.
    found = lines(district, MAR31)
    assert printed(found, "month", "step", "excess_kwh") == [["2025-01", "1", "500"], ["2025-03", "2", "500"], ["2025-03", "3", "500"]]


def test_basis__calorific_budget_turns_excess_by_its_own_coefficient() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN31, 10**6).budget("A", 2025, "3.687", JAN1, basis="当量值")
    # 3.687 tce is 30 MWh at 0.1229; 1 MWh more.
    assert lines(district)["excess_kwh"].to_list() == [1000]


def test_fuel__counts_as_kwh_of_its_tce() -> None:
    # Budget 9.3744 is the 31 MWh themselves; 100 kg coal = 0.07143 tce = 236.2103 kWh at 0.3024.
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN31, 10**6).budget("A", 2025, "9.3744", JAN1)
    assert lines(district.fuel("A", "2025-01", "100"))["excess_kwh"].to_list() == [236]


@pytest.mark.parametrize(
    ("more", "in_scope"),
    [
        ({"industry": "1711"}, True),
        ({"industry": "2211"}, True),
        ({"industry": "3120"}, True),
        ({"industry": "1811"}, False),
        ({"industry": "4411"}, False),
        ({"industry": "6450"}, False),
        ({"industry": "6450", "is_data_center": True}, True),
    ],
)
def test_scope__seven_divisions_and_data_centres(more: dict[str, Any], in_scope: bool) -> None:  # noqa: FBT001
    assert lines(over(**more)).is_empty() != in_scope


def test_scope__is_asked_on_the_months_last_day() -> None:
    district = over(industry="6450", is_data_center=True).enterprise("A", "6450", valid_from=JAN31)
    assert lines(district).is_empty()


def test_years_running__set_the_rates() -> None:
    district = over()
    for year in (2024, 2023):
        day = date(year, 3, 1)
        district.read("M", day, day, 10**7).budget("A", year, "3", date(year, 1, 1))
        assert lines(district)["years_running"].to_list() == [2026 - year] * 3
    assert printed(lines(district), "rate_cny_per_kwh") == [["0.1500"], ["0.2500"], ["0.3500"]]
    assert (
        printed(lines(over().read("M", date(2024, 3, 1), date(2024, 3, 1), 10**7).budget("A", 2024, "3", JAN1)), "years_running")
        == [["1"]] * 3
    )


def test_split__by_the_months_import_largest_remainder_ties_to_the_smaller_account() -> None:
    district = District().enterprise("A").budget("A", 2025, "3.024", JAN1)
    for number in (3, 1, 2):
        district.account(f"330100000000{number}", "A").meter(f"M{number}", f"330100000000{number}")
        district.read(f"M{number}", JAN1, JAN1, 3_500_000).read(f"M{number}", date(2025, 1, 2), JAN31, 0)
    # 10.5 MWh in three equal parts: 500 kWh -> 166.67 each, two of them get one more.
    assert printed(lines(district), "account_no", "excess_kwh") == [
        ["3301000000001", "167"], ["3301000000002", "167"], ["3301000000003", "166"],
    ]  # fmt: skip


def test_split__leaves_no_line_of_zero() -> None:
    district = over(wh=10_002_000).account("3301000000002", "A").meter("N", "3301000000002").read("N", JAN1, JAN31, 1)
    assert printed(lines(district), "account_no", "excess_kwh") == [["3301000000001", "2"]]


def test_split__by_the_years_import_where_the_month_has_none() -> None:
    district = over(wh=9_000_000).account("3301000000002", "A", end=date(2025, 1, 20)).meter("N", "3301000000002")
    district.read("N", JAN1, date(2025, 1, 20), 50_000)
    # January: 9 + 1 MWh, nothing above 10. February: 604.8 kgce of coal = 2,000 kWh, split 9 : 1 by January's import.
    district.fuel("A", "2025-02", "846.7030659", unit="千克").fuel("A", "2025-01", "0").fuel("A", "2025-03", "0")
    found = lines(district, FEB28).filter(month="2025-02", step=1)
    assert printed(found, "account_no", "excess_kwh", "effective_from", "effective_to") == [
        ["3301000000001", "900", "2025-02-01", "2025-02-28"], ["3301000000002", "100", "", ""],
    ]  # fmt: skip


def test_split__without_any_import_is_a_finding_and_no_line() -> None:
    district = District().single("A", "3301000000001", "M").fuel("A", "2025-01", "5000").budget("A", 2025, "1", JAN1)
    found = district.reckon(JAN31)
    assert found.tariffs.is_empty()
    assert found.findings.select("enterprise_id", "reason", "date_from").rows() == [("A", "excess_without_account", JAN1)]


def test_effective_days__are_those_on_which_the_account_was_its_own() -> None:
    district = District().enterprise("A").account("3301000000001", "A", date(2025, 1, 5), date(2025, 1, 9)).meter("M", "3301000000001")
    district.account("3301000000001", "A", date(2025, 1, 20)).read("M", JAN1, JAN31, 10**6).budget("A", 2025, "1", JAN1)
    row = lines(district).row(0, named=True)
    assert text(row, "effective_from", "effective_to") == ["2025-01-05", "2025-01-31"]


def test_provisional__below_ninety_percent_of_the_year_to_the_months_end() -> None:
    district = (
        District().single("A", "3301000000001", "M").read("M", JAN1, date(2025, 1, 20), 10**6).read("M", date(2025, 2, 1), FEB28, 10**6)
    )
    found = lines(district.budget("A", 2025, "1", JAN1), FEB28)
    # January 20 of 31; the year to February 48 of 59 = 0.8136.
    assert {tuple(row) for row in printed(found, "month", "provisional", "coverage")} == {
        ("2025-01", "True", "0.6452"), ("2025-02", "True", "0.8136"),
    }  # fmt: skip


def test_provisional__where_a_fuel_month_of_the_year_so_far_is_missing() -> None:
    district = over(budget="1").fuel("A", "2024-12", "5").fuel("A", "2025-01", "5").fuel("A", "2025-03", "5000")
    found = lines(district, MAR31)
    # February lacks its coal: January is sure, March is not.
    assert {tuple(row) for row in printed(found, "month", "provisional")} == {("2025-01", "False"), ("2025-03", "True")}


@settings(max_examples=25)
@given(parts=st.lists(st.integers(0, 5 * 10**6), min_size=1, max_size=4).filter(lambda parts: sum(parts) > 0), budget=st.integers(1, 3000))
def test_split__of_accounts_adds_up_to_one_account(parts: list[int], budget: int) -> None:
    one_account = over(budget=str(budget / 1000), wh=sum(parts))
    split = District().enterprise("A").budget("A", 2025, str(budget / 1000), JAN1)
    for number, wh in enumerate(parts):
        split.account(f"330100000000{number}", "A").meter(f"M{number}", f"330100000000{number}")
        split.read(f"M{number}", JAN1, JAN1, wh).read(f"M{number}", date(2025, 1, 2), JAN31, 0)
    whole = {row["step"]: row["excess_kwh"] for row in lines(one_account).rows(named=True)}
    summed = lines(split).group_by("step").agg(pl.col("excess_kwh").sum())
    assert dict(summed.iter_rows()) == whole


def test_excess__in_a_year_without_coefficient_is_a_finding_and_everything_else_stands() -> None:
    # 100 t of diesel are 145.71 tce; nothing is published for 2019 in 等价值, so they are no kWh.
    district = District().single("A", "3301000000001", "M").budget("A", 2019, "1", date(2019, 1, 1))
    found = district.fuel("A", "2019-01", "100000", carrier="柴油").reckon(date(2019, 2, 28))
    assert found.tariffs.is_empty()
    assert found.budgets["alert"].to_list() == ["red"]
    assert found.findings.select("enterprise_id", "reason", "date_from").rows() == [("A", "excess_without_coefficient", date(2019, 1, 1))]
    assert told(found.findings["evidence"][0], "en") == "2019-01 (zj_stepped_2021_draft): 144.710 tce in excess"
