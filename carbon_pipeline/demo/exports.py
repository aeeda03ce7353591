"""The demo's meter exports: every layout that the grid company sends, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from carbon_pipeline.demo.fleet import registers
from carbon_pipeline.demo.series import DAYS, FIRST_DAY, SLOTS

if TYPE_CHECKING:
    from pathlib import Path

    from carbon_pipeline.demo.fleet import Meter

Array = np.ndarray[Any, Any]

_CLOCK: Final = [f"{slot // 4:02d}{slot % 4 * 15:02d}" for slot in range(SLOTS)]
WIDE_HEAD: Final = ["meter_no", "date", *(f"T{at}" for at in _CLOCK)]
_CURVE_ZH: Final = ["户号", "电能表资产号", "数据日期", "数据类型"]
_CURVE_EN: Final = ["CONS_NO", "METER_ASSET_NO", "DATA_DATE", "DATA_TYPE"]
_TARIFF_TIMES: Final = (("尖", 0.08), ("峰", 0.34), ("平", 0.22), ("谷", 0.36))


@dataclass(frozen=True)
class Span:
    """Days from `first` up to, but without, `end`, counted from 2025-01-01."""

    first: int
    end: int

    @staticmethod
    def month(month: int) -> Span:
        """The days of a month of 2025."""
        begin, after = date(2025, month, 1), date(2025 + month // 12, month % 12 + 1, 1)
        return Span((begin - FIRST_DAY).days, (after - FIRST_DAY).days)


def places(meters: list[Meter], span: Span) -> list[tuple[Meter, int]]:
    """Meter and day of every row that is sent, by day and then by meter."""
    return [(m, day) for day in range(span.first, min(span.end, DAYS)) for m in meters if not m.absent[day]]


def stamp(day: int, style: str = "%Y-%m-%d") -> str:
    """A day counted from the first as text."""
    return (FIRST_DAY + timedelta(days=day)).strftime(style)


def _cells(rows: list[Array], names: list[str]) -> pl.DataFrame:
    return pl.DataFrame(np.array(rows).reshape(len(rows), len(names)), schema=names, orient="row").fill_nan(None)


def _masked(meter: Meter, day: int, values: Array) -> Array:
    return np.where(meter.missing[day], np.nan, values)


def day_wide(meters: list[Meter], span: Span) -> pl.DataFrame:
    """`day_wide`: primary kWh."""
    at = places(meters, span)
    cells = _cells([_masked(m, d, np.round(m.kwh[d], 4)) for m, d in at], WIDE_HEAD[2:])
    return pl.DataFrame(
        {"meter_no": [m.meter_no for m, _ in at], "date": [stamp(d) for _, d in at]}, schema={"meter_no": pl.String, "date": pl.String}
    ).hstack(cells)


def curve_e(meters: list[Meter], span: Span) -> pl.DataFrame:
    """`sg_curve`, energy, Chinese heads, 综合倍率 in the row; type 5 is what flows back."""
    at = places(meters, span)
    rows = [(m, d, 1, m.kwh) for m, d in at] + [(m, d, 5, m.reverse) for m, d in at if m.reverse is not None]
    head = [(m.account_no, m.meter_no, stamp(d), kind, m.multiplier) for m, d, kind, _ in rows]
    frame = pl.DataFrame(head, schema=[*_CURVE_ZH, "综合倍率"], orient="row")
    return frame.hstack(
        _cells([_masked(m, d, np.round(v[d] / m.multiplier, 4)) for m, d, _, v in rows], [f"E{i}" for i in range(1, SLOTS + 1)])
    )


def curve_p(meters: list[Meter], span: Span) -> pl.DataFrame:
    """`sg_curve`, power, 电压变比 and 电流变比 in the row as people write them; one value of the year is negative."""
    at = places(meters, span)
    head = [(m.account_no, m.meter_no, stamp(d, "%Y%m%d"), 1, "1", f"{m.multiplier * 5}/5") for m, d in at]
    frame = pl.DataFrame(head, schema=[*_CURVE_ZH, "电压变比", "电流变比"], orient="row")
    cells = [_masked(m, d, np.round(m.kwh[d] * 4 / m.multiplier, 4)) for m, d in at]
    if span.first == 0 and cells:
        cells[0][3] = -0.12
    return frame.hstack(_cells(cells, [f"P{i}" for i in range(1, SLOTS + 1)]))


def curve_r(meters: list[Meter], span: Span) -> pl.DataFrame:
    """`sg_curve`, registers, heads as the database names them; the multiplier is the register's. One dial jumps and falls back."""
    dials = {m.meter_no: registers(m) for m in meters}
    at = places(meters, span)
    frame = pl.DataFrame([(m.account_no, m.meter_no, stamp(d, "%Y-%m-%d 00:00:00"), 1) for m, d in at], schema=_CURVE_EN, orient="row")
    cells = [_masked(m, d, dials[m.meter_no][d * SLOTS : (d + 1) * SLOTS]) for m, d in at]
    if span.first == 0 and len(cells) > 1:
        cells[1][40:44] += 8_000
    return frame.hstack(_cells(cells, [f"R{i}" for i in range(1, SLOTS + 1)]))


