"""Falls of a register: spikes, rollovers and what stays unexplained."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.metering.registers import Dial, Points, resolve, rollover

M = 1_000_000


def dial_of(values: list[float | None], digits: int | None = None) -> tuple[Dial, Points]:
    points = Points.unknown(len(values))
    micros = np.array([-1 if v is None else round(v * M) for v in values])
    points.put(np.arange(len(values)), micros, (1, 1), 0, 15)
    return resolve(points, lambda _: digits, 96), points


def known(values: list[float | None], digits: int | None = None) -> list[float | None]:
    _, points = dial_of(values, digits)
    return [None if v < 0 else v / M for v in points.value.tolist()]


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ([10, 11, 5, 12, 13], [10, 11, None, 12, 13]),  # dip of one, closed by 12; the peak (10, 11) has no far side
        ([10, 11, 99, 12, 13], [10, 11, None, 12, 13]),  # peak of one
        ([10, 20, 15, 20], [10, None, 15, 20]),  # dip {15} closed by 20, peak {20} closed by 10: equal, so the peak goes
        ([10, 20, 21, 15, 16, 30], [10, None, None, 15, 16, 30]),  # two against two: the peak
        ([10, 20, 21, 22, 15, 30], [10, 20, 21, 22, None, 30]),  # one against three: the dip
        ([10, 20, 15, 16], [10, None, 15, 16]),  # the dip never closes
        ([20, 15, 16, 25], [20, None, None, 25]),  # the peak never closes
    ],
)
def test_resolve__the_shorter_closed_stretch_becomes_unknown(values: list[float], left: list[float | None]) -> None:
    assert known(values) == left


def test_resolve__unclosed_on_both_sides_is_a_decrease() -> None:
    dial, points = dial_of([20, 21, 5, 6])
    assert (points.value >= 0).all()
    assert dial.falls.decreases == [2]
    assert dial.wh(np.array([0, 1, 2]), np.array([1, 2, 3])).tolist() == [1000, -1, 1000]
    assert dial.wh(np.array([0]), np.array([3])).tolist() == [-1]


@pytest.mark.parametrize(("length", "is_spike"), [(96, True), (97, False)])
def test_resolve__a_stretch_longer_than_a_day_of_quarters_is_no_spike(length: int, is_spike: bool) -> None:  # noqa: FBT001
    dial, _ = dial_of([10.0, 50.0] + [20.0] * length + [60.0])
    peak_closes = [0.0, 50.0] + [20.0] * length + [60.0]
    assert bool(dial.falls.spikes)  # the peak {50} is shorter here
    dial, _ = dial_of([50.0] + [20.0] * length + [60.0])  # no far side to the peak
    assert bool(dial.falls.spikes) is is_spike
    assert peak_closes


def test_resolve__rollover_needs_digits_and_less_than_half_a_turn() -> None:
    dial, _ = dial_of([9998.5, 9999.5, 0.5, 1.5], digits=4)
    assert dial.falls.rollovers == [2]
    assert dial.wh(np.array([1, 0]), np.array([2, 3])).tolist() == [1000, 3000]
    assert rollover(9999 * M, M, None) is None
    assert rollover(5000 * M, 0, 4) == 5000 * M  # exactly half a turn
    assert rollover(4999 * M, 0, 4) is None
    assert rollover(5000 * M, 3000 * M, 3) is None  # more than one turn of three digits back: energy is never negative


def test_resolve__multiplier_change_between_days_breaks_the_stretch() -> None:
    points = Points.unknown(4)
    points.put(np.array([0, 1]), np.array([10 * M, 11 * M]), (80, 1), 0, 15)
    points.put(np.array([2, 3]), np.array([12 * M, 13 * M]), (100, 1), 1, 15)
    dial = resolve(points, lambda _: None, 96)
    assert dial.wh(np.array([0, 1, 2]), np.array([1, 2, 3])).tolist() == [80_000, -1, 100_000]


def test_put__the_finer_row_stands_and_the_later_of_equals() -> None:
    points = Points.unknown(2)
    points.put(np.array([0]), np.array([5 * M]), (1, 1), 0, 15)
    points.put(np.array([0]), np.array([6 * M]), (1, 1), 0, 1440)
    points.put(np.array([1]), np.array([7 * M]), (1, 1), 0, 60)
    points.put(np.array([1]), np.array([8 * M]), (1, 1), 0, 60)
    points.put(np.array([1]), np.array([-1]), (1, 1), 0, 15)
    assert points.value.tolist() == [5 * M, 8 * M]


def by_the_book(values: list[int | None], digits: int | None, longest: int) -> dict[tuple[int, int], int | None]:
    """Each fall judged as the rule is written, the earliest first, until none is left; energy by pair of known neighbours."""
    points = [(i, v) for i, v in enumerate(values) if v is not None]
    judged: dict[tuple[int, int], int | None] = {}
    while True:
        pairs = enumerate(pairwise(points))
        k = next((k for k, ((i, a), (j, b)) in pairs if b < a and (i, j) not in judged), None)
        if k is None:
            return {(i, j): b - a if b >= a else judged[i, j] for (i, a), (j, b) in pairwise(points)}
        (i, a), (j, b) = points[k], points[k + 1]
        end = next((e for e in range(k + 1, len(points)) if points[e][1] >= a), None)
        start = next((s for s in range(k, -1, -1) if points[s][1] <= b), None)
        peak = (start + 1, k + 1) if start is not None and k - start <= longest else None
        dip = (k + 1, end) if end is not None and end - k - 1 <= longest else None
        closed = [stretch for stretch in (peak, dip) if stretch]
        if closed:
            first, last = min(closed, key=lambda stretch: stretch[1] - stretch[0])
            del points[first:last]
        else:
            turned = None if digits is None else b - a + 10**digits
            judged[i, j] = turned if turned is not None and 2 * turned <= 10 ** (digits or 0) else None


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 99)), min_size=2, max_size=40), st.sampled_from([None, 2]), st.sampled_from([1, 2, 5, 96])
)
def test_resolve__agrees_with_the_rule_as_it_is_written(values: list[int | None], digits: int | None, longest: int) -> None:
    points = Points.unknown(len(values))
    points.put(np.arange(len(values)), np.array([-1 if v is None else v * M for v in values]), (1, 1), 0, 15)
    dial = resolve(points, lambda _: digits, longest)
    expected = by_the_book(values, digits, longest)
    known_at = np.flatnonzero(dial.known).tolist()
    assert list(pairwise(known_at)) == list(expected)
    for (i, j), turned in expected.items():
        assert dial.wh(np.array([i]), np.array([j])).tolist() == [-1 if turned is None else turned * 1000]
