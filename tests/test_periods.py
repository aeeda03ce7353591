"""Months, quarters and years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.periods import Period, PeriodError, is_over, month_of, parse_period, periods_with, quarter_of

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("text", "kind", "first", "last", "months"),
    [
        ("2025-02", "month", date(2025, 2, 1), date(2025, 2, 28), ["2025-02"]),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29), ["2024-02"]),
        ("2025-12", "month", date(2025, 12, 1), date(2025, 12, 31), ["2025-12"]),
        ("2025Q1", "quarter", date(2025, 1, 1), date(2025, 3, 31), ["2025-01", "2025-02", "2025-03"]),
        ("2024Q4", "quarter", date(2024, 10, 1), date(2024, 12, 31), ["2024-10", "2024-11", "2024-12"]),
        ("2025", "year", date(2025, 1, 1), date(2025, 12, 31), [f"2025-{month:02d}" for month in range(1, 13)]),
    ],
)
def test_parse_period__each_kind(text: str, kind: str, first: date, last: date, months: list[str]) -> None:
    period = parse_period(text)
    assert (period.text, period.kind, period.first, period.last, period.months) == (text, kind, first, last, months)
    assert str(period) == text


@pytest.mark.parametrize(
    "text", ["", "2025-13", "2025-00", "2025-1", "2025Q5", "2025q1", "25", "0000", "2025-01-01", "2025Q1x", "２０２５"]
)
def test_parse_period__names_what_it_wants(text: str) -> None:
    with pytest.raises(PeriodError, match="write a month 2025-03, a quarter 2025Q1 or a year 2025"):
        parse_period(text)


@pytest.mark.parametrize(("as_of", "expected"), [(date(2025, 1, 30), False), (date(2025, 1, 31), True), (date(2025, 2, 1), True)])
def test_is_over__on_its_last_day_it_is(as_of: date, *, expected: bool) -> None:
    assert is_over(parse_period("2025-01"), as_of) is expected


@given(DAYS)
def test_month_and_quarter_of__hold_the_day(day: date) -> None:
    for text in (month_of(day), quarter_of(day)):
        period = parse_period(text)
        assert period.first <= day <= period.last


@given(DAYS)
def test_period__ends_the_day_before_the_next_month(day: date) -> None:
    assert (parse_period(month_of(day)).last + timedelta(days=1)).day == 1


def test_periods_with__in_order_and_each_once() -> None:
    found = periods_with(["2025-02", "2024-12", "2025-02"])
    assert [period.text for period in found] == ["2024", "2024Q4", "2024-12", "2025Q1", "2025", "2025-02"]


def test_periods_with__nothing() -> None:
    assert periods_with([]) == []


def test_period__same_text_is_equal() -> None:
    assert parse_period("2025Q1") == Period(date(2025, 1, 1), date(2025, 3, 31), "2025Q1")
