"""The body of a text export as a table of cells: straight to numbers where every cell is plain, else as text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from carbon_pipeline.metering.formats.cells import clean
from carbon_pipeline.metering.formats.values import Block, from_columns, from_floats

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from carbon_pipeline.metering.formats.detect import Layout, Text

_NOT_PLAIN = (b"e", b"E", b"+")
"""In a body without these, whatever parses as a float and has digits around each point is a number of the contract."""


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
    """

    cells: pl.DataFrame
    row_no: NDArray[np.int64]
    raw_line: Callable[[int], str]
    too_long: pl.Series | None = None
    number_cells: pl.DataFrame | None = None
    plain: Block | None = None

    @property
    def height(self) -> int:
        """Data rows."""
        return len(self.row_no)

    def text(self, layout: Layout, role: str) -> pl.Series:
        """Give the cleaned cells of a role; the profile's constant, or null, where the file has no such column."""
        if role not in layout.columns:
            return pl.repeat(layout.profile.constants.get(role), self.height, dtype=pl.String, eager=True).alias(role)
        return clean(self.cells[str(layout.columns[role])].alias(role), layout.profile.missing)

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
        return Table(self.cells.filter(keep), self.row_no[rows], self.raw_line, number_cells=numbers, plain=plain)

    def values(self, columns: Sequence[int], missing: Collection[str]) -> Block:
        """Give the values of some columns as signed millionths, one row of the block per row of the table."""
        return self.plain or from_columns(self.cells, columns, missing)


def read_text(text: Text, layout: Layout) -> Table:
    """Read the rows below the header, values as numbers where all are plain, else as text."""
    body = _body(text.data, layout.line)
    raw_line = Lines(text.data)
    if not body:
        return Table(_empty(layout), np.zeros(0, np.int64), raw_line)
    if b"\n\n" in body or b"\n\r\n" in body or body[:1] in b"\r\n":
        return _read_irregular(body, layout, raw_line)
    return _read_plain(body, layout, raw_line) or _read_regular(body, layout, raw_line) or _read_irregular(body, layout, raw_line)


class Lines:
    """Lines of a file, split only when one is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines: list[bytes] | None = None

    def __call__(self, row_no: int) -> str:
        if self._lines is None:
            self._lines = self._data.split(b"\n")
        return self._lines[row_no - 1].decode(errors="replace").rstrip("\r")


def _body(data: bytes, lines: int) -> bytes:
    start = 0
    for _ in range(lines):
        end = data.find(b"\n", start)
        if end < 0:
            return b""
        start = end + 1
    return data[start:].rstrip(b"\r\n")


def _empty(layout: Layout) -> pl.DataFrame:
    return pl.DataFrame(schema={str(index): pl.String for index in range(layout.width)})


def _is_plain(body: bytes) -> bool:
    """Whether no cell can be a float that is no number here: an exponent, a plus, a point without digits on both sides."""
    if any(letter in body for letter in _NOT_PLAIN):
        return False
    codes = np.frombuffer(body, np.uint8)
    is_point = codes == ord(".")
    is_digit = (codes - np.uint8(ord("0"))) < 10  # noqa: PLR2004
    amid = is_point[1:-1] & is_digit[:-2] & is_digit[2:]
    return bool(np.count_nonzero(amid) == np.count_nonzero(is_point))


def _read_plain(body: bytes, layout: Layout, raw_line: Callable[[int], str]) -> Table | None:
    """Parse values straight to numbers; None where one of them is not plain, or not exact as a double."""
    if not layout.values or not _is_plain(body):
        return None
    cells = _parse(body, layout, frozenset(layout.values), layout.profile.missing)
    block = None if cells is None else from_floats(cells.select(str(column) for column in layout.values))
    if cells is None or block is None:
        return None
    return Table(cells, layout.line + 1 + np.arange(cells.height), raw_line, plain=block)


def _read_regular(body: bytes, layout: Layout, raw_line: Callable[[int], str]) -> Table | None:
    """Parse a body of one line a row as text; None where it is not."""
    cells = _parse(body, layout, frozenset(), None)
    return None if cells is None else Table(cells, layout.line + 1 + np.arange(cells.height), raw_line)


def _parse(body: bytes, layout: Layout, numbers: frozenset[int], missing: Sequence[str] | None) -> pl.DataFrame | None:
    schema = {str(index): pl.Float64() if index in numbers else pl.String() for index in range(layout.width)}
    try:
        cells = pl.read_csv(body, has_header=False, schema=schema, separator=layout.delimiter, null_values=missing and list(missing))
    except pl.exceptions.PolarsError:
        return None
    return cells if cells.height == body.count(b"\n") + 1 else None


def _read_irregular(body: bytes, layout: Layout, raw_line: Callable[[int], str]) -> Table:
    """Read a body with blank lines, quoted line breaks, stray quotes or surplus cells, row by row."""
    text = body.decode()
    try:
        rows = list(_records(text, layout.delimiter))
    except csv.Error:
        rows = list(_lines_alone(text, layout.delimiter))
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
        if cells:
            yield first, cells
        first = reader.line_num + 1


def _lines_alone(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Take each line by itself, so that a stray quote spoils its own line only."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip("\r"):
            yield number, next(csv.reader([line.rstrip("\r")], delimiter=delimiter))