def day_read(meters: list[Meter], span: Span) -> pl.DataFrame:
    """`sg_day_read`: the dial at the end of each day, with 尖峰平谷; January begins with the last midnight of the old year."""
    dials = {m.meter_no: registers(m) for m in meters}
    at = places(meters, span)
    if span.first == 0:
        at = [(m, -1) for m in meters if not m.absent[0]] + at
    total = [float(dials[m.meter_no][(d + 1) * SLOTS]) for m, d in at]
    head = [(m.account_no, m.meter_no, stamp(d, "%Y%m%d"), 1, f"{t:.2f}") for (m, d), t in zip(at, total, strict=True)]
    frame = pl.DataFrame(head, schema=["户号", "电能表资产号", "数据日期", "示数类型", "示数"], orient="row")
    times = {name: [f"{t * share:.2f}" for t in total] for name, share in _TARIFF_TIMES}
    if span.first == 0 and total:
        times["峰"][0] = f"{total[0] * 0.5:.2f}"
    return frame.hstack(pl.DataFrame(times)).with_columns(pl.Series("综合倍率", [m.multiplier for m, _ in at]))


def long(meters: list[Meter], span: Span) -> pl.DataFrame:
    """`sg_long`: one row per interval, primary kWh, with quality codes; what is missing comes as an invalid 0."""
    at = places(meters, span)
    hours = [f"{slot // 4:02d}:{slot % 4 * 15:02d}:00" for slot in range(SLOTS)]
    lost = np.array([m.missing[d] for m, d in at]).ravel()
    quality = np.where(lost, 3, np.where(np.arange(len(lost)) % 977 == 0, 2, 1))
    return pl.DataFrame(
        {
            "DATA_TIME": [f"{stamp(d)} {hour}" for _, d in at for hour in hours],
            "CONS_NO": [m.account_no for m, _ in at for _ in range(SLOTS)],
            "METER_DEV_ID": [m.meter_no for m, _ in at for _ in range(SLOTS)],
            "MEASURE_TYPE": ["E"] * len(lost),
            "VALUE": np.where(lost, 0, np.round(np.array([m.kwh[d] for m, d in at]).ravel(), 4)),
            "QUALITY_CODE": quality,
        }
    )


MAKERS: Final = {"curve_e": curve_e, "day_wide": day_wide, "curve_p": curve_p, "curve_r": curve_r, "day_read": day_read, "long": long}
FILES: Final = {
    "curve_e": ("E曲线", "gb18030", "NULL"),
    "day_wide": ("day_wide", "utf-8", ""),
    "curve_p": ("功率曲线", "gb18030", ""),
    "curve_r": ("示数曲线", "utf-8-sig", "-9999"),
    "day_read": ("日冻结示值", "gb18030", ""),
    "long": ("sg_long", "utf-8", ""),
}
"""Layout -> how its files are called, their encoding, and what stands for a missing value."""


def write(frame: pl.DataFrame, path: Path, encoding: str, null: str) -> Path:
    """Write a frame as CSV in an encoding."""
    path.write_bytes(frame.write_csv(null_value=null).encode(encoding))
    return path
