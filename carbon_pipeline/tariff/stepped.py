"""Stepped tariff 阶梯电价: energy above the budget in steps, as kWh, split over the enterprise's accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from carbon_pipeline.accounting.months import january_of, last_day, year_of
from carbon_pipeline.exact import half_up, largest_remainder
from carbon_pipeline.tariff.lines import Homeless, Line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbon_pipeline.accounting.profiles import Profile
    from carbon_pipeline.budget.ledger import Budget, Ledger
    from carbon_pipeline.rules import Step, SteppedRule

_KG_PER_TONNE = 1000


@dataclass(frozen=True, slots=True)
class Excess:
    """Excess of an enterprise in a month: whole kWh of each step, and whether their coefficient is on trial."""

    enterprise_id: str
    month: int
    rule_id: str
    step_kwh: tuple[int, ...]
    is_trial: bool


@dataclass(slots=True)
class Stepped:
    """What a stepped rule gives: lines of at least 1 kWh, the excess that accounts bear, and the excess that no account can bear."""

    lines: list[Line] = field(default_factory=list)
    excesses: list[Excess] = field(default_factory=list)
    homeless: list[Homeless] = field(default_factory=list)


def stepped_lines(ledger: Ledger, rule: SteppedRule, months: Iterable[int], least_coverage: Fraction) -> Stepped:
    """Lines of a stepped rule for months that are over.

    Args:
        ledger: use of energy against budgets.
        rule: the rule.
        months: month numbers, all over at the as-of date.
        least_coverage: coverage of the year to a month's end below which its lines are provisional.
    """
    found = Stepped()
    for month in months:
        if rule.holds_on(last_day(month)):
            for enterprise in ledger.books.profiles:
                excess = excess_of(ledger, rule, enterprise, month)
                if excess is not None:
                    _add(found, excess, _split(ledger, rule, excess, least_coverage))
    return found


def _add(found: Stepped, excess: Excess, lines: list[Line] | None) -> None:
    if lines is None:
        found.homeless.append(Homeless(excess.enterprise_id, excess.month, excess.rule_id, sum(excess.step_kwh)))
    else:
        found.excesses.append(excess)
        found.lines += lines


def excess_of(ledger: Ledger, rule: SteppedRule, enterprise: str, month: int) -> Excess | None:
    """Excess of an enterprise in a month, None where it is not in scope, has no budget or is not above it.

    With the cumulative use c0 at the month's start and c1 at its end, and the budget B in force on the month's last day,
    step i takes the overlap of (c0, c1] with (B (1 + lo), B (1 + hi)].
    """
    budget = ledger.budgets.in_force(enterprise, year_of(month), last_day(month))
    if budget is None or not _is_in_scope(rule, ledger.books.profiles.on(enterprise, last_day(month))):
        return None
    end = ledger.used(enterprise, budget.basis, month)
    if end is None or end <= budget.budget_tce:
        return None
    start = (ledger.used(enterprise, budget.basis, month - 1) if month != january_of(month) else None) or Decimal(0)
    coefficients = ledger.books.coefficients.of_year(year_of(month))
    kgce = coefficients.kgce_per_kwh[budget.basis]
    kwh = tuple(_kwh(_overlap(start, end, budget, step), kgce) for step in rule.steps)
    return Excess(enterprise, month, rule.id, kwh, budget.basis in coefficients.trial_bases) if any(kwh) else None


def _is_in_scope(rule: SteppedRule, profile: Profile) -> bool:
    return profile.division in rule.divisions or (rule.includes_data_centers and profile.is_data_center)


def _overlap(start: Decimal, end: Decimal, budget: Budget, step: Step) -> Decimal:
    above = budget.budget_tce * (1 + step.above)
    below = end if step.upto is None else min(end, budget.budget_tce * (1 + step.upto))
    return max(below - max(start, above), Decimal(0))


def _kwh(tce: Decimal, kgce_per_kwh: Decimal) -> int:
    return int(half_up(Fraction(tce) * _KG_PER_TONNE / Fraction(kgce_per_kwh), 0))


def _split(ledger: Ledger, rule: SteppedRule, excess: Excess, least_coverage: Fraction) -> list[Line] | None:
    """Split each step over the accounts by the month's import Wh, else by the year's to date; None where there is none."""
    books, enterprise, month = ledger.books, excess.enterprise_id, excess.month
    imports = books.imports(enterprise, [month])
    if not any(imports.values()):
        imports = books.imports(enterprise, range(january_of(month), month + 1))
    if not any(imports.values()):
        return None
    accounts = sorted((books.account_no(enterprise, key, month), key, wh) for key, wh in imports.items())
    running = ledger.years_running(enterprise, year_of(month))
    time, rates = ledger.measured_to(enterprise, month), rule.rates_of(running)
    is_trial = rule.is_trial or excess.is_trial or any(status != "in_force" for status in (rates.status, rule.divisions_status))
    is_provisional = time.is_below(least_coverage) or ledger.fuel_months_missing(enterprise, month) > 0
    lines = []
    for step, (total, rate) in enumerate(zip(excess.step_kwh, rates.cny_per_kwh, strict=True), start=1):
        parts = largest_remainder(total, [wh for _, _, wh in accounts])
        for (number, key, _), kwh in zip(accounts, parts, strict=True):
            if kwh:
                days = books.own_days(enterprise, key, month) or (None, None)
                price = (rate, kwh * rate, *days, is_trial, is_provisional, time.coverage)
                lines.append(Line(month, enterprise, key, number, rule.id, step, running, kwh, *price))
    return lines
