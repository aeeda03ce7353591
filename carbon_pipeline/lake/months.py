"""The months of days, by which readings and meter days are parted in the lake."""

from __future__ import annotations

import polars as pl

_MONTH = "%Y-%m"


def month_column(days: pl.Series) -> pl.Series:
    """The month of each day, written once a day: a day has as many rows as a file."""
    known = days.unique()
    return days.replace_strict(known, known.dt.strftime(_MONTH), return_dtype=pl.String)


def months_with(days: pl.Series) -> list[str]:
    """Every month that holds one of some days, in no promised order."""
    return days.unique().dt.strftime(_MONTH).unique().to_list()
