"""Frames in, frames out: rows of readings with their values to meter days and findings, by fleet or channel by channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.lake.months import month_column
from carbon_pipeline.lake.tables import FINDINGS, METER_DAYS
from carbon_pipeline.metering.fleet import settle_fleet
from carbon_pipeline.metering.meter_days import Limits, Settled, settle_channel
from carbon_pipeline.metering.register_ranges import CHANNEL
from carbon_pipeline.metering.standing import Row
from carbon_pipeline.metering.validation import NO_BOUND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.rules import ValidationRule

_EVER: Final = -(2**40)
_OPEN: Final = 2**40

Frames = tuple[pl.DataFrame, pl.DataFrame]
"""Meter days, and findings."""


def fleet_days(rows: pl.DataFrame, days: pl.DataFrame, rule: ValidationRule) -> Frames:
    """Settle plain channels together; see `settle_fleet` for what the frames hold."""
    settled, places = settle_fleet(rows, days, rule)
    at = places.select(*CHANNEL, "day", pl.col("position").cast(pl.Int64))
    found = _finding_frame(settled).join(at, left_on="from_no", right_on="position")
    return (
        as_meter_days(_day_frame(settled).join(at, left_on="day_no", right_on="position")),
        _as_findings(found.with_columns(date_from="day", date_to="day")),
    )


def channel_days(rows: pl.DataFrame, limits: dict[str, Limits], rule: ValidationRule) -> Frames:
    """Settle channels one by one, each from all the rows given for it.

    Args:
        rows: meter_no, channel, day, mult_day, kind, step, numerator, denominator, seq, values.
        limits: by meter.
        rule: how readings are validated and gaps filled.
    """
    days, found = [pl.DataFrame(schema=METER_DAYS.schema)], [pl.DataFrame(schema=FINDINGS.schema)]
    for meter_no, channel, channel_rows in rows_by_channel(rows):
        settled = settle_channel(channel_rows, limits.get(meter_no, Limits()), rule)
        name = {"meter_no": pl.lit(meter_no), "channel": pl.lit(channel)}
        days.append(as_meter_days(_day_frame(settled).with_columns(day=_date("day_no"), **name)))
        found.append(_as_findings(_finding_frame(settled).with_columns(date_from=_date("from_no"), date_to=_date("to_no"), **name)))
    return pl.concat(days), pl.concat(found)


def rows_by_channel(rows: pl.DataFrame) -> Iterator[tuple[str, str, list[Row]]]:
    """The rows of each channel in the order of upload."""
    rows = rows.sort(*CHANNEL, "seq", "day")
    values = rows["values"].explode(empty_as_null=False).to_numpy()
    ends = np.cumsum(rows["values"].list.len().to_numpy())
    plain = rows.select(
        *CHANNEL, pl.col("day").to_physical(), pl.col("mult_day").to_physical(), "kind", "step", "numerator", "denominator"
    ).rows()
    channel: list[Row] = []
    key: tuple[str, str] | None = None
    start = 0
    for (meter_no, name, day, data_day, kind, step, numerator, denominator), end in zip(plain, ends.tolist(), strict=True):
        if key is not None and key != (meter_no, name):
            yield *key, channel
            channel = []
        key = (meter_no, name)
        channel.append(Row(day, data_day, kind, step, numerator, denominator, values[start:end]))
        start = end
    if key is not None:
        yield *key, channel


def limits_of(ranges: pl.DataFrame) -> dict[str, Limits]:
    """Bound and digits of every meter by ranges of days.

    Args:
        ranges: meter_no, date_from, date_to (empty: open), bound_uw (-1: none), digits (empty: unknown).
    """
    lines: dict[str, list[tuple[int, int, int, int | None]]] = {}
    known = ranges.filter((pl.col("bound_uw") != NO_BOUND) | pl.col("digits").is_not_null())
    days = [
        pl.col(column).to_physical().cast(pl.Int64).fill_null(open_end) for column, open_end in (("date_from", _EVER), ("date_to", _OPEN))
    ]
    for meter_no, first, last, bound_uw, digits in known.select("meter_no", *days, "bound_uw", "digits").rows():
        lines.setdefault(meter_no, []).append((first, last, bound_uw, digits))
    return {meter_no: Limits(tuple(sorted(line, key=lambda part: part[0]))) for meter_no, line in lines.items()}


def as_meter_days(frame: pl.DataFrame) -> pl.DataFrame:
    """Days with their month, Wh empty where nothing is known, in the table's columns; channels as they come."""
    frame = frame.with_columns(month=month_column(frame["day"]), wh=pl.when(pl.col("wh") >= 0).then("wh"))
    return frame.select(_typed(name, kind) for name, kind in METER_DAYS.schema.items())


def _day_frame(settled: Settled) -> pl.DataFrame:
    days = settled.days()
    return pl.DataFrame({"day_no": days.pop("day"), **days}).with_columns(pl.col("day_no").cast(pl.Int64))


def _finding_frame(settled: Settled) -> pl.DataFrame:
    schema = {"reason": pl.String, "from_no": pl.Int64, "to_no": pl.Int64, "evidence": pl.String}
    return pl.DataFrame(settled.findings(), schema=schema, orient="row")


def _as_findings(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(account_no=pl.lit(None, pl.String))
    return frame.select(_typed(name, kind) for name, kind in FINDINGS.schema.items())


def _typed(name: str, kind: pl.DataType) -> pl.Expr:
    return pl.col(name) if name in CHANNEL else pl.col(name).cast(kind)


def _date(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int32).cast(pl.Date)
