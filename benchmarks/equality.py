"""Holds the results of two systems side by side, to the last digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {
    "energy": ["month", "enterprise_id", "carrier", "use"],
    "grades": ["period", "enterprise_id"],
    "budgets": ["enterprise_id"],
    "tariffs": ["month", "enterprise_id", "account_no", "step"],
    "inventory": ["month", "industry_code", "street", "carrier"],
}
"""Result table -> the columns that name a row."""


def read(path: Path) -> pl.DataFrame:
    """A result table as text, empty cells as empty text."""
    return pl.read_csv(path, infer_schema=False).with_columns(pl.all().fill_null(""))


def differences(name: str, ours: pl.DataFrame, theirs: pl.DataFrame) -> list[str]:
    """What differs between two versions of one result table, in the columns that both have.

    Args:
        name: a key of `KEYS`.
        ours: the table as text.
        theirs: the table as text.

    Returns:
        One line per differing row or cell, at most ten.
    """
    keys = KEYS[name]
    columns = [c for c in theirs.columns if c in ours.columns and c not in keys]
    both = ours.select(*keys, *columns).join(theirs.select(*keys, *columns), on=keys, how="full", suffix="_theirs", nulls_equal=True)
    lines = [
        f"{name}: a row of only one side: {row}"
        for row in both.filter(pl.any_horizontal(pl.col(c).is_null() for c in [keys[0], f"{keys[0]}_theirs"])).select(keys).rows()[:10]
    ]
    shared = both.filter(pl.col(keys[0]).is_not_null() & pl.col(f"{keys[0]}_theirs").is_not_null())
    for column in columns:
        unlike = shared.filter(pl.col(column) != pl.col(f"{column}_theirs")).sort(keys)
        lines += [
            f"{name}.{column} of {row[:-2]}: {row[-2]!r} against {row[-1]!r}"
            for row in unlike.select(*keys, column, f"{column}_theirs").head(3).rows()
        ]
    return lines[:10]
