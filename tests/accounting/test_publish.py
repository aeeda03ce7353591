"""Columns of published numbers: rounded once, half-up, whatever their size and sign."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.accounting.publish import quotients, rounded
from carbon_pipeline.exact import decimals, half_up, most_decimals, whole

WHOLE = st.integers(-(10**30), 10**30)


def test_quotients__ties_go_away_from_zero_and_no_denominator_is_null() -> None:
    found = quotients([5, -5, 15, 1, 1], [10_000, 10_000, -10_000, 3, 0], 3)
    assert found.dtype == pl.Decimal(38, 3)
    assert found.to_list() == [Decimal(text) for text in ("0.001", "-0.001", "-0.002", "0.333")] + [None]


@given(st.lists(st.tuples(WHOLE, WHOLE.filter(bool)), min_size=1))
def test_quotients__are_the_fractions_half_up(pairs: list[tuple[int, int]]) -> None:
    numerators, denominators = zip(*pairs, strict=True)
    assert quotients(numerators, denominators, 4).to_list() == [half_up(Fraction(n, d), 4) for n, d in pairs]


@pytest.mark.parametrize("size", [2**124 // 10**4, 2**125 // 10**4 + 1, 2**126, 2**127, 2**128, 10**60])
def test_quotients__are_exact_where_128_bits_end(size: int) -> None:
    numerators, denominators = [size, -size, 5, size - 1], [3 * size, 2 * size + 1, -size, 20_000 * size]
    expected = [half_up(Fraction(n, d), 4) for n, d in zip(numerators, denominators, strict=True)]
    assert quotients(numerators, denominators, 4).to_list() == expected
    assert quotients([*numerators, 1], [*denominators, 0], 4).to_list() == [*expected, None]


@given(st.lists(st.none() | st.decimals(-(10**20), 10**20, allow_nan=False, places=7)))
def test_rounded__is_quantize(values: list[Decimal | None]) -> None:
    expected = [None if value is None else value.quantize(Decimal("0.001"), ROUND_HALF_UP) for value in values]
    assert rounded(values, 3).to_list() == expected


def test_whole__keeps_every_decimal() -> None:
    value = Decimal("-12345678901234567890123456789.0123456789")
    assert (decimals(value), decimals(Decimal("1E+3"))) == (10, 0)
    assert most_decimals([value, Decimal("0.5"), Decimal("1E+3"), -value]) == 10
    assert most_decimals([]) == 0
    assert whole(value, 12) == -12345678901234567890123456789012345678900
