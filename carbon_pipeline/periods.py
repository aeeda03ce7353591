"""Days and their clock; months, quarters and years as the reports name them, and which of them are over."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import ToldError

if TYPE_CHECKING:
    from collections.abc import Iterable

TIMEZONE: Final = "Asia/Shanghai"
"""Whose clock says when a file came, when a schedule is due, and which day is today."""
MINUTES_A_DAY: Final = 1440
GRID_MINUTES: Final = 15
"""Step of the grid on which readings are stored; finer ones are brought to it."""
FIRST_DAY: Final = date(2000, 1, 1)
"""Older than any electronic meter: no reading lies before it, and no result."""
DAYS_AHEAD: Final = 365
"""An as-of date may lie ahead of today, by as much: it only cuts time."""
MONTHS_A_YEAR: Final = 12
MONTHS_A_QUARTER: Final = 3

_PERIOD: Final = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))?")


class PeriodError(ToldError, ValueError):
    """A text that names no period, or a period that cannot be reckoned."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month `2025-03`, quarter `2025Q1` or year `2025`.

    Attributes:
        first: its first day.
        last: its last day.
        text: how it is written.
    """

    first: date
    last: date
    text: str

    @property
    def kind(self) -> Literal["month", "quarter", "year"]:
        """What it is, by its length."""
        return {1: "month", MONTHS_A_QUARTER: "quarter"}.get(len(self.months), "year")  # type: ignore[return-value]

    @property
    def months(self) -> list[str]:
        """Its months as `YYYY-MM`, in order."""
        return [f"{self.first.year:04d}-{month:02d}" for month in range(self.first.month, self.last.month + 1)]

    def __str__(self) -> str:
        """The text."""
        return self.text


def today() -> date:
    """Today by the clock that counts, wherever the machine stands."""
    return datetime.now(ZoneInfo(TIMEZONE)).date()


def parse_period(text: str) -> Period:
    """Read a month `2025-03`, quarter `2025Q1` or year `2025`.

    Raises:
        PeriodError: the text is none of these.
    """
    found = _PERIOD.fullmatch(text.strip())
    if found is None or found["year"] == "0000":
        raise PeriodError(fact("no_period", text=text))
    year = int(found["year"])
    if found["month"]:
        start = end = int(found["month"])
    elif found["quarter"]:
        end = int(found["quarter"]) * MONTHS_A_QUARTER
        start = end - MONTHS_A_QUARTER + 1
    else:
        start, end = 1, MONTHS_A_YEAR
    return Period(date(year, start, 1), last_of_month(year, end), found[0])


def last_of_month(year: int, month: int) -> date:
    """Last day of a calendar month, `month` from 1 to 12."""
    return date(year, month, calendar.monthrange(year, month)[1])


def is_over(period: Period, as_of: date) -> bool:
    """Whether a period may be reckoned as of a day: its last day is not after it."""
    return period.last <= as_of


def month_of(day: date) -> str:
    """The month of a day, as `YYYY-MM`."""
    return f"{day.year:04d}-{day.month:02d}"


def quarter_of(day: date) -> str:
    """The quarter of a day, as `YYYYQn`."""
    return f"{day.year:04d}Q{(day.month - 1) // MONTHS_A_QUARTER + 1}"


def periods_with(months: Iterable[str]) -> list[Period]:
    """Every month, quarter and year that holds one of the given months.

    Args:
        months: `YYYY-MM`, in any order, repeated or not.

    Returns:
        Each period once, by first day; of those that begin together the shorter first.
    """
    firsts = [parse_period(month).first for month in set(months)]
    texts = {text for day in firsts for text in (month_of(day), quarter_of(day), f"{day.year:04d}")}
    return sorted(map(parse_period, texts))
