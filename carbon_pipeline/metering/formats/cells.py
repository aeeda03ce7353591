"""Single cells: what a text means as a code, a date, a stamp, a ratio, a flag; every rule once, over distinct texts."""

from __future__ import annotations

import csv
import datetime as dt
import re
import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from carbon_pipeline.periods import FIRST_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

NUMBER: Final = r"^-?[0-9]+(\.[0-9]+)?$"
"""An optional minus, digits, and optionally a point and digits; no plus, exponent or comma."""

DAMAGED: Final = r"^[0-9]+(\.[0-9]+)?[Ee][+-][0-9]+$"
"""A code that a spreadsheet has turned into an exponent."""

ERRORS: Final = {"Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!", "Value": "#VALUE!"}
"""What a formula shows that has no result: its name in the library that reads spreadsheets -> the text."""

_DECIMALS: Final = 6

DIGITS_OF_A_DOUBLE: Final = 15
"""A spreadsheet keeps 15 digits of a number; a longer code in a number cell is no longer the code."""

LARGEST_RATIO: Final = 10**13
"""No multiplier is greater, nor its denominator."""

LARGEST_NUMERATOR: Final = 10**17
"""Room for TV x TA of six decimals each; times the 60 minutes of an hour of power it still fits 64 bits."""

_YEARS_OF_READINGS: Final = range(FIRST_DAY.year, 2100)
_WRAPPED: Final = r'^="(.*)"$'
_EXCEL_CLOCK = re.compile(r"^(?:1899-12-3[01]|1904-01-01) (\d\d:\d\d):00$")
"""A clock time alone, as a date cell of either of Excel's calendars reads."""
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
"""Characters that nobody sees, such as web pages leave in what is copied from them: the number beside them would be another one."""
_TEXT_MARKS: Final = "'`‘’"
"""Written before a number so that a spreadsheet leaves it alone, as `="..."` is."""
_ZERO_CLOCK = re.compile(r"[ T]0{1,2}:00(:00)?$")
_STAMP = re.compile(r"^([^ T]+)(?:[ T](\d{1,2}):(\d\d)(?::(\d\d)(?:\.0+)?)?)?$")
_DATE_SHAPES = {
    "ymd": re.compile(r"^(?P<y>\d{4})(?P<s>[-/])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})$|^(?P<y2>\d{4})(?P<m2>\d\d)(?P<d2>\d\d)$", re.ASCII),
    "dmy": re.compile(r"^(?P<d>\d{1,2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})$", re.ASCII),
    "mdy": re.compile(r"^(?P<m>\d{1,2})(?P<s>[-/.])(?P<d>\d{1,2})(?P=s)(?P<y>\d{4})$", re.ASCII),
}


def fold(text: str) -> str:
    """One spelling of a code or a word: full-width forms folded, nothing invisible, no space around it."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()


def fold_code(text: str) -> str:
    """One spelling of a meter, account or credit code: folded, without the mark that keeps a spreadsheet from changing it."""
    return fold(text).lstrip(_TEXT_MARKS)


def normalise_header(text: str) -> str:
    """One spelling of a header cell: unwrapped, full-width forms folded, no case, no space; a spreadsheet's clock time as `hh:mm`."""
    text = fold(unwrap(text)).casefold()
    clock = _EXCEL_CLOCK.match(text)
    return clock[1] if clock else "".join(text.split())


def unwrap(text: str) -> str:
    """Take a text out of the `="..."` that exports wrap codes in so that spreadsheets leave them alone."""
    text = text.strip()
    return text[2:-1].strip() if text.startswith('="') and text.endswith('"') and len(text) > 2 else text  # noqa: PLR2004


def cells_of(line: str, delimiter: str = ",") -> list[str]:
    """Part one line into its cells; a line that no CSV reader takes is parted at its delimiters."""
    line = line.strip("\r\n").replace("\r", " ")
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def cleaned(cells: pl.Expr, missing: Collection[str]) -> pl.Expr:
    """Strip and unwrap every cell, a stray carriage return being a blank; a missing code becomes null."""
    text = cells.str.replace_all("\r", " ", literal=True).str.strip_chars().str.replace(_WRAPPED, "$1").str.strip_chars()
    return without_missing(text, missing)


