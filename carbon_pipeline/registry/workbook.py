"""Register files as they come, an XLSX workbook or a CSV file per sheet, read into rows of plain text."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

import fastexcel

from carbon_pipeline.metering.formats.cells import DIGITS_OF_A_DOUBLE, normalise_header, unwrap
from carbon_pipeline.metering.formats.containers import is_spreadsheet
from carbon_pipeline.metering.formats.detect import HEADER_LINES, decode
from carbon_pipeline.metering.formats.formulas import unreckoned
from carbon_pipeline.metering.formats.result import Refusal
from carbon_pipeline.metering.formats.spreadsheets import exact_cells
from carbon_pipeline.registry.problems import MISNAMED_SHEET, MISSING_COLUMNS, REPEATED_COLUMNS, UNREADABLE_CSV, UNREADABLE_WORKBOOK
from carbon_pipeline.registry.sheets import BY_NAME, SHEETS, Sheet
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEAD_BYTES: Final = 1 << 16
_HEAD_SIGN: Final = 64
_LINE_ENDS: Final = (b"\n", b"\n\0", b"\0\n")
_DELIMITERS: Final = (",", "\t", ";", "|")
_NONE: Final = frozenset[str]()
_LETTERS: Final = tuple(frozenset(letter for title in sheet.needed for letter in title if not letter.isascii()) for sheet in SHEETS)
"""What the needed titles of each sheet are spelt with."""

_REQUIRED_MARK: Final = "*"
"""Forms mark a column that must be filled with a star; it is no part of the name."""


class RawRow(NamedTuple):
    """One line of a sheet as it stands in the file; `RawSheet` tells what it says.

    Attributes:
        row_no: as a person counts lines in the file, first = 1.
        cells: the texts of all its cells.
        is_number: cell by cell whether it is a number; empty for a text file, which cannot tell.
    """

    row_no: int
    cells: Sequence[str]
    is_number: Sequence[bool] = ()

    @property
    def raw(self) -> str:
        """The line as comma-separated text."""
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow(self.cells)
        return out.getvalue()


@dataclass(frozen=True)
class RawSheet:
    """One sheet of a register file: its rows from the top, empty lines left out.

    Attributes:
        source: which of the files that are taken together, for two of them may have one name.
    """

    sheet: str
    filename: str
    header: tuple[str, ...]
    rows: list[RawRow] = field(default_factory=list)
    source: int = 0

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each column stands that the sheet knows and the file has, by title."""
        return {title: self.header.index(title) for title in BY_NAME[self.sheet].titles if title in self.header}

    @cached_property
    def width(self) -> int:
        """Up to where the header has titles."""
        return max(index for index, title in enumerate(self.header) if title) + 1

    def text(self, row: RawRow, title: str) -> str:
        """What a row says in a column; nothing where it is too short, or the file lacks the column."""
        at = self.places.get(title, len(row.cells))
        return unwrap(row.cells[at]) if at < len(row.cells) else ""

    def damaged(self, row: RawRow) -> frozenset[str]:
        """Titles of code columns whose number cell has more digits than a spreadsheet keeps."""
        if not any(row.is_number):
            return _NONE
        codes = {title: at for title, at in self.places.items() if title in BY_NAME[self.sheet].code_titles and at < len(row.cells)}
        return frozenset(title for title, at in codes.items() if row.is_number[at] and _digits(row.cells[at]) > DIGITS_OF_A_DOUBLE)

    def has_surplus(self, row: RawRow) -> bool:
        """Whether there is text beyond the last column of the header."""
        return bool("".join(row.cells[self.width :]).strip())


class _LineError(Exception):
    """A text cannot be parted into cells from this line on."""

    def __init__(self, line: int, said: str) -> None:
        super().__init__(said)
        self.line = line


def is_register(filename: str, content: bytes) -> bool:
    """Tell a register file from a meter export.

    Args:
        filename: its name, with folders or archive before it.
        content: all bytes of a spreadsheet; of a text file the beginning is enough.
    """
    if is_spreadsheet(content):
        return _is_register_workbook(content)
    text = decode(_whole_characters(content[:_HEAD_BYTES]))
    if isinstance(text, Refusal):
        return False
    lines = text.data.split(b"\n", HEADER_LINES)[:HEADER_LINES]
    if _stem(filename) not in BY_NAME and not _may_hold_titles(lines):
        return False
    try:
        header = _first_titles(_csv_lines(b"\n".join(lines).decode(), strict=False))
    except _LineError:
        return False
    return looks_like_register(_stem(filename), header)


