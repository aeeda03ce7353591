"""Many channels of energy and power rows as one timeline, so that a district's gaps are filled in one pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from carbon_pipeline.metering.estimation import estimate
from carbon_pipeline.metering.facts import MISSING, as_matrix, row_ratios, watt_hours
from carbon_pipeline.metering.meter_days import Settled
from carbon_pipeline.metering.register_ranges import CHANNEL
from carbon_pipeline.metering.registers import Dial, Falls
from carbon_pipeline.metering.standing import Timeline
from carbon_pipeline.metering.validation import NO_BOUND, remove_above
from carbon_pipeline.periods import MINUTES_A_DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from carbon_pipeline.rules import ValidationRule


def settle_fleet(rows: pl.DataFrame, days: pl.DataFrame, rule: ValidationRule) -> tuple[Settled, pl.DataFrame]:
    """Settle days of channels that hold no register, and of each day rows of one kind and step only.

    Args:
        rows: meter_no, channel, day, kind, step, seq, numerator, denominator, bound_uw, values.
        days: meter_no, channel, day: the days to lay out, with or without rows; other days are walls.
        rule: how readings are validated and gaps filled.

    Returns:
        All of them settled on one timeline, and meter_no, channel, day, position: which day index is whose.
    """
    rows = rows.sort(*CHANNEL, "day", "seq")
    placed = _place(rows, days, rule.like_reach + 1)
    position = placed["position"].to_numpy()
    length = int(position[-1]) + 1
    steps, bound = np.zeros(length, np.int64), np.full(length, NO_BOUND)
    steps[position], bound[position] = placed["step"].to_numpy(), placed["bound_uw"].to_numpy()
    counts = np.where(steps > 0, MINUTES_A_DAY // np.maximum(steps, 1), 0)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    minutes = np.repeat(steps, counts)
    timeline = Timeline(
        first_day=0,
        steps=steps,
        offsets=offsets,
        start=np.repeat(np.arange(length) * MINUTES_A_DAY, counts) + (np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)) * minutes,
        length=minutes,
        wh=_watt_hours(rows.join(placed, on=[*CHANNEL, "day"], maintain_order="left"), offsets),
        dial=_no_dial(),
    )
    wh, removed = remove_above(timeline.wh, minutes, np.repeat(bound, counts))
    return Settled(timeline, estimate(timeline, wh, bound, rule), removed), placed.select(*CHANNEL, "day", "position")


def _place(rows: pl.DataFrame, days: pl.DataFrame, apart: int) -> pl.DataFrame:
    """Give every day its index: days of a channel as far apart as they are, channels so far that no like day reaches across."""
    all_days = pl.concat([days.select(*CHANNEL, "day"), rows.select(*CHANNEL, "day")]).unique().sort(*CHANNEL, "day")
    spans = all_days.group_by(CHANNEL, maintain_order=True).agg(
        first=pl.col("day").min(), length=(pl.col("day").max() - pl.col("day").min()).dt.total_days()
    )
    spans = spans.with_columns(base=(pl.col("length") + 1 + apart).cum_sum() - pl.col("length") - 1 - apart)
    held = rows.select(*CHANNEL, "day", "step", "bound_uw").unique([*CHANNEL, "day"])
    placed = all_days.join(spans, on=CHANNEL).join(held, on=[*CHANNEL, "day"], how="left").sort(*CHANNEL, "day")
    return placed.select(
        *CHANNEL,
        "day",
        pl.col("step").forward_fill().over(CHANNEL),
        pl.col("bound_uw").fill_null(NO_BOUND),
        position=pl.col("base") + (pl.col("day") - pl.col("first")).dt.total_days(),
    ).drop_nulls("step")  # a channel begins with a row


def _watt_hours(rows: pl.DataFrame, offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lay the rows' Wh on the timeline; of several rows of a day the later value stands, a missing one replaces nothing."""
    wh = np.full(int(offsets[-1]), MISSING)
    turn = rows.select(pl.int_range(pl.len()).over([*CHANNEL, "day"])).to_series()
    for _, batch in rows.with_columns(turn=turn).sort("turn", "step").group_by("turn", "step", maintain_order=True):
        is_power = (batch["kind"] == "P").to_numpy()
        ratios = row_ratios(is_power, int(batch["step"][0]), batch["numerator"].to_numpy(), batch["denominator"].to_numpy())
        new = watt_hours(as_matrix(batch["values"]), *ratios)
        _lay(wh, offsets, batch["position"].to_numpy(), new)
    return wh


def _lay(wh: NDArray[np.int64], offsets: NDArray[np.int64], position: NDArray[np.int64], new: NDArray[np.int64]) -> None:
    """Put the known values of whole days in their places; where all days are alike, a row at a time, which is far quicker."""
    width = new.shape[1]
    if len(wh) % width == 0 and not (np.diff(offsets) % width).any():
        days, at = wh.reshape(-1, width), offsets[position] // width
        days[at] = np.where(new >= 0, new, days[at])
    else:
        into = offsets[position][:, None] + np.arange(width)
        wh[into] = np.where(new >= 0, new, wh[into])


def _no_dial() -> Dial:
    nothing = np.zeros(0, np.int64)
    return Dial(np.zeros(0, np.bool_), nothing, nothing, nothing, nothing, nothing, Falls())
