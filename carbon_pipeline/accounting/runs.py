"""Runs of days: the days of a month that nothing divides, put together before anything is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.periods import MONTHS_A_YEAR

if TYPE_CHECKING:
    from datetime import date

    from carbon_pipeline.accounting.segments import Attribution

_READ: Final = ("meter_no", "channel", "day", "wh", "measured_min", "shaped_min", "estimated_min")
_METER_MONTH: Final = ("meter_no", "month")
_KEYS: Final = ("meter_no", "channel", "month")
_SUMS: Final = ("wh", "measured_min", "estimated_min")


def month_of_day() -> pl.Expr:
    """Number of the month in which `day` lies."""
    day = pl.col("day")
    return (day.dt.year() * MONTHS_A_YEAR + day.dt.month().cast(pl.Int32) - 1).alias("month")


def runs_of_days(meter_days: pl.DataFrame | pl.LazyFrame, attribution: Attribution, as_of: date) -> pl.DataFrame:
    """Put the days of each month and meter channel together where all of them count alike.

    Days stay apart where the meter's validity or the owners of its account change within the month, and where owners share
    the account, since shares are split day by day; and no run goes on after the as-of date. So whatever is asked of the
    days of a county may be asked of its runs, which are some thirty times fewer.

    Args:
        meter_days: settled meter days (`meter_no, channel, day, wh, measured_min, shaped_min, estimated_min`).
        attribution: segments of the register.
        as_of: last day that counts.

    Returns:
        `meter_no`, `channel`, `month` (month number), `day` (the first), `wh` (null where none is known), `measured_min`
        (what registers bound included), `estimated_min`, `last_measured`; in no order.
    """
    day, minutes = pl.col("day"), pl.col("measured_min") + pl.col("shaped_min")
    measured = pl.when(pl.col("measured_min") > 0).then(day).alias("last_measured")
    read = meter_days.lazy().select(_READ).collect()
    days = read.select("meter_no", "channel", _months(read["day"]), "day", "wh", minutes, "estimated_min", measured)
    runs = _together(days, as_of)
    apart = _apart(runs, attribution)
    if apart.is_empty():
        return runs
    meters = apart["meter_no"].unique()
    single = days.lazy().filter(pl.col("meter_no").is_in(meters.implode())).join(apart.lazy(), on=_METER_MONTH, how="semi").collect()
    return pl.concat([runs.join(apart, on=_METER_MONTH, how="anti"), single])


def _months(days: pl.Series) -> pl.Series:
    """`month_of_day` of many days, looked up in a calendar: to take each of them apart is dear."""
    if days.is_empty():
        return pl.Series("month", dtype=pl.Int32)
    calendar = days.to_frame().select(pl.date_range(pl.min("day"), pl.max("day"))).select(month_of_day())
    number = days.cast(pl.Int32)
    return calendar["month"].gather(number - number.min())


def _together(days: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """All days of each month and meter channel, those after the as-of date on their own."""
    keys = (*_KEYS, "is_after")
    sums = (pl.col("day").min(), pl.col(_SUMS).sum(), pl.col("last_measured").max())
    named = days.with_columns((pl.col("day") > as_of).alias("is_after"))
    stretch = pl.struct(keys).rle_id().set_sorted().alias("stretch")
    stretches = named.with_columns(stretch).group_by("stretch").agg(pl.col(keys).first(), pl.col("wh").count().alias("known"), *sums)
    runs = stretches.group_by(keys).agg(pl.col("known").sum(), *sums)  # most are one stretch: to group all days by name is dear
    wh = pl.when(pl.col("known") > 0).then("wh").alias("wh")
    return runs.select(*_KEYS, "day", wh, "measured_min", "estimated_min", "last_measured")


def _apart(runs: pl.DataFrame, attribution: Attribution) -> pl.DataFrame:
    """Meters and months whose days do not all count alike: `meter_no`, `month`."""
    segments, start, end = attribution.segment_frame, pl.col("day_from"), pl.col("day_to")
    cuts = [
        segments.filter(start != start.dt.month_start()).select("meter_no", start.alias("day")),
        segments.filter(end != end.dt.month_end()).select("meter_no", end.alias("day")),
    ]
    cut = pl.concat(cuts).select("meter_no", month_of_day())
    held = runs.select(_METER_MONTH).unique()
    shared = held.join(segments.filter(attribution.is_shared()), on="meter_no", how="semi")
    return pl.concat([held.join(cut, on=_METER_MONTH, how="semi"), shared]).unique()
