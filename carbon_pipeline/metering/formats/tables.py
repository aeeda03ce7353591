"""The body of a text export as a table of cells: of a large one straight to numbers where every cell is plain, else as text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.metering.formats.cells import cells_of, cleaned, folded, without_missing
from carbon_pipeline.metering.formats.values import Block, from_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from carbon_pipeline.metering.formats.detect import Layout, Text

BULK: Final = 1 << 23
"""Bytes from which on it pays to load what splits them by machine code."""
_LINE_END: Final = ord("\n")

_NUMBERS = ("meter_no", "account_no")
_ROLES = ("meter_no", "account_no", "point_flag", "whole_flag", "quality")
"""Roles that a reader asks for whether or not the file has them."""


@dataclass(frozen=True)
class Table:
    """Data rows of a file.

    Attributes:
        cells: one column per header cell, named by its index, as text; without the value columns where these are in `plain`.
        row_no: line of each row as a person counts lines.
        raw_line: row number -> the line as it stands in the file.
        too_long: rows that hold more cells than the header has names for; None where none does.
        number_cells: of a spreadsheet, which cells are numbers, not text.
        plain: the values of a file in which every value is plain, already exact.
        is_clean: whether no cell holds a blank, a wrap or a missing code.
    """

    cells: pl.DataFrame
    row_no: NDArray[np.int64]
    raw_line: Callable[[int], str]
    too_long: pl.Series | None = None
    number_cells: pl.DataFrame | None = None
    plain: Block | None = None
    is_clean: bool = False

    @property
    def height(self) -> int:
        """Data rows."""
        return len(self.row_no)

    def texts(self, layout: Layout) -> pl.DataFrame:
        """Give the cleaned cells of every role; the profile's constant, or null, where the file has no such column."""
        profile = layout.profile
        cells = {role: pl.col(str(index)) for role, index in layout.columns.items()}
        read = without_missing if self.is_clean else cleaned
        columns = [read(cell, profile.missing).alias(role) for role, cell in cells.items()]
        constants = [pl.lit(profile.constants.get(role), pl.String).alias(role) for role in _ROLES if role not in layout.columns]
        texts = self.cells.select(*columns, *constants)
        return texts if self.is_clean else texts.with_columns(folded(texts[role]) for role in _NUMBERS)

    def numeric(self, layout: Layout, role: str) -> pl.Series | None:
        """Tell which cells of a role are number cells of a spreadsheet; None in a text file."""
        if self.number_cells is None or role not in layout.columns:
            return None
        return self.number_cells[str(layout.columns[role])]

    def filter(self, keep: pl.Series) -> Table:
        """Keep some rows."""
        numbers = None if self.number_cells is None else self.number_cells.filter(keep)
        rows = keep.to_numpy()
        plain = self.plain and self.plain.take(rows)
        return replace(self, cells=self.cells.filter(keep), row_no=self.row_no[rows], too_long=None, number_cells=numbers, plain=plain)

    def values(self, columns: Sequence[int], missing: Collection[str]) -> Block:
        """Give the values of some columns as signed millionths, one row of the block per row of the table."""
        return self.plain or from_columns(self.cells, columns, missing)


def read_text(text: Text, layout: Layout) -> Table:
    """Read the rows below the header."""
    start, end = below(text.data, layout.line)
    raw_line = Lines(text)
    if start == end:
        return Table(_empty(layout), np.zeros(0, np.int64), raw_line)
    body = text.data[start:end]
    table = read_regular([body], [count_lines(body)], layout, raw_line)
    return _read_irregular(body, layout, raw_line) if table is None else table


def count_lines(body: bytes | memoryview) -> int:
    """How many lines a body has, without a line end at the end; three times as fast as to count line ends in bytes."""
    return int(np.count_nonzero(np.frombuffer(body, np.uint8) == _LINE_END)) + 1


