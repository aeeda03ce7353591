"""Exact watt-hours, against Decimal."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.metering.facts import LARGEST_WH, MISSING, energy_ratio, watt_hours


def exact(micros: int, numerator: int, denominator: int) -> int:
    return int((Decimal(micros) * numerator / (denominator * 1000)).quantize(Decimal(1), ROUND_HALF_EVEN))


@pytest.mark.parametrize(
    ("micros", "ratio", "wh"),
    [
        (501_500, (1, 1), 502),  # 0.5015 kWh: 501.5 Wh goes to the even 502; a double product says 501
        (500_500, (1, 1), 500),  # 0.5005 kWh: 500.5 Wh goes to the even 500
        (3_725_990_000, (80, 1), 298_079_200),
        (1_000, (1, 3), 0),
        (-1, (80, 1), -1),
    ],
)
def test_watt_hours__hand_computed(micros: int, ratio: tuple[int, int], wh: int) -> None:
    assert watt_hours(np.array([micros]), np.array([ratio[0]]), np.array([ratio[1]])).tolist() == [wh]


@given(st.integers(0, 10**15), st.integers(1, 10**6), st.sampled_from([1, 2, 5, 60, 100]))
def test_watt_hours__any_size_is_half_even(micros: int, numerator: int, denominator: int) -> None:
    got = watt_hours(np.array([micros]), np.array([numerator]), np.array([denominator]))
    expected = exact(micros, numerator, denominator)
    assert int(got[0]) == (expected if expected <= LARGEST_WH else MISSING)


def test_energy_ratio__power_counts_for_its_hours() -> None:
    assert energy_ratio("P", 15, 80, 1) == (1200, 60)
    assert energy_ratio("E", 15, 80, 1) == (80, 1)
