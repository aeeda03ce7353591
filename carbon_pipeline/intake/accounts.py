"""Accounts that a file names for a meter, held against the register: the meter decides, the difference is a finding."""

from __future__ import annotations

from typing import Final

import polars as pl

from carbon_pipeline.lake.tables import FINDINGS
from carbon_pipeline.metering.windows import CHANNEL, is_valid

ACCOUNT_DIFFERS: Final = "account_differs"
ACCOUNTED: Final = [*CHANNEL, "mult_day", "account_no"]
"""Columns of rows by which they are held against the register."""
_KEY_DIGITS: Final = 10


def account_findings(rows: pl.DataFrame, ranges: pl.DataFrame) -> pl.DataFrame:
    """Meters whose account in the file is not the register's of that day; accounts are compared by their last ten digits.

    Args:
        rows: meter_no, channel, mult_day, account_no of a file's readings.
        ranges: meter_no, account_no, account_key, date_from, date_to of the register.

    Returns:
        `FINDINGS`, one per meter, channel and pair of accounts, with the days from the first to the last.
    """
    named = rows.select(ACCOUNTED).filter(pl.col("account_no").is_not_null()).unique()
    held = named.join(ranges.select("meter_no", "account_key", "date_from", "date_to", registered="account_no"), on="meter_no")
    differing = held.filter(
        pl.col("account_no").str.slice(-_KEY_DIGITS) != pl.col("account_key"),
        is_valid("mult_day"),
    )
    if differing.is_empty():
        return pl.DataFrame(schema=FINDINGS.schema)
    found = differing.group_by(*CHANNEL, "account_no", "registered").agg(
        date_from=pl.col("mult_day").min(), date_to=pl.col("mult_day").max()
    )
    evidence = pl.concat_str("account_no", pl.lit(" / "), "registered")
    return found.with_columns(reason=pl.lit(ACCOUNT_DIFFERS), evidence=evidence).select(FINDINGS.schema.names()).sort(FINDINGS.order)
