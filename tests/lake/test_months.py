from __future__ import annotations

from datetime import date

import polars as pl

from carbon_pipeline.lake.months import month_column, months_with

DAYS = pl.Series("day", [date(2025, 2, 1), date(2024, 12, 31), date(2025, 2, 28), date(2025, 2, 1)])


def test_month_column__is_the_month_of_each_day() -> None:
    assert month_column(DAYS).to_list() == ["2025-02", "2024-12", "2025-02", "2025-02"]
    assert month_column(DAYS.clear()).to_list() == []


def test_months_with__is_each_month_once() -> None:
    assert sorted(months_with(DAYS)) == ["2024-12", "2025-02"]
    assert months_with(DAYS.clear()) == []
