"""Settling: bring meter days up to date with the readings and the register, reckoning again only what they can change."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.lake.tables import FINDINGS, METER_DAYS, SETTLED_CHANNELS
from carbon_pipeline.metering.channels import Frames, as_meter_days, channel_days, fleet_days, limits_of
from carbon_pipeline.metering.windows import (
    CHANNEL,
    DAY_MINUTES,
    broken_runs,
    in_runs,
    mark_alone,
    reached,
    register_windows,
    rows_for_runs,
    run_days,
    spans_to_read,
    with_bounds,
    with_multipliers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.lake.store import Store
    from carbon_pipeline.metering.meter_days import Limits
    from carbon_pipeline.rules import ValidationRule

INDEX: Final = [
    *CHANNEL,
    "day",
    "kind",
    "step",
    "mult_num",
    "mult_den",
    "mult_day",
    "seq",
    "known",
    "fact_num",
    "fact_den",
    "wh_max",
    "wh_line",
    "longest_gap",
]
_ROWS_A_CHUNK: Final = 24_000
_WORKERS: Final = 2
_MARGIN: Final = timedelta(days=24)
"""How many days beyond the reach of like days are looked at before a channel needs its whole history."""
_EVER: Final = (pl.lit(date(1900, 1, 1)).alias("touched_from"), pl.lit(date(2200, 1, 1)).alias("touched_to"))


@dataclass(frozen=True)
class Settlement:
    """What a settling did."""

    channels: int
    """Channels reckoned again."""
    days: int
    """Meter days written."""


def settle(store: Store, ranges: pl.DataFrame, rule: ValidationRule) -> Settlement:
    """Bring `meter_days` up to date.

    Args:
        store: the lake.
        ranges: what the register says of each meter by ranges of days: meter_no, date_from, date_to (empty: open),
            multiplier_num, multiplier_den, bound_uw (-1: none), digits (empty: unknown).
        rule: how readings are validated and gaps filled; a changed rule reckons everything again.

    Returns:
        How much was reckoned again.
    """
    state = store.read("settled_channels")
    fresh = _index(store, newer_than=state["seq"].max())  # type: ignore[arg-type]
    channels = _fingerprints(_channels(state, fresh), ranges, rule)
    work = _work(channels)
    if work.is_empty():
        return Settlement(0, 0)
    near = _near(store, work, ranges, rule, has_registers=bool((fresh["kind"] == "R").any()))
    far = work.join(near.work, on=CHANNEL, how="anti").with_columns(*_EVER, anew=pl.lit(value=True))
    plans = [near]
    if far.height:
        index = fresh if state.is_empty() else _index(store, of=far)  # before the first settling, everything is fresh
        plans.append(_plan(store, _prepared(index, ranges), far, rule))
    limits = limits_of(ranges)
    parts = [frames for plan in plans for frames in _settle_plan(store, plan, limits, rule)]
    days = pl.concat([days for days, _ in parts])
    findings = pl.concat([found.select(FINDINGS.schema.names()) for _, found in parts])
    done = pl.concat([near.work, far])
    _write_days(store, days, done)
    _write_findings(store, findings, days, done)
    store.replace("settled_channels", channels.select(SETTLED_CHANNELS.schema.names()))
    return Settlement(done.height, days.height)


def _index(store: Store, *, newer_than: int | None = None, of: pl.DataFrame | None = None, first_day: date | None = None) -> pl.DataFrame:
    """Rows of readings without their values: those uploaded later, those of some channels, those from a day on."""
    rows = store.scan("readings")
    if newer_than is not None:
        rows = rows.filter(pl.col("seq") > newer_than)
    if first_day is not None:
        rows = rows.filter(pl.col("month") >= first_day.strftime("%Y-%m"), pl.col("day") >= first_day)
    found = rows.select(INDEX).collect()
    return found if of is None else found.join(of, on=CHANNEL, how="semi")


def _prepared(rows: pl.DataFrame, ranges: pl.DataFrame) -> pl.DataFrame:
    """Rows with their multiplier and the bound of their day; rows that wait for a multiplier drop out."""
    return with_bounds(with_multipliers(rows, ranges), ranges)


def _fingerprints(channels: pl.DataFrame, ranges: pl.DataFrame, rule: ValidationRule) -> pl.DataFrame:
    """Add `settings`: a hash by meter of the rule and of all that the register says of the meter for settling."""
    columns = [pl.col(c).cast(pl.String).fill_null("") for c in ranges.columns if c != "meter_no"]
    lines = ranges.sort("meter_no", "date_from").select("meter_no", line=pl.concat_str(columns, separator="|"))
    texts = dict(lines.group_by("meter_no").agg(pl.col("line").str.join("\n")).rows())
    asked = rule.model_dump_json()
    digests = [hashlib.blake2b(f"{asked}\n{texts.get(m, '')}".encode(), digest_size=8).digest() for m in channels["meter_no"]]
    return channels.with_columns(settings=pl.Series([int.from_bytes(d, "big", signed=True) for d in digests], dtype=pl.Int64))


def _channels(state: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Every channel as it was settled, and the days of its rows that are newer."""
    touched = fresh.group_by(CHANNEL).agg(touched_from=pl.col("day").min(), touched_to=pl.col("day").max(), fresh_seq=pl.col("seq").max())
    channels = state.rename({"settings": "settled_settings"}).join(touched, on=CHANNEL, how="full", coalesce=True)
    return channels.with_columns(seq=pl.max_horizontal("seq", "fresh_seq"))


