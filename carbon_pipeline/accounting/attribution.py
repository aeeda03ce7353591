"""From meter days to months: what each meter channel gave in a month, and which enterprise it counts for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.runs import month_of_day, runs_of_days
from carbon_pipeline.accounting.segments import Attribution

if TYPE_CHECKING:
    from datetime import date

    from carbon_pipeline.registry.state import Registry

MONTHLY_SCHEMA: Final = pl.Schema(
    {
        "month": pl.Int32,
        "meter_no": pl.String,
        "channel": pl.String,
        "role": pl.String,
        "account_key": pl.String,
        "enterprise_id": pl.String,
        "wh": pl.Int64,
        "measured_min": pl.Int64,
        "estimated_min": pl.Int64,
        "account_min": pl.Int64,
        "last_measured": pl.Date,
    }
)
"""Monthly sums: `enterprise_id` is null for what nobody owns; `wh` is null where nothing was measured or estimated.

Minutes count whole for every owner of a shared account, in `account_min` (measured) for its lead owner alone, so that these
add up to the account's; measured minutes include what registers bound (`register_shaped`).
"""

_KEYS: Final = ("month", "meter_no", "channel", "role", "account_key", "enterprise_id")
_PER_SEGMENT: Final = ("segment", "month", "owners")


def monthly_sums(meter_days: pl.DataFrame | pl.LazyFrame, registry: Registry, as_of: date) -> pl.DataFrame:
    """Sum settled meter days to months and attribute them to enterprises.

    The rows of one month depend on that month's `meter_days`, the register and the as-of date only, so months that are
    over may be kept and reused while those stand.

    Args:
        meter_days: settled meter days (`meter_no, channel, day, step, wh, measured_min, shaped_min, estimated_min`).
        registry: the register as it stands now.
        as_of: last day that counts.

    Returns:
        `MONTHLY_SCHEMA`, one row per month, meter channel, role, account and enterprise, sorted by these. Wh of a shared
        account are split per meter, channel and day: half-even to whole Wh, the remainder to the largest share (the
        smaller enterprise id if equal); where shares sum below 1 the rest is nobody's.
    """
    attribution = Attribution.of(registry.without_orphans())
    return attributed_sums(runs_of_days(meter_days, attribution, as_of), attribution, as_of)


def attributed_sums(runs: pl.DataFrame, attribution: Attribution, as_of: date) -> pl.DataFrame:
    """`monthly_sums` from runs of days, with the segments of the register at hand."""
    days = _runs_in_segments(runs, attribution.segment_frame, as_of)
    owners, is_shared = attribution.owner_frame, attribution.is_shared()
    simple = owners.filter(~is_shared)
    per_segment = days.group_by(_PER_SEGMENT).agg(*_sums())
    parts = days.filter(is_shared).join(owners.lazy(), on="owners").with_columns(_part())
    per_owner = parts.group_by(*_PER_SEGMENT, "enterprise_id", "is_lead", "is_whole").agg(pl.col("part").sum())
    sums, shared = pl.collect_all([per_segment, per_owner])
    whole = sums.filter(~is_shared).join(simple.select("owners", "enterprise_id"), on="owners", how="left")
    pieces = [whole.with_columns(pl.col("measured_min").alias("account_min")), *_shared_pieces(sums.filter(is_shared), shared)]
    return _named(pl.concat(pieces, how="diagonal"), attribution.segment_frame)


def _runs_in_segments(runs: pl.DataFrame, segments: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    day = pl.col("day")
    held = segments.lazy().select("meter_no", "channel", "segment", "day_from", "day_to", "owners")
    return (
        runs.lazy()
        .filter(day <= as_of)
        .join(held, on=["meter_no", "channel"])
        .filter(day.is_between(pl.col("day_from"), pl.col("day_to")))
        .select(*_PER_SEGMENT, "wh", "measured_min", "estimated_min", "last_measured")
    )


def _sums() -> tuple[pl.Expr, ...]:
    """Sums of a group; a group in which no Wh is known has none, which is not 0."""
    known = pl.col("wh").is_not_null().any()
    return (
        pl.when(known).then(pl.col("wh").sum()).alias("wh"),
        pl.col("measured_min", "estimated_min").sum(),
        pl.col("last_measured").max(),
    )


def _part() -> pl.Expr:
    """An owner's part of one day's Wh: Wh x share, half-even to whole Wh, in whole numbers.

    A faulty day may hold 10^17 Wh; times a share in millionths that is beyond 64 bits.
    """
    product, denominator = pl.col("wh").cast(pl.Int128) * pl.col("numerator"), pl.col("denominator")
    quotient = product // denominator
    twice = 2 * (product - quotient * denominator)
    is_up = (twice > denominator) | ((twice == denominator) & (quotient % 2 == 1))
    return (quotient + is_up.cast(pl.Int128)).cast(pl.Int64).alias("part")


def _shared_pieces(sums: pl.DataFrame, parts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of the owners of shared accounts, and what their shares leave to nobody."""
    keys = ("segment", "month")
    given = parts.group_by(keys).agg(pl.col("part").sum().alias("given"), pl.col("is_whole").any())
    rest = sums.join(given, on=keys).with_columns((pl.col("wh") - pl.col("given")).alias("rest"))
    columns = ("wh", "rest", "measured_min", "estimated_min", "last_measured")
    takes_rest = pl.col("is_lead") & pl.col("is_whole")
    owned = parts.join(rest.select(*keys, *columns), on=keys).with_columns(
        pl.when(pl.col("wh").is_not_null()).then(pl.col("part") + pl.col("rest") * takes_rest).alias("wh"),
        (pl.col("measured_min") * pl.col("is_lead")).alias("account_min"),
    )
    nobody = rest.filter(~pl.col("is_whole")).select(*keys, pl.col("rest").alias("wh"))
    return owned.drop("part", "rest", "is_lead", "is_whole"), nobody


