"""Single cells of the register: what a text means as a code, a date, a month, a period, a number or a choice.

Every function takes the cell's text (not empty) and gives the value that the register keeps, or raises `Problem`.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from carbon_pipeline.exact import parse_decimal, plain
from carbon_pipeline.metering.formats.cells import DAMAGED, ERRORS, as_date, fold_code
from carbon_pipeline.metering.formats.cells import fold as fold_cell
from carbon_pipeline.periods import MONTHS_A_YEAR
from carbon_pipeline.registry import credit_code
from carbon_pipeline.registry.problems import (
    BAD_CHOICE,
    BAD_DATE,
    BAD_NUMBER,
    BAD_PERIOD,
    MISSING_VALUE,
    NEGATIVE_QUANTITY,
    NOT_POSITIVE,
    NUMBER_DAMAGED,
    WRONG_CHECK_DIGIT,
    Problem,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

_T = TypeVar("_T")

ACCOUNT_KEY_LENGTH: Final = 10
"""户号 of 13 digits are a province prefix and the old 10; accounts are matched on the last 10."""

NUMBER_LIMIT: Final = 10**12
"""No number of a county's register is as large; below it, millionths fit Int64."""

MAX_DIAL_DIGITS: Final = 12
"""A register of more digits before the point does not exist, and 10^n millionths would leave Int64."""

_remembered = lru_cache(maxsize=1 << 14)
"""A register says the same codes and words over and over, and in sheet after sheet."""

_PLACES = Decimal("0.000001")
_MONTH = re.compile(r"(\d{4})(?:[-/年](?=\d)|(?=\d\d$))(\d{1,2})月?", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])", re.ASCII)
_YEAR = re.compile(r"(\d{4})年?", re.ASCII)
_SPAN = re.compile(r"(.+?)(?:\.\.|~|至)(.+)")


fold = _remembered(fold_cell)
"""One spelling of a cell that is no free text."""


def free_text(text: str) -> str:
    """Names and document numbers stay as they are written; the error of a formula is none."""
    return _no_error(text)


def code(text: str) -> str:
    """Read a meter or account number; one that a spreadsheet has turned into an exponent is damaged."""
    text = _no_error(fold_code(text))
    if re.match(DAMAGED, text):
        raise Problem(NUMBER_DAMAGED, text)
    return text


def _no_error(text: str) -> str:
    if text in ERRORS.values():
        raise Problem(MISSING_VALUE, text)
    return text


@_remembered
def enterprise_id(text: str) -> str:
    """Read a unified social credit code and check it by GB 32100-2015."""
    found = credit_code.normalise(code(text))
    if not credit_code.is_valid(found):
        raise Problem(WRONG_CHECK_DIGIT, found)
    return found


def account_key(account_no: str) -> str:
    """By what an account is matched: the last ten digits."""
    return account_no[-ACCOUNT_KEY_LENGTH:]


def day(text: str) -> date:
    """Read a date: `2025-01-05`, `2025/1/5` or `20250105`, each with or without a midnight."""
    found = as_date(fold(text))
    if found is None:
        raise Problem(BAD_DATE, text)
    return found


def month(text: str) -> str:
    """Read a month as `YYYY-MM`; `2025-1`, `202501` and its first day, as spreadsheets write months, are the same."""
    folded = fold(text)
    found = _as_month(folded)
    first = as_date(folded) if found is None else None
    if first is not None and first.day == 1:
        found = f"{first:%Y-%m}"
    if found is None:
        raise Problem(BAD_PERIOD, text)
    return found


def period(text: str) -> str:
    """Read a year `2025`, quarter `2025Q1`, month `2025-03` or the months of a year so far `2025-01..2025-06`."""
    folded = fold(text)
    if quarter := _QUARTER.fullmatch(folded):
        return f"{quarter[1]}Q{quarter[2]}"
    if whole := _YEAR.fullmatch(folded):
        return whole[1]
    if span := _SPAN.fullmatch(folded):
        first, last = (month(part) for part in span.groups())
        if first != f"{last[:4]}-01":
            raise Problem(BAD_PERIOD, text)
        return f"{first}..{last}"
    return month(text)


def year(text: str) -> int:
    """Read a year of four digits."""
    found = _YEAR.fullmatch(fold(text))
    if found is None:
        raise Problem(BAD_PERIOD, text)
    return int(found[1])


def _as_month(text: str) -> str | None:
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= MONTHS_A_YEAR:
        return None
    return f"{found[1]}-{int(found[2]):02d}"


def _number(text: str) -> Decimal:
    """Read a plain number, half-even to six decimals: 0.1 + 0.2 in a spreadsheet is 0.3 here."""
    found = parse_decimal(text)
    if found is None or abs(found) >= NUMBER_LIMIT:
        raise Problem(BAD_NUMBER, text)
    return found.quantize(_PLACES, ROUND_HALF_EVEN)


def number(text: str) -> str:
    """Read a number of either sign (value added and taxes paid back can be negative)."""
    return plain(_number(text))


def quantity(text: str) -> str:
    """Read a number that cannot be below 0."""
    found = _number(text)
    if found < 0:
        raise Problem(NEGATIVE_QUANTITY, text)
    return plain(found)


def positive(text: str) -> str:
    """Read a number that must be above 0."""
    found = _number(text)
    if found <= 0:
        raise Problem(NOT_POSITIVE, text)
    return plain(found)


def dial_digits(text: str) -> int:
    """Read 示数位数, the digits of a register before the point."""
    found = _number(text)
    if found != int(found) or not 1 <= found <= MAX_DIAL_DIGITS:
        raise Problem(BAD_NUMBER, text)
    return int(found)


def choice(*options: str) -> Callable[[str], str]:
    """Make a reader of a cell that holds one of some words."""
    return mapped({option: option for option in options})


def mapped(meanings: Mapping[str, _T]) -> Callable[[str], _T]:
    """Make a reader of a cell whose words each mean something."""

    def read(text: str) -> _T:
        found = meanings.get(fold(text))
        if found is None:
            raise Problem(BAD_CHOICE, f"{text} ({'/'.join(meanings)})")
        return found

    return read
