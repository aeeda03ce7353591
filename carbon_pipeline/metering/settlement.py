"""Settling: bring meter days up to date with the readings and the register, reckoning again only what they can change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.lake.tables import FINDINGS, SETTLED_CHANNELS
from carbon_pipeline.metering.channels import Frames, as_meter_days, channel_days, fleet_days, limits_of
from carbon_pipeline.metering.held import Held, as_text
from carbon_pipeline.metering.planning import due, fingerprinted, plans
from carbon_pipeline.metering.register_ranges import CHANNEL
from carbon_pipeline.metering.windows import in_runs, rows_for_runs, run_days, spans_to_read
from carbon_pipeline.outcomes import Settlement
from carbon_pipeline.periods import MINUTES_A_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.lake.store import Store
    from carbon_pipeline.metering.meter_days import Limits
    from carbon_pipeline.metering.planning import Plan
    from carbon_pipeline.rules import ValidationRule

_ROWS_A_CHUNK: Final = 24_000
_ROWS_OF_FLEET: Final = 4_000
"""Rows laid out together: what they take is taken again by the next, and stays in the processor's cache in part."""
_WORKERS: Final = 2


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
    held = Held(store)
    ranges = held.keyed(ranges)
    channels = fingerprinted(held, ranges, rule)
    work = due(channels)
    if work.is_empty():
        return Settlement(0, 0)
    limits, works = limits_of(ranges), []
    parts: list[Frames] = []
    for plan in plans(held, work, ranges, rule):
        works.append(plan.work)
        parts += _settle_plan(held, plan, limits, rule)
    days = pl.concat([days for days, _ in parts])
    findings = as_text(pl.concat([found.select(FINDINGS.schema.names()) for _, found in parts]))
    done = as_text(pl.concat(works))
    _write_days(store, days, done)
    _write_findings(store, findings, days, done)
    store.replace("settled_channels", as_text(channels).select(SETTLED_CHANNELS.schema.names()))
    return Settlement(done.height, days.height)


def _settle_plan(held: Held, plan: Plan, limits: dict[str, Limits], rule: ValidationRule) -> Iterator[Frames]:
    """Meter days and findings of all that is to be reckoned again."""
    mixed = _mixed(plan.plain)
    yield _days_alone(plan.plain, plan.work), held.keyed(pl.DataFrame(schema=FINDINGS.schema))
    yield from _by_fleet(held, plan.plain, plan.runs.join(mixed, on=CHANNEL, how="anti"), rule)
    yield from _one_by_one(held, plan.plain, plan.runs.join(mixed, on=CHANNEL, how="semi"), limits, rule)
    yield from _registered(held, plan, limits, rule)


def _mixed(plain: pl.DataFrame) -> pl.DataFrame:
    """Channels with a day whose rows differ in kind or step: which of them stands must be decided day by day."""
    crowded = plain.filter(~pl.col("is_only"))
    kinds = crowded.group_by([*CHANNEL, "day"]).agg(pl.struct("kind", "step").n_unique().alias("kinds"))
    return kinds.filter(pl.col("kinds") > 1).select(CHANNEL).unique()


def _days_alone(plain: pl.DataFrame, work: pl.DataFrame) -> pl.DataFrame:
    """Days that one row settles alone."""
    spans = work.lazy().select(*CHANNEL, "touched_from", "touched_to")
    measured = pl.col("known").cast(pl.Int64) * pl.col("step")
    days = plain.lazy().filter("alone").select(*CHANNEL, "day", "step", measured.alias("measured_min"), wh="wh_line")
    days = days.join(spans, on=CHANNEL).filter(pl.col("day").is_between(pl.col("touched_from"), pl.col("touched_to")))
    return as_meter_days(days.with_columns(shaped_min=pl.lit(0), estimated_min=MINUTES_A_DAY - pl.col("measured_min")).collect())


