"""A surcharge taken apart: every published kWh and amount can be followed, and where there is none it is said why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from carbon_pipeline.explain.case import Case
from carbon_pipeline.explain.tariff import explain_tariff
from carbon_pipeline.industries import Industries
from tests.accounting.district import District, shipped

if TYPE_CHECKING:
    from carbon_pipeline.explain.document import Explanation
    from carbon_pipeline.rules import Rules

JAN1, FEB28 = date(2025, 1, 1), date(2025, 2, 28)


def explained(district: District, as_of: date, name: str = "A", rules: Rules | None = None, period: str | None = None) -> Explanation:
    factors, in_use = shipped()
    case = Case.of(district.meter_days, district.registry, factors, rules or in_use, Industries({}, (), {}), as_of)
    return explain_tariff(case, name, district.reckon(as_of, rules=rules).tariffs, period)


def said(told: Explanation) -> list[str]:
    return [step.name for step in told.steps]


def over(**more: object) -> District:
    """A: 15 MWh on 1 January against a budget of 10 MWh, nothing in February."""
    district = District().single("A", "3301000000001", "M", **more).budget("A", 2025, "3.024", JAN1)  # type: ignore[arg-type]
    return district.read("M", JAN1, JAN1, 15 * 10**6).read("M", date(2025, 1, 2), FEB28, 0)


def test_steps__say_why_a_month_above_the_budget_has_none() -> None:
    assert said(explained(over(), FEB28)) == ["excess_of_month", "years_running", "excess_of_month", "no_excess"]
    assert said(explained(over(industry="3912"), FEB28)) == ["excess_of_month", "out_of_scope"] * 2


def test_steps__of_a_year_without_coefficient_have_no_kwh() -> None:
    district = District().single("A", "3301000000001", "M").budget("A", 2019, "1", date(2019, 1, 1))
    told = explained(district.fuel("A", "2019-01", "100000", carrier="柴油"), date(2019, 1, 31))
    assert said(told) == ["excess_of_month", "no_coefficient"]
    assert [row["excess_kwh"] for row in told.sections["steps"]] == [None] * 3
