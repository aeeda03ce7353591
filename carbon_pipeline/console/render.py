"""Writes a frame as table, CSV, JSON, Parquet or XLSX: the same values in each, exact numbers never through a float but in XLSX."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from rich.cells import cell_len

from carbon_pipeline.console.language import sentence
from carbon_pipeline.console.output import printing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import JustifyMethod
    from rich.table import Table

    from carbon_pipeline.settings import Lang

_WORKBOOK_DATE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed, zoneless stamp: the same rows give the same bytes
_LONGEST: Final = 120
_LONG: Final = frozenset({"detail", "evidence", "filename", "name", "reason", "rule_id"})
"""Columns of sentences and names, which go on in a next line on a narrow terminal; all others are never broken."""
_LEAST_ROOM: Final = 8
"""Places that a sentence or a heading keeps in a line, four Chinese characters."""
_FILTER_BUTTON: Final = 3
_WIDEST: Final = 60
"""Characters of a column in a workbook, where a raw line of 96 values would push all else out of sight."""
_DATE_FORMAT: Final = "yyyy-mm-dd"


def as_bytes(frame: pl.DataFrame, chosen: str, name: str | None = None) -> bytes:
    """A frame in one of the formats that programs read.

    CSV: UTF-8, comma, LF, one header line; empty is empty, booleans are `true` and `false`, dates `2025-01-31`, decimals
    have the places of their column. JSON: a list of objects, decimals as text, empty as null. XLSX: one sheet of the name.

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
        _write_xlsx(frame, name, buffer)
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


def _write_xlsx(frame: pl.DataFrame, name: str | None, buffer: io.BytesIO) -> None:
    """A workbook with one frozen header line to filter by; codes stay text, whatever digits they are made of."""
    import xlsxwriter  # noqa: PLC0415 - a tenth of a second that only workbooks need

    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": _WORKBOOK_DATE})
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        heading = book.add_format({"bold": True})
        for index, column in enumerate(frame.iter_columns()):
            sheet.write_string(0, index, column.name, heading)
            _write_column(sheet, index, column, book.add_format(_cell_format(column.dtype)))
            sheet.set_column(index, index, _sheet_width(column))
        sheet.autofilter(0, 0, frame.height, frame.width - 1)


def _sheet_width(column: pl.Series) -> int:
    """Characters that a column of a workbook is wide: what it holds, and beside its name the button of the filter."""
    return min(max(len(column.name) + _FILTER_BUTTON, _values_width(column) + 1), _WIDEST)


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

    A number or code that is cut looks like another one, so none ever is: where not even the face fits, each row is a
    block of lines.

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
    heads: dict[str, str] = {}
    if _least_width(shown, heads) > console.width:
        heads = {column.name: _broken_head(column) for column in shown.iter_columns()}
    with printing():
        if _least_width(shown, heads) <= console.width:
            console.print(_table(shown, heads, title, lang))
        else:
            console.print(_blocks(shown, title, lang), soft_wrap=True, markup=False, highlight=False)


def as_text(frame: pl.DataFrame, title: str, lang: Lang) -> str:
    """A table for people as plain text, every column and every line whole."""
    from rich.console import Console  # noqa: PLC0415

    page = io.StringIO()
    Console(file=page, width=_page_width(frame, title), color_system=None).print(_table(frame, {}, title, lang))
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def _shortened(frame: pl.DataFrame) -> list[pl.Expr]:
    """Cells such as a raw line of 96 values, cut for a screen; files and other formats hold them whole."""
    texts = [pl.col(name) for name, kind in frame.schema.items() if kind == pl.String]
    return [pl.when(text.str.len_chars() > _LONGEST).then(text.str.head(_LONGEST) + "…").otherwise(text) for text in texts]


def _table(frame: pl.DataFrame, heads: Mapping[str, str], title: str, lang: Lang) -> Table:
    """A table for people; `heads` holds the headings that are not the columns' own names."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=title, title_justify="left", caption=_count(frame, lang), caption_justify="left")
    for column in frame.iter_columns():
        side: JustifyMethod = "right" if column.dtype.is_numeric() else "left"
        table.add_column(heads.get(column.name, column.name), justify=side, overflow="fold", no_wrap=column.name not in _LONG)
    for row in frame.iter_rows():
        table.add_row(*(Text("" if value is None else _cell(value)) for value in row))
    return table


def _blocks(frame: pl.DataFrame, title: str, lang: Lang) -> str:
    """Every row as lines of name and value, which the terminal may fold and nothing cuts."""
    longest = max(map(len, frame.columns))
    rows = [
        "\n".join(f"{name:{longest}}  {'' if value is None else _cell(value)}".rstrip() for name, value in row.items())
        for row in frame.iter_rows(named=True)
    ]
    return "\n\n".join([title, *rows, _count(frame, lang)])


def _count(frame: pl.DataFrame, lang: Lang) -> str:
    return sentence("row" if frame.height == 1 else "rows", lang, count=frame.height)


def _broken_head(column: pl.Series) -> str:
    """Name of a column, broken after underscores where its values are narrower."""
    room, lines = max(_LEAST_ROOM, _values_width(column)), [""]
    for part in column.name.split("_"):
        if lines[-1] and len(lines[-1]) + len(part) > room:
            lines.append("")
        lines[-1] += f"{part}_"
    return "\n".join(lines).removesuffix("_")


def _least_width(frame: pl.DataFrame, heads: Mapping[str, str]) -> int:
    """Characters a line in which every code and number stays whole and every sentence readable."""
    return sum(_least_column(column, heads.get(column.name, column.name)) + 3 for column in frame.iter_columns()) + 1


def _least_column(column: pl.Series, head: str) -> int:
    values = _values_width(column)
    return max(*map(len, head.split("\n")), min(values, _LEAST_ROOM) if column.name in _LONG else values)


def _page_width(frame: pl.DataFrame, title: str) -> int:
    return max(_natural_width(frame), len(title) + 1)


def _natural_width(frame: pl.DataFrame) -> int:
    """Characters a line that all columns take; a Chinese character takes two."""
    return sum(max(len(column.name), _values_width(column)) + 3 for column in frame.iter_columns()) + 1


def _values_width(column: pl.Series) -> int:
    return max((cell_len(text) for text in column.cast(pl.String).drop_nulls()), default=0)


def _cell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else _plain(value)