def _by_fleet(held: Held, plain: pl.DataFrame, runs: pl.DataFrame, rule: ValidationRule) -> Iterator[Frames]:
    """Broken runs of plain channels: only the rows that they need are kept of what is read."""
    if runs.is_empty():
        return
    rows = held.with_values(rows_for_runs(plain, runs, rule))
    with ThreadPoolExecutor(_WORKERS) as pool:
        yield from pool.map(
            lambda part: _kept(fleet_days(part, run_days(runs.join(part, on=CHANNEL, how="semi")), rule), runs),
            _by_meters(rows, _ROWS_OF_FLEET),
        )


def _one_by_one(held: Held, plain: pl.DataFrame, runs: pl.DataFrame, limits: dict[str, Limits], rule: ValidationRule) -> Iterator[Frames]:
    """Broken runs of channels without registers whose kinds or steps are mixed."""
    spans = spans_to_read(runs, rule)
    wanted = (
        plain.join(spans, on=CHANNEL).filter(pl.col("day").is_between(pl.col("read_from"), pl.col("read_to"))).drop("read_from", "read_to")
    )
    for part in _by_meters(wanted):
        yield _kept(_one_each(held, part, limits, rule), runs)


def _registered(held: Held, plan: Plan, limits: dict[str, Limits], rule: ValidationRule) -> Iterator[Frames]:
    """Channels with registers: from the last place behind which nothing can change, else from all their rows."""
    rows, windows = plan.registered, plan.windows
    windowed = rows.join(windows, on=CHANNEL).filter(pl.col("day") >= pl.col("read_from")).drop("read_from", "keep_from")
    with ThreadPoolExecutor(_WORKERS) as pool:
        whole = _by_meters(rows.join(windows, on=CHANNEL, how="anti"))
        yield from pool.map(lambda part: _one_each(held, part, limits, rule), whole)
        for frames in pool.map(lambda part: _one_each(held, part, limits, rule), _by_meters(windowed)):
            yield _from(frames, windows)


def _one_each(held: Held, rows: pl.DataFrame, limits: dict[str, Limits], rule: ValidationRule) -> Frames:
    days, found = channel_days(held.with_values(rows), limits, rule)
    return held.keyed(days), held.keyed(found)


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


def _by_meters(rows: pl.DataFrame, size: int = _ROWS_A_CHUNK) -> list[pl.DataFrame]:
    """Part rows into chunks of neighbouring meters."""
    if rows.is_empty():
        return []
    meters = rows.group_by("meter_no").len().sort("meter_no").with_columns(chunk=pl.col("len").cum_sum() // size)
    return rows.join(meters.select("meter_no", "chunk"), on="meter_no").partition_by("chunk", include_key=False)


def _write_days(store: Store, days: pl.DataFrame, work: pl.DataFrame) -> None:
    """Put the new days in the place of the old, month by month; of channels reckoned anew nothing old stays."""
    if not store.exists("meter_days"):
        store.append("meter_days", days)
        return
    days, anew = as_text(days), work.filter("anew").select(CHANNEL)
    months = set(days["month"].unique())
    if anew.height:
        months.update(store.read("meter_days", ["month", *CHANNEL]).join(anew, on=CHANNEL, how="semi")["month"].unique())
    for month in sorted(months):
        new = days.filter(pl.col("month") == month)
        old = store.read("meter_days", months=[month])
        old = old.join(anew, on=CHANNEL, how="anti").join(new, on=[*CHANNEL, "day"], how="anti")
        store.replace_partition("meter_days", month, pl.concat([old.select(new.columns), new]))


def _write_findings(store: Store, findings: pl.DataFrame, days: pl.DataFrame, work: pl.DataFrame) -> None:
    """Keep the findings of days that were not reckoned again."""
    held = store.read("settlement_findings")
    old = held.join(work.filter("anew"), on=CHANNEL, how="anti")
    if old.height:
        old = old.join(as_text(days.select(*CHANNEL, date_from="day")), on=[*CHANNEL, "date_from"], how="anti")
    if findings.height or old.height < held.height:
        store.replace("settlement_findings", pl.concat([old, findings.select(held.columns)]))
