"""Small exports, made in code."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import xlsxwriter

from carbon_pipeline.metering.formats import ReadResult, Source, profiles_of, read_export
from carbon_pipeline.sentences.fact import told
from carbon_pipeline.settings import packaged_config

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carbon_pipeline.metering.formats import FormatProfile, Refusal
    from carbon_pipeline.sentences.fact import Detail

PROFILES = profiles_of([packaged_config()])
METER, ACCOUNT, DAY = "3390001", "3300001", "2025-01-05"
IDENTITY = ("CONS_NO", "METER_ASSET_NO", "DATA_DATE", "DATA_TYPE")
CLOCK = [f"T{minute // 60:02d}{minute % 60:02d}" for minute in range(0, 1440, 15)]


def result_of(content: bytes | str, profiles: Sequence[FormatProfile] = PROFILES) -> ReadResult | Refusal:
    data = content.encode() if isinstance(content, str) else content
    return read_export(Source(filename="export.csv", packed=data), profiles)


def read(content: bytes | str, profiles: Sequence[FormatProfile] = PROFILES) -> ReadResult:
    result = result_of(content, profiles)
    assert isinstance(result, ReadResult), result
    return result


def refused(content: bytes | str, profiles: Sequence[FormatProfile] = PROFILES) -> Refusal:
    result = result_of(content, profiles)
    assert not isinstance(result, ReadResult)
    return result


def said(detail: Detail) -> str:
    """What was found, in English."""
    return told(str(detail), "en")


def text(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    return "\n".join(delimiter.join(row) for row in rows) + "\n"


def curve(*rows: dict[str, str], kind: str = "E", columns: Sequence[str] = ()) -> str:
    """A file of sg_curve; a row says what differs: `E1`, a column, or `fill` for all values."""
    values = [f"{kind}{point}" for point in range(1, 97)]
    header = [*IDENTITY, *columns, *values]
    usual = {"CONS_NO": ACCOUNT, "METER_ASSET_NO": METER, "DATA_DATE": DAY, "DATA_TYPE": "1"}
    body = [[(usual | dict.fromkeys(values, row.get("fill", "1")) | row).get(name, "") for name in header] for row in rows]
    return text([header, *body])


def day_wide(*rows: dict[str, str], names: Sequence[str] = CLOCK) -> str:
    """A file of day_wide; a row says what differs."""
    usual = {"meter_no": METER, "date": DAY}
    body = [[(usual | dict.fromkeys(names, row.get("fill", "1")) | row)[name] for name in ("meter_no", "date", *names)] for row in rows]
    return text([["meter_no", "date", *names], *body])


def long(*rows: str) -> str:
    """A file of sg_long; a row is written `stamp,type,value,quality` or in full."""
    full = [row if row.count(",") > 3 else ",".join([(cells := row.split(","))[0], ACCOUNT, METER, *cells[1:]]) for row in rows]
    return "\n".join(["DATA_TIME,CONS_NO,METER_DEV_ID,MEASURE_TYPE,VALUE,QUALITY_CODE", *full]) + "\n"


def day_read(*rows: str) -> str:
    return "\n".join(["户号,电能表资产号,数据日期,示数类型,示数,尖,峰,平,谷,综合倍率", *rows]) + "\n"


def sheet(*sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook; numbers become number cells, texts text cells."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd"})
    for rows in sheets:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(line, column, cell)
                elif cell is not None:
                    page.write(line, column, cell)
    book.close()
    return stream.getvalue()


def values(result: ReadResult, row: int = 0) -> list[int]:
    found: list[int] = result.readings["values"][row].to_list()
    return found


def flags(result: ReadResult, row: int = 0) -> list[int] | None:
    found = result.readings["flags"][row]
    return None if found is None else found.to_list()


def set_aside(result: ReadResult) -> list[tuple[int, str]]:
    return result.quarantine.select("row_no", "reason").rows()
