"""Settling: bring meter days up to date with the readings and the register, reckoning again only what they can change."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.lake.tables import FINDINGS, SETTLED_CHANNELS
from carbon_pipeline.metering.channels import Frames, as_meter_days, channel_days, fleet_days, limits_of
from carbon_pipeline.metering.windows import (
    CHANNEL,
    broken_runs,
    in_runs,
    mark_whole,
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
    "wh_sum",
    "wh_max",
]
_ROWS_A_CHUNK: Final = 24_000
_WORKERS: Final = 2
_LOOK_BACK: Final = timedelta(days=200)
"""How far back a safe place for registers is looked for."""


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
    index = store.read("readings", INDEX)
    channels = _fingerprints(_channels(index), ranges, rule)
    work = _work(index, channels, store.read("settled_channels"))
    if work.is_empty():
        return Settlement(0, 0)
    rows = with_bounds(with_multipliers(index.join(work, on=CHANNEL, how="semi"), ranges), ranges)
    days, findings = _settle_rows(store, rows, work, limits_of(ranges), rule)
    _write_days(store, days, work)
    _write_findings(store, findings, days, work)
    store.replace("settled_channels", channels.select(SETTLED_CHANNELS.schema.names()))
    return Settlement(work.height, days.height)


def _fingerprints(channels: pl.DataFrame, ranges: pl.DataFrame, rule: ValidationRule) -> pl.DataFrame:
    """Add `settings`: a hash by meter of the rule and of all that the register says of the meter for settling."""
    columns = [pl.col(c).cast(pl.String).fill_null("") for c in ranges.columns if c != "meter_no"]
    lines = ranges.sort("meter_no", "date_from").select("meter_no", line=pl.concat_str(columns, separator="|"))
    texts = dict(lines.group_by("meter_no").agg(pl.col("line").str.join("\n")).rows())
    asked = rule.model_dump_json()
    digests = [hashlib.blake2b(f"{asked}\n{texts.get(m, '')}".encode(), digest_size=8).digest() for m in channels["meter_no"]]
    return channels.with_columns(settings=pl.Series([int.from_bytes(d, "big", signed=True) for d in digests], dtype=pl.Int64))


def _channels(index: pl.DataFrame) -> pl.DataFrame:
    """Every channel with its first and last day and its latest upload."""
    return index.group_by(CHANNEL).agg(
        touched_from=pl.min_horizontal(pl.col("day").min(), pl.col("mult_day").min()),
        touched_to=pl.col("day").max(),
        seq=pl.col("seq").max(),
    )


def _work(index: pl.DataFrame, channels: pl.DataFrame, state: pl.DataFrame) -> pl.DataFrame:
    """Channels to reckon again: meter_no, channel, touched_from, touched_to, anew (the whole of it)."""
    channels = channels.join(state.rename({"settings": "settled_settings", "seq": "settled_seq"}), on=CHANNEL, how="left")
    is_anew = (pl.col("settings") != pl.col("settled_settings")).fill_null(value=True)
    anew = channels.filter(is_anew).select(*CHANNEL, "touched_from", "touched_to", anew=pl.lit(value=True))
    fresh = index.join(channels.filter(~is_anew).select(*CHANNEL, "settled_seq"), on=CHANNEL).filter(pl.col("seq") > pl.col("settled_seq"))
    fresh = fresh.group_by(CHANNEL).agg(touched_from=pl.col("day").min(), touched_to=pl.col("day").max(), anew=pl.lit(value=False))
    return pl.concat([anew, fresh]).sort(CHANNEL)


def _settle_rows(store: Store, rows: pl.DataFrame, work: pl.DataFrame, limits: dict[str, Limits], rule: ValidationRule) -> Frames:
    """Meter days and findings of all that is to be reckoned again."""
    registered = rows.filter(pl.col("kind") == "R").select(CHANNEL).unique()
    plain = mark_whole(rows.join(registered, on=CHANNEL, how="anti"))
    runs = reached(broken_runs(plain), work, rule)
    mixed = _mixed(plain)
    parts = [
        (_whole_days(plain, work), pl.DataFrame(schema=FINDINGS.schema)),
        *_by_fleet(store, plain, runs.join(mixed, on=CHANNEL, how="anti"), rule),
        *_one_by_one(store, plain, runs.join(mixed, on=CHANNEL, how="semi"), limits, rule),
        *_registered(store, rows, work.join(registered, on=CHANNEL, how="semi"), limits, rule),
    ]
    return pl.concat([days for days, _ in parts]), pl.concat([found.select(FINDINGS.schema.names()) for _, found in parts])


def _mixed(plain: pl.DataFrame) -> pl.DataFrame:
    """Channels with a day whose rows differ in kind or step: which of them stands must be decided day by day."""
    crowded = plain.filter(plain.select([*CHANNEL, "day"]).is_duplicated())
    kinds = crowded.group_by([*CHANNEL, "day"]).agg(pl.struct("kind", "step").n_unique().alias("kinds"))
    return kinds.filter(pl.col("kinds") > 1).select(CHANNEL).unique()


def _whole_days(plain: pl.DataFrame, work: pl.DataFrame) -> pl.DataFrame:
    """Days that one row settles alone."""
    days = plain.filter("whole").join(work, on=CHANNEL).filter(pl.col("day").is_between(pl.col("touched_from"), pl.col("touched_to")))
    return as_meter_days(
        days.select(*CHANNEL, "day", "step", wh="wh_sum", measured_min=pl.lit(1440), shaped_min=pl.lit(0), estimated_min=pl.lit(0))
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


def _registered(store: Store, rows: pl.DataFrame, work: pl.DataFrame, limits: dict[str, Limits], rule: ValidationRule) -> Iterator[Frames]:
    """Channels with registers: from the last place behind which nothing can change, else from all their rows."""
    windows = _windows(store, rows, work, rule)
    windowed = rows.join(windows, on=CHANNEL).filter(pl.col("day") >= pl.col("read_from")).drop("read_from", "keep_from")
    whole = rows.join(work, on=CHANNEL, how="semi").join(windows, on=CHANNEL, how="anti")
    with ThreadPoolExecutor(_WORKERS) as pool:
        yield from pool.map(lambda part: channel_days(_with_values(store, part), limits, rule), _by_meters(whole))
        for frames in pool.map(lambda part: channel_days(_with_values(store, part), limits, rule), _by_meters(windowed)):
            yield _from(frames, windows)


def _windows(store: Store, rows: pl.DataFrame, work: pl.DataFrame, rule: ValidationRule) -> pl.DataFrame:
    """Windows of channels that hold nothing but registers and are not reckoned anew."""
    other = rows.filter(pl.col("kind") != "R").select(CHANNEL).unique()
    touched = work.filter(~pl.col("anew")).join(other, on=CHANNEL, how="anti")
    since = touched["touched_from"].min()
    months = [] if since is None else store.months("meter_days", first=(since - _LOOK_BACK).strftime("%Y-%m"))  # type: ignore[operator,union-attr]
    days = store.read("meter_days", [*CHANNEL, "day", "step", "measured_min"], months).join(touched, on=CHANNEL, how="semi")
    return register_windows(days, touched, rule)


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
