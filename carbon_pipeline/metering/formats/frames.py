"""Blocks of values beside their rows, put together as frames of readings and findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.metering.formats.result import FINDINGS, MISSING, READINGS
from carbon_pipeline.metering.formats.values import MICROS, Block, to_grid
from carbon_pipeline.periods import GRID_MINUTES
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from carbon_pipeline.metering.formats.profiles import Kind
    from carbon_pipeline.sentences.fact import Fact

_IDENTITY: Final = ("meter_no", "channel", "day", "kind", "step", "row_no", "account_no", "mult_num", "mult_den", "mult_day", "parts")

_MEASURED: Final = ("meter_no", "account_no", "channel", "day")


def readings(rows: pl.DataFrame, block: Block, kind: Kind, step: int, days_later: int = 0) -> pl.DataFrame:
    """Put rows and their values together (see `READINGS`).

    Args:
        rows: meter_no, channel, day, row_no, account_no, mult_num, mult_den, mult_day.
        block: their values, settled.
        kind: kind of all rows.
        step: minutes between two values, brought to the 15-minute grid where finer; a day for a midnight register.
        days_later: days by which these values lie after the row's day.
    """
    parts = max(GRID_MINUTES // step, 1)
    block, step = to_grid(kind, block, parts), step * parts
    values = pl.Series("values", block.micros).arr.to_list()
    placed = rows.with_columns(
        pl.lit(kind).alias("kind"),
        pl.lit(step, pl.Int32).alias("step"),
        pl.lit(parts if kind == "P" else 1, pl.Int32).alias("parts"),
        pl.col("day").dt.offset_by(f"{days_later}d") if days_later else pl.col("day"),
    )
    return placed.select(*_IDENTITY, values, _flags(block.flags)).cast(READINGS)


def _flags(flags: NDArray[np.uint8]) -> pl.Series:
    if not flags.any():
        return pl.repeat(None, len(flags), dtype=pl.List(pl.UInt8), eager=True).alias("flags")
    lists = pl.Series("flags", flags).arr.to_list()
    return lists.zip_with(pl.Series(flags.any(axis=1)), pl.Series([None], dtype=pl.List(pl.UInt8)).new_from_index(0, len(flags)))


def over_midnight(rows: pl.DataFrame, block: Block, kind: Kind, step: int, places: int) -> list[pl.DataFrame]:
    """Give readings whose first value stands `places` steps after its day's midnight: what passes it is the next day's.

    A negative number of places moves the first values to the day before.
    """
    if places == 0:
        return [readings(rows, block, kind, step)]
    count = block.micros.shape[1]
    frames = []
    for days in range(places // count, (places + count - 1) // count + 1):
        part = _window(block, days * count - places)
        some = (part.micros != MISSING).any(axis=1) | (part.flags != 0).any(axis=1)
        keep = some if days else np.ones(len(some), np.bool_)
        frames.append(readings(rows.filter(pl.Series(keep)), part.take(keep), kind, step, days))
    return frames


def _window(block: Block, start: int) -> Block:
    """One day of values, from position `start` of the row on; missing outside the row."""
    rows, count = block.micros.shape
    micros = np.full((rows, count), MISSING, np.int64)
    flags = np.zeros((rows, count), np.uint8)
    low, high = max(start, 0), min(start + count, count)
    if low < high:
        micros[:, low - start : high - start] = block.micros[:, low:high]
        flags[:, low - start : high - start] = block.flags[:, low:high]
    return Block(micros, flags)


def negative_power(rows: pl.DataFrame, lowest: NDArray[np.int64] | None) -> pl.DataFrame:
    """Give a finding per meter, account, channel and day on which power was negative: 0 forward, no reading in reverse.

    Args:
        rows: meter_no, account_no, channel, day, row_no of the rows that `lowest` belongs to.
        lowest: their lowest power in millionths of a kW, 0 where none was negative.
    """
    if lowest is None or not (lowest < 0).any():
        return pl.DataFrame(schema=FINDINGS)
    hit = rows.select(*_MEASURED, "row_no").with_columns(pl.Series("lowest", lowest)).filter(pl.col("lowest") < 0)
    days = hit.group_by(_MEASURED).agg(pl.col("row_no").min(), pl.col("lowest").min())
    days = days.sort("row_no", "day")
    evidence = [
        fact("power_as_zero" if channel == "forward" else "power_not_read", row=row_no, power=kilo(lowest))
        for row_no, lowest, channel in days.select("row_no", "lowest", "channel").rows()
    ]
    return findings(days, None, "negative_power", evidence)


def findings(rows: pl.DataFrame, channel: str | None, reason: str, evidence: list[Fact]) -> pl.DataFrame:
    """Give one finding per row of meter_no, account_no, day (and channel, where `channel` is None); see `FINDINGS`."""
    return rows.select(
        "meter_no",
        pl.lit(channel).alias("channel") if channel else pl.col("channel"),
        pl.col("day").alias("date_from"),
        pl.col("day").alias("date_to"),
        "account_no",
        pl.lit(reason).alias("reason"),
        pl.Series("evidence", [str(one) for one in evidence], dtype=pl.String),
    ).cast(FINDINGS)


def kilo(micros: int) -> str:
    """Write millionths as a plain decimal."""
    sign, whole = ("-" if micros < 0 else ""), abs(micros)
    text = f"{whole // MICROS}.{whole % MICROS:06d}".rstrip("0").rstrip(".")
    return sign + text
