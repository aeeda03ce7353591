"""Energy that counts for nobody: of meters that the register does not know on the day, and of accounts that nobody owns on it."""

from __future__ import annotations

from typing import Final

import polars as pl

from carbon_pipeline.lake.tables import FINDINGS
from carbon_pipeline.metering.register_ranges import CHANNEL, is_valid

UNREGISTERED_METER: Final = "unregistered_meter"
UNASSIGNED_ACCOUNT: Final = "unassigned_account"


def unclaimed_findings(days: pl.DataFrame, meters: pl.DataFrame, owners: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Find what the register must be completed with before all that was measured counts.

    Args:
        days: meter_no, channel, day of everything that was measured.
        meters: meter_no, channel, direction, is_billed, fed_account_no, fed_account_key, date_from, date_to of the register.
        owners: account_key, date_from, date_to of the register, a row for each owner.
        named: meter_no, account_no that files have named: by it somebody can find whose meter it is that the register does not know.

    Returns:
        `FINDINGS`, one per meter channel, row of the meter and gap in the register, from the first of its days to the last. Sub-meters,
        and channels that count for nothing, need no owner.
    """
    registered = days.join(meters.rename({"channel": "its_channel"}), on="meter_no").filter(is_valid("day"))
    unknown = days.join(registered, on=[*CHANNEL, "day"], how="anti").join(named, on="meter_no", how="left")
    unknown = unknown.with_columns(since=pl.lit(None, pl.Date))
    is_asked_for = (pl.col("direction") == "consumption") | (pl.col("channel") == pl.col("its_channel").fill_null("forward"))
    counting = registered.filter("is_billed", is_asked_for).select(
        *CHANNEL, "day", "fed_account_key", account_no="fed_account_no", since="date_from"
    )
    owned = counting.join(owners, left_on="fed_account_key", right_on="account_key").filter(is_valid("day"))
    ownerless = counting.join(owned, on=[*CHANNEL, "day", "fed_account_key"], how="anti")
    found = [
        _by_gap(unknown, meters, "meter_no", "meter_no", UNREGISTERED_METER),
        _by_gap(ownerless, owners, "fed_account_key", "account_key", UNASSIGNED_ACCOUNT),
    ]
    return pl.concat(found).sort(FINDINGS.order)


def _by_gap(days: pl.DataFrame, ranges: pl.DataFrame, of: str, key: str, reason: str) -> pl.DataFrame:
    """One finding for the days of a meter channel that lie between the same two ranges of the register."""
    ended = ranges.drop_nulls("date_to").select(pl.col(key).alias(of), after="date_to").unique().sort(of, "after")
    placed = days.sort(of, "day").join_asof(ended, left_on="day", right_on="after", by=of, strategy="backward", check_sortedness=False)
    gaps = placed.group_by(*CHANNEL, "account_no", "since", "after").agg(date_from=pl.col("day").min(), date_to=pl.col("day").max())
    return gaps.with_columns(reason=pl.lit(reason), evidence=pl.lit(None, pl.String)).select(FINDINGS.schema.names())