def read_regular(
    bodies: Sequence[bytes | memoryview], counts: Sequence[int], layout: Layout, raw_line: Callable[[int], str]
) -> Table | None:
    """Read numbers of lines without their headers, as if they were one body; numbered from the line below the header.

    Returns:
        None where not every line is one row, with no more cells than there are columns.
    """
    row_no = layout.line + 1 + np.arange(sum(counts))
    if layout.values and sum(map(len, bodies)) >= BULK:
        from carbon_pipeline.metering.formats.bulk import split  # noqa: PLC0415 - its compiler takes most of a second to load

        found = split(bodies, counts, layout)
        cells = _parse(found.texts, layout, without=layout.values) if found else None
        if found and cells is not None and _is_regular(cells, len(row_no), may_hold_blanks=not found.is_clean):
            return Table(cells, row_no, raw_line, plain=found.values, is_clean=found.is_clean)
    cells = _parse(b"\n".join(bodies), layout)
    return Table(cells, row_no, raw_line) if cells is not None and _is_regular(cells, len(row_no)) else None


def _is_regular(cells: pl.DataFrame, height: int, *, may_hold_blanks: bool = True) -> bool:
    """Whether there is a row a line, none of which holds nothing at all, or nothing but delimiters and blanks."""
    first = cells["0"]
    is_empty = first.is_null()
    if may_hold_blanks:
        is_empty |= first.str.strip_chars().eq_missing("")
    rest = cells.filter(is_empty)
    holds_nothing = pl.all_horizontal(pl.all().str.strip_chars().fill_null("") == "")
    return cells.height == height and not (rest.height and rest.select(holds_nothing.any()).item())


class Lines:
    """Lines of a file, split only when one is asked for."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._lines: list[bytes] | None = None

    def __call__(self, row_no: int) -> str:
        """Give one line, the first being 1."""
        if self._lines is None:
            self._lines = self._text.data.split(b"\n")
        return self._lines[row_no - 1].decode(errors="replace").rstrip("\r")


def below(data: bytes, lines: int) -> tuple[int, int]:
    """Where the rows below the first lines begin, and where they end without the line ends at the end; equal if there are none."""
    start = 0
    for _ in range(lines):
        start = data.find(b"\n", start) + 1
        if not start:
            return 0, 0
    return start, last_end(data, start)


def last_end(data: bytes | memoryview, start: int = 0) -> int:
    """Where the rows from a place on end, without the line ends at the end."""
    end = len(data)
    while end > start and data[end - 1] in b"\r\n":
        end -= 1
    return end


def _empty(layout: Layout) -> pl.DataFrame:
    return pl.DataFrame(schema={str(index): pl.String for index in range(layout.width)})


def _parse(body: bytes, layout: Layout, without: Collection[int] = ()) -> pl.DataFrame | None:
    """Parse a body that lacks some columns and whose rows have no more cells than the rest; None where it is no such body."""
    schema = {str(index): pl.String() for index in range(layout.width) if index not in without}
    try:
        return pl.read_csv(body, has_header=False, schema=schema, separator=layout.delimiter)
    except pl.exceptions.PolarsError:
        return None


def _read_irregular(body: bytes, layout: Layout, raw_line: Callable[[int], str]) -> Table:
    """Read a body with blank lines, quoted line breaks, stray quotes or surplus cells, row by row."""
    text = body.decode().replace("\r\n", "\n").replace("\r", " ")
    try:
        rows = list(_records(text, layout.delimiter))
    except csv.Error:
        rows = list(_lines_alone(text, layout.delimiter))
    rows = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    width = layout.width
    padded = [(cells + [""] * (width - len(cells)))[:width] for _, cells in rows]
    columns = zip(*padded, strict=True) if padded else ([] for _ in range(width))
    frame = pl.DataFrame([pl.Series(str(index), list(column), dtype=pl.String) for index, column in enumerate(columns)])
    too_long = pl.Series([any(cell.strip() for cell in cells[width:]) for _, cells in rows], dtype=pl.Boolean)
    row_no = layout.line + np.array([line for line, _ in rows], dtype=np.int64)
    return Table(frame, row_no, raw_line, too_long if too_long.any() else None)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    first = 1
    for cells in reader:
        yield first, cells
        first = reader.line_num + 1


def _lines_alone(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Take each line by itself, so that a stray quote spoils its own line only."""
    for number, line in enumerate(text.split("\n"), start=1):
        yield number, cells_of(line, delimiter)
