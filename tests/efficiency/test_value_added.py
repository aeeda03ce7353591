"""Value added of a period, from whatever was reported."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from carbon_pipeline.accounting.months import parse_month
from carbon_pipeline.efficiency.value_added import ValueAdded, months_of


def value(period: str, **rows: str | None) -> Decimal | None:
    """Value added of a period from rows `y2025Q1="1"`, `y2025_03="1"`, `y2025_01to2025_06="1"`."""
    periods = [name[1:].replace("_", "-").replace("to", "..") for name in rows]
    schema = {"enterprise_id": pl.String, "period": pl.String, "value_added_10k_cny": pl.String}
    frame = pl.DataFrame([("A", name, number) for name, number in zip(periods, rows.values(), strict=True)], schema=schema, orient="row")
    return ValueAdded(frame).of("A", months_of(period))


def test_own_row__stands_before_anything_else() -> None:
    assert value("2025-03", y2025_03="7", y2025_01to2025_03="90", y2025_01to2025_02="50") == 7


def test_own_row__of_zero_or_below_is_a_row() -> None:
    assert value("2025-03", y2025_03="-1.5", y2025_01to2025_03="90", y2025_01to2025_02="50") == Decimal("-1.5")


def test_own_row__without_value_is_none() -> None:
    assert value("2025-03", y2025_03=None, y2025_01to2025_03="90", y2025_01to2025_02="50") == 40


def test_cumulative__to_the_end_less_to_the_month_before() -> None:
    assert value("2025-03", y2025_01to2025_03="90.5", y2025_01to2025_02="50") == Decimal("40.5")
    assert value("2025Q2", y2025_01to2025_06="100", y2025_01to2025_03="30") == 70


def test_cumulative__nothing_before_january() -> None:
    assert value("2025-01", y2025_01to2025_01="4") == 4
    assert value("2025Q1", y2025_01to2025_03="30") == 30
    assert value("2025", y2025_01to2025_12="99") == 99
    assert value("2025-03", y2025_01to2025_03="90") is None


def test_months__count_when_all_are_there() -> None:
    assert value("2025Q1", y2025_01="1", y2025_02="2", y2025_03="4") == 7
    assert value("2025Q1", y2025_01="1", y2025_02="2") is None


def test_months__are_each_reckoned_by_the_same_rule() -> None:
    # January own, February 30 - 10 = 20 from cumulative rows (January's is 10), March own.
    assert value("2025Q1", y2025_01="1", y2025_01to2025_01="10", y2025_01to2025_02="30", y2025_03="4") == 25


def test_quarters__make_a_year_each_by_the_same_rule() -> None:
    rows = {
        "y2025Q1": "1",
        "y2025_04": "2",
        "y2025_05": "3",
        "y2025_06": "4",
        "y2025_01to2025_09": "90",
        "y2025_01to2025_06": "50",
        "y2025Q4": "6",
    }
    # Q1 1, Q2 2 + 3 + 4, Q3 90 - 50, Q4 6.
    assert value("2025", **rows) == 1 + 9 + 40 + 6


def test_months__stand_before_quarters() -> None:
    months = {f"y2025_{number:02d}": "1" for number in range(1, 13)}
    assert value("2025", **months, y2025Q1="100", y2025Q2="100", y2025Q3="100", y2025Q4="100") == 12


def test_of_another_enterprise__is_none() -> None:
    assert (
        ValueAdded(pl.DataFrame(schema={"enterprise_id": pl.String, "period": pl.String, "value_added_10k_cny": pl.String})).of(
            "A", months_of("2025")
        )
        is None
    )


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2025", "2025-01", "2025-12"),
        ("2025Q4", "2025-10", "2025-12"),
        ("2025-07", "2025-07", "2025-07"),
        ("2025-01..2025-06", "2025-01", "2025-06"),
    ],
)
def test_months_of__a_period(period: str, first: str, last: str) -> None:
    months = months_of(period)
    assert (months[0], months[-1]) == (parse_month(first), parse_month(last))
