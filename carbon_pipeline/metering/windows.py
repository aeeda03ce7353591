"""What new readings can change: days that speak for themselves, and runs of days that must be reckoned interval by interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.metering.register_ranges import CHANNEL
from carbon_pipeline.metering.validation import MICROWATT_MINUTES_PER_WH
from carbon_pipeline.periods import MINUTES_A_DAY

if TYPE_CHECKING:
    from carbon_pipeline.rules import ValidationRule

_HOURS: Final = 24
_CHANNELS_A_METER: Final = 2
_DAYS_A_SOURCE: Final = 1 << 32


def mark_alone(rows: pl.DataFrame, rule: ValidationRule) -> pl.DataFrame:
    """Tell which rows are the only one of their day (`is_only`), and which of them settle it without looking at another (`alone`).

    Such a row is the only one of its day, begins and ends with a measured interval, has no gap within that is too long for a
    straight line, and nothing above the bound of power. `is_measured` are those of whose values surely one at least is believed.
    """
    is_filled = pl.col("wh_line").is_not_null() & (pl.col("longest_gap") * pl.col("step") <= rule.short_gap_minutes)
    facts_hold = (pl.col("numerator") == pl.col("fact_num")) & (pl.col("denominator") == pl.col("fact_den"))
    below = (pl.col("bound_uw") < 0) | (
        pl.col("wh_max").cast(pl.Int128) * MICROWATT_MINUTES_PER_WH <= pl.col("bound_uw").cast(pl.Int128) * pl.col("step")
    )
    places = _places(rows)
    in_order = places.sort()  # a hash table of all days would take more memory than all rows
    crowded = in_order.filter(in_order == in_order.shift()).unique()
    rows = rows.with_columns(is_only=~places.is_in(crowded.implode()))
    is_believed = facts_hold.fill_null(value=False) & below.fill_null(value=False)
    return rows.with_columns(alone=pl.col("is_only") & is_filled & is_believed, is_measured=(pl.col("known") > 0) & is_believed)


def broken_runs(rows: pl.DataFrame) -> pl.DataFrame:
    """Runs of days of each channel that do not speak for themselves, from its first day to its last.

    Args:
        rows: meter_no, channel, day, alone.

    Returns:
        meter_no, channel, run_from, run_to: between two days that do, before the first or after the last.
    """
    span = rows.group_by(CHANNEL).agg(pl.col("day").min().alias("first"), pl.col("day").max().alias("last"))
    alone = rows.lazy().filter("alone").select(place=_place(pl.col("day"))).collect()
    ends = [span.select(place=_place(pl.col("first")) - 1), span.select(place=_place(pl.col("last")) + 1)]
    fences = pl.concat([alone, *ends]).sort("place").select(after=pl.col("place").shift(1) + 1, before=pl.col("place") - 1)
    runs = fences.filter(pl.col("after") <= pl.col("before"), _source(pl.col("after")) == _source(pl.col("before")))
    runs = runs.select(source=_source(pl.col("after")), run_from=_day(pl.col("after")), run_to=_day(pl.col("before")))
    sources = span.select(*CHANNEL, source=_source(_place(pl.col("first"))))
    return runs.join(sources, on="source").select(*CHANNEL, "run_from", "run_to")


def _place(day: pl.Expr) -> pl.Expr:
    """Meter, channel and a day as one number in the order of the three: hashing or sorting three columns takes ten times as long.

    Meter and channel are categories, as `Held` gives them.
    """
    source = pl.col("meter_no").to_physical().cast(pl.Int64) * _CHANNELS_A_METER + pl.col("channel").to_physical()
    return source * _DAYS_A_SOURCE + day.to_physical() + _DAYS_A_SOURCE // 2


def _places(days: pl.DataFrame) -> pl.Series:
    return days.select(_place(pl.col("day"))).to_series()


def _source(place: pl.Expr) -> pl.Expr:
    return place // _DAYS_A_SOURCE


def _day(place: pl.Expr) -> pl.Expr:
    return (place % _DAYS_A_SOURCE - _DAYS_A_SOURCE // 2).cast(pl.Int32).cast(pl.Date)


def reached(runs: pl.DataFrame, touched: pl.DataFrame, rule: ValidationRule) -> pl.DataFrame:
    """Those runs that new rows can change: they hold or adjoin a touched day, or may take one as a like day.

    Args:
        runs: meter_no, channel, run_from, run_to.
        touched: meter_no, channel, touched_from, touched_to.
        rule: how far back like days lie.
    """
    near = runs.join(touched, on=CHANNEL)
    return near.filter(
        pl.col("run_from") <= pl.col("touched_to") + pl.duration(days=rule.like_reach + 1),
        pl.col("run_to") >= pl.col("touched_from") - pl.duration(days=1),
    ).select(runs.columns)


def run_days(runs: pl.DataFrame) -> pl.DataFrame:
    """Every day of the runs, and the day before and after each."""
    return _days(runs, margin=1).unique()


def _days(runs: pl.DataFrame, margin: int = 0) -> pl.DataFrame:
    more = pl.duration(days=margin)
    days = pl.date_ranges(pl.col("run_from") - more, pl.col("run_to") + more).alias("day")
    return runs.select(*CHANNEL, days).explode("day", empty_as_null=False)


def rows_for_runs(rows: pl.DataFrame, runs: pl.DataFrame, rule: ValidationRule) -> pl.DataFrame:
    """The rows that the runs need: those of their days and neighbours, and of like days where a gap may be too long for a line."""
    places = _places(rows)
    is_near = places.is_in(_places(run_days(runs)).implode())
    wide = _days(_wide_runs(rows.filter(is_near), runs, rule))
    weeks = pl.DataFrame({"back": list(rule.like_days)})
    like = wide.join(weeks, how="cross").with_columns(day=pl.col("day") - pl.duration(days="back"))
    return rows.filter(is_near | places.is_in(_places(like).unique().implode()))


def _wide_runs(near: pl.DataFrame, runs: pl.DataFrame, rule: ValidationRule) -> pl.DataFrame:
    """Runs that may hold a gap for like days: more missing than a line may cross, or anything that hides how much is missing."""
    inside = in_runs(near, runs, keep_run=True)
    missing = pl.col("step").cast(pl.Int64) * (MINUTES_A_DAY // pl.col("step").cast(pl.Int64) - pl.col("known"))
    told = inside.group_by(*CHANNEL, "run_from").agg(
        rows=pl.len(),
        days=pl.col("day").n_unique(),
        missing=missing.sum(),
        is_bounded=(pl.col("bound_uw") >= 0).any(),
    )
    uniform = near.group_by(CHANNEL).agg(steps=pl.col("step").n_unique())
    held = runs.join(told, on=[*CHANNEL, "run_from"], how="left").join(uniform, on=CHANNEL, how="left")
    length = (pl.col("run_to") - pl.col("run_from")).dt.total_days() + 1
    is_short = (
        (pl.col("rows") == length)
        & (pl.col("days") == length)
        & (pl.col("missing") <= rule.short_gap_minutes)
        & ~pl.col("is_bounded")
        & (pl.col("steps") == 1)
    )
    return held.filter(~is_short.fill_null(value=False)).select(runs.columns)


def spans_to_read(runs: pl.DataFrame, rule: ValidationRule) -> pl.DataFrame:
    """For each channel the days whose values its runs need, when all between them is read."""
    return runs.group_by(CHANNEL).agg(
        (pl.col("run_from").min() - pl.duration(days=rule.like_reach)).alias("read_from"),
        (pl.col("run_to").max() + pl.duration(days=1)).alias("read_to"),
    )


def in_runs(days: pl.DataFrame, runs: pl.DataFrame, *, keep_run: bool = False) -> pl.DataFrame:
    """The days that lie in one of their channel's runs."""
    joined = days.sort(*CHANNEL, "day").join_asof(
        runs.sort(*CHANNEL, "run_from"), left_on="day", right_on="run_from", by=CHANNEL, strategy="backward", check_sortedness=False
    )
    inside = joined.filter(pl.col("run_to") >= pl.col("day"))
    return inside if keep_run else inside.drop("run_from", "run_to")


