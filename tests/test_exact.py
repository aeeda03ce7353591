"""Exact arithmetic, against Decimal, Fraction and cases reckoned by hand."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carbon_pipeline.exact import half_even_div_array, half_up, largest_remainder, parse_decimal, plain, round_half_even_div

WIDE = Context(prec=80)
INT64 = st.integers(-(2**63), 2**63 - 1)


@pytest.mark.parametrize(
    ("num", "den", "expected"),
    [(1, 2, 0), (3, 2, 2), (5, 2, 2), (-1, 2, 0), (-3, 2, -2), (7, -2, -4), (7, 3, 2), (8, 3, 3), (0, 5, 0)],
)
def test_round_half_even_div__by_hand(num: int, den: int, expected: int) -> None:
    assert round_half_even_div(num, den) == expected


def test_round_half_even_div__half_of_a_thousandth_kwh() -> None:
    """0.5015 kWh and 0.5025 kWh in micro-units, to Wh: ties go to the even one, where a double gets the first wrong."""
    assert round_half_even_div(501_500, 1000) == 502
    assert round_half_even_div(502_500, 1000) == 502


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**15))
def test_round_half_even_div__is_what_fraction_rounds_to(num: int, den: int) -> None:
    assert round_half_even_div(num, den) == round(Fraction(num, den))
    assert round_half_even_div(-num, -den) == round_half_even_div(num, den)


def test_round_half_even_div__refuses_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        round_half_even_div(1, 0)


@given(st.lists(INT64, min_size=1, max_size=50), st.integers(1, 2**62))
@example([-(2**63), 2**63 - 1, 0, 1, -1], 2**62)
@example([-(2**63), 2**63 - 1], 1)
@example([-3, -1, 1, 3, 5], 2)
def test_half_even_div_array__is_exact_for_every_int64(nums: list[int], den: int) -> None:
    divided = half_even_div_array(np.array(nums, dtype=np.int64), den)
    assert divided.dtype == np.int64
    assert divided.tolist() == [round(Fraction(num, den)) for num in nums]


def test_half_even_div_array__keeps_the_shape() -> None:
    assert half_even_div_array(np.array([[15, 25], [35, 44]]), 10).tolist() == [[2, 2], [4, 4]]


@pytest.mark.parametrize("den", [0, -1, 2**62 + 1])
def test_half_even_div_array__refuses_other_divisors(den: int) -> None:
    with pytest.raises(ValueError, match="divisor"):
        half_even_div_array(np.array([1]), den)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Decimal("0.00005"), 4, "0.0001"),
        (Decimal("2.0005"), 3, "2.001"),
        (Decimal("-0.0004"), 3, "-0.000"),
        (7, 2, "7.00"),
        (Fraction(-1, 10**6), 2, "0.00"),
        (Fraction(10**40 + 1, 2), 0, "5000000000000000000000000000000000000001"),
    ],
)
def test_half_up__by_hand(value: Fraction | Decimal | int, places: int, expected: str) -> None:
    assert str(half_up(value, places)) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=8), st.integers(0, 6))
def test_half_up__of_a_decimal_and_of_its_fraction_agree(value: Decimal, places: int) -> None:
    assert half_up(value, places) == half_up(Fraction(value), places)
    assert half_up(value, places) == value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context=WIDE)


@given(st.decimals(min_value=0, max_value=10**9, places=9))
def test_half_up__differs_from_half_even_on_ties_only(value: Decimal) -> None:
    ours, even = half_up(value, 3), value.quantize(Decimal("0.001"), ROUND_HALF_EVEN, context=WIDE)
    assert ours == even or value % Decimal("0.001") == Decimal("0.0005")


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (11, [1, 1, 1], [4, 4, 3]),
        (100, [Fraction(1, 3), Fraction(2, 3)], [33, 67]),
        (7, [0, 5, 0], [0, 7, 0]),
        (0, [3, 4], [0, 0]),
        (5, [1, 2, 2], [1, 2, 2]),
        (1, [1, 1], [1, 0]),
    ],
)
def test_largest_remainder__by_hand(total: int, weights: list[int | Fraction], expected: list[int]) -> None:
    assert largest_remainder(total, weights) == expected


@given(st.integers(0, 10**15), st.lists(st.fractions(0, 1000, max_denominator=999), min_size=1, max_size=30).filter(any))
def test_largest_remainder__adds_up_and_stays_within_one(total: int, weights: list[Fraction]) -> None:
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    assert all(abs(part - total * weight / sum(weights)) < 1 for part, weight in zip(parts, weights, strict=True))


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any), st.integers(1, 50))
def test_largest_remainder__scale_of_weights_does_not_matter(total: int, weights: list[int], scale: int) -> None:
    assert largest_remainder(total, weights) == largest_remainder(total, [Fraction(weight, scale) for weight in weights])


@pytest.mark.parametrize(("total", "weights"), [(1, [0, 0]), (1, []), (-1, [1]), (1, [2, -1])])
def test_largest_remainder__refuses_what_cannot_be_split(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="can be split"):
        largest_remainder(total, weights)


@pytest.mark.parametrize("text", ["0", "-0", "12", "-12.5", "007", "0.123456789", " 3.5 "])
def test_parse_decimal__plain_numbers(text: str) -> None:
    assert parse_decimal(text) == Decimal(text.strip())


NO_NUMBERS = ["", "-", "+1", "1e3", "1E3", "1,000", ".5", "5.", "1.2.3", "NaN", "Infinity", "１２", "--", "1 2", "0x1F", "1_000"]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_parse_decimal__no_numbers(text: str) -> None:
    assert parse_decimal(text) is None


def test_parse_decimal__keeps_every_digit() -> None:
    assert str(parse_decimal("12345678901234567890.12345678901234567890")) == "12345678901234567890.12345678901234567890"


def test_plain__no_exponent_no_zeros_at_the_end_no_minus_zero() -> None:
    texts = ("0", "10", "0.10", "1E-3", "1E+2", "-0.00", "-0.50")
    assert [plain(Decimal(text)) for text in texts] == ["0", "10", "0.1", "0.001", "100", "0", "-0.5"]
