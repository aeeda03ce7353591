"""Whose meter channel counts on which days: meter validity 电表 cut by the ownership of the account 户号 it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.registry.state import Registry

IMPORT: Final = "import"
EXPORT: Final = "export"
GENERATION: Final = "generation"

EVER: Final = date.min
"""Stands for an empty start: from ever."""
OPEN: Final = date.max
"""Stands for an empty end: still valid."""

_ONE_DAY: Final = timedelta(days=1)

SEGMENT_SCHEMA: Final = pl.Schema(
    {
        "segment": pl.Int32,
        "meter_no": pl.String,
        "channel": pl.String,
        "role": pl.String,
        "account_key": pl.String,
        "day_from": pl.Date,
        "day_to": pl.Date,
        "owners": pl.Int32,
    }
)
OWNER_SCHEMA: Final = pl.Schema(
    {
        "owners": pl.Int32,
        "enterprise_id": pl.String,
        "numerator": pl.Int64,
        "denominator": pl.Int64,
        "is_lead": pl.Boolean,
        "is_whole": pl.Boolean,
    }
)

Owners = tuple[tuple[str, Fraction], ...]
"""Enterprises that hold an account on a day and their shares, by enterprise id; empty where nobody does."""


class Holding(NamedTuple):
    """One row of ownership: an enterprise has an account from one day to another, both included."""

    enterprise_id: str
    account_no: str
    day_from: date
    day_to: date
    share: Fraction


class Segment(NamedTuple):
    """A run of days on which one meter channel plays one role for one account and one set of owners."""

    meter_no: str
    channel: str
    role: str
    account_key: str
    day_from: date
    day_to: date
    owners: Owners


@dataclass(frozen=True, slots=True)
class Attribution:
    """The segments of a register, as objects for exact work on few rows and as frames for sums over many.

    Attributes:
        segments: one entry per billed meter channel and run of days.
        holdings: account_key -> rows of ownership, by first day, then enterprise id.
        segment_frame: `SEGMENT_SCHEMA`; `owners` points into `owner_frame`, -1 where nobody owns the account.
        owner_frame: `OWNER_SCHEMA`, one row per set of owners and enterprise.
    """

    segments: tuple[Segment, ...]
    holdings: dict[str, list[Holding]]
    segment_frame: pl.DataFrame
    owner_frame: pl.DataFrame

    @classmethod
    def of(cls, registry: Registry) -> Attribution:
        """Cut every billed meter of the register at the days on which the owners of its account change."""
        holdings = _holdings(registry.accounts)
        timelines = {key: list(_timeline(rows)) for key, rows in holdings.items()}
        segments = tuple(_segments(registry.meters, timelines))
        sets = {owners: number for number, owners in enumerate(sorted({s.owners for s in segments if s.owners}))}
        return cls(segments, holdings, _segment_frame(segments, sets), _owner_frame(sets))

    def is_shared(self) -> pl.Expr:
        """Whether a set of owners (`owners`) shares the Wh of a day, or leaves some to nobody: all but single owners of the whole."""
        owners = self.owner_frame
        whole = owners.filter((pl.len().over("owners") == 1) & (pl.col("numerator") == pl.col("denominator")))["owners"]
        return (pl.col("owners") >= 0) & ~pl.col("owners").is_in(whole.implode())


def _holdings(accounts: pl.DataFrame) -> dict[str, list[Holding]]:
    found: dict[str, list[Holding]] = {}
    share_of = cache(Fraction)
    columns = ("account_key", "account_no", "enterprise_id", "date_from", "date_to", "share")
    for key, number, enterprise, start, end, share in accounts.select(columns).iter_rows():
        found.setdefault(key, []).append(Holding(enterprise, number, start or EVER, end or OPEN, share_of(share or "1")))
    for rows in found.values():
        rows.sort(key=lambda h: (h.day_from, h.enterprise_id))
    return found


def _timeline(holdings: list[Holding]) -> Iterator[tuple[date, date, Owners]]:
    """Runs of days over all time with their owners, the runs without owner included."""
    cuts = {h.day_from for h in holdings} | {h.day_to + _ONE_DAY for h in holdings if h.day_to < OPEN} | {EVER}
    starts = sorted(cuts)
    for start, after in zip(starts, [*starts[1:], None], strict=True):
        owners = tuple(sorted((h.enterprise_id, h.share) for h in holdings if h.day_from <= start <= h.day_to))
        yield start, OPEN if after is None else after - _ONE_DAY, owners


def _segments(meters: pl.DataFrame, timelines: dict[str, list[tuple[date, date, Owners]]]) -> Iterator[Segment]:
    nobody: list[tuple[date, date, Owners]] = [(EVER, OPEN, ())]
    columns = ("meter_no", "account_key", "fed_account_key", "direction", "channel", "date_from", "date_to")
    for meter, own, fed, direction, channel, start, end in meters.filter("is_billed").select(columns).iter_rows():
        account = own if direction == "consumption" else fed or own
        day_from, day_to = start or EVER, end or OPEN
        for run_from, run_to, owners in timelines.get(account, nobody):
            first, last = max(day_from, run_from), min(day_to, run_to)
            if first <= last:
                for name, role in _roles(direction, channel):
                    yield Segment(meter, name, role, account, first, last, owners)


def _roles(direction: str, channel: str | None) -> tuple[tuple[str, str], ...]:
    """What each channel of a meter measures: 用电 imports forward and exports in reverse, 上网 and 发电 use their 通道."""
    if direction == "consumption":
        return (("forward", IMPORT), ("reverse", EXPORT))
    return ((channel or "forward", EXPORT if direction == "feed_in" else GENERATION),)


def _segment_frame(segments: tuple[Segment, ...], sets: dict[Owners, int]) -> pl.DataFrame:
    columns = {name: [getattr(s, name) for s in segments] for name in ("meter_no", "channel", "role", "account_key", "day_from", "day_to")}
    owners = [sets.get(s.owners, -1) for s in segments]
    return pl.DataFrame({"segment": range(len(segments)), **columns, "owners": owners}, schema=SEGMENT_SCHEMA)


def _owner_frame(sets: dict[Owners, int]) -> pl.DataFrame:
    """Shares as whole fractions, the lead of each set (the largest share, the smaller id if equal) and whether they make up the whole."""
    rows = []
    for owners, number in sets.items():
        lead = min(owners, key=lambda owner: (-owner[1], owner[0]))[0]
        is_whole = sum(share for _, share in owners) == 1
        rows += [(number, name, share.numerator, share.denominator, name == lead, is_whole) for name, share in owners]
    return pl.DataFrame(rows, schema=OWNER_SCHEMA, orient="row")