def looks_like_register(name: str, header: Iterable[str]) -> bool:
    """Tell whether a sheet or file of this name with this header is one of the register's seven sheets.

    A file of another name is one if it has every column that a sheet needs; a file of a sheet's name if it has half of
    them, so that one that lacks a column is refused by the register with that column's name.
    """
    return _sheet_of(name, [_title(cell) for cell in header]) is not None


def _may_hold_titles(lines: Sequence[bytes]) -> bool:
    """A quick no for the many exports among few registers: a title that every sheet needs must stand in the first lines."""
    if not _may_spell_titles(b"".join(line for line in lines if not line.isascii())):
        return False
    folded = _title(b"\n".join(lines).decode())
    return any(all(title in folded for title in sheet.needed) for sheet in SHEETS)


@lru_cache(maxsize=16)
def _may_spell_titles(text: bytes) -> bool:
    """A quicker no, told once for all exports of one header: what they have in letters that are not ASCII lacks some of every sheet."""
    letters = {*unicodedata.normalize("NFKC", "".join({*text.decode()}))}
    return any(letters.issuperset(needed) for needed in _LETTERS)


def read_register(filename: str, content: bytes) -> list[RawSheet] | Refusal:
    """Read a workbook (all its register sheets, in the order of the file) or a CSV file (one sheet).

    Returns:
        The sheets, or why nothing of the file can be taken: a needed column is missing, or it cannot be read.
    """
    if is_spreadsheet(content):
        return _read_workbook(filename, content)
    text = decode(content)
    if isinstance(text, Refusal):
        return text
    name = _stem(filename)
    try:
        sheet = _read_sheet(name, filename, list(_csv_lines(text.data.decode(), strict=True)))
    except _LineError as error:
        return Refusal(UNREADABLE_CSV, fact("quotes", file=filename, line=error.line, said=str(error)))
    if sheet is None:
        return Refusal(MISSING_COLUMNS, fact("no_sheet", file=filename, sheets=[*BY_NAME]))
    return sheet if isinstance(sheet, Refusal) else [sheet]


def misnamed(filename: str, content: bytes) -> Refusal | None:
    """Refuse a workbook in which a sheet of the register stands under another name, while none has that name.

    It would be passed over without a word, and an office believe its meters registered. An old copy beside the sheet itself does no harm.
    """
    try:
        return _misnamed(filename, fastexcel.read_excel(content))
    except fastexcel.FastExcelError:
        return None


def _misnamed(filename: str, book: fastexcel.ExcelReader) -> Refusal | None:
    named = {name.strip() for name in _register_sheets(book)}
    fitting = {name: sheet.name for name in book.sheet_names if name.strip() not in named and (sheet := _sheet_by_titles(book, name))}
    facts = [fact("sheet_misnamed", sheet=name, name=due) for name, due in fitting.items() if due not in named]
    return Refusal(MISNAMED_SHEET, fact("sheets_misnamed", file=filename, sheets=facts)) if facts else None


def _sheet_by_titles(book: fastexcel.ExcelReader, name: str) -> Sheet | None:
    """The sheet of the register that a page of a workbook is by its header, whatever its name."""
    try:
        return _sheet_of("", [_title(cell) for cell in _book_titles(book, name)])
    except fastexcel.FastExcelError:  # a page of charts
        return None


def _is_register_workbook(content: bytes) -> bool:
    try:
        book = fastexcel.read_excel(content)
        return any(looks_like_register(name, _book_titles(book, name)) for name in _register_sheets(book))
    except fastexcel.FastExcelError:
        return False


def _read_workbook(filename: str, content: bytes) -> list[RawSheet] | Refusal:
    try:
        book = fastexcel.read_excel(content)
        lines = {name: _book_lines(book, name) for name in _register_sheets(book)}
    except fastexcel.FastExcelError:
        return Refusal(UNREADABLE_WORKBOOK, fact("workbook_not_opened", file=filename))
    if refusal := unreckoned(content) or _misnamed(filename, book):
        return refusal
    sheets = [_read_sheet(name, filename, of_sheet) for name, of_sheet in lines.items()]
    refusal = next((sheet for sheet in sheets if isinstance(sheet, Refusal)), None)
    return refusal or [sheet for sheet in sheets if isinstance(sheet, RawSheet)]


