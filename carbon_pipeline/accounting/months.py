"""Months as whole numbers (year x 12 + month - 1), so that ranges of months are ranges of integers."""

from __future__ import annotations

from datetime import date
from functools import cache

from carbon_pipeline.periods import MONTHS_A_YEAR, last_of_month


def month_number(year: int, month: int) -> int:
    """Number of a calendar month, `month` from 1 to 12."""
    return year * MONTHS_A_YEAR + month - 1


def number_of(day: date) -> int:
    """Number of the month in which `day` lies."""
    return month_number(day.year, day.month)


@cache
def parse_month(text: str) -> int:
    """Number of a month written `YYYY-MM`."""
    return month_number(int(text[:4]), int(text[5:7]))


def year_of(month: int) -> int:
    """Calendar year of a month number."""
    return month // MONTHS_A_YEAR


def january_of(month: int) -> int:
    """The January of the same year, as a month number."""
    return month - month % MONTHS_A_YEAR


@cache
def month_text(month: int) -> str:
    """`YYYY-MM` of a month number."""
    return f"{month // MONTHS_A_YEAR:04d}-{month % MONTHS_A_YEAR + 1:02d}"


@cache
def first_day(month: int) -> date:
    """First day of a month number."""
    return date(month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, 1)


@cache
def last_day(month: int) -> date:
    """Last day of a month number."""
    year, index = divmod(month, MONTHS_A_YEAR)
    return last_of_month(year, index + 1)


def months_of_year(year: int) -> range:
    """All months of a calendar year."""
    return range(month_number(year, 1), month_number(year + 1, 1))


def months_over(year: int, as_of: date) -> range:
    """Months of a calendar year whose last day is not after `as_of`."""
    first = month_number(year, 1)
    running = number_of(as_of)
    end = running + 1 if last_day(running) <= as_of else running
    return range(first, max(first, min(end, first + MONTHS_A_YEAR)))
