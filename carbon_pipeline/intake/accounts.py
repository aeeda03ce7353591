"""Accounts that files name for meters, held against the register as it stands: the meter decides, the difference is a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.lake.tables import FINDINGS
from carbon_pipeline.metering.register_ranges import CHANNEL, is_valid
from carbon_pipeline.registry.cells import ACCOUNT_KEY_LENGTH
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from carbon_pipeline.lake.store import Store

ACCOUNT_DIFFERS: Final = "account_differs"


def account_findings(store: Store, ranges: pl.DataFrame) -> pl.DataFrame:
    """Meters whose account in a file is not the register's of that day; accounts are compared by their last ten digits.

    Args:
        store: the lake, for what files have named.
        ranges: meter_no, account_no, account_key, date_from, date_to of the register.

    Returns:
        `FINDINGS`, one per meter, channel and pair of accounts, with the days from the first to the last.
    """
    named = store.scan("readings").filter(pl.col("account_no").is_not_null()).select(*CHANNEL, "mult_day", "account_no").unique().collect()
    held = named.join(ranges.select("meter_no", "account_key", "date_from", "date_to", registered="account_no"), on="meter_no")
    differing = held.filter(
        pl.col("account_no").str.slice(-ACCOUNT_KEY_LENGTH) != pl.col("account_key"),
        is_valid("mult_day"),
    )
    found = differing.group_by(*CHANNEL, "account_no", "registered").agg(
        date_from=pl.col("mult_day").min(), date_to=pl.col("mult_day").max()
    )
    pairs = found.select("account_no", "registered").rows()
    evidence = pl.Series([str(fact("accounts_differ", in_file=one, in_register=other)) for one, other in pairs], dtype=pl.String)
    return found.with_columns(reason=pl.lit(ACCOUNT_DIFFERS), evidence=evidence).select(FINDINGS.schema.names()).sort(FINDINGS.order)