def _read_sheet(name: str, filename: str, lines: list[RawRow]) -> RawSheet | Refusal | None:
    """Find the header and take the rows below it; None if this is no sheet of the register, or an empty one."""
    at = _header_index(lines)
    if at is None:
        return None
    titles = [_title(cell) for cell in lines[at].cells]
    sheet = _sheet_of(name, titles) or BY_NAME.get(name.strip())
    if sheet is None:
        return None
    missing = [title for title in sheet.needed if title not in titles]
    if missing:
        return Refusal(MISSING_COLUMNS, fact("columns_of_sheet", file=filename, sheet=sheet.name, columns=missing))
    repeated = [title for title in sheet.titles if titles.count(title) > 1]
    if repeated:
        return Refusal(REPEATED_COLUMNS, fact("columns_of_sheet", file=filename, sheet=sheet.name, columns=repeated))
    return RawSheet(sheet.name, filename, tuple(titles), lines[at + 1 :])


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _title(cell: str) -> str:
    """One spelling of a header cell, as in an export, without the star of a column that must be filled."""
    return normalise_header(cell).strip(_REQUIRED_MARK)


def _sheet_of(name: str, titles: Sequence[str]) -> Sheet | None:
    present = set(titles)
    named = BY_NAME.get(name.strip())
    if named is not None and 2 * sum(title in present for title in named.needed) >= len(named.needed):
        return named
    return next((sheet for sheet in SHEETS if present.issuperset(sheet.needed)), None)


def _header_index(lines: Sequence[RawRow]) -> int | None:
    """The first line with the most titles that any sheet knows, among those where a header can stand; else the first line."""
    if not lines:
        return None
    head = lines[:HEADER_LINES]
    titles = [{_title(cell) for cell in line.cells} for line in head]
    known = [max(len(of_line.intersection(sheet.titles)) for sheet in SHEETS) for of_line in titles]
    return known.index(max(known))


def _first_titles(lines: Iterable[RawRow]) -> list[str]:
    head = list(islice(lines, HEADER_LINES))
    at = _header_index(head)
    return [] if at is None else list(head[at].cells)


def _stem(filename: str) -> str:
    return unicodedata.normalize("NFC", PurePosixPath(filename.replace("\\", "/")).stem)


def _whole_characters(head: bytes) -> bytes:
    """Cut the beginning of a text file after its last whole line, so that no character is cut in two."""
    if len(head) < _HEAD_BYTES:
        return head
    width = 2 if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in head[:_HEAD_SIGN] else 1
    if width == 1:
        return head[: head.rfind(b"\n") + 1 or len(head)]
    ends = (at + width for at in range(len(head) // width * width - width, -1, -width) if head[at : at + width] in _LINE_ENDS)
    return head[: next(ends, len(head))]


def _csv_lines(text: str, *, strict: bool) -> Iterable[RawRow]:
    delimiter = max(_DELIMITERS, key="".join(islice(io.StringIO(text), HEADER_LINES)).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    before = 0
    try:
        for cells in reader:
            if "".join(cells).strip():
                yield RawRow(before + 1, cells)
            before = reader.line_num
    except csv.Error as error:
        raise _LineError(before + 1, str(error)) from error


def _register_sheets(book: fastexcel.ExcelReader) -> list[str]:
    """A workbook's sheets go by their names; others, such as an explanation, are passed over (but see `misnamed`)."""
    return [name for name in book.sheet_names if name.strip() in BY_NAME]


def _book_titles(book: fastexcel.ExcelReader, name: str) -> list[str]:
    rows = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=HEADER_LINES, dtypes="string").to_polars().rows()
    return _first_titles(RawRow(row_no, [text or "" for text in cells]) for row_no, cells in enumerate(rows, start=1))


def _book_lines(book: fastexcel.ExcelReader, name: str) -> list[RawRow]:
    """The rows of a sheet as text, with which cells are numbers; a number is the shortest decimal of its double."""
    texts, numbers = exact_cells(book, name)
    return [
        RawRow(row_no, [text or "" for text in cells], is_number)
        for row_no, (cells, is_number) in enumerate(zip(texts.rows(), numbers.rows(), strict=True), start=1)
        if any(text and text.strip() for text in cells)
    ]
