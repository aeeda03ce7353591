"""Daily frozen registers 日冻结示值: a row is the register of one meter at a midnight."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.metering.formats import frames, placing
from carbon_pipeline.metering.formats.cells import as_reading_date, over_distinct
from carbon_pipeline.metering.formats.placing import Check
from carbon_pipeline.metering.formats.result import FINDINGS, ZONES, ReadResult
from carbon_pipeline.metering.formats.values import NONE, Block, exact_micros, settle_signs
from carbon_pipeline.periods import MINUTES_A_DAY
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from carbon_pipeline.metering.formats.detect import Layout
    from carbon_pipeline.metering.formats.tables import Table

_ZONES: Final = ("sharp", "peak", "flat", "valley")


def read_day_reads(table: Table, layout: Layout) -> ReadResult:
    """Read a day-read file: one register a row, at the midnight that the profile says."""
    texts = table.texts(layout)
    channel = placing.channel_of(texts, layout.profile, "R")
    ignored = channel.is_null()
    rows, checks = _rows(texts, table, layout, channel)
    set_aside = placing.quarantine(table, layout, checks, ignored)
    placed = placing.is_placed(table, ignored, set_aside)
    rows, kept = rows.filter(placed), table.filter(placed)
    block, _ = settle_signs("R", kept.values((layout.columns["value"],), layout.profile.missing), None)
    zones, misfits = _zones(kept, layout, rows, block)
    return ReadResult(
        profile=layout.profile.id,
        rows_read=table.height,
        readings=frames.readings(rows, block, "R", MINUTES_A_DAY),
        quarantine=set_aside,
        ignored={placing.OTHER_TYPE: int(ignored.sum())} if ignored.any() else {},
        findings=misfits,
        raw_line=table.raw_line,
        zones=zones,
    )


def _rows(texts: pl.DataFrame, table: Table, layout: Layout, channel: pl.Series) -> tuple[pl.DataFrame, list[Check]]:
    profile = layout.profile
    written = texts["date"]
    date = over_distinct(written, lambda text: as_reading_date(text, profile.date_order), pl.Date())
    multiplier, ratio_checks = placing.multipliers(texts, layout)
    checks = [*placing.code_checks(texts, table, layout), Check("bad_date", date.is_null(), "date", written), *ratio_checks]
    rows = texts.select("meter_no", "account_no").with_columns(channel, date.alias("mult_day"))
    days_later = dt.timedelta(days=1 if profile.midnight == "end" else 0)
    rows = rows.with_columns((pl.col("mult_day") + days_later).alias("day"), pl.Series("row_no", table.row_no), *multiplier)
    return rows, checks


def _zones(table: Table, layout: Layout, rows: pl.DataFrame, block: Block) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keep 尖峰平谷 and find the rows where all that the file has are given and do not sum to 示数."""
    given = [zone for zone in _ZONES if zone in layout.columns]
    if not given or rows.height == 0:
        return pl.DataFrame(schema=ZONES), pl.DataFrame(schema=FINDINGS)
    parts = table.values([layout.columns[zone] for zone in given], layout.profile.missing).micros
    known = pl.DataFrame({zone: parts[:, index] for index, zone in enumerate(given)}).with_columns(
        pl.when(pl.col(given) != NONE).then(pl.col(given)),
    )
    kept = rows.with_columns(*known, *(pl.lit(None, pl.Int64).alias(zone) for zone in _ZONES if zone not in given))
    zones = kept.filter(pl.any_horizontal(pl.col(given).is_not_null())).select(list(ZONES)).cast(ZONES)
    return zones, _misfits(rows, block, np.where((parts == NONE).any(axis=1), NONE, parts.sum(axis=1)), layout)


def _misfits(rows: pl.DataFrame, block: Block, sums: np.ndarray, layout: Layout) -> pl.DataFrame:
    tolerance = exact_micros(layout.profile.zone_tolerance) or 0
    register = block.micros[:, 0]
    off = (sums != NONE) & (register >= 0) & (np.abs(sums - register) > tolerance)
    evidence = [
        fact("zones_sum", row=row_no, total=frames.kilo(total), whole=frames.kilo(whole))
        for row_no, total, whole in zip(rows["row_no"].to_numpy()[off].tolist(), sums[off].tolist(), register[off].tolist(), strict=True)
    ]
    return frames.findings(rows.filter(pl.Series(off)), None, "zones_differ", evidence)
