"""Long files: a row is one interval of one meter; the rows of a day become one reading row."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.metering.formats import frames, placing
from carbon_pipeline.metering.formats.cells import as_code, as_minute, over_distinct
from carbon_pipeline.metering.formats.placing import Check
from carbon_pipeline.metering.formats.result import (
    FINDINGS,
    FLAG_OK,
    FLAG_SOURCE_INVALID,
    FLAG_SUSPECT,
    MISSING,
    READINGS,
    ReadResult,
)
from carbon_pipeline.metering.formats.values import NONE, Block, settle_signs
from carbon_pipeline.periods import MINUTES_A_DAY

if TYPE_CHECKING:
    from carbon_pipeline.metering.formats.detect import Layout
    from carbon_pipeline.metering.formats.profiles import FormatProfile, Kind
    from carbon_pipeline.metering.formats.tables import Table

_ROW: Final = ("meter_no", "account_no", "channel", "day", "kind", "mult_num", "mult_den", "mult_day")
_KINDS: Final[tuple[Kind, ...]] = ("E", "P", "R")


def read_long(table: Table, layout: Layout) -> ReadResult:
    """Read a long file: ignore other types, quarantine what cannot be placed, gather the rows of a day.

    Of several rows for one interval the later one that has a value stands. Rows that need the register's multiplier
    are not gathered: each may wait by itself.
    """
    texts = table.texts(layout)
    kind = _kind(texts, layout.profile)
    ignored = kind.is_null()
    intervals, checks = _intervals(texts, table, layout, kind)
    set_aside = placing.quarantine(table, layout, checks, ignored)
    placed = placing.is_placed(table, ignored, set_aside)
    intervals = intervals.filter(placed)
    block = table.filter(placed).values((layout.columns["value"],), layout.profile.missing)
    parts = [_of_kind(intervals, block, kind, layout.profile) for kind in _KINDS]
    return ReadResult(
        profile=layout.profile.id,
        rows_read=table.height,
        readings=pl.concat([readings for readings, _ in parts]).sort("row_no", "day"),
        quarantine=set_aside,
        ignored={placing.OTHER_TYPE: int(ignored.sum())} if ignored.any() else {},
        findings=pl.concat([findings for _, findings in parts]),
        raw_line=table.raw_line,
    )


def _kind(texts: pl.DataFrame, profile: FormatProfile) -> pl.Series:
    if not profile.measure_types:
        return pl.repeat(profile.kind, texts.height, dtype=pl.String, eager=True).alias("kind")
    return placing.of_type(texts["measure_type"], dict(profile.measure_types)).alias("kind")


def _intervals(texts: pl.DataFrame, table: Table, layout: Layout, kind: pl.Series) -> tuple[pl.DataFrame, list[Check]]:
    """Give each row's identity, the slot of its day, and its quality flag; with the checks."""
    profile = layout.profile
    written, quality = texts["stamp"], texts["quality"]
    start = over_distinct(written, lambda text: _start(text, profile), pl.Datetime("us"))
    flag = over_distinct(quality, lambda text: _quality(text, profile), pl.UInt8())
    multiplier, ratio_checks = placing.multipliers(texts, layout)
    minute = start.dt.hour().cast(pl.Int64) * 60 + start.dt.minute()
    is_off = (minute % profile.step != 0) | (start.dt.second() != 0)
    checks = [
        *placing.code_checks(texts, table, layout),
        Check("bad_date", start.is_null(), "stamp", written),
        Check("off_grid", is_off.fill_null(value=False), "stamp", written),
        Check("bad_flag", quality.is_not_null() & flag.is_null(), "quality", quality),
        *ratio_checks,
    ]
    rows = texts.select("meter_no", "account_no").with_columns(
        kind,
        start.dt.date().alias("day"),
        start.dt.date().alias("mult_day"),
        pl.lit("forward").alias("channel"),
        (minute // profile.step).alias("slot"),
        flag.fill_null(FLAG_OK).alias("quality"),
        pl.Series("row_no", table.row_no),
        *multiplier,
    )
    return rows, checks


def _start(text: str, profile: FormatProfile) -> dt.datetime | None:
    """Begin of the interval that a stamp names."""
    stamp = as_minute(text, profile.date_order)
    if stamp is None:
        return None
    if profile.is_day_end_same_date and stamp.time() == dt.time():
        stamp += dt.timedelta(days=1)
    is_end = profile.stamp == "end" and profile.kind != "R"
    return stamp - dt.timedelta(minutes=profile.step) if is_end else stamp


def _quality(text: str, profile: FormatProfile) -> int | None:
    meaning = profile.quality.get(as_code(text))
    return None if meaning is None else {"ok": FLAG_OK, "suspect": FLAG_SUSPECT, "invalid": FLAG_SOURCE_INVALID}[meaning]


def _of_kind(intervals: pl.DataFrame, block: Block, kind: Kind, profile: FormatProfile) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Settle the values of one kind and gather them by day."""
    of_kind = (intervals["kind"] == kind).to_numpy()
    rows = intervals.filter(pl.Series(of_kind))
    if rows.height == 0:
        return pl.DataFrame(schema=READINGS), pl.DataFrame(schema=FINDINGS)
    settled, lowest = settle_signs(kind, _with_quality(block.take(of_kind), rows), None)
    found = rows.with_columns(pl.Series("value", settled.micros[:, 0]), pl.Series("flag", settled.flags[:, 0]))
    return _gathered(found, kind, profile), frames.negative_power(rows, lowest)


def _with_quality(block: Block, rows: pl.DataFrame) -> Block:
    quality = rows["quality"].to_numpy()[:, None]
    is_invalid = quality == FLAG_SOURCE_INVALID
    micros = np.where(is_invalid, NONE, block.micros)
    is_kept = (quality == FLAG_SUSPECT) & (micros != NONE)
    flags = np.where(is_invalid | is_kept, quality, block.flags).astype(np.uint8)
    return Block(micros, flags)


def _gathered(found: pl.DataFrame, kind: Kind, profile: FormatProfile) -> pl.DataFrame:
    alone = pl.when(pl.col("mult_num").is_null()).then(pl.col("row_no"))
    slots = (
        found.with_columns(alone.alias("alone"), (pl.col("value") != MISSING).alias("has_value"))
        .sort("has_value", "row_no")
        .unique(["meter_no", "channel", "day", "slot", "alone"], keep="last", maintain_order=True)
    )
    key = [*_ROW, "alone"]
    days = slots.group_by(key).agg(pl.col("row_no").min()).sort("row_no", "day").with_row_index("line")
    placed = slots.join(days.drop("row_no"), on=key, how="left", nulls_equal=True)
    shape = (days.height, MINUTES_A_DAY // profile.step)
    block = Block(np.full(shape, MISSING, np.int64), np.zeros(shape, np.uint8))
    where = placed["line"].to_numpy(), placed["slot"].to_numpy()
    block.micros[where] = placed["value"].to_numpy()
    block.flags[where] = placed["flag"].to_numpy()
    return frames.readings(days, block, kind, profile.step)
