"""What a settling has to reckon again, and from which rows: as little as new readings and a changed register can change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.lake.tables import METER_DAYS
from carbon_pipeline.metering.register_ranges import CHANNEL, with_bounds, with_multipliers
from carbon_pipeline.metering.windows import broken_runs, mark_alone, reached, register_windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.metering.held import Held
    from carbon_pipeline.rules import ValidationRule

_MARGIN: Final = timedelta(days=24)
"""How many days beyond the reach of like days are looked at before a channel needs its whole history; and by how much rows of some
channels may be older than those of others, with which they are looked at."""
_ROWS_AT_ONCE: Final = 1_000_000
"""Rows, without their values, of the channels that are planned and settled together: a year of some 2,700 meters."""
_EVER: Final = (pl.lit(date(1900, 1, 1)).alias("touched_from"), pl.lit(date(2200, 1, 1)).alias("touched_to"))


@dataclass(frozen=True)
class Plan:
    """What is to be reckoned of some channels, and from which rows."""

    work: pl.DataFrame
    """meter_no, channel, touched_from, touched_to, anew (the whole of it)."""
    plain: pl.DataFrame
    """Rows of channels without registers, marked where they settle their day alone."""
    runs: pl.DataFrame
    """Broken runs among them that must be reckoned interval by interval."""
    registered: pl.DataFrame
    """Rows of channels with registers."""
    windows: pl.DataFrame
    """From where these can be reckoned; a channel that is not there needs all its rows."""

    def without(self, channels: pl.DataFrame) -> Plan:
        """The plan of the other channels."""
        frames = (self.work, self.plain, self.runs, self.registered, self.windows)
        return Plan(*(frame.join(channels, on=CHANNEL, how="anti") for frame in frames))


def fingerprinted(held: Held, ranges: pl.DataFrame, rule: ValidationRule) -> pl.DataFrame:
    """Every channel as it was settled, the days of its newer rows, and what it is to be settled by now.

    Returns:
        meter_no, channel, seq (of its last row), settled_settings, touched_from, touched_to, settings: a hash of the rule and of
        all that the register says of the meter for settling.
    """
    touched = held.fresh.group_by(CHANNEL).agg(
        touched_from=pl.col("day").min(), touched_to=pl.col("day").max(), fresh_seq=pl.col("seq").max()
    )
    channels = held.state.rename({"settings": "settled_settings"}).join(touched, on=CHANNEL, how="full", coalesce=True)
    columns = [pl.col(c).cast(pl.String).fill_null("") for c in ranges.columns if c != "meter_no"]
    lines = ranges.sort("meter_no", "date_from").select("meter_no", line=pl.concat_str(columns, separator="|"))
    texts = dict(lines.group_by("meter_no").agg(pl.col("line").str.join("\n")).rows())
    asked = rule.model_dump_json()
    digests = [hashlib.blake2b(f"{asked}\n{texts.get(m, '')}".encode(), digest_size=8).digest() for m in channels["meter_no"]]
    settings = pl.Series([int.from_bytes(digest, "big", signed=True) for digest in digests], dtype=pl.Int64)
    return channels.with_columns(seq=pl.max_horizontal("seq", "fresh_seq"), settings=settings)


def due(channels: pl.DataFrame) -> pl.DataFrame:
    """Channels to reckon again: meter_no, channel, touched_from, touched_to, anew."""
    is_anew = (pl.col("settings") != pl.col("settled_settings")).fill_null(value=True)
    found = channels.with_columns(anew=is_anew).filter(pl.col("anew") | pl.col("touched_from").is_not_null())
    return found.select(*CHANNEL, "touched_from", "touched_to", "anew").sort(CHANNEL)


def plans(held: Held, work: pl.DataFrame, ranges: pl.DataFrame, rule: ValidationRule) -> Iterator[Plan]:
    """What is to be reckoned of the channels that are due: of the last months where these suffice, else of all that is held.

    The latter some channels at a time: of a large district only the rows without their values are held at once.
    """
    near = _near(held, work, ranges, rule)
    yield near
    far = work.join(near.work, on=CHANNEL, how="anti").with_columns(*_EVER, anew=pl.lit(value=True)).sort(CHANNEL)
    if far.is_empty():
        return
    rows = held.fresh if held.state.is_empty() else held.rows(far)  # before the first settling, everything is fresh
    parts = -(-rows.height // _ROWS_AT_ONCE) or 1
    for part in far.iter_slices(-(-far.height // parts)):
        of_part = rows.join(part, on=CHANNEL, how="semi") if parts > 1 else rows
        yield _plan(held, _prepared(of_part, ranges), part, rule)


def _prepared(rows: pl.DataFrame, ranges: pl.DataFrame) -> pl.DataFrame:
    """Rows with their multiplier and the bound of their day; rows that wait for a multiplier drop out."""
    return with_bounds(with_multipliers(rows, ranges), ranges)


def _near(held: Held, work: pl.DataFrame, ranges: pl.DataFrame, rule: ValidationRule) -> Plan:
    """The plan of channels for which the last months suffice, so that one more day costs the same after a year as after a month.

    A channel is left out where it must be reckoned anew, where a row came so much later than the others' that these would have to be
    looked at from there on too, where a broken run or its like days may begin before these months, where registers have no safe
    place within them, and where nothing in them was measured before the new rows: a gap may begin earlier then, and registers of
    that time may cut it.
    """
    touched = work.filter(~pl.col("anew"))
    touched = touched.filter(pl.col("touched_from") >= pl.col("touched_from").max() - _MARGIN)
    since = touched["touched_from"].min()
    if not isinstance(since, date):
        return _plan(held, _prepared(held.fresh.clear(), ranges), touched, rule)
    back = timedelta(days=rule.like_reach + 1)
    has_registers = bool((held.fresh["kind"] == "R").any())
    first_day = since - back - _MARGIN - (back if has_registers else timedelta(0))
    plan = _plan(held, _prepared(held.rows(touched, first_day), ranges), touched, rule, first_day)
    deep = plan.runs.filter(pl.col("run_from") - back < first_day).select(CHANNEL)
    before = plan.plain.filter("is_measured").join(touched, on=CHANNEL).filter(pl.col("day") < pl.col("touched_from"))
    within = pl.concat([before.select(CHANNEL), plan.windows.select(CHANNEL)]).unique()
    return plan.without(pl.concat([deep, touched.select(CHANNEL).join(within, on=CHANNEL, how="anti")]).unique())


def _plan(held: Held, rows: pl.DataFrame, work: pl.DataFrame, rule: ValidationRule, first_day: date | None = None) -> Plan:
    registers = rows.filter(pl.col("kind") == "R").select(CHANNEL).unique()
    registered = rows.join(registers, on=CHANNEL, how="semi")
    plain = mark_alone(rows.join(registers, on=CHANNEL, how="anti") if registers.height else rows, rule)
    windows = _windows(held, registered, work, rule, first_day)
    return Plan(work, plain, reached(broken_runs(plain), work, rule), registered, windows)


def _windows(held: Held, registered: pl.DataFrame, work: pl.DataFrame, rule: ValidationRule, first_day: date | None) -> pl.DataFrame:
    """Windows of channels that hold nothing but registers; none where all rows are at hand anyway."""
    other = registered.filter(pl.col("kind") != "R").select(CHANNEL).unique()
    touched = work.join(registered, on=CHANNEL, how="semi").join(other, on=CHANNEL, how="anti")
    if first_day is None or touched.is_empty():
        return register_windows(held.keyed(pl.DataFrame(schema=METER_DAYS.schema)), touched.clear(), rule)
    return register_windows(held.days(first_day).join(touched, on=CHANNEL, how="semi"), touched, rule)
