"""Paths, days and periods as written on the command line, or why they are none in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from carbon_pipeline.console.language import language, sentence
from carbon_pipeline.console.usage import WrongUsageError

if TYPE_CHECKING:
    from carbon_pipeline.periods import Period
    from carbon_pipeline.settings import Lang


def path_of(text: str) -> Path:
    """A path as written on the command line; an empty one, as a variable that is not set leaves it, would be the folder we are in.

    Raises:
        WrongUsageError: it is empty (exit code 2).
    """
    if not text:
        raise WrongUsageError(sentence("empty_path", language()))
    return Path(text)


def day_of(text: str, lang: Lang) -> date:
    """A day as written on the command line.

    Raises:
        WrongUsageError: it is no date (exit code 2).
    """
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        raise WrongUsageError(sentence("bad_date", lang, text=text)) from None


def period_of(text: str | None, lang: Lang) -> Period | None:
    """A period as written on the command line.

    Raises:
        WrongUsageError: it is none (exit code 2).
    """
    from carbon_pipeline.periods import PeriodError, parse_period  # noqa: PLC0415

    try:
        return None if text is None else parse_period(text)
    except PeriodError as error:
        raise WrongUsageError(error.sentence(lang)) from None
