"""Differential tariff 差别化电价: a rate on all kWh by class 亩均等级 and scale, and which rate stands where steps hit too."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from carbon_pipeline.accounting.carbon import WH_PER_KWH
from carbon_pipeline.accounting.months import last_day, month_number
from carbon_pipeline.exact import half_up
from carbon_pipeline.periods import MONTHS_A_YEAR
from carbon_pipeline.tariff.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from fractions import Fraction

    from carbon_pipeline.accounting.profiles import Profile
    from carbon_pipeline.budget.ledger import Ledger
    from carbon_pipeline.rules import ClassRate, DifferentialRule


def levy_year(rule: DifferentialRule, month: int) -> int:
    """The month number with which the levy year of a month begins."""
    return month - (month - month_number(0, rule.levy_year_starts)) % MONTHS_A_YEAR


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an account is exempt in a levy year, whether the answer rests on too little data, and what it rests on.

    Attributes:
        before: the twelve months before the levy year.
        wh: import Wh of the account in them, all its owners together.
        coverage: coverage of the account in them, None where nothing is expected.
    """

    before: range
    wh: int
    coverage: Fraction | None
    is_exempt: bool
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Levied:
    """What the rule asks of an enterprise on one account in a month, and all that decides it.

    Attributes:
        import_kwh: import of the account in the month, whole kWh.
        rate: rate of the enterprise by its scale and class.
        paid_before: yuan of the levy year so far, of all owners.
        left: what the cap leaves of it.
        kept: steps that stand on the account; where the rule hits, only those with a higher rate.
        dropped: steps that the rule takes away, since their rate is not higher.
        kwh: kWh that bear the rate.
        amount_cny: what is levied on them, cut by the cap.
        outcome: `levied`, `cut`, `exempt`, `capped_out` or `no_kwh`.
    """

    month: int
    enterprise_id: str
    account_key: str
    import_kwh: int
    rate: ClassRate
    standing: Standing
    paid_before: Decimal
    left: Decimal
    kept: list[Line]
    dropped: list[Line]
    kwh: int
    amount_cny: Decimal
    outcome: str

    @property
    def is_hit(self) -> bool:
        """Whether the rule takes the account's kWh: it is not exempt, not capped out, and imported some."""
        return self.outcome not in {"exempt", "capped_out"} and self.import_kwh > 0

    @property
    def kept_kwh(self) -> int:
        """KWh of the steps that stand."""
        return sum(line.excess_kwh for line in self.kept)

    @property
    def uncut_cny(self) -> Decimal:
        """KWh x rate, before the cap."""
        return self.kwh * self.rate.cny_per_kwh


@dataclass(slots=True)
class Combined:
    """The lines that stand, differential and stepped, and what the differential rule asked for, account by account."""

    lines: list[Line] = field(default_factory=list)
    levied: list[Levied] = field(default_factory=list)


def combine(ledger: Ledger, rule: DifferentialRule, steps: Iterable[Line], months: Iterable[int], least_coverage: Fraction) -> Combined:
    """Lines of a differential rule beside those of the steps; where both hit, the higher rate stands alone.

    Steps with a higher rate keep their kWh, which leave the differential line; steps with a rate not higher are dropped.
    An account that is exempt or has reached the cap is not hit: its steps stand.

    Args:
        ledger: use of energy against budgets, with the books below it.
        rule: the rule.
        steps: lines of stepped rules for the same months.
        months: month numbers that are over, in order, from the start of a levy year, since earlier months count for the cap.
        least_coverage: coverage of the twelve months before the levy year below which an account is not exempt.
    """
    stepped: dict[tuple[int, str, str], list[Line]] = defaultdict(list)
    for line in steps:
        stepped[line.month, line.enterprise_id, line.account_key].append(line)
    levy, found = _Levy(ledger, rule, least_coverage), Combined()
    for month in months:
        for enterprise in ledger.books.profiles:
            for key, wh in sorted(ledger.books.imports(enterprise, [month]).items()):
                own = stepped.pop((month, enterprise, key), [])
                levied = levy.of(month, enterprise, key, wh, own)
                if levied is None:
                    found.lines += own
                else:
                    found.levied.append(levied)
                    found.lines += levy.lines(levied)
    for rest in stepped.values():
        found.lines += rest
    return found


class _Levy:
    """Levies a rule account by account, in the order of months and enterprises."""

    def __init__(self, ledger: Ledger, rule: DifferentialRule, least_coverage: Fraction) -> None:
        self._ledger, self._rule, self._least = ledger, rule, least_coverage
        self._paid: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
        self._standings: dict[tuple[str, int], Standing] = {}

    def of(self, month: int, enterprise: str, key: str, wh: int, steps: list[Line]) -> Levied | None:
        """What the rule asks for on one account of one enterprise in one month; None where it has no rate for the enterprise."""
        rate = _rate_of(self._rule, self._ledger.books.profiles.on(enterprise, last_day(month)), last_day(month))
        if rate is None:
            return None
        account = (key, levy_year(self._rule, month))
        standing, paid = self._standing(*account), self._paid[account]
        left, kwh = self._rule.cap_cny - paid, int(half_up(Decimal(wh) / WH_PER_KWH, 0))
        known = (month, enterprise, key, kwh, rate, standing, paid, left)
        missed = "exempt" if standing.is_exempt else "capped_out" if left <= 0 else "no_kwh" if kwh == 0 else None
        if missed:
            return Levied(*known, steps, [], 0, Decimal(0), missed)
        kept = [line for line in steps if line.rate > rate.cny_per_kwh]
        dropped = [line for line in steps if line.rate <= rate.cny_per_kwh]
        kwh = max(kwh - sum(line.excess_kwh for line in kept), 0)
        amount = min(kwh * rate.cny_per_kwh, left)
        self._paid[account] += amount
        outcome = "no_kwh" if kwh == 0 else "levied" if amount == kwh * rate.cny_per_kwh else "cut"
        return Levied(*known, kept, dropped, kwh, amount, outcome)

    def lines(self, levied: Levied) -> list[Line]:
        """The steps that stand, and the differential line where anything bears it."""
        if not levied.kwh:
            return levied.kept
        month, enterprise, key, books = levied.month, levied.enterprise_id, levied.account_key, self._ledger.books
        number, days = books.account_no(enterprise, key, month), books.own_days(enterprise, key, month) or (None, None)
        coverage = self._ledger.measured_to(enterprise, month).coverage
        is_trial = self._rule.is_trial or levied.rate.status != "in_force"
        price = (levied.kwh, levied.rate.cny_per_kwh, levied.amount_cny, *days, is_trial, levied.standing.is_provisional, coverage)
        return [*levied.kept, Line(month, enterprise, key, number, self._rule.id, None, None, *price)]

    def _standing(self, key: str, start: int) -> Standing:
        if (key, start) not in self._standings:
            self._standings[key, start] = self._judge(key, range(start - MONTHS_A_YEAR, start))
        return self._standings[key, start]

    def _judge(self, key: str, before: range) -> Standing:
        use = self._ledger.books.account_over(key, before)
        is_low = use.coverage is not None and use.coverage < self._least
        is_exempt = not is_low and Decimal(use.wh) / WH_PER_KWH < self._rule.least_kwh
        return Standing(before, use.wh, use.coverage, is_exempt=is_exempt, is_provisional=is_low)


def _rate_of(rule: DifferentialRule, profile: Profile, day: date) -> ClassRate | None:
    """Rate of an enterprise as it is on a day, None where the rule leaves it alone."""
    return rule.by_class.get((profile.is_above_scale, profile.efficiency_class or "")) if rule.holds_on(day) else None
