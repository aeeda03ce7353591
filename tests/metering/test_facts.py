"""Exact watt-hours, against Decimal."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.metering.facts import LARGEST_WH, MISSING, energy_ratio, facts_of, row_facts, row_ratios, straight_line, watt_hours
from carbon_pipeline.metering.formats.cells import LARGEST_NUMERATOR, LARGEST_RATIO, is_tellable
from carbon_pipeline.metering.formats.values import LARGEST

ratios = st.builds(Fraction, st.integers(1, LARGEST_NUMERATOR), st.integers(1, LARGEST_RATIO)).filter(is_tellable)


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


@given(st.lists(st.integers(-1, LARGEST - 1), min_size=1, max_size=4), ratios, st.sampled_from([15, 30, 60]), st.booleans())
def test_watt_hours__of_any_multiplier_that_is_taken(row: list[int], ratio: Fraction, step: int, is_power: bool) -> None:  # noqa: FBT001
    numerator, denominator = row_ratios(np.array([is_power]), step, np.array([ratio.numerator]), np.array([ratio.denominator]))
    hours = Fraction(step, 60) if is_power else 1
    expected = [round(micros * ratio * hours / 1000) if micros >= 0 else MISSING for micros in row]
    got = watt_hours(np.array([row]), numerator, denominator).tolist()
    assert got == [[wh if wh <= LARGEST_WH else MISSING for wh in expected]]


def test_energy_ratio__power_counts_for_its_hours() -> None:
    assert energy_ratio("P", 15, 80, 1) == (1200, 60)
    assert energy_ratio("E", 15, 80, 1) == (80, 1)


def test_row_facts__hand_computed() -> None:
    rows = [
        [100, 200, 300, 400],  # nothing lacks
        [100, -1, -1, 401],  # 200.33 and 300.67 on the line
        [0, -1, 1, -1],  # ends with a gap
        [-1, 7, 8, 9],  # begins with one
        [-1, -1, -1, -1],
    ]
    found = row_facts(np.array(rows))
    assert found.known.tolist() == [4, 2, 2, 3, 0]
    assert found.peak.tolist() == [400, 401, 1, 9, MISSING]
    assert found.line.tolist() == [1000, 100 + 200 + 301 + 401, MISSING, MISSING, MISSING]
    assert found.longest.tolist() == [0, 2, 0, 0, 0]


def test_straight_line__halves_go_to_the_even_one() -> None:
    assert straight_line(0, 1, 2, np.array([1])).tolist() == [0]  # 0.5
    assert straight_line(1, 2, 2, np.array([1])).tolist() == [2]  # 1.5
    assert straight_line(3, 0, 2, np.array([1])).tolist() == [2]  # 1.5, downhill


@given(st.lists(st.lists(st.integers(0, 10**6) | st.just(-1), min_size=6, max_size=6), min_size=1, max_size=5))
def test_row_facts__each_row_as_if_it_stood_alone(rows: list[list[int]]) -> None:
    together = row_facts(np.array(rows))
    for index, row in enumerate(rows):
        alone = row_facts(np.array([row]))
        for name in ("known", "peak", "line", "longest"):
            assert getattr(together, name)[index] == getattr(alone, name)[0], name
        if MISSING not in (row[0], row[-1]):
            assert together.line[index] == sum(_filled(row))


rows_and_multipliers = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.tuples(st.lists(st.integers(-1, 10**7) | st.integers(-1, LARGEST - 1), min_size=width, max_size=width), ratios),
        min_size=1,
        max_size=6,
    )
)


@given(rows_and_multipliers, st.sampled_from([15, 60]), st.booleans())
def test_facts_of__as_of_every_value_by_itself(rows: list[tuple[list[int], Fraction]], step: int, is_power: bool) -> None:  # noqa: FBT001
    """Rows without a gap are summed as doubles, and the largest value is rounded alone: neither may make a difference."""
    numerators, denominators = ([getattr(ratio, part) for _, ratio in rows] for part in ("numerator", "denominator"))
    multipliers = row_ratios(np.full(len(rows), is_power), step, np.array(numerators), np.array(denominators))
    values = np.array([row for row, _ in rows])
    found, plain = facts_of(values, *multipliers), row_facts(watt_hours(values, *multipliers))
    for name in ("known", "peak", "line", "longest"):
        assert getattr(found, name).tolist() == getattr(plain, name).tolist(), name


def test_facts_of__more_rows_than_are_reckoned_together() -> None:
    values = np.arange(3 * 1200).reshape(1200, 3) * 1_000_000
    values[[0, 511, 512, 1199], 1] = MISSING
    one = np.ones((1200, 1), np.int64)
    found, plain = facts_of(values, one, one), row_facts(watt_hours(values, one, one))
    for name in ("known", "peak", "line", "longest"):
        assert getattr(found, name).tolist() == getattr(plain, name).tolist(), name


def _filled(row: list[int]) -> list[int]:
    """Gaps on straight lines, place by place."""
    filled = list(row)
    for place, value in enumerate(row):
        if value < 0:
            first = max(p for p in range(place) if row[p] >= 0)
            last = min(p for p in range(place, len(row)) if row[p] >= 0)
            exact = Decimal(row[first]) + Decimal(row[last] - row[first]) * (place - first) / (last - first)
            filled[place] = int(exact.quantize(Decimal(1), ROUND_HALF_EVEN))
    return filled
