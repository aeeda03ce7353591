"""What a person sees beside a run: row counts, small tables and bars, and what the checks found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import dagster as dg
import polars as pl

from assets.schemas import broken

Metadata = Mapping[str, Any]

_BAR: Final = 20
_SHOWN: Final = 30


def described(frame: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """A small frame as a Markdown table."""
    head = "| " + " | ".join(frame.columns) + " |\n|" + "---|" * frame.width
    rows = [
        "| " + " | ".join("" if cell is None else str(cell).replace("|", "/") for cell in row) + " |"
        for row in frame.head(_SHOWN).iter_rows()
    ]
    more = [f"\n… {frame.height - _SHOWN} more"] if frame.height > _SHOWN else []
    return dg.MetadataValue.md("\n".join([head, *rows, *more]))


def bars(frame: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """Labels and numbers as bars of text: enough of a plot for a run page, and it needs no files.

    Args:
        frame: a label and a number in its first two columns.
    """
    label, number = frame.columns[:2]
    values = frame[number].cast(pl.Float64).fill_null(0)
    top = float(str(values.max())) if frame.height and values.max() else 1.0
    drawn = pl.Series("", ["█" * round(_BAR * value / top) for value in values], dtype=pl.String)
    return described(frame.select(label, number).with_columns(drawn))


def coverage_by_month(days: pl.LazyFrame) -> pl.DataFrame:
    """Meter days, energy and estimated time by month, in order."""
    return (
        days.group_by("month")
        .agg(
            mwh=(pl.col("wh").sum() // 1_000_000),
            meter_days=pl.len(),
            measured_h=(pl.col("measured_min").sum() + pl.col("shaped_min").sum()) // 60,
            estimated_h=pl.col("estimated_min").sum() // 60,
        )
        .sort("month")
        .collect()
    )


def _counted(column: str) -> Callable[[pl.DataFrame], Metadata]:
    def count(frame: pl.DataFrame) -> Metadata:
        counts = frame.group_by(pl.col(column).cast(pl.String).fill_null("-")).agg(rows=pl.len()).sort(column)
        return {column: bars(counts)}

    return count


def _summed(by: str, column: str) -> Callable[[pl.DataFrame], Metadata]:
    def total(frame: pl.DataFrame) -> Metadata:
        return {f"{column} by {by}": bars(frame.group_by(by).agg(pl.col(column).sum()).sort(by))}

    return total


RESULT_METADATA: Final[Mapping[str, Callable[[pl.DataFrame], Metadata]]] = {
    "energy": _summed("month", "tce_equivalent"),
    "inventory": _summed("month", "tco2_net"),
    "grades": _counted("grade"),
    "budgets": _counted("alert"),
    "tariffs": _summed("month", "amount_cny"),
}
"""What is worth seeing of each result."""


def schema_check(name: str, frame: pl.DataFrame) -> dg.AssetCheckResult:
    """Whether a result has the columns, types, keys and bounds of its schema; if not, how many rows break which rule."""
    failures = broken(name, frame)
    return dg.AssetCheckResult(passed=not failures, asset_key=name, check_name="columns", metadata={"rows": frame.height, **failures})


def sums_check(checks: pl.DataFrame) -> dg.AssetCheckResult:
    """Whether every sum holds; if not, both sides of those that do not."""
    wrong = checks.filter(~pl.col("holds"))
    counts = checks.group_by("check").agg(rows=pl.len()).sort("check")
    return dg.AssetCheckResult(
        passed=wrong.is_empty(), asset_key="energy", check_name="sums", metadata={"held": described(counts), "wrong": described(wrong)}
    )


def coverage_check(budgets: pl.DataFrame) -> dg.AssetCheckResult:
    """Whether every enterprise is measured well enough to be judged; a warning, since a list says so row by row."""
    low = budgets.filter(pl.col("alert") == "low_coverage").select("enterprise_id", "name", "coverage", "last_reading_date")
    return dg.AssetCheckResult(
        passed=low.is_empty(),
        asset_key="budgets",
        check_name="coverage",
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"low": low.height, "enterprises": budgets.height, "rows": described(low)},
    )
