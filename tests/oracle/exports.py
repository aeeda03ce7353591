"""Rows of meter exports: which layout a header is, and what each row says (readings, or why there are none)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from tests.oracle.numbers import day_of, is_damaged, micro, number

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from tests.oracle.cells import Rows

TITLES = {
    "CONS_NO": "户号", "METER_ASSET_NO": "电能表资产号", "DATA_DATE": "数据日期", "DATA_TYPE": "数据类型", "DATA_POINT_FLAG": "点数标志",
    "TV": "电压变比", "TA": "电流变比", "T_FACTOR": "综合倍率",
}  # fmt: skip
POINTS = 96
QUARTER = 15
DAY = 1440
MISSING = frozenset({"", "NULL", "-9999"})
CHANNELS = {"1": "forward", "5": "reverse"}
STEP_OF_FLAG = {"": 15, "1": 15, "2": 30, "3": 60}
STAMP = re.compile(r"(.+) (\d{2}):(\d{2})(?::00)?")


class Unplaced(Exception):  # noqa: N818
    """A row that cannot be placed, with its reason."""


class Ignored(Exception):  # noqa: N818
    """A row that is of no concern here."""


@dataclass
class Reading:
    """What one row holds: values in millionths by slot of its step; a dial's midnight is kind `R` with a step of a whole day."""

    meter: str
    channel: str
    day: date
    kind: str
    step: int
    multiplier: Fraction | None
    multiplier_day: date
    values: dict[int, int] = field(default_factory=dict)
    negative: list[int] = field(default_factory=list)
    needs_multiplier: bool = False
    place: tuple[int, ...] = ()


Row = dict[str, str]


def layout(header: list[str]) -> tuple[str, Callable[[Row], Reading]] | None:
    """The layout that a header is, with the reader of its rows."""
    titles = [TITLES.get(title, title) for title in header]
    have = set(titles)
    if have >= {"户号", "电能表资产号", "数据日期", "示数类型", "示数"}:
        return "sg_day_read", day_read_row
    if have >= {"户号", "电能表资产号", "数据日期", "数据类型"}:
        kinds = [kind for kind in "PER" if have >= {f"{kind}{i}" for i in range(1, POINTS + 1)}]
        if len(kinds) == 1:
            return "sg_curve", lambda row: curve_row(row, kinds[0])
    if have >= {"DATA_TIME", "户号", "METER_DEV_ID", "MEASURE_TYPE", "VALUE"}:
        return "sg_long", long_row
    for form in ("T{:02d}{:02d}", "{:02d}:{:02d}"):
        names = [form.format(*divmod(QUARTER * i, 60)) for i in range(POINTS)]
        if have >= {"meter_no", "date", *names}:
            return "day_wide", partial(wide_row, names=names)
    return None


def records(rows: Rows) -> list[tuple[int, Row]]:
    """Rows under the titles of the first one."""
    titles = [TITLES.get(title, title) for title in rows[0][1]]
    return [(line, dict(zip(titles, [*cells, *[""] * len(titles)], strict=False))) for line, cells in rows[1:]]


def meter_of(row: Row, title: str) -> str:
    """The meter's number; raises where there is none or a spreadsheet has spoiled a code of the row."""
    if is_damaged(row.get(title, "")) or is_damaged(row.get("户号", "")):
        raise Unplaced("number_damaged")
    if not row.get(title):
        raise Unplaced("no_meter_number")
    return row[title]


def date_of(text: str) -> date:
    """The date; raises where there is no such."""
    day = day_of(text)
    if day is None:
        raise Unplaced("no_such_date")
    return day


def ratio(text: str) -> Fraction | None:
    """A ratio written `20` or `100/5`; None where the cell is empty, raises where it is no number."""
    if text in MISSING:
        return None
    parts = [number(part) for part in text.split("/")]
    if len(parts) > 2 or any(part is None for part in parts) or (len(parts) == 2 and parts[1] == 0):
        raise Unplaced("multiplier_no_number")
    return parts[0] if len(parts) == 1 else parts[0] / parts[1]  # type: ignore[operator]


def put(reading: Reading, slot: int, text: str, *, absent: bool = False) -> None:
    """One cell: a value, a 0 for power that flows back, or nothing."""
    value = None if absent or text in MISSING else micro(text)
    if value is None:
        return
    if value < 0:
        if reading.kind != "P" or reading.channel != "forward":
            return
        reading.negative.append(slot)
        value = 0
    reading.values[slot] = value


def curve_row(row: Row, kind: str) -> Reading:
    """A row of 96 columns, of which 96, 48 or 24 hold points."""
    code = row["数据类型"]
    if code != "1" and (kind == "P" or code != "5"):
        raise Ignored
    meter, day = meter_of(row, "电能表资产号"), date_of(row["数据日期"])
    flag = row.get("点数标志", "")
    if ("" if flag in MISSING else flag) not in STEP_OF_FLAG:
        raise Unplaced("flag_no_number")
    whole = row.get("DATA_WHOLE_FLAG", "")
    if whole not in MISSING and not re.fullmatch(r"[01]{96}", whole):
        raise Unplaced("flag_no_number")
    voltage, current, factor = (ratio(row.get(title, "")) for title in ("电压变比", "电流变比", "综合倍率"))
    multiplier = voltage * current if voltage is not None and current is not None else factor
    step = STEP_OF_FLAG["" if flag in MISSING else flag]
    reading = Reading(meter, CHANNELS[code], day, kind, step, multiplier, day, needs_multiplier=multiplier is None)
    for slot in range(DAY // step):
        position = slot * step // QUARTER
        put(reading, slot, row[f"{kind}{position + 1}"], absent=whole not in MISSING and whole[position] == "0")
    return reading


def long_row(row: Row) -> Reading:
    """A row with one value, primary, stamped with the start of its interval."""
    kind = row["MEASURE_TYPE"]
    if kind not in ("E", "P"):
        raise Ignored
    meter = meter_of(row, "METER_DEV_ID")
    found = STAMP.fullmatch(row["DATA_TIME"])
    day = date_of(found[1] if found else row["DATA_TIME"])
    minute = int(found[2]) * 60 + int(found[3]) if found else 0
    if minute % QUARTER or minute >= DAY:
        raise Unplaced("no_such_time")
    quality = row.get("QUALITY_CODE", "")
    if quality not in ("", "1", "2", "3"):
        raise Unplaced("flag_no_number")
    reading = Reading(meter, "forward", day, kind, QUARTER, None, day)
    put(reading, minute // QUARTER, row["VALUE"], absent=quality == "3")
    return reading


def day_read_row(row: Row) -> Reading:
    """A dial's reading at the midnight that ends its date."""
    code = row["示数类型"]
    if code not in CHANNELS:
        raise Ignored
    meter, day = meter_of(row, "电能表资产号"), date_of(row["数据日期"])
    multiplier = ratio(row.get("综合倍率", ""))
    next_day = day + timedelta(days=1)
    reading = Reading(meter, CHANNELS[code], next_day, "R", DAY, multiplier, day, needs_multiplier=multiplier is None)
    put(reading, 0, row["示数"])
    return reading


def wide_row(row: Row, names: list[str]) -> Reading:
    """A row with a day's energy, primary."""
    meter, day = meter_of(row, "meter_no"), date_of(row["date"])
    reading = Reading(meter, "forward", day, "E", QUARTER, None, day)
    for slot, name in enumerate(names):
        put(reading, slot, row[name])
    return reading
