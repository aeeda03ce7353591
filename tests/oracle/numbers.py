"""Numbers, dates and codes as they stand in incoming cells, exact rounding, and the text form in which values are published."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACES = 6
MICRO = 10**PLACES
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
DAMAGED = re.compile(r"[0-9]+(\.[0-9]+)?[Ee][+-][0-9]+")
WRAPPED = re.compile(r'="(.*)"')
DATES = (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"), re.compile(r"(\d{4})(\d{2})(\d{2})"))
SPREADSHEET_DIGITS = 15
ACCOUNT_DIGITS = 10


class NumberCell(str):
    """The text of a number cell of a spreadsheet: digits beyond the fifteenth are not to be trusted."""

    __slots__ = ()


def clean(cell: str) -> str:
    """The cell without blanks around it and without the wrap that keeps a spreadsheet from reading a code as a number."""
    text = cell.strip()
    found = WRAPPED.fullmatch(text)
    return found[1].strip() if found else cell if isinstance(cell, NumberCell) else text


def number(text: str) -> Fraction | None:
    """The exact number, None where the text is none."""
    return Fraction(text) if NUMBER.fullmatch(text) else None


def micro(text: str) -> int | None:
    """The number in millionths, half-even, None where the text is none."""
    if not NUMBER.fullmatch(text):
        return None
    whole, _, decimals = text.partition(".")
    if len(decimals) <= PLACES:
        return int(whole + decimals.ljust(PLACES, "0"))
    return round(Fraction(text) * MICRO)


def is_damaged(text: str) -> bool:
    """Whether a spreadsheet has spoiled this code."""
    if DAMAGED.fullmatch(text):
        return True
    return isinstance(text, NumberCell) and sum(c.isdigit() for c in text) > SPREADSHEET_DIGITS


def day_of(text: str) -> date | None:
    """The date, None where the text is no date."""
    text = text.removesuffix(" 00:00:00")
    for form in DATES:
        found = form.fullmatch(text)
        if found:
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return None
    return None


def account_key(account: str) -> str:
    """What two ways of writing one account share."""
    return account[-ACCOUNT_DIGITS:]


def half_even(numerator: int, denominator: int) -> int:
    """The quotient as a whole number, ties to even; the denominator is positive."""
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return whole + (1 if twice > denominator or (twice == denominator and whole % 2) else 0)


def rounded(value: Fraction) -> int:
    """Half-even to a whole number."""
    return half_even(value.numerator, value.denominator)


def half_up(value: Fraction, places: int = 0) -> int:
    """The value times 10^places, rounded half away from zero."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if value >= 0 else -whole


def published(value: Fraction | int | None, places: int) -> str:
    """The value with so many places, rounded half-up; empty where there is none."""
    if value is None:
        return ""
    units = half_up(Fraction(value), places)
    sign, digits = ("-" if units < 0 else ""), str(abs(units)).rjust(places + 1, "0")
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def largest_remainder(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """Whole parts of the total by weight; what is left goes to the largest remainders, ties to the earlier."""
    whole = sum(weights, Fraction(0))
    exact = [total * Fraction(weight) / whole for weight in weights]
    parts = [value.numerator // value.denominator for value in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def month_days(month: str) -> tuple[date, date]:
    """First and last day of a month `YYYY-MM`."""
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)


def month_after(month: str, count: int) -> str:
    """The month so many months later (earlier where negative)."""
    index = int(month[:4]) * 12 + int(month[5:7]) - 1 + count
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def months_of(period: str) -> list[str]:
    """The months of a month, quarter or year."""
    if "Q" in period:
        year, quarter = period.split("Q")
        return [f"{year}-{m:02d}" for m in range(3 * int(quarter) - 2, 3 * int(quarter) + 1)]
    return [period] if "-" in period else [f"{period}-{m:02d}" for m in range(1, 13)]
