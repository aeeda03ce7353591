"""Writes a frame as table, CSV, JSON, Parquet or XLSX: the same values in each, exact numbers never through a float but in XLSX."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from carbon_pipeline.console.language import sentence
from carbon_pipeline.console.output import printing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from carbon_pipeline.settings import Lang

_WORKBOOK_DATE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed, zoneless stamp: the same rows give the same bytes
_LONGEST: Final = 120
_FIRST_WIDE: Final = 0x2E7F
"""Characters beyond take two places."""
_LONG: Final = frozenset({"detail", "evidence", "filename", "name", "reason"})
"""Columns of sentences and names; all others stay whole on a narrow terminal."""
_DATE_FORMAT: Final = "yyyy-mm-dd"


def as_bytes(frame: pl.DataFrame, chosen: str) -> bytes:
    """A frame in one of the formats that programs read.

    CSV: UTF-8, comma, LF, one header line; empty is empty, booleans are `true` and `false`, dates `2025-01-31`, decimals
    have the places of their column. JSON: a list of objects, decimals as text, empty as null.

    Raises:
        ValueError: the format is one for people.
    """
    if chosen == "csv":
        return frame.write_csv(line_terminator="\n").encode()
    if chosen == "json":
        return (as_json(frame.to_dicts()) + "\n").encode()
    buffer = io.BytesIO()
    if chosen == "parquet":
        frame.write_parquet(buffer, compression="zstd")
    elif chosen == "xlsx":
        _write_xlsx(frame, buffer)
    else:
        raise ValueError(chosen)
    return buffer.getvalue()


def as_json(value: object) -> str:
    """JSON of rows or summaries: Chinese as it is, exact numbers as text, dates in ISO form."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _write_xlsx(frame: pl.DataFrame, buffer: io.BytesIO) -> None:
    """A workbook with one frozen header line to filter by; codes stay text, whatever digits they are made of."""
    import xlsxwriter  # noqa: PLC0415 - a tenth of a second that only workbooks need

    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": _WORKBOOK_DATE})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        heading = book.add_format({"bold": True})
        for index, column in enumerate(frame.iter_columns()):
            sheet.write_string(0, index, column.name, heading)
            _write_column(sheet, index, column, book.add_format(_cell_format(column.dtype)))
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
        sheet.autofit()


def _write_column(sheet: Any, index: int, column: pl.Series, style: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
    write = {pl.String: sheet.write_string, pl.Boolean: sheet.write_boolean, pl.Date: sheet.write_datetime}
    put = write.get(column.dtype.base_type(), sheet.write_number)
    for row, value in enumerate(column, start=1):
        if value is not None:
            put(row, index, value, style)


def _cell_format(dtype: pl.DataType) -> dict[str, str]:
    if isinstance(dtype, pl.Decimal):
        return {"num_format": "0." + "0" * dtype.scale} if dtype.scale else {"num_format": "0"}
    return {"num_format": {pl.String: "@", pl.Date: _DATE_FORMAT, pl.Int64: "0"}.get(dtype.base_type(), "General")}


def print_table(frame: pl.DataFrame, face: Sequence[str], title: str, lang: Lang, *, always_face: bool = False) -> None:
    """Print a table for people: every column where there is room, its face on a narrow terminal.

    Args:
        frame: the rows.
        face: columns that are shown when there is no room for all.
        title: name of the table.
        lang: language of the count below it.
        always_face: show no more than the face.
    """
    from rich.console import Console  # noqa: PLC0415 - only people need it

    console = Console()
    frame = frame.with_columns(_shortened(frame))
    is_narrow = console.is_terminal and _natural_width(frame) > console.width
    shown = frame.select(face) if is_narrow or always_face else frame
    if not console.is_terminal:
        console.width = _page_width(shown, title)
    with printing():
        console.print(_table(shown, title, lang))


def as_text(frame: pl.DataFrame, title: str, lang: Lang) -> str:
    """A table for people as plain text, every column and every line whole."""
    from rich.console import Console  # noqa: PLC0415

    page = io.StringIO()
    Console(file=page, width=_page_width(frame, title), color_system=None).print(_table(frame, title, lang))
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def _shortened(frame: pl.DataFrame) -> list[pl.Expr]:
    """Cells such as a raw line of 96 values, cut for a screen; files and other formats hold them whole."""
    texts = [pl.col(name) for name, kind in frame.schema.items() if kind == pl.String]
    return [pl.when(text.str.len_chars() > _LONGEST).then(text.str.head(_LONGEST) + "…").otherwise(text) for text in texts]


def _table(frame: pl.DataFrame, title: str, lang: Lang) -> Table:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    count = sentence("row" if frame.height == 1 else "rows", lang, count=frame.height)
    table = Table(title=title, title_justify="left", caption=count, caption_justify="left")
    for column in frame.iter_columns():
        table.add_column(
            column.name, justify="right" if column.dtype.is_numeric() else "left", overflow="fold", no_wrap=column.name not in _LONG
        )
    for row in frame.iter_rows():
        table.add_row(*(Text("" if value is None else _cell(value)) for value in row))
    return table


def _page_width(frame: pl.DataFrame, title: str) -> int:
    return max(_natural_width(frame), len(title) + 1)


def _natural_width(frame: pl.DataFrame) -> int:
    """Characters a line that all columns take; a Chinese character takes two."""
    lengths = [max([len(c.name), *(_width(text) for text in c.cast(pl.String).drop_nulls())]) + 3 for c in frame.iter_columns()]
    return sum(lengths) + 1


def _width(text: str) -> int:
    return sum(2 if ord(letter) > _FIRST_WIDE else 1 for letter in text)


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else _plain(value)
