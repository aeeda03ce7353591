"""Findings of a refresh: what an official should look at, with whom it concerns and the evidence."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.months import first_day, last_day, month_text
from carbon_pipeline.accounting.publish import ratio
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from carbon_pipeline.accounting.books import Books

FINDINGS_SCHEMA: Final = pl.Schema(
    {
        "meter_no": pl.String,
        "channel": pl.String,
        "date_from": pl.Date,
        "date_to": pl.Date,
        "enterprise_id": pl.String,
        "account_no": pl.String,
        "reason": pl.String,
        "evidence": pl.String,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `reason` is a code of the table of reasons, which adds severity and suggestion."""

    meter_no: str | None
    channel: str | None
    date_from: date
    date_to: date
    enterprise_id: str
    account_no: str | None
    reason: str
    evidence: str


def findings_table(findings: Iterable[Finding]) -> pl.DataFrame:
    """Findings as `FINDINGS_SCHEMA`, sorted by all their columns."""
    rows = [astuple(one) for one in findings]
    return pl.DataFrame(rows, schema=FINDINGS_SCHEMA, orient="row").sort(pl.all(), nulls_last=False)


def pv_findings(books: Books) -> Iterator[Finding]:
    """Months in which an enterprise's own use of PV is empty because a channel measured too little (`pv_not_reckoned`)."""
    for one in books.unreckoned:
        last = min(last_day(one.month), books.as_of)
        number = books.account_no(one.enterprise_id, one.account_key, one.month)
        evidence = str(fact("month_coverage", month=month_text(one.month), coverage=str(ratio(one.coverage))))
        yield Finding(one.meter_no, one.channel, first_day(one.month), last, one.enterprise_id, number, "pv_not_reckoned", evidence)