def without_missing(cells: pl.Expr, missing: Collection[str]) -> pl.Expr:
    """Make null what is a missing code."""
    return cells.replace(dict.fromkeys(missing))


def over_distinct(cells: pl.Series, meaning: Callable[[str], Any], dtype: pl.DataType) -> pl.Series:
    """Apply `meaning` to each distinct text once; null stays null."""
    texts = cells.unique()
    values = pl.Series(cells.name, [None if text is None else meaning(text) for text in texts], dtype=dtype)
    if texts.len() <= 1:
        return values.new_from_index(0, cells.len()) if texts.len() else values
    return cells.replace_strict(texts, values, return_dtype=dtype)


def folded(codes: pl.Series) -> pl.Series:
    """Bring meter or account numbers to the spelling that the register has them in."""
    is_plain = (codes.str.len_bytes() == codes.str.len_chars()) & ~codes.str.contains(f"^[{_TEXT_MARKS}]")
    return codes if is_plain.all() else over_distinct(codes, fold_code, pl.String())


def as_date(text: str, order: str = "ymd") -> dt.date | None:
    """Read a date in the given order, with or without a midnight after it; None where there is no such date."""
    match = _DATE_SHAPES[order].match(_ZERO_CLOCK.sub("", text))
    if not match:
        return None
    part = match.groupdict()
    try:
        return dt.date(*(int(part[name] or part.get(name + "2") or 0) for name in ("y", "m", "d")))
    except ValueError:
        return None


def as_reading_date(text: str, order: str = "ymd") -> dt.date | None:
    """Read the date of a reading; None also where no electronic meter can have counted on it, as on the `0001-01-01` of an empty field."""
    day = as_date(text, order)
    return day if day and day.year in _YEARS_OF_READINGS else None


def as_minute(text: str, order: str = "ymd") -> dt.datetime | None:
    """Read a stamp; `24:00` is the next day's midnight; None where there is no such date or clock time."""
    match = _STAMP.match(text)
    day = as_reading_date(match[1], order) if match else None
    if match is None or day is None:
        return None
    hours, minutes, seconds = (int(match[group] or 0) for group in (2, 3, 4))
    is_clock = hours < 24 and minutes < 60 and seconds < 60  # noqa: PLR2004
    is_day_end = (hours, minutes, seconds) == (24, 0, 0)
    if not (is_clock or is_day_end):
        return None
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


def as_ratio(text: str) -> Fraction | None:
    """Read a multiplier, `20` or `100/5`, its numbers half-even to 6 decimals; None where it is no number, not above 0 or too large."""
    parts = text.split("/")
    if len(parts) > 2 or not all(re.match(NUMBER, part.strip()) for part in parts):  # noqa: PLR2004
        return None
    numbers = [round(Fraction(part.strip()), _DECIMALS) for part in parts]
    if any(number <= 0 for number in numbers):
        return None
    ratio = numbers[0] / (numbers[1] if len(numbers) > 1 else 1)
    return ratio if is_tellable(ratio) else None


def is_tellable(ratio: Fraction) -> bool:
    """Whether a multiplier is small enough to be reckoned with."""
    return ratio <= LARGEST_RATIO and ratio.denominator <= LARGEST_RATIO and ratio.numerator <= LARGEST_NUMERATOR


def as_code(text: str) -> str:
    """One spelling of a small whole number, as a spreadsheet or a keyboard may have changed it: `1`, `01`, `1.0` and `１` are one type."""
    match = re.match(r"^0*([0-9]+)(\.0+)?$", fold(text))
    return match[1] if match else text


def is_damaged(cells: pl.Series, number_cells: pl.Series | None) -> pl.Series:
    """Find codes that a spreadsheet has damaged: an exponent, or a number cell of more digits than a double keeps."""
    damaged = cells.str.contains(DAMAGED).fill_null(value=False)
    if number_cells is None:
        return damaged
    digits = cells.str.count_matches("[0-9]").fill_null(0)
    return damaged | (number_cells & (digits > DIGITS_OF_A_DOUBLE))
