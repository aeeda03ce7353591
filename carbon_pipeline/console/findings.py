"""All findings of a refresh: those of files, of settling and of reckoning, each with whom it concerns and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.metering.register_ranges import is_valid
from carbon_pipeline.reasons import REASONS, sentence, suggestion
from carbon_pipeline.registry import ownership
from carbon_pipeline.sentences.fact import told

if TYPE_CHECKING:
    from carbon_pipeline.registry.state import Registry
    from carbon_pipeline.settings import Lang

COLUMNS: Final = (
    "meter_no",
    "channel",
    "date_from",
    "date_to",
    "enterprise_id",
    "account_no",
    "reason",
    "severity",
    "evidence",
    "suggestion",
)
METERED: Final = ["meter_no", "channel", "date_from", "date_to", "account_no", "reason", "evidence"]
_KEY: Final = "row"


def all_findings(metered: pl.DataFrame, reckoned: pl.DataFrame, registry: Registry, as_of: str, lang: Lang) -> pl.DataFrame:
    """Put the findings of a refresh together.

    Args:
        metered: findings of files and of settling (`meter_no, channel, date_from, date_to, account_no, reason, evidence`),
            of whatever day.
        reckoned: findings of the reckoning, with `enterprise_id` beside these.
        registry: whose meter it was on the first day of a finding.
        as_of: findings that begin later are left out.
        lang: language of evidence and suggestion.

    Returns:
        `COLUMNS`, no two rows alike.
    """
    begun = metered.select(METERED).filter(pl.col("date_from").is_null() | (pl.col("date_from") <= pl.lit(as_of).str.to_date()))
    found = pl.concat([with_owners(begun, registry), reckoned.select([*METERED, "enterprise_id"])], how="diagonal")
    return found.with_columns(_texts(found, lang)).select(COLUMNS).unique(maintain_order=True)


def with_owners(findings: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """Add the enterprise that had the meter on the first day of each finding, of several the one with the largest share.

    The account is the register's; where it knows none, the one that the file named stays.
    """
    rows = findings.with_row_index(_KEY)
    meters = ownership.meter_ranges(registry).select("meter_no", "fed_account_key", "fed_account_no", "date_from", "date_to")
    held = rows.select(_KEY, "meter_no", day="date_from").join(meters, on="meter_no").filter(is_valid("day"))
    owners = ownership.owners(registry).select(
        "enterprise_id", "account_key", "date_from", "date_to", share=pl.col("share_num") / pl.col("share_den")
    )
    owned = (
        held.select(_KEY, "day", "fed_account_key").join(owners, left_on="fed_account_key", right_on="account_key").filter(is_valid("day"))
    )
    largest = owned.sort(_KEY, "share", "enterprise_id", descending=[False, True, False]).unique(_KEY, keep="first", maintain_order=True)
    account = held.select(_KEY, "fed_account_no").unique(_KEY, keep="first", maintain_order=True)
    return (
        rows.join(account, on=_KEY, how="left")
        .join(largest.select(_KEY, "enterprise_id"), on=_KEY, how="left")
        .sort(_KEY)
        .with_columns(account_no=pl.coalesce("fed_account_no", "account_no"))
        .select(*METERED, "enterprise_id")
    )


def _texts(findings: pl.DataFrame, lang: Lang) -> list[pl.Expr]:
    """Severity, evidence as a sentence, and suggestion of each row's reason."""
    codes = findings["reason"].unique().drop_nulls().to_list()
    severities = {code: REASONS[code].severity if code in REASONS else "warning" for code in codes}
    said = pl.col("reason").replace_strict({code: sentence(code, lang) for code in codes}, return_dtype=pl.String)
    colon = "：" if lang == "zh" else ": "
    kept = findings["evidence"].drop_nulls().unique().to_list()
    evidence = pl.col("evidence").replace({one: told(one, lang) for one in kept})
    return [
        pl.col("reason").replace_strict(severities, return_dtype=pl.String).alias("severity"),
        pl.when(pl.col("evidence").is_null()).then(said).otherwise(pl.concat_str(said, pl.lit(colon), evidence)).alias("evidence"),
        pl.col("reason").replace_strict({code: suggestion(code, lang) for code in codes}, return_dtype=pl.String).alias("suggestion"),
    ]
