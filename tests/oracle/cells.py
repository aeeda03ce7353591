"""Incoming bytes as rows of text cells: CSV in any of the encodings, XLSX, and the members of folders and ZIP archives."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl

from tests.oracle.numbers import NumberCell, clean

if TYPE_CHECKING:
    from pathlib import Path

Rows = list[tuple[int, list[str]]]
UTF8_FLAG = 0x800


def decode(data: bytes) -> str:
    """The text, by byte order mark, else UTF-8, else GB18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def csv_rows(data: bytes) -> Rows:
    """Rows with the line at which a person finds them; lines without any cell are skipped."""
    rows = enumerate(csv.reader(io.StringIO(decode(data), newline="")), 1)
    return [(line, [clean(cell) for cell in row]) for line, row in rows if any(row)]


def cell_text(value: object) -> str:
    """A spreadsheet cell as the text that a person reads in it; a number as the shortest decimal of its double."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        exact = Decimal(repr(float(value)))
        return NumberCell(f"{int(exact)}" if exact == exact.to_integral_value() else f"{exact:f}")
    return clean(str(value))


def sheets(data: bytes) -> dict[str, Rows]:
    """The rows of each sheet of an XLSX workbook."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    found = {}
    for sheet in book.worksheets:
        rows = [[cell_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        found[sheet.title] = [(line, row) for line, row in enumerate(rows, 1) if any(row)]
    return found


def members(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """The files of a ZIP archive by full path in code-point order, named `a.zip/member`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = []
        for info in archive.infolist():
            if info.is_dir():
                continue
            path = info.filename if info.flag_bits & UTF8_FLAG else info.filename.encode("cp437").decode("gb18030")
            found.append((path, archive.read(info)))
    return [(f"{name}/{path}", content) for path, content in sorted(found, key=lambda pair: pair[0])]


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are an XLSX workbook (a ZIP archive with a workbook part)."""
    if not data.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "xl/workbook.xml" in archive.namelist()


def files_under(path: Path) -> list[tuple[str, bytes]]:
    """The files that a path stands for, in the order in which they count."""
    if path.is_dir():
        inside = sorted((p.relative_to(path).as_posix(), p) for p in path.rglob("*") if p.is_file())
        return [pair for name, p in inside for pair in files_under_one(name, p)]
    return files_under_one(path.name, path)


def files_under_one(name: str, path: Path) -> list[tuple[str, bytes]]:
    """The file itself, or the members of the archive that it is."""
    data = path.read_bytes()
    return members(name, data) if data.startswith(b"PK") and not is_workbook(data) else [(name, data)]