def _work(channels: pl.DataFrame) -> pl.DataFrame:
    """Channels to reckon again: meter_no, channel, touched_from, touched_to, anew (the whole of it)."""
    is_anew = (pl.col("settings") != pl.col("settled_settings")).fill_null(value=True)
    due = channels.with_columns(anew=is_anew).filter(pl.col("anew") | pl.col("touched_from").is_not_null())
    return due.select(*CHANNEL, "touched_from", "touched_to", "anew").sort(CHANNEL)


@dataclass(frozen=True)
class _Plan:
    """What is to be reckoned of some channels, and from which rows."""

    work: pl.DataFrame
    plain: pl.DataFrame
    """Rows of channels without registers, marked where they settle their day alone."""
    runs: pl.DataFrame
    """Broken runs among them that must be reckoned interval by interval."""
    registered: pl.DataFrame
    """Rows of channels with registers."""
    windows: pl.DataFrame
    """From where these can be reckoned; a channel that is not there needs all its rows."""

    def without(self, channels: pl.DataFrame) -> _Plan:
        """The plan of the other channels."""
        frames = (self.work, self.plain, self.runs, self.registered, self.windows)
        return _Plan(*(frame.join(channels, on=CHANNEL, how="anti") for frame in frames))


def _near(store: Store, work: pl.DataFrame, ranges: pl.DataFrame, rule: ValidationRule, *, has_registers: bool) -> _Plan:
    """The plan of channels for which the last months suffice, so that one more day costs the same after a year as after a month.

    A channel is left out where it must be reckoned anew, where a broken run or its like days may begin before these months, and
    where registers have no safe place within them.
    """
    touched = work.filter(~pl.col("anew"))
    since = touched["touched_from"].min()
    if not isinstance(since, date):
        return _plan(store, _prepared(_index(store, first_day=date.max), ranges), touched, rule)
    back = timedelta(days=7 * rule.like_weeks + 1)
    first_day = since - back - _MARGIN - (back if has_registers else timedelta(0))
    plan = _plan(store, _prepared(_index(store, of=touched, first_day=first_day), ranges), touched, rule, first_day)
    deep = plan.runs.filter(pl.col("run_from") - back < first_day).select(CHANNEL)
    unsafe = plan.registered.select(CHANNEL).join(plan.windows, on=CHANNEL, how="anti")
    return plan.without(pl.concat([deep, unsafe]).unique())


def _plan(store: Store, rows: pl.DataFrame, work: pl.DataFrame, rule: ValidationRule, first_day: date | None = None) -> _Plan:
    registered = rows.join(rows.filter(pl.col("kind") == "R").select(CHANNEL).unique(), on=CHANNEL, how="semi")
    plain = mark_alone(rows.join(registered, on=CHANNEL, how="anti"), rule)
    windows = _windows(store, registered, work, rule, first_day)
    return _Plan(work, plain, reached(broken_runs(plain), work, rule), registered, windows)


