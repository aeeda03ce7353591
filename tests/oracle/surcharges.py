"""The surcharge list of one as-of date: stepped and differential tariff, and which stands where both hit the same kWh."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.books import KILO, Time
from tests.oracle.numbers import half_up, month_after, month_days
from tests.oracle.tables import CAP_CNY, CLASS_RATES, DIFFERENTIAL, EXEMPT_WH, STEPPED
from tests.oracle.tariffs import Line, accounts_of, months_over, stepped, tariff_row

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.oracle.books import Books
    from tests.oracle.register import Row

ORDER = ("month", "enterprise_id", "account_no", "rule_id", "step")
FIRST_LEVY_MONTH = 7


def levy_start(month: str) -> str:
    """The July with which the levy year of a month begins."""
    year = int(month[:4]) - (int(month[5:]) < FIRST_LEVY_MONTH)
    return f"{year}-{FIRST_LEVY_MONTH:02d}"


def year_before(books: Books, account: str, start: str) -> tuple[int, Time]:
    """What all owners of an account together imported in the twelve months before a levy year, and how well that is measured."""
    first, last = month_days(month_after(start, -12))[0], month_days(start)[0] - timedelta(days=1)
    wh, time = 0, Time()
    for meter in books.meters:
        if meter.account != account or meter.direction != "用电":
            continue
        total = books.days.get((meter.number, "forward"), {})
        for day in days_from(max(first, meter.first), min(last, meter.last, books.as_of)):
            owned = any(key == account and a <= day <= b for key, _, a, b, _ in books.owners)
            if owned:
                time += books.span_time((meter.number, "forward"), day, day)
                wh += sum(books.parts(account, day, total[day].wh).values()) if day in total else 0
    return wh, time


def days_from(first: date, last: date) -> list[date]:
    """Every day from first to last."""
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


class Levy:
    """The differential tariff, month by month, with what each account has been charged in its levy year."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.charged: dict[tuple[str, str], Fraction] = {}
        self.before: dict[tuple[str, str], tuple[int, Time]] = {}

    def join(self, month: str, enterprise: str, account: str, wh: int, steps: list[Line]) -> list[Line]:
        """What stands on one account of one enterprise and month."""
        books, (first, last) = self.books, month_days(month)
        what = books.register.enterprise_on(enterprise, last)
        rate_text = CLASS_RATES.get((what["规上"], what.get("亩均等级", "")))
        kwh = half_up(Fraction(wh, KILO))
        levy = (account, levy_start(month))
        charged = self.charged.get(levy, Fraction(0))
        if rate_text is None or kwh == 0 or charged >= CAP_CNY:
            return steps
        if levy not in self.before:
            self.before[levy] = year_before(books, *levy)
        imported, time = self.before[levy]
        if imported < EXEMPT_WH and not time.is_low():
            return steps
        rate = Fraction(rate_text)
        higher = [line for line in steps if line.rate > rate]
        kwh = max(0, kwh - sum(line.kwh for line in higher))
        if kwh == 0:
            return higher
        written, a, b = accounts_of(books, enterprise, first, last)[account]
        to_date = books.time(enterprise, date(last.year, 1, 1), last).coverage()
        line = Line(month, enterprise, account, written, DIFFERENTIAL, None, None, kwh, rate, a, b, time.is_low(), to_date)
        line.amount = min(line.cny(), CAP_CNY - charged)
        self.charged[levy] = charged + line.amount
        return [*higher, line]


def surcharges(books: Books, rules: Collection[str]) -> tuple[list[Row], set[str]]:
    """The rows of the list in order, and the enterprises with an excess but no account."""
    shown = months_over(books, books.as_of.year)
    earlier = [month_after(f"{books.as_of.year}-01", -k) for k in range(6, 0, -1)] if DIFFERENTIAL in rules else []
    months = [*earlier, *shown]
    lines, _ = stepped(books, months) if STEPPED in rules else ([], set())
    homeless = stepped(books, shown)[1] if STEPPED in rules else set()
    if DIFFERENTIAL in rules:
        lines = joined(books, months, lines)
    rows = [tariff_row(line) for line in lines if line.month in shown]
    return sorted(rows, key=lambda row: tuple(row[column] for column in ORDER)), homeless


def joined(books: Books, months: list[str], steps: list[Line]) -> list[Line]:
    """Both tariffs over all months, in the order in which the cap counts."""
    levy = Levy(books)
    lines: list[Line] = []
    for month in months:
        for enterprise in sorted(books.register.enterprises()):
            own = [line for line in steps if line.month == month and line.enterprise == enterprise]
            imports = books.month(enterprise, month).by_account
            for account in sorted({*imports, *(line.key for line in own)}):
                mine = [line for line in own if line.key == account]
                lines += levy.join(month, enterprise, account, imports.get(account, 0), mine)
    return lines
