"""Many channels of plain energy or power rows as one timeline, so that a district's gaps are filled in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.metering.estimation import estimate
from carbon_pipeline.metering.facts import MISSING, watt_hours
from carbon_pipeline.metering.meter_days import Settled
from carbon_pipeline.metering.registers import Dial, Falls
from carbon_pipeline.metering.standing import DAY, Timeline
from carbon_pipeline.metering.validation import remove_above

if TYPE_CHECKING:
    from numpy.typing import NDArray

BARRIER: Final = 57
"""Empty days between two channels: no gap and no like day reaches across."""


def settle_fleet(rows: pl.DataFrame) -> tuple[Settled, pl.DataFrame]:
    """Settle channels that hold no register and at most one row a day.

    Args:
        rows: meter_no, channel, day, kind, step, numerator, denominator, bound_uw, values; sorted by meter, channel, day.

    Returns:
        All channels settled on one timeline, and the frame meter_no, channel, day, position: which day index is whose.
    """
    placed = _place(rows)
    position = placed["position"].to_numpy()
    days = int(position[-1]) + 1
    steps, bound = np.zeros(days, np.int64), np.full(days, -1)
    steps[position], bound[position] = placed["step"].to_numpy(), placed["bound_uw"].to_numpy()
    counts = np.where(steps > 0, DAY // np.maximum(steps, 1), 0)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    timeline = Timeline(
        first_day=0,
        steps=steps,
        offsets=offsets,
        start=np.repeat(np.arange(days) * DAY, counts) + (np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)) * np.repeat(steps, counts),
        length=np.repeat(steps, counts),
        wh=_watt_hours(rows, placed, offsets),
        dial=_no_dial(),
    )
    wh, removed = remove_above(timeline.wh, timeline.length, np.repeat(bound, counts))
    channel = np.zeros(days, np.int64)
    channel[position] = placed["channel_no"].to_numpy()
    return Settled(timeline, estimate(timeline, wh, bound, channel), removed), placed.select("meter_no", "channel", "day", "position")


def _place(rows: pl.DataFrame) -> pl.DataFrame:
    """One line a day from each channel's first to its last, absent days included, each with its day index."""
    keys = ["meter_no", "channel"]
    spans = rows.group_by(keys, maintain_order=True).agg(pl.col("day").min().alias("first"), pl.col("day").max().alias("last"))
    spans = spans.with_columns(length=(pl.col("last") - pl.col("first")).dt.total_days() + 1).with_row_index("channel_no")
    spans = spans.with_columns(base=(pl.col("length") + BARRIER).cum_sum() - pl.col("length") - BARRIER)
    days = spans.select(*keys, "channel_no", "base", "first", pl.date_ranges("first", "last").alias("day")).explode("day")
    held = rows.select(*keys, "day", "step", "bound_uw", pl.int_range(pl.len()).alias("row"))
    placed = days.join(held, on=[*keys, "day"], how="left", maintain_order="left")
    return placed.with_columns(
        pl.col("step").forward_fill().over("channel_no"),
        pl.col("bound_uw").fill_null(-1),
        position=pl.col("base") + (pl.col("day") - pl.col("first")).dt.total_days(),
    )


def _watt_hours(rows: pl.DataFrame, placed: pl.DataFrame, offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    wh = np.full(int(offsets[-1]), MISSING)
    held = placed.filter(pl.col("row").is_not_null()).sort("row")
    position = held["position"].to_numpy()
    for step in rows["step"].unique().sort():
        at = (rows["step"] == step).arg_true().to_numpy()
        batch = rows[at]
        micros = batch["values"].explode().to_numpy().reshape(len(at), -1)
        power = (batch["kind"] == "P").to_numpy()
        numerator = batch["numerator"].to_numpy() * np.where(power, step, 1)
        denominator = batch["denominator"].to_numpy() * np.where(power, 60, 1)
        into = offsets[position[at]][:, None] + np.arange(micros.shape[1])
        wh[into.reshape(-1)] = watt_hours(micros, numerator[:, None], denominator[:, None]).reshape(-1)
    return wh


def _no_dial() -> Dial:
    nothing = np.zeros(0, np.int64)
    return Dial(np.zeros(0, np.bool_), nothing, nothing, nothing, nothing, nothing, Falls())
