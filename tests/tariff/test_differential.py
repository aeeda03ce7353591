"""Differential tariff: rates by class, exemption, cap, and which rate stands where steps hit the same account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.accounting.district import District, shipped, text

if TYPE_CHECKING:
    import polars as pl

    from carbon_pipeline.rules import Rules

JAN1, JAN31, JUL1, JUL31 = date(2025, 1, 1), date(2025, 1, 31), date(2025, 7, 1), date(2025, 7, 31)
JUN30, DEC31 = date(2025, 6, 30), date(2025, 12, 31)
COLUMNS = ("month", "enterprise_id", "rule_id", "step", "excess_kwh", "rate_cny_per_kwh", "amount_cny")


def rules(**change: Any) -> Rules:
    """The shipped rules with the differential tariff in use, too."""
    found = shipped()[1]
    levy = found.all["ruian_2022"].model_copy(update=change)
    active = found.active.model_copy(update={"rules": (*found.active.rules, "ruian_2022")})
    return replace(found, all=found.all | {levy.id: levy}, active=active)


def lines(district: District, as_of: date, **change: Any) -> pl.DataFrame:
    return district.reckon(as_of, rules=rules(**change)).tariffs


def printed(frame: pl.DataFrame, *columns: str) -> list[list[str]]:
    return [text(row, *(columns or COLUMNS)) for row in frame.rows(named=True)]


def user(name: str = "A", mwh_a_day: int = 1, above: bool = True, grade: str | None = "D", **more: Any) -> District:  # noqa: FBT001, FBT002
    """An enterprise out of the stepped tariff's scope, with readings from July 2023 on."""
    more = {"industry": "3912"} | more
    district = District().single(name, "3301000000001", "M", is_above_scale=above, efficiency_class=grade, **more)
    return district.read("M", date(2023, 7, 1), DEC31, mwh_a_day * 10**6)


@pytest.mark.parametrize(
    ("above", "grade", "rate"),
    [
        (True, "D", "0.1000"),
        (True, "C", None),
        (True, None, None),
        (False, "C", "0.1000"),
        (False, "D", "0.3000"),
        (False, "B", None),
    ],
)
def test_rate__by_scale_and_class(above: bool, grade: str | None, rate: str | None) -> None:  # noqa: FBT001
    found = lines(user(above=above, grade=grade), JAN31)
    assert found["rate_cny_per_kwh"].cast(str).to_list() == ([rate] if rate else [])


def test_line__by_hand() -> None:
    row = lines(user(), JAN31).row(0, named=True)
    assert text(row, *COLUMNS) == ["2025-01", "A", "ruian_2022", "", "31000", "0.1000", "3100.00"]
    assert text(row, "years_running", "effective_from", "effective_to", "trial", "provisional", "change", "coverage") == [
        "", "2025-01-01", "2025-01-31", "False", "False", "new", "1.0000",
    ]  # fmt: skip


def test_kwh__is_half_up() -> None:
    district = user()
    district.days = [(*row[:4], 500 if row[2] == JAN1 else row[4], *row[5:]) for row in district.days]
    # 30 MWh and 0.5 kWh.
    assert lines(district, JAN31)["excess_kwh"].to_list() == [30_001]


def test_class__is_that_of_the_months_last_day() -> None:
    district = user().enterprise("A", "3912", efficiency_class="A", valid_from=date(2025, 2, 28))
    assert lines(district, date(2025, 3, 31))["month"].to_list() == ["2025-01"]


def test_shipped_rules__do_not_levy_it() -> None:
    assert user().reckon(JAN31).tariffs.is_empty()


@pytest.mark.parametrize(("wh", "months"), [(49_999_999, 0), (50_000_000, 1)])
def test_exempt__below_50_000_kwh_in_the_twelve_months_before_the_levy_year(wh: int, months: int) -> None:
    # January 2025 lies in the levy year July 2024 to June 2025; the twelve months before are July 2023 to June 2024.
    district = District().single("A", "3301000000001", "M", industry="3912", efficiency_class="D")
    district.read("M", date(2023, 7, 1), date(2023, 7, 1), wh).read("M", date(2023, 7, 2), date(2024, 6, 30), 0)
    district.read("M", date(2023, 6, 1), date(2023, 6, 30), 10**9).read("M", JAN1, JAN31, 10**6)
    assert lines(district, JAN31).height == months


def test_exempt__counts_all_owners_together() -> None:
    district = District().enterprise("A", "3912", efficiency_class="D").enterprise("B", "3912").meter("M", "3301000000001")
    district.account("3301000000001", "A", share="0.4").account("3301000000001", "B", share="0.6")
    district.read("M", date(2023, 7, 1), date(2024, 6, 30), 137_000).read("M", JAN1, JAN31, 10**6)
    # 366 x 137 kWh = 50,142 kWh of both, though 20,057 of A alone; A bears 0.4 of 31,000 kWh.
    assert printed(lines(district, JAN31), "enterprise_id", "excess_kwh") == [["A", "12400"]]


def test_exempt__not_with_too_little_coverage_and_then_provisional() -> None:
    district = District().single("A", "3301000000001", "M", industry="3912", efficiency_class="D")
    district.read("M", date(2023, 7, 1), date(2024, 5, 1), 1).read("M", JAN1, JAN31, 10**6)
    assert printed(lines(district, JAN31), "excess_kwh", "provisional") == [["31000", "True"]]


