"""What stands in the lake: every table's columns, partition and order."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from carbon_pipeline.outcomes import PUBLISHED


@dataclass(frozen=True)
class Table:
    """One table of the lake."""

    name: str
    schema: pl.Schema
    partition: str | None = None
    order: tuple[str, ...] = ()
    """Columns by which a partition is sorted, so that one meter's rows lie together."""
    is_bulky: bool = False
    """Whether an append may be a million values and more."""


def _table(
    name: str,
    columns: dict[str, pl.DataType | type[pl.DataType]],
    partition: str | None = None,
    order: tuple[str, ...] = (),
    *,
    is_bulky: bool = False,
) -> Table:
    return Table(name, pl.Schema(columns), partition, order, is_bulky)


READING_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "meter_no": pl.String,
    "channel": pl.String,
    "day": pl.Date,
    "kind": pl.String,
    "step": pl.Int32,
    "row_no": pl.Int64,
    "account_no": pl.String,
    "mult_num": pl.Int64,
    "mult_den": pl.Int64,
    "mult_day": pl.Date,
    "parts": pl.Int32,
    "values": pl.List(pl.Int64),
    "flags": pl.List(pl.Int8),
}
"""A row as a format reader gives it: values in millionths of a kWh or kW, -1 where missing; power that came in finer steps is the sum
of so many `parts`, whose mean it is, so that nothing is rounded before the multiplier."""

READINGS = _table(
    "readings",
    {
        "month": pl.String,
        **READING_COLUMNS,
        "seq": pl.Int64,
        "known": pl.Int32,
        "fact_num": pl.Int64,
        "fact_den": pl.Int64,
        "wh_max": pl.Int64,
        "wh_line": pl.Int64,
        "longest_gap": pl.Int32,
    },
    partition="month",
    order=("meter_no", "channel", "day", "seq"),
    is_bulky=True,
)
"""Readings as they came. `seq` is the order of upload (receipt number x 2^32 + row); `known` counts the values;
`wh_max` and `wh_line` are exact Wh of an energy or power row under the multiplier `fact_num` / `fact_den`: its own, or what the
register said on arrival. `wh_line` sums the row with every gap on a straight line, empty where it begins or ends with one;
`longest_gap` counts the intervals of the longest of these gaps."""

RECEIPTS = _table(
    "receipts",
    {
        "receipt_id": pl.String,
        "filename": pl.String,
        "sha256": pl.String,
        "profile": pl.String,
        "received_at": pl.String,
        "status": pl.String,
        "rows_read": pl.Int64,
        "rows_accepted": pl.Int64,
        "rows_quarantined": pl.Int64,
        "rows_ignored": pl.Int64,
        "intervals_new": pl.Int64,
        "intervals_changed": pl.Int64,
        "intervals_same": pl.Int64,
        "reason": pl.String,
    },
    order=("receipt_id",),
)

QUARANTINE = _table(
    "quarantine",
    {
        "receipt_id": pl.String,
        "filename": pl.String,
        "sheet": pl.String,
        "row_no": pl.Int64,
        "reason": pl.String,
        "detail": pl.String,
        "raw": pl.String,
    },
    order=("receipt_id", "sheet", "row_no"),
)
"""Rows turned away, and rows that wait for a multiplier with what the file said; which still wait is asked when shown."""

FINDINGS = _table(
    "findings",
    {
        "meter_no": pl.String,
        "channel": pl.String,
        "date_from": pl.Date,
        "date_to": pl.Date,
        "account_no": pl.String,
        "reason": pl.String,
        "evidence": pl.String,
    },
    order=("meter_no", "channel", "date_from", "reason"),
)
"""Findings of one source; `intake_findings` come with files, `settlement_findings` from settling."""

METER_DAYS = _table(
    "meter_days",
    {
        "month": pl.String,
        "meter_no": pl.String,
        "channel": pl.String,
        "day": pl.Date,
        "step": pl.Int32,
        "wh": pl.Int64,
        "measured_min": pl.Int64,
        "shaped_min": pl.Int64,
        "estimated_min": pl.Int64,
    },
    partition="month",
    order=("meter_no", "channel", "day"),
)

SETTLED_CHANNELS = _table(
    "settled_channels",
    {"meter_no": pl.String, "channel": pl.String, "settings": pl.Int64, "seq": pl.Int64},
    order=("meter_no", "channel"),
)
"""For each channel: a hash of what the register said of the meter, and the last upload that was settled."""

REGISTER_HISTORY = _table(
    "register_history",
    {
        "receipt_id": pl.String,
        "sheet": pl.String,
        "key": pl.String,
        "action": pl.String,
        "old": pl.String,
        "new": pl.String,
    },
)

ZONES = _table(
    "zones",
    {
        "meter_no": pl.String,
        "channel": pl.String,
        "day": pl.Date,
        "row_no": pl.Int64,
        "sharp": pl.Int64,
        "peak": pl.Int64,
        "flat": pl.Int64,
        "valley": pl.Int64,
        "receipt_id": pl.String,
    },
)
"""尖峰平谷 registers of day reads, in millionths of a kWh: kept, never summed into energy."""

TABLES = {
    t.name: t
    for t in (
        READINGS,
        RECEIPTS,
        QUARANTINE,
        Table("intake_findings", pl.Schema([*FINDINGS.schema.items(), ("receipt_id", pl.String())]), None, FINDINGS.order),
        Table("settlement_findings", FINDINGS.schema, None, FINDINGS.order),
        METER_DAYS,
        SETTLED_CHANNELS,
        REGISTER_HISTORY,
        ZONES,
    )
}

RESULTS = (*PUBLISHED, "result_findings", "checks")
"""Tables of a refresh; each has a leading column `as_of`, its partition."""