def _settle_plan(store: Store, plan: _Plan, limits: dict[str, Limits], rule: ValidationRule) -> Iterator[Frames]:
    """Meter days and findings of all that is to be reckoned again."""
    mixed = _mixed(plan.plain)
    yield _days_alone(plan.plain, plan.work), pl.DataFrame(schema=FINDINGS.schema)
    yield from _by_fleet(store, plan.plain, plan.runs.join(mixed, on=CHANNEL, how="anti"), rule)
    yield from _one_by_one(store, plan.plain, plan.runs.join(mixed, on=CHANNEL, how="semi"), limits, rule)
    yield from _registered(store, plan, limits, rule)


def _mixed(plain: pl.DataFrame) -> pl.DataFrame:
    """Channels with a day whose rows differ in kind or step: which of them stands must be decided day by day."""
    crowded = plain.filter(plain.select([*CHANNEL, "day"]).is_duplicated())
    kinds = crowded.group_by([*CHANNEL, "day"]).agg(pl.struct("kind", "step").n_unique().alias("kinds"))
    return kinds.filter(pl.col("kinds") > 1).select(CHANNEL).unique()


def _days_alone(plain: pl.DataFrame, work: pl.DataFrame) -> pl.DataFrame:
    """Days that one row settles alone."""
    days = plain.filter("alone").join(work, on=CHANNEL).filter(pl.col("day").is_between(pl.col("touched_from"), pl.col("touched_to")))
    measured = pl.col("known").cast(pl.Int64) * pl.col("step")
    return as_meter_days(
        days.select(
            *CHANNEL, "day", "step", wh="wh_line", measured_min=measured, shaped_min=pl.lit(0), estimated_min=DAY_MINUTES - measured
        )
    )


def _by_fleet(store: Store, plain: pl.DataFrame, runs: pl.DataFrame, rule: ValidationRule) -> Iterator[Frames]:
    """Broken runs of plain channels: only the rows that they need are read, month by month."""
    if runs.is_empty():
        return
    wanted = rows_for_runs(plain, runs, rule)
    months = wanted.with_columns(month=pl.col("day").dt.strftime("%Y-%m")).partition_by("month", include_key=False)
    with ThreadPoolExecutor(_WORKERS) as pool:
        rows = pl.concat(pool.map(lambda part: _with_values(store, part), months))
        yield from pool.map(
            lambda part: _kept(fleet_days(part, run_days(runs.join(part, on=CHANNEL, how="semi")), rule), runs), _by_meters(rows)
        )


def _one_by_one(store: Store, plain: pl.DataFrame, runs: pl.DataFrame, limits: dict[str, Limits], rule: ValidationRule) -> Iterator[Frames]:
    """Broken runs of channels without registers whose kinds or steps are mixed."""
    spans = spans_to_read(runs, rule)
    wanted = (
        plain.join(spans, on=CHANNEL).filter(pl.col("day").is_between(pl.col("read_from"), pl.col("read_to"))).drop("read_from", "read_to")
    )
    for part in _by_meters(wanted):
        yield _kept(channel_days(_with_values(store, part), limits, rule), runs)


def _registered(store: Store, plan: _Plan, limits: dict[str, Limits], rule: ValidationRule) -> Iterator[Frames]:
    """Channels with registers: from the last place behind which nothing can change, else from all their rows."""
    rows, windows = plan.registered, plan.windows
    windowed = rows.join(windows, on=CHANNEL).filter(pl.col("day") >= pl.col("read_from")).drop("read_from", "keep_from")
    with ThreadPoolExecutor(_WORKERS) as pool:
        whole = _by_meters(rows.join(windows, on=CHANNEL, how="anti"))
        yield from pool.map(lambda part: channel_days(_with_values(store, part), limits, rule), whole)
        for frames in pool.map(lambda part: channel_days(_with_values(store, part), limits, rule), _by_meters(windowed)):
            yield _from(frames, windows)


