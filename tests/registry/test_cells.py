from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from carbon_pipeline.registry import cells
from carbon_pipeline.registry.problems import Problem


def reason_of(read: object, text: str) -> str:
    assert callable(read)
    with pytest.raises(Problem) as caught:
        read(text)
    return caught.value.reason


@pytest.mark.parametrize("text", ["2025-01-05", "2025/1/5", "20250105", "2025-01-05 00:00:00", "2025/1/5 00:00:00", "20250105 00:00:00"])
def test_day__spellings_of_one_date(text: str) -> None:
    assert cells.day(text) == date(2025, 1, 5)


@pytest.mark.parametrize("text", ["2025-02-30", "2025-01-05 08:00:00", "45662", "5.1.2025", "2025-01"])
def test_day__no_date(text: str) -> None:
    assert reason_of(cells.day, text) == "bad_date"


@pytest.mark.parametrize("text", ["2025-01", "2025-1", "2025/1", "202501", "2025年1月", "2025-01-01", "2025-01-01 00:00:00"])
def test_month__spellings_of_one_month(text: str) -> None:
    assert cells.month(text) == "2025-01"


@pytest.mark.parametrize("text", ["2025-13", "2025-00", "20251", "2025", "2025-01-02", "Jan-25", "2025.01", "2025.1"])
def test_month__no_month(text: str) -> None:
    assert reason_of(cells.month, text) == "bad_period"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025", "2025"),
        ("2025年", "2025"),
        ("2025Q1", "2025Q1"),
        ("2025q4", "2025Q4"),
        ("2025-03", "2025-03"),
        ("2025/3/1", "2025-03"),
        ("2025-01..2025-06", "2025-01..2025-06"),
        ("2025-1..2025-6", "2025-01..2025-06"),
        ("2025-01至2025-06", "2025-01..2025-06"),
        ("2025-01..2025-01", "2025-01..2025-01"),
    ],
)
def test_period__spellings(text: str, expected: str) -> None:
    assert cells.period(text) == expected


@pytest.mark.parametrize("text", ["2025Q5", "2025-02..2025-06", "2024-01..2025-06", "25", "上半年", "2025-01..", "2025-01..2025-13"])
def test_period__neither_period_nor_months_of_a_year_so_far(text: str) -> None:
    assert reason_of(cells.period, text) == "bad_period"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("200.00", "200"),
        ("-5", "-5"),
        ("0.10", "0.1"),
        ("-0", "0"),
        ("007.50", "7.5"),
        ("1000", "1000"),
        ("0.1234565", "0.123456"),
        ("0.1234575", "0.123458"),
        ("0.30000000000000004", "0.3"),
    ],
)
def test_number__plain_half_even_to_six_decimals(text: str, expected: str) -> None:
    assert cells.number(text) == expected


@pytest.mark.parametrize("text", ["+5", "1e3", "1,000", ".5", "5.", "NaN", "--", "abc", "50%", "1000000000000"])
def test_number__no_number(text: str) -> None:
    assert reason_of(cells.number, text) == "bad_number"


def test_quantity__not_below_zero() -> None:
    assert cells.quantity("0") == "0"
    assert reason_of(cells.quantity, "-0.5") == "negative_quantity"


def test_positive__not_zero_even_after_rounding() -> None:
    assert cells.positive("0.000001") == "0.000001"
    assert reason_of(cells.positive, "0") == "not_positive"
    assert reason_of(cells.positive, "-20") == "not_positive"
    assert reason_of(cells.positive, "0.0000001") == "not_positive"


def test_dial_digits__whole_and_possible() -> None:
    assert cells.dial_digits("6") == 6
    assert cells.dial_digits("6.0") == 6
    assert {reason_of(cells.dial_digits, text) for text in ("0", "13", "5.5", "-6", "x")} == {"bad_number"}


@pytest.mark.parametrize("text", ["3.30E+12", "9.1330304E+17", "33E+10", "3.3e-5"])
def test_code__exponent_is_damage(text: str) -> None:
    assert reason_of(cells.code, text) == "number_damaged"
    assert reason_of(cells.enterprise_id, text) == "number_damaged"


@pytest.mark.parametrize("written", ["'M1", "M1\u200b", "\ufeff`M1", "Ｍ１"])
def test_code__is_what_is_seen_without_the_mark_for_spreadsheets(written: str) -> None:
    assert cells.code(written) == "M1"


def test_code__anything_else_is_text() -> None:
    assert cells.code("0012E34") == "0012E34"
    assert cells.code("３３０１") == "3301"


def test_enterprise_id__lower_case_is_the_same_code() -> None:
    assert cells.enterprise_id("91350100m000100y43") == "91350100M000100Y43"
    assert reason_of(cells.enterprise_id, "91350100M000100Y44") == "wrong_check_digit"


def test_account_key__last_ten() -> None:
    assert cells.account_key("3301234567890") == cells.account_key("1234567890") == "1234567890"


def test_choice__only_its_words() -> None:
    assert cells.mapped({"是": True, "否": False})("否") is False
    assert reason_of(cells.choice("燃料", "原料"), "其他") == "bad_choice"


def test_plain__no_exponent_no_trailing_zeros() -> None:
    assert [cells.plain(Decimal(text)) for text in ("1E+3", "0.000", "-0.0", "12.50")] == ["1000", "0", "0", "12.5"]
