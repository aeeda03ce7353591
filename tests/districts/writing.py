"""Rows to bytes: CSV in several encodings and line ends, XLSX with text, number and date cells, ZIP with names in two encodings."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.districts.draw import World

Table = list[list[str]]
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
SHORT_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?")
CODE_TITLES = frozenset(
    {"户号", "统一社会信用代码", "电能表资产号", "受电户号", "CONS_NO", "METER_ASSET_NO", "METER_DEV_ID", "meter_no", "行业代码"}
)
WHOLE_TITLES = frozenset({"DATA_WHOLE_FLAG"})


def csv_bytes(world: World, table: Table) -> bytes:
    """A CSV in one of the encodings, with a system's or a person's line ends."""
    out = io.StringIO(newline="")
    quoting = world.dice.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    csv.writer(out, lineterminator=world.dice.choice(("\n", "\r\n")), quoting=quoting).writerows(table)
    return out.getvalue().encode(world.dice.choice(ENCODINGS))


def wrap_codes(table: Table) -> Table:
    """Codes as `="..."`, the way that keeps a spreadsheet from reading them as numbers."""
    titles = table[0]
    return [
        titles,
        *([f'="{cell}"' if cell and title in CODE_TITLES else cell for title, cell in zip(titles, row, strict=True)] for row in table[1:]),
    ]


def xlsx_bytes(world: World, sheets: dict[str, Table]) -> bytes:
    """A workbook; numbers are number cells, codes text, whole dates now and then date cells."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    real_dates, damages = world.chance(0.3), world.chance(0.3)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(table[0])
        for row in table[1:]:
            as_numbers = damages and world.chance(0.03)
            sheet.append(
                [cell_of(title, cell, real_dates=real_dates, as_numbers=as_numbers) for title, cell in zip(table[0], row, strict=True)]
            )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(title: str, text: str, *, real_dates: bool, as_numbers: bool = False) -> object:  # noqa: PLR0911
    """The cell as a spreadsheet would hold it; codes typed in as numbers lose what is beyond the fifteenth digit."""
    if not text:
        return None
    if as_numbers and title in CODE_TITLES and text.isdigit() and text[0] != "0":
        return int(text)
    if title in CODE_TITLES or title in WHOLE_TITLES:
        return text
    if real_dates and title in ("数据日期", "DATA_DATE", "date", "起始日期", "生效日期") and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return text
    if SHORT_NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


def zip_bytes(world: World, files: dict[str, bytes]) -> bytes:
    """An archive whose names carry the UTF-8 flag or are plain GB18030."""
    out = io.BytesIO()
    old_names = world.chance(0.5)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zip_info(name, old_name=old_names), data)
    return out.getvalue()


class _OldName(zipfile.ZipInfo):
    """A member whose name is written in GB18030 without the UTF-8 flag, as old Chinese archivers do."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zip_info(name: str, *, old_name: bool) -> zipfile.ZipInfo:
    """The member's entry."""
    return (_OldName if old_name else zipfile.ZipInfo)(name, date_time=(2025, 1, 1, 0, 0, 0))


def write(path: Path, data: bytes) -> None:
    """Write a file with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
