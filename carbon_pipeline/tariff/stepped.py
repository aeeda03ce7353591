"""Stepped tariff 阶梯电价: energy above the budget in steps, as kWh, split over the enterprise's accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from carbon_pipeline.accounting.carbon import KG_PER_TONNE
from carbon_pipeline.accounting.months import january_of, last_day, year_of
from carbon_pipeline.exact import largest_remainder, round_half_up_div
from carbon_pipeline.tariff.lines import Homeless, Line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from carbon_pipeline.accounting.books import Books
    from carbon_pipeline.accounting.profiles import Profile
    from carbon_pipeline.budget.ledger import Budget, Ledger
    from carbon_pipeline.rules import Step, SteppedRule


class Use(NamedTuple):
    """Use of an enterprise at a month's start and end, in tce, and the budget in force on the month's last day."""

    start: Decimal
    end: Decimal
    budget: Budget


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a month lies in one step.

    Attributes:
        above_tce: where the step begins.
        upto_tce: where it ends, None where it has no end.
        tce: the overlap of the month's use with it.
        kwh: as whole kWh; None where no coefficient is published for the year.
    """

    above_tce: Decimal
    upto_tce: Decimal | None
    tce: Decimal
    kwh: int | None


@dataclass(frozen=True, slots=True)
class Excess:
    """Excess of an enterprise in a month by step, the coefficient that makes kWh of it, and whether that is on trial."""

    enterprise_id: str
    month: int
    rule_id: str
    pieces: tuple[Piece, ...]
    kgce_per_kwh: Decimal | None
    is_trial: bool

    @property
    def step_kwh(self) -> tuple[int, ...]:
        """Whole kWh of each step, 0 where they are unknown."""
        return tuple(piece.kwh or 0 for piece in self.pieces)

    @property
    def tce(self) -> Decimal:
        """Tce of all steps."""
        return sum((piece.tce for piece in self.pieces), Decimal(0))


@dataclass(frozen=True, slots=True)
class Bearing:
    """Import Wh by account key by which an excess is split, of the `month` or of the `year` to its end."""

    imports: dict[str, int]
    split_by: str


@dataclass(slots=True)
class Stepped:
    """What a stepped rule gives.

    Attributes:
        lines: of at least 1 kWh.
        excesses: the excess that accounts bear.
        homeless: the excess that no account can bear.
        unpriced: the excess whose kWh are unknown, since no coefficient is published for the year.
    """

    lines: list[Line] = field(default_factory=list)
    excesses: list[Excess] = field(default_factory=list)
    homeless: list[Homeless] = field(default_factory=list)
    unpriced: list[Excess] = field(default_factory=list)


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
                if excess is not None and excess.kgce_per_kwh is None:
                    found.unpriced.append(excess)
                elif excess is not None:
                    _add(found, excess, _split(ledger, rule, excess, least_coverage))
    return found


def _add(found: Stepped, excess: Excess, lines: list[Line] | None) -> None:
    if lines is None:
        found.homeless.append(Homeless(excess.enterprise_id, excess.month, excess.rule_id, sum(excess.step_kwh)))
    else:
        found.excesses.append(excess)
        found.lines += lines


def use_of(ledger: Ledger, enterprise: str, month: int) -> Use | None:
    """What an enterprise has used of its budget at a month's start and end, None without a budget or use."""
    budget = ledger.budgets.in_force(enterprise, year_of(month), last_day(month))
    end = ledger.used(enterprise, budget.basis, month) if budget else None
    if budget is None or end is None:
        return None
    start = ledger.used(enterprise, budget.basis, month - 1) if month != january_of(month) else None
    return Use(start or Decimal(0), end, budget)


def excess_of(ledger: Ledger, rule: SteppedRule, enterprise: str, month: int) -> Excess | None:
    """Excess of an enterprise in a month, None where it is not in scope, has no budget or is not above it.

    With the cumulative use c0 at the month's start and c1 at its end, and the budget B in force on the month's last day,
    step i takes the overlap of (c0, c1] with (B (1 + lo), B (1 + hi)].
    """
    if not is_in_scope(rule, ledger.books.profiles.on(enterprise, last_day(month))):
        return None
    use = use_of(ledger, enterprise, month)
    if use is None or use.end <= use.budget.budget_tce:
        return None
    coefficients, basis = ledger.books.coefficients.of_year(year_of(month)), use.budget.basis
    kgce = coefficients.kgce_per_kwh.get(basis)
    pieces = tuple(_piece(use, step, kgce) for step in rule.steps)
    if not any(piece.tce if piece.kwh is None else piece.kwh for piece in pieces):
        return None
    return Excess(enterprise, month, rule.id, pieces, kgce, basis in coefficients.trial_bases)


def is_in_scope(rule: SteppedRule, profile: Profile) -> bool:
    """Whether a stepped rule asks an enterprise for anything, by its division or as a data centre."""
    return profile.division in rule.divisions or (rule.includes_data_centers and profile.is_data_center)


def _piece(use: Use, step: Step, kgce_per_kwh: Decimal | None) -> Piece:
    above = use.budget.budget_tce * (1 + step.above)
    upto = None if step.upto is None else use.budget.budget_tce * (1 + step.upto)
    tce = max((use.end if upto is None else min(use.end, upto)) - max(use.start, above), Decimal(0))
    return Piece(above, upto, tce, None if kgce_per_kwh is None else _kwh(tce, kgce_per_kwh))


def _kwh(tce: Decimal, kgce_per_kwh: Decimal) -> int:
    if not tce:
        return 0
    (energy, parts), (kgce, of) = tce.as_integer_ratio(), kgce_per_kwh.as_integer_ratio()
    return round_half_up_div(energy * KG_PER_TONNE * of, parts * kgce)


def bearing(books: Books, enterprise: str, month: int) -> Bearing:
    """Accounts that bear the excess of a month: by their import of the month, else by that of the year to its end."""
    imports = books.imports(enterprise, [month])
    if any(imports.values()):
        return Bearing(imports, "month")
    return Bearing(books.imports(enterprise, range(january_of(month), month + 1)), "year")


def _split(ledger: Ledger, rule: SteppedRule, excess: Excess, least_coverage: Fraction) -> list[Line] | None:
    """Split each step over the accounts that bear it; None where there is none."""
    books, enterprise, month = ledger.books, excess.enterprise_id, excess.month
    imports = bearing(books, enterprise, month).imports
    if not any(imports.values()):
        return None
    accounts = sorted((books.account_no(enterprise, key, month), key, wh) for key, wh in imports.items())
    days = [books.own_days(enterprise, key, month) or (None, None) for _, key, _ in accounts]
    running = ledger.years_running(enterprise, year_of(month))
    time, rates = ledger.measured_to(enterprise, month), rule.rates_of(running)
    is_trial = rule.is_trial or excess.is_trial or any(status != "in_force" for status in (rates.status, rule.divisions_status))
    is_provisional = time.is_below(least_coverage) or ledger.fuel_months_missing(enterprise, month) > 0
    lines = []
    for step, (total, rate) in enumerate(zip(excess.step_kwh, rates.cny_per_kwh, strict=True), start=1):
        if not total:
            continue
        parts = largest_remainder(total, [wh for _, _, wh in accounts])
        for (number, key, _), own_days, kwh in zip(accounts, days, parts, strict=True):
            if kwh:
                price = (rate, kwh * rate, *own_days, is_trial, is_provisional, time.coverage)
                lines.append(Line(month, enterprise, key, number, rule.id, step, running, kwh, *price))
    return lines