def _named(pieces: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """Segments merged into one row per month, meter channel, role, account and enterprise."""
    named = pieces.join(segments.select("segment", "meter_no", "channel", "role", "account_key"), on="segment")
    return (
        named.group_by(_KEYS)
        .agg(*_sums(), pl.col("account_min").sum())
        .select(pl.col(name).cast(kind) for name, kind in MONTHLY_SCHEMA.items())
        .sort(_KEYS)
    )


def metered_totals(days: pl.DataFrame, registry: Registry, as_of: date) -> pl.DataFrame:
    """Wh of every billed meter channel by month and account while the meter was valid, whoever owned the account.

    It takes no part in the attribution: what enterprises and nobody have is held against it.

    Args:
        days: settled meter days, or runs of them.
        registry: the register as it stands now.
        as_of: last day that counts.

    Returns:
        `month` (month number), `account_key`, `meter_no`, `channel`, `wh`, sorted.
    """
    is_consumption = pl.col("direction") == "consumption"
    is_used = is_consumption | (pl.col("channel") == pl.col("its_channel").fill_null("forward"))
    account = pl.when(is_consumption).then("account_key").otherwise(pl.coalesce("fed_account_key", "account_key"))
    meters = registry.meters.filter("is_billed").select(
        "meter_no", "direction", pl.col("channel").alias("its_channel"), account.alias("account_key"), "date_from", "date_to"
    )
    day = pl.col("day")
    is_valid = (day >= pl.col("date_from")).fill_null(value=True) & (day <= pl.col("date_to")).fill_null(value=True)
    keys = ("month", "account_key", "meter_no", "channel")
    return (
        days.lazy()
        .filter((day <= as_of) & pl.col("wh").is_not_null())
        .join(meters.lazy(), on="meter_no")
        .filter(is_valid & is_used)
        .with_columns(month_of_day())
        .group_by(keys)
        .agg(pl.col("wh").sum())
        .sort(keys)
        .collect()
    )
