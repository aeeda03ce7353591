"""Rows that wait for the register to bring their meter's multiplier: which still do, asked when somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.intake.numbering import receipt_id_of_seq, row_of_seq
from carbon_pipeline.lake.tables import QUARANTINE
from carbon_pipeline.metering.register_ranges import with_multipliers

if TYPE_CHECKING:
    from carbon_pipeline.lake.store import Store

NO_MULTIPLIER: Final = "no_multiplier"
_PLACE: Final = ["receipt_id", "row_no"]


def quarantine(store: Store, ranges: pl.DataFrame) -> pl.DataFrame:
    """Every row that was turned away, and every row that waits as the register stands now.

    A row that found its multiplier leaves by itself; one whose multiplier the register has withdrawn comes back, because
    it no longer counts anywhere.
    """
    held = store.read("quarantine")
    waiting = _waiting(store, ranges)
    refused = held.filter(pl.col("reason") != NO_MULTIPLIER)
    told = held.filter(pl.col("reason") == NO_MULTIPLIER).join(waiting, on=_PLACE, how="semi")
    untold = waiting.join(told, on=_PLACE, how="anti").join(store.read("receipts", ["receipt_id", "filename"]), on="receipt_id", how="left")
    untold = untold.with_columns(
        sheet=pl.lit(None, pl.String), reason=pl.lit(NO_MULTIPLIER), detail=pl.col("meter_no"), raw=pl.lit(None, pl.String)
    )
    return (
        pl.concat([refused, told, untold.select(held.columns)]).select(QUARANTINE.schema.names()).sort(QUARANTINE.order, nulls_last=False)
    )


def findings(store: Store, ranges: pl.DataFrame) -> pl.DataFrame:
    """Findings of files, without those on rows that wait: such a row is not in."""
    held = store.read("intake_findings")
    waiting = _waiting(store, ranges).select("receipt_id", "meter_no", date_from="day")
    return held.join(waiting, on=waiting.columns, how="anti")


def _waiting(store: Store, ranges: pl.DataFrame) -> pl.DataFrame:
    needing = store.scan("readings").filter(pl.col("mult_num").is_null())
    rows = needing.select("meter_no", "day", "mult_num", "mult_den", "mult_day", "parts", "seq").collect()
    found = with_multipliers(rows, ranges)
    rows = rows.join(found, on=["seq", "day"], how="anti")
    placed = rows.select("meter_no", "day", receipt_id=receipt_id_of_seq(), row_no=row_of_seq())
    return placed.unique(_PLACE).sort(_PLACE)