def register_windows(days: pl.DataFrame, touched: pl.DataFrame, rule: ValidationRule) -> pl.DataFrame:
    """From where channels of registers must be reckoned again, so that one more day does not cost a year.

    A register is judged by its neighbours: a new point can undo a spike as long as a spike may be, and that one another. So a
    new point changes nothing before a stretch of fully measured days that hold twice the longest spike, at one point an hour; the
    stretch itself it may change.

    Args:
        days: meter_no, channel, day, step, measured_min as settled before.
        touched: meter_no, channel, touched_from.
        rule: length of a spike, and how far back like days lie.

    Returns:
        meter_no, channel, read_from (rows from here on are needed), keep_from (days from here on are new): the first days of
        such stretches; channels for which none was found are left out.
    """
    enough = 2 * rule.longest_spike_points // _HOURS + 1
    sound = days.filter((pl.col("measured_min") == MINUTES_A_DAY) & (pl.col("step") < MINUTES_A_DAY)).sort(*CHANNEL, "day")
    run = pl.col("day").to_physical() - pl.int_range(pl.len()).over(CHANNEL)
    sound = sound.with_columns(run=run).with_columns(nth=pl.int_range(1, pl.len() + 1).over([*CHANNEL, "run"]))
    safe = sound.filter(pl.col("nth") >= enough).select(*CHANNEL, safe="day")
    day, stretch = pl.duration(days=1), pl.duration(days=enough - 1)
    kept = _last_before(touched.select(*CHANNEL, until=pl.col("touched_from") - 2 * day), safe)
    kept = kept.select(*CHANNEL, keep_from=pl.col("safe") - stretch)
    back = pl.duration(days=rule.like_reach + 1)
    read = _last_before(kept.with_columns(until=pl.col("keep_from") - back), safe)
    return read.select(*CHANNEL, "keep_from", read_from=pl.col("safe") - stretch)


def _last_before(until: pl.DataFrame, safe: pl.DataFrame) -> pl.DataFrame:
    """Add the last safe day up to a day; channels without one drop out."""
    found = until.sort(*CHANNEL, "until").join_asof(
        safe, left_on="until", right_on="safe", by=CHANNEL, strategy="backward", check_sortedness=False
    )
    return found.drop_nulls("safe")
