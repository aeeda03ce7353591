"""The surcharge list of the months that are over: the stepped tariff, excess above the baseline by step and account, and what joins it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.books import Books, electricity_tce
from tests.oracle.numbers import half_up, largest_remainder, month_days, months_of, published
from tests.oracle.tables import STEP_RATES, STEPPED, STEPPED_DIVISIONS, STEPS

if TYPE_CHECKING:
    from tests.oracle.register import Row


@dataclass
class Line:
    """One line of the list, before it is published."""

    month: str
    enterprise: str
    key: str
    account: str
    rule: str
    step: int | None
    years: int | None
    kwh: int
    rate: Fraction
    first: date | None
    last: date | None
    provisional: bool
    coverage: Fraction | None
    amount: Fraction | None = None

    def cny(self) -> Fraction:
        """Money in yuan, cut where a cap was reached, whole fen."""
        return self.amount if self.amount is not None else Fraction(half_up(self.kwh * self.rate, 2), 100)


def months_over(books: Books, year: int) -> list[str]:
    """Months of a year whose last day is not after the as-of date."""
    return [month for month in months_of(str(year)) if month_days(month)[1] <= books.as_of]


def accounts_of(books: Books, enterprise: str, first: date, last: date) -> dict[str, tuple[str, date, date]]:
    """Accounts that are the enterprise's on a day of the span: as the register writes them, with the first and last such day."""
    found: dict[str, tuple[str, date, date]] = {}
    for account, owner, start, end, row in books.owners:
        a, b = max(first, start), min(last, end)
        if owner == enterprise and a <= b:
            written, c, d = found.get(account, (row["户号"], a, b))
            found[account] = (written, min(a, c), max(b, d))
    return found


def was_over(books: Books, enterprise: str, year: int) -> bool:
    """Whether a past year ended above its budget; a year without readings or budget did not."""
    end = date(year, 12, 31)
    row = books.budget(enterprise, year, end)
    months = months_of(str(year))
    return (
        row is not None
        and books.has_readings(enterprise, months)
        and books.used(enterprise, row["口径"], months) > Fraction(row["预算(吨标准煤)"])
    )


def years_running(books: Books, enterprise: str, year: int) -> int:
    """How many years in a row, this one included, are over budget."""
    count = 1
    while was_over(books, enterprise, year - count):
        count += 1
    return count


def is_in_scope(what: Row) -> bool:
    """Whether the stepped tariff is meant for the enterprise."""
    return what["行业代码"][:2] in STEPPED_DIVISIONS or what["数据中心"] == "是"


def stepped(books: Books, months: list[str]) -> tuple[list[Line], set[str]]:
    """The lines, and the enterprises with an excess but no account to bear it."""
    lines: list[Line] = []
    homeless: set[str] = set()
    for enterprise in sorted(books.register.enterprises()):
        for month in months:
            found, placed = stepped_month(books, enterprise, month)
            lines += found
            if not placed:
                homeless.add(enterprise)
    return lines, homeless


def stepped_month(books: Books, enterprise: str, month: str) -> tuple[list[Line], bool]:
    """The lines of one enterprise and month; False where an excess finds no account."""
    last = month_days(month)[1]
    year = last.year
    row = books.budget(enterprise, year, last)
    if row is None or not is_in_scope(books.register.enterprise_on(enterprise, last)):
        return [], True
    basis, baseline = row["口径"], Fraction(row["预算(吨标准煤)"])
    before = [m for m in months_of(str(year)) if m < month]
    start = books.used(enterprise, basis, before)
    end = start + books.used(enterprise, basis, [month])
    lines: list[Line] = []
    weights = weights_of(books, enterprise, month)
    for step, (low, high) in enumerate(STEPS, 1):
        bottom, top = baseline * (1 + low), end if high is None else baseline * (1 + high)
        excess = min(end, top) - max(start, bottom)
        kwh = half_up(excess / electricity_tce(basis, year)) if excess > 0 else 0
        if kwh and not weights:
            return [], False
        if kwh:
            lines += split(books, enterprise, month, step, kwh, weights)
    return lines, True


def weights_of(books: Books, enterprise: str, month: str) -> dict[str, int]:
    """Import by account of the month, else of the year to its end; empty where there is none at all."""
    this = {account: wh for account, wh in books.month(enterprise, month).by_account.items() if wh > 0}
    if this:
        return this
    year: dict[str, int] = {}
    for m in months_of(month[:4]):
        if m <= month:
            for account, wh in books.month(enterprise, m).by_account.items():
                year[account] = year.get(account, 0) + wh
    return {account: wh for account, wh in year.items() if wh > 0}


def split(books: Books, enterprise: str, month: str, step: int, kwh: int, weights: dict[str, int]) -> list[Line]:
    """One step's kWh over the accounts."""
    first, last = month_days(month)
    year = last.year
    here, ever = accounts_of(books, enterprise, first, last), accounts_of(books, enterprise, date(year, 1, 1), last)
    order = sorted(weights, key=lambda account: ever[account][0])
    time = books.time(enterprise, date(year, 1, 1), last)
    provisional = time.is_low() or any(books.fuel_missing(enterprise, m) for m in months_of(str(year)) if m <= month)
    years = years_running(books, enterprise, year)
    rate = Fraction(STEP_RATES[min(years, len(STEP_RATES)) - 1][step - 1])
    lines = []
    for account, part in zip(order, largest_remainder(kwh, [weights[account] for account in order]), strict=True):
        if part:
            written, a, b = here.get(account, (ever[account][0], None, None))
            lines.append(Line(month, enterprise, account, written, STEPPED, step, years, part, rate, a, b, provisional, time.coverage()))
    return lines


def tariff_row(line: Line) -> Row:
    """A line as published; nothing has been published before, so every line is new."""
    amount = published(line.cny(), 2)
    return {
        "month": line.month, "enterprise_id": line.enterprise, "account_no": line.account, "rule_id": line.rule,
        "step": str(line.step) if line.step else "", "years_running": str(line.years) if line.years else "",
        "excess_kwh": str(line.kwh), "rate_cny_per_kwh": published(line.rate, 4), "amount_cny": amount,
        "effective_from": line.first.isoformat() if line.first else "", "effective_to": line.last.isoformat() if line.last else "",
        "trial": "true" if line.rule == STEPPED else "false",
        "provisional": "true" if line.provisional else "false", "change": "new", "delta_kwh": str(line.kwh),
        "delta_amount_cny": amount, "coverage": published(line.coverage, 4),
    }  # fmt: skip