def _windows(store: Store, registered: pl.DataFrame, work: pl.DataFrame, rule: ValidationRule, first_day: date | None) -> pl.DataFrame:
    """Windows of channels that hold nothing but registers; none where all rows are at hand anyway."""
    other = registered.filter(pl.col("kind") != "R").select(CHANNEL).unique()
    touched = work.join(registered, on=CHANNEL, how="semi").join(other, on=CHANNEL, how="anti")
    if first_day is None or touched.is_empty():
        return register_windows(pl.DataFrame(schema=METER_DAYS.schema), touched.clear(), rule)
    months = store.months("meter_days", first=first_day.strftime("%Y-%m"))
    days = store.read("meter_days", [*CHANNEL, "day", "step", "measured_min"], months).filter(pl.col("day") >= first_day)
    return register_windows(days.join(touched, on=CHANNEL, how="semi"), touched, rule)


def _from(frames: Frames, windows: pl.DataFrame) -> Frames:
    """Leave out what lies before the window's new days."""
    days, found = frames
    keep = windows.select(*CHANNEL, "keep_from")
    return (
        days.join(keep, on=CHANNEL).filter(pl.col("day") >= pl.col("keep_from")).drop("keep_from"),
        found.join(keep, on=CHANNEL).filter(pl.col("date_from") >= pl.col("keep_from")).drop("keep_from"),
    )


def _kept(frames: Frames, runs: pl.DataFrame) -> Frames:
    """Leave out what was laid out only as neighbour or like day."""
    days, found = frames
    return in_runs(days, runs), in_runs(found.rename({"date_from": "day"}), runs).rename({"day": "date_from"})


def _by_meters(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Part rows into chunks of neighbouring meters."""
    if rows.is_empty():
        return []
    meters = rows.group_by("meter_no").len().sort("meter_no").with_columns(chunk=pl.col("len").cum_sum() // _ROWS_A_CHUNK)
    return rows.join(meters.select("meter_no", "chunk"), on="meter_no").partition_by("chunk", include_key=False)


def _with_values(store: Store, rows: pl.DataFrame) -> pl.DataFrame:
    """Join to rows their values; neighbouring meters lie in neighbouring row groups, so little else is read."""
    months = rows["day"].dt.strftime("%Y-%m").unique().to_list()
    low, high = rows.select(pl.col("meter_no").min().alias("low"), pl.col("meter_no").max().alias("high")).row(0)
    values = store.scan("readings", months).filter(pl.col("meter_no").is_between(pl.lit(low), pl.lit(high)))
    return rows.join(values.select(*CHANNEL, "day", "seq", "values").collect(), on=[*CHANNEL, "day", "seq"])


def _write_days(store: Store, days: pl.DataFrame, work: pl.DataFrame) -> None:
    """Put the new days in the place of the old, month by month; of channels reckoned anew nothing old stays."""
    if not store.exists("meter_days"):
        store.append("meter_days", days)
        return
    anew = work.filter("anew").select(CHANNEL)
    months = set(days["month"].unique())
    if anew.height:
        months.update(store.read("meter_days", ["month", *CHANNEL]).join(anew, on=CHANNEL, how="semi")["month"].unique())
    for month in sorted(months):
        new = days.filter(pl.col("month") == month)
        old = store.read("meter_days", months=[month])
        old = old.join(anew, on=CHANNEL, how="anti").join(new, on=[*CHANNEL, "day"], how="anti")
        store.replace_partition("meter_days", "month", month, pl.concat([old.select(new.columns), new]))


def _write_findings(store: Store, findings: pl.DataFrame, days: pl.DataFrame, work: pl.DataFrame) -> None:
    """Keep the findings of days that were not reckoned again."""
    held = store.read("settlement_findings")
    again = days.select(*CHANNEL, date_from="day")
    old = held.join(work.filter("anew"), on=CHANNEL, how="anti").join(again, on=[*CHANNEL, "date_from"], how="anti")
    if findings.height or old.height < held.height:
        store.replace("settlement_findings", pl.concat([old, findings.select(held.columns)]))
