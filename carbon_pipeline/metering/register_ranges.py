"""What the register says of meters, by ranges of days, laid beside rows of readings: multipliers and bounds of power."""

from __future__ import annotations

from typing import Final

import polars as pl

from carbon_pipeline.metering.validation import NO_BOUND

CHANNEL: Final = ["meter_no", "channel"]
"""A meter and its forward or reverse active: what readings are of."""


def is_valid(day: str) -> pl.Expr:
    """Whether a day lies in its row's `date_from` to `date_to`, both included; an empty end is open."""
    begun = pl.col("date_from").is_null() | (pl.col("date_from") <= pl.col(day))
    return begun & (pl.col("date_to").is_null() | (pl.col("date_to") >= pl.col(day)))


def with_multipliers(index: pl.DataFrame, ranges: pl.DataFrame) -> pl.DataFrame:
    """Give every row its multiplier: its own, else the register's of its data day; rows for which there is none wait and drop out.

    Args:
        index: rows of readings without their values, `mult_num` empty where the register's multiplier is needed; `parts` divide it.
        ranges: meter_no, date_from, date_to (empty: open), multiplier_num, multiplier_den.

    Returns:
        `index` with `numerator` and `denominator`, in no promised order.
    """
    given = {"numerator": pl.col("mult_num"), "denominator": own_denominator()}
    if not index["mult_num"].null_count():  # the usual case, without a copy of all rows
        return index.with_columns(**given)
    own = index.filter(pl.col("mult_num").is_not_null()).with_columns(**given)
    needing = index.filter(pl.col("mult_num").is_null())
    found = needing.join(ranges.select("meter_no", "date_from", "date_to", "multiplier_num", "multiplier_den"), on="meter_no").filter(
        is_valid("mult_day")
    )
    found = found.with_columns(
        numerator=pl.col("multiplier_num").cast(pl.Int64), denominator=pl.col("multiplier_den").cast(pl.Int64) * pl.col("parts")
    )
    return pl.concat([own, found.select(own.columns)])


def own_denominator() -> pl.Expr:
    """Denominator of a row's own multiplier, by which a sum of several `parts` becomes their mean."""
    return pl.col("mult_den") * pl.col("parts")


def with_bounds(index: pl.DataFrame, ranges: pl.DataFrame) -> pl.DataFrame:
    """Give every row the bound of power of its day in microwatts, `NO_BOUND` where there is none."""
    bounded = ranges.filter(pl.col("bound_uw") >= 0)
    if bounded.is_empty():
        return index.with_columns(bound_uw=pl.lit(NO_BOUND, pl.Int64))
    held = index.select("meter_no", "day").unique().join(bounded.select("meter_no", "date_from", "date_to", "bound_uw"), on="meter_no")
    held = held.filter(is_valid("day"))
    return index.join(held.select("meter_no", "day", "bound_uw"), on=["meter_no", "day"], how="left").with_columns(
        pl.col("bound_uw").fill_null(NO_BOUND)
    )
