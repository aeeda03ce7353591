"""The sheets of a spreadsheet as tables of cells: every cell as the text a person reads, numbers as their shortest decimal."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import fastexcel
import numpy as np
import polars as pl

from carbon_pipeline.metering.formats import detect
from carbon_pipeline.metering.formats.cells import ERRORS, over_distinct
from carbon_pipeline.metering.formats.foreign import is_locked
from carbon_pipeline.metering.formats.formulas import unreckoned
from carbon_pipeline.metering.formats.result import Refusal
from carbon_pipeline.metering.formats.tables import Table
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbon_pipeline.metering.formats.detect import Layout
    from carbon_pipeline.metering.formats.profiles import FormatProfile


_TRUTH: Final = ("true", "false")
"""Cells that hold a truth, which is no number; a text of the same letters is none either."""

_BROKEN_SECOND: Final = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$"
_STAMP: Final = "%Y-%m-%d %H:%M:%S%.3f"
_ERROR = re.compile(r"Error\((\w+)\)")


def read_spreadsheet(content: bytes, profiles: Iterable[FormatProfile]) -> tuple[Table, Layout] | Refusal:
    """Read the one sheet whose header fits a profile.

    Returns:
        Its data rows, numbered as the sheet numbers them, and its layout; or why no sheet can be read. A second sheet of
        readings would be lost without a word, so such a file is refused.
    """
    try:
        book = fastexcel.read_excel(content)
        candidates = tuple(profiles)
        sheets = {name: _texts(book, name) for name in book.sheet_names}
        fitting = {name: layout for name, cells in sheets.items() if (layout := _header(cells, candidates)) is not None}
        if len(fitting) > 1:
            return Refusal("several_sheets", fact("sheets", sheets=[*fitting]))
        for name, layout in fitting.items():
            if isinstance(layout, Refusal):
                return layout
            if refusal := unreckoned(content):
                return refusal
            numbers = _numbers(book, name, sheets[name])
            return _table(_exact(book, name, sheets[name], numbers), numbers, layout), layout
    except fastexcel.FastExcelError as error:
        said = str(error).splitlines()[0]
        return Refusal("broken_spreadsheet", fact("sheet_locked") if is_locked(content, said) else fact("sheet_not_opened", said=said))
    return Refusal("unknown_format", fact("sheets_unfit", sheets=book.sheet_names))


def exact_cells(book: fastexcel.ExcelReader, name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All cells of a sheet as text, number cells as the shortest decimal of their double, and which of them are numbers."""
    cells = _texts(book, name)
    if cells.width == 0:
        return cells, cells
    numbers = _numbers(book, name, cells)
    return _exact(book, name, cells, numbers), numbers


def _texts(book: fastexcel.ExcelReader, name: str) -> pl.DataFrame:
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if sheet.width == 0:
        return pl.DataFrame()
    batch, errors = sheet.to_arrow_with_errors()
    cells = pl.DataFrame(batch)
    cells = cells.cast({column: pl.String for column, dtype in cells.schema.items() if dtype != pl.String})
    cells = cells.with_columns(_whole_seconds(column) for column in cells if column.str.contains(_BROKEN_SECOND).any())
    return cells if errors is None else _with_errors(cells, errors)


def _whole_seconds(cells: pl.Series) -> pl.Series:
    """Write stamps to the second, as a sheet shows them; filled down by adding, they are milliseconds off some thousand rows below."""
    is_broken = cells.str.contains(_BROKEN_SECOND).fill_null(value=False)
    stamps = cells.str.to_datetime(_STAMP, time_unit="ms", strict=False) + dt.timedelta(milliseconds=500)
    return stamps.dt.truncate("1s").dt.to_string("%Y-%m-%d %H:%M:%S").zip_with(is_broken, cells)


def _with_errors(cells: pl.DataFrame, errors: fastexcel.CellErrors) -> pl.DataFrame:
    """Write what error cells show: the library leaves them empty, and an empty share is 1, an empty multiplier the register's."""
    shown: dict[int, dict[int, str]] = {}
    for error in errors.errors:
        if found := _ERROR.search(error.detail):
            row, column = error.offset_position
            shown.setdefault(column, {})[row] = ERRORS.get(found[1], ERRORS["NA"])
    columns = [cells.to_series(column).scatter([*at], [*at.values()]) for column, at in shown.items()]
    return cells.with_columns(columns)


def _numbers(book: fastexcel.ExcelReader, name: str, cells: pl.DataFrame) -> pl.DataFrame:
    """Tell the number cells: those that are still there when a sheet is loaded as booleans, for which no text passes."""
    numbers = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="boolean").to_polars()
    return numbers.select(numbers[column].is_not_null() & ~cells[column].is_in(_TRUTH) for column in cells.columns)


def _exact(book: fastexcel.ExcelReader, name: str, cells: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Write number cells as the shortest decimal of their double, which the library's texts round to 9 places."""
    holders = [column for column in cells.columns if numbers[column].any()]
    if not holders:
        return cells
    doubles = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="float").to_polars().select(holders)
    texts = doubles.with_columns(pl.col(holders).cast(pl.String).str.strip_suffix(".0"))
    return cells.with_columns(_plain(texts[column]).zip_with(numbers[column], cells[column]) for column in holders)


def _plain(texts: pl.Series) -> pl.Series:
    """Write out what stands with an exponent."""
    if not texts.str.contains("e", literal=True).any():
        return texts
    return over_distinct(texts, lambda text: f"{Decimal(text):f}" if "e" in text else text, pl.String())


def _header(cells: pl.DataFrame, profiles: tuple[FormatProfile, ...]) -> Layout | Refusal | None:
    aspects = detect.aspects_of(profiles)
    for line, row in enumerate(cells.head(detect.HEADER_LINES).iter_rows(), start=1):
        layouts = detect.match([cell or "" for cell in row], profiles, aspects, line)
        if layouts:
            return detect.only(layouts)
    return None


def _table(cells: pl.DataFrame, numbers: pl.DataFrame, layout: Layout) -> Table:
    names = [str(index) for index in range(cells.width)]
    cells.columns = names
    numbers.columns = names
    below = pl.Series(np.arange(cells.height) >= layout.line)
    filled = below & cells.select(pl.any_horizontal(pl.all().str.strip_chars().fill_null("") != "")).to_series()
    row_no = np.flatnonzero(filled.to_numpy()) + 1
    return Table(cells.filter(filled), row_no, lambda line: _line(cells, line), number_cells=numbers.filter(filled))


def _line(cells: pl.DataFrame, line: int) -> str:
    return ",".join(cell or "" for cell in cells.row(line - 1))
