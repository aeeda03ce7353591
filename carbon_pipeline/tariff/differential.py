"""Differential tariff 差别化电价: a rate on all kWh by class 亩均等级 and scale, and which rate stands where steps hit too."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from carbon_pipeline.accounting.months import MONTHS_A_YEAR, last_day, month_number
from carbon_pipeline.exact import half_up
from carbon_pipeline.tariff.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from fractions import Fraction

    from carbon_pipeline.accounting.profiles import Profile
    from carbon_pipeline.budget.ledger import Ledger
    from carbon_pipeline.rules import ClassRate, DifferentialRule

_WH_PER_KWH = 1000


def levy_year(rule: DifferentialRule, month: int) -> int:
    """The month number with which the levy year of a month begins."""
    return month - (month - month_number(0, rule.levy_year_starts)) % MONTHS_A_YEAR


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an account is exempt in a levy year, and whether the answer rests on too little data."""

    is_exempt: bool
    is_provisional: bool


def combine(ledger: Ledger, rule: DifferentialRule, steps: Iterable[Line], months: Iterable[int], least_coverage: Fraction) -> list[Line]:
    """Lines of a differential rule beside those of the steps; where both hit, the higher rate stands alone.

    Steps with a higher rate keep their kWh, which leave the differential line; steps with a rate not higher are dropped.
    An account that is exempt or has reached the cap is not hit: its steps stand.

    Args:
        ledger: use of energy against budgets, with the books below it.
        rule: the rule.
        steps: lines of stepped rules for the same months.
        months: month numbers that are over, in order, from the start of a levy year, since earlier months count for the cap.
        least_coverage: coverage of the twelve months before the levy year below which an account is not exempt.

    Returns:
        The lines that stand, differential and stepped.
    """
    stepped: dict[tuple[int, str, str], list[Line]] = defaultdict(list)
    for line in steps:
        stepped[line.month, line.enterprise_id, line.account_key].append(line)
    levy = _Levy(ledger, rule, least_coverage)
    standing: list[Line] = []
    for month in months:
        for enterprise in ledger.books.profiles:
            for key, wh in sorted(ledger.books.imports(enterprise, [month]).items()):
                own = stepped.pop((month, enterprise, key), [])
                standing += levy.lines(month, enterprise, key, wh, own)
    for rest in stepped.values():
        standing += rest
    return standing


class _Levy:
    """Levies a rule account by account, in the order of months and enterprises."""

    def __init__(self, ledger: Ledger, rule: DifferentialRule, least_coverage: Fraction) -> None:
        self._ledger, self._rule, self._least = ledger, rule, least_coverage
        self._paid: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
        self._standings: dict[tuple[str, int], Standing] = {}

    def lines(self, month: int, enterprise: str, key: str, wh: int, steps: list[Line]) -> list[Line]:
        """What stands on one account of one enterprise in one month."""
        books, rule = self._ledger.books, self._rule
        rate = _rate_of(rule, books.profiles.on(enterprise, last_day(month)), last_day(month))
        kwh = int(half_up(Decimal(wh) / _WH_PER_KWH, 0))
        account = (key, levy_year(rule, month))
        standing = self._standing(*account)
        left = rule.cap_cny - self._paid[account]
        if rate is None or kwh == 0 or standing.is_exempt or left <= 0:
            return steps
        higher = [line for line in steps if line.rate > rate.cny_per_kwh]
        kwh = max(kwh - sum(line.excess_kwh for line in higher), 0)
        if kwh == 0:
            return higher
        amount = min(kwh * rate.cny_per_kwh, left)
        self._paid[account] += amount
        number, days = books.account_no(enterprise, key, month), books.own_days(enterprise, key, month) or (None, None)
        coverage = self._ledger.measured_to(enterprise, month).coverage
        is_trial = rule.is_trial or rate.status != "in_force"
        price = (kwh, rate.cny_per_kwh, amount, *days, is_trial, standing.is_provisional, coverage)
        return [*higher, Line(month, enterprise, key, number, rule.id, None, None, *price)]

    def _standing(self, key: str, start: int) -> Standing:
        if (key, start) not in self._standings:
            self._standings[key, start] = self._judge(key, range(start - MONTHS_A_YEAR, start))
        return self._standings[key, start]

    def _judge(self, key: str, before: range) -> Standing:
        wh, coverage = self._ledger.books.account_over(key, before)
        if coverage is not None and coverage < self._least:
            return Standing(is_exempt=False, is_provisional=True)
        return Standing(is_exempt=Decimal(wh) / _WH_PER_KWH < self._rule.least_kwh, is_provisional=False)


def _rate_of(rule: DifferentialRule, profile: Profile, day: date) -> ClassRate | None:
    """Rate of an enterprise as it is on a day, None where the rule leaves it alone."""
    return rule.by_class.get((profile.is_above_scale, profile.efficiency_class or "")) if rule.holds_on(day) else None