def test_exempt__where_nothing_was_expected() -> None:
    district = user()
    district.tables["meters"][0]["date_from"] = date(2024, 7, 1)
    assert lines(district, JAN31).is_empty()


def test_provisional__for_coverage_of_those_months_alone() -> None:
    district = user()
    district.days = [row for row in district.days if not date(2025, 1, 5) < row[2] < date(2025, 1, 25)]
    assert printed(lines(district.fuel("A", "2024-12", "5"), JAN31), "provisional", "coverage") == [["False", "0.3871"]]


def test_cap__cuts_the_line_that_reaches_it_and_leaves_out_later_ones() -> None:
    # 31,000 kWh x 0.1 = 3,100 yuan a 31-day month. July to December 2024: 184 days x 100 = 18,400; a cap of 20,000 leaves 1,600.
    found = lines(user(), date(2025, 8, 31), cap_cny=Decimal(20_000))
    assert printed(found, "month", "excess_kwh", "amount_cny") == [
        ["2025-01", "31000", "1600.00"], ["2025-07", "31000", "3100.00"], ["2025-08", "31000", "3100.00"],
    ]  # fmt: skip


def test_cap__is_one_for_all_owners_by_month_then_enterprise() -> None:
    district = (
        District().enterprise("B", "3912", efficiency_class="D").enterprise("A", "3912", efficiency_class="D").meter("M", "3301000000001")
    )
    district.account("3301000000001", "A", share="0.5").account("3301000000001", "B", share="0.5")
    district.read("M", date(2024, 7, 1), DEC31, 2 * 10**6)
    # From July 2025 on 3,100 yuan each a month; 8,000 in all: July A and B, August A and what is left of it.
    found = lines(district, date(2025, 9, 30), cap_cny=Decimal(8_000)).filter(month="2025-08")
    assert printed(found, "enterprise_id", "excess_kwh", "amount_cny") == [["A", "31000", "1800.00"]]
    assert lines(district, date(2025, 9, 30), cap_cny=Decimal(8_000)).filter(month="2025-07").height == 2


def stepped(budget: str, above: bool = True, grade: str = "D", **more: Any) -> District:  # noqa: FBT001, FBT002
    """31 MWh in January 2025 by an enterprise of the stepped tariff's scope, with history for the differential one."""
    district = District().single("A", "3301000000001", "M", is_above_scale=above, efficiency_class=grade, **more)
    district.read("M", date(2023, 7, 1), date(2024, 6, 30), 10**6).read("M", JAN1, JAN31, 10**6)
    return district.budget("A", 2025, budget, JAN1)


def test_overlap__steps_with_a_higher_rate_leave_the_differential_line_and_others_are_dropped() -> None:
    # Budget 7.56 tce = 25 MWh: step 1 2,500 kWh, step 2 2,500, step 3 1,000. Rates 0.1, 0.2, 0.3 against 0.1.
    assert printed(lines(stepped("7.56"), JAN31)) == [
        ["2025-01", "A", "ruian_2022", "", "27500", "0.1000", "2750.00"],
        ["2025-01", "A", "zj_stepped_2021_draft", "2", "2500", "0.2000", "500.00"],
        ["2025-01", "A", "zj_stepped_2021_draft", "3", "1000", "0.3000", "300.00"],
    ]


def test_overlap__an_equal_or_higher_differential_rate_stands_alone() -> None:
    assert printed(lines(stepped("7.56", above=False), JAN31)) == [["2025-01", "A", "ruian_2022", "", "31000", "0.3000", "9300.00"]]


def test_overlap__what_is_left_is_not_below_zero() -> None:
    # Coal takes the excess far above the month's kWh: steps with a higher rate stand, nothing is left of the differential line.
    found = lines(stepped("1").fuel("A", "2025-01", "90000"), JAN31)
    assert set(found["rule_id"]) == {"zj_stepped_2021_draft"}
    assert found["step"].to_list() == [2, 3]


def test_overlap__an_exempt_account_keeps_its_steps() -> None:
    district = stepped("7.56")
    district.days = [(*row[:4], row[4] if row[2].year == 2025 else 0, *row[5:]) for row in district.days]
    assert lines(district, JAN31)["step"].to_list() == [1, 2, 3]


def test_overlap__a_capped_out_account_keeps_its_steps() -> None:
    district = stepped("7.56").read("M", date(2024, 12, 1), date(2024, 12, 31), 10**6)
    assert lines(district, JAN31, cap_cny=Decimal(3_100))["step"].to_list() == [1, 2, 3]
    assert printed(lines(district, JAN31, cap_cny=Decimal(3_200)), "rule_id", "amount_cny")[0] == ["ruian_2022", "100.00"]


def test_cap__counts_earlier_months_with_the_steps_taken_out() -> None:
    # December 2024: budget 25 MWh of that year, 31 MWh used: steps 2 and 3 take 3,500 kWh, 27,500 x 0.1 = 2,750 yuan count.
    district = stepped("100").read("M", date(2024, 12, 1), date(2024, 12, 31), 10**6).budget("A", 2024, "7.56", date(2024, 1, 1))
    district.days = [row for row in district.days if row[2] < date(2024, 1, 1) or row[2] > date(2024, 7, 1)]
    # (Without January to June 2024 coverage is low, so the account is not exempt.)
    found = lines(district, JAN31, cap_cny=Decimal(3_000))
    assert printed(found, "excess_kwh", "amount_cny", "provisional") == [["31000", "250.00", "True"]]
