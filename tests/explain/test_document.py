"""Numbers in a reckoning: what is held against a bound stands on its own side of it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.explain.document import apart

BOUNDS = (Decimal("0.8"), Decimal("0.9"), Decimal(1))


@pytest.mark.parametrize(
    ("value", "as_told"),
    [
        (Fraction(1, 3), "0.333333"),
        (Fraction(4, 5), "0.8"),
        (Fraction(4, 5) - Fraction(1, 10**8), "0.79999999"),
        (Fraction(9, 10) + Fraction(1, 3 * 10**7), "0.90000003"),
        (None, "-"),
    ],
)
def test_apart__as_many_places_as_it_takes(value: Fraction | None, as_told: str) -> None:
    assert apart(value, *BOUNDS, None) == as_told


@given(st.sampled_from(BOUNDS), st.fractions(-1, 1, max_denominator=10**6), st.integers(0, 30))
def test_apart__reads_on_the_side_on_which_it_lies(bound: Decimal, off: Fraction, places: int) -> None:
    value = Fraction(bound) + off / 10**places
    told = Decimal(apart(value, *BOUNDS))
    assert [(told > one, told < one) for one in BOUNDS] == [(value > one, value < one) for one in map(Fraction, BOUNDS)]
