"""The budget table: alerts at their bounds, coverage, missing fuel, last reading."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from carbon_pipeline.budget.status import alert_of
from tests.accounting.district import District, one, shipped, text

JAN1, JAN31, MAR31 = date(2025, 1, 1), date(2025, 1, 31), date(2025, 3, 31)


def status(district: District, as_of: date = JAN31) -> dict[str, Any]:
    return one(district.reckon(as_of).budgets, enterprise_id="A")


@pytest.mark.parametrize(
    ("share", "alert"),
    [
        (None, "none"),
        ("0", "none"),
        ("0.7999999999999", "none"),
        ("0.8", "yellow"),
        ("0.8999999999999", "yellow"),
        ("0.9", "orange"),
        ("1", "orange"),
        ("1.0000000000001", "red"),
    ],
)
def test_alert__bounds(share: str | None, alert: str) -> None:
    value = None if share is None else Fraction(share)
    assert alert_of(value, shipped()[1].alerts, is_low=False) == alert
    assert alert_of(value, shipped()[1].alerts, is_low=True) == ("red" if alert == "red" else "low_coverage")


def test_row__by_hand() -> None:
    # 31 MWh x 0.3024 = 9.3744 tce of 10: ratio 0.93744.
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN31, 10**6).budget("A", 2025, "10", JAN1, document="瓯〔1〕")
    row = status(district)
    assert text(row, "as_of", "year", "document_no", "budget_tce", "basis") == ["2025-01-31", "2025", "瓯〔1〕", "10.000", "等价值"]
    assert text(row, "used_tce", "ratio", "alert", "overrun_tce") == ["9.374", "0.9374", "orange", "0.000"]
    assert text(row, "coverage", "fuel_months_missing", "last_reading_date") == ["1.0000", "0", "2025-01-31"]
    assert text(row, "forecast_p05_tce", "forecast_p50_tce", "forecast_p95_tce", "overrun_probability", "expected_overrun_date") == [""] * 5


def test_row__over_budget() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN31, 10**6).budget("A", 2025, "9.3743", JAN1)
    # 9.3744 / 9.3743 = 1.0000107: red though it prints as 1.0000; overrun 0.0001 prints as 0.000.
    assert text(status(district), "ratio", "alert", "overrun_tce") == ["1.0000", "red", "0.000"]


def test_row__of_the_calorific_basis() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN31, 10**6).budget("A", 2025, "10", JAN1, basis="当量值")
    assert text(status(district), "used_tce", "basis", "alert") == ["3.810", "当量值", "none"]


def test_row__without_budget() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN31, 10**6).budget("A", 2025, "10", date(2025, 2, 1))
    row = status(district)
    assert text(row, "document_no", "budget_tce", "basis", "used_tce", "ratio", "alert", "overrun_tce") == [
        "", "", "等价值", "9.374", "", "no_budget", "",
    ]  # fmt: skip


def test_low_coverage__hides_all_but_red() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, date(2025, 1, 20), 10**6).budget("A", 2025, "7", JAN1)
    # 20 of 31 days, 6.048 tce: 0.864 would be yellow.
    assert text(status(district), "alert", "coverage") == ["low_coverage", "0.6452"]
    district.budget("A", 2025, "6", date(2025, 1, 2))
    assert text(status(district), "alert", "coverage") == ["red", "0.6452"]


def test_nothing_read__is_low_coverage_and_nothing_expected_is_none() -> None:
    district = District().single("A", "3301000000001", "M").budget("A", 2025, "7", JAN1)
    assert text(status(district), "used_tce", "ratio", "alert", "overrun_tce", "coverage", "last_reading_date") == [
        "", "", "low_coverage", "", "0.0000", "",
    ]  # fmt: skip
    idle = District().enterprise("A").budget("A", 2025, "7", JAN1)
    assert text(status(idle), "used_tce", "alert", "coverage") == ["", "none", ""]
    assert text(status(idle.fuel("A", "2025-01", "8000")), "used_tce", "alert") == ["5.714", "yellow"]


def test_fuel_months_missing__counts_pairs_of_month_over_and_carrier() -> None:
    district = District().enterprise("A").fuel("A", "2024-12", "1").fuel("A", "2024-06", "1", carrier="柴油").fuel("A", "2025-02", "0")
    # 原煤 lacks January and March, 柴油 January to March; April is not over.
    assert status(district, date(2025, 4, 29))["fuel_months_missing"] == 5
    # In July 2025 the diesel of June 2024 is thirteen months back.
    assert status(district, date(2025, 7, 31))["fuel_months_missing"] == 6 + 6


def test_last_reading__is_of_any_year_while_the_meter_was_its_own() -> None:
    district = District().enterprise("A").account("3301000000001", "A", end=date(2024, 5, 3)).meter("M", "3301000000001")
    district.read("M", date(2024, 5, 1), MAR31, 10).read("M", date(2023, 1, 1), date(2023, 1, 2), 10)
    assert status(district)["last_reading_date"] == date(2024, 5, 3)


def test_last_reading__is_no_estimate() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, date(2025, 1, 5), 10)
    district.read("M", date(2025, 1, 6), date(2025, 1, 8), 10, measured_min=0, shaped_min=1440)
    assert status(district)["last_reading_date"] == date(2025, 1, 5)


def test_enterprise__is_what_it_is_on_the_as_of_date() -> None:
    district = District().enterprise("A", "1711").enterprise("A", "2641", valid_from=date(2025, 1, 20), name="新名")
    assert text(status(district, date(2025, 1, 19)), "industry_code", "name") == ["1711", "A公司"]
    assert text(status(district, date(2025, 1, 20)), "industry_code", "name") == ["2641", "新名"]
