"""Estimation of gaps (缺失拟合): metered totals between registers first, then straight lines, then like days; else nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from carbon_pipeline.exact import half_even_div_array, largest_remainder
from carbon_pipeline.metering.facts import MISSING, straight_line
from carbon_pipeline.metering.validation import above
from carbon_pipeline.periods import GRID_MINUTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from carbon_pipeline.metering.standing import Timeline
    from carbon_pipeline.rules import ValidationRule


class Quality(IntEnum):
    """How an interval's energy came about."""

    MEASURED = 0
    MISSING = 1
    INTERPOLATED = 2
    LIKE_DAY = 3
    REGISTER_SHAPED = 4
    REGISTER_SHAPED_LONG = 5


@dataclass(frozen=True)
class Estimates:
    """Energy and quality of every interval of a timeline."""

    wh: NDArray[np.int64]
    quality: NDArray[np.int8]


def estimate(timeline: Timeline, wh: NDArray[np.int64], bound_uw: NDArray[np.int64], rule: ValidationRule) -> Estimates:
    """Fill the gaps of a timeline; a day without a step is a wall that no gap reaches across.

    Args:
        timeline: the intervals of a channel, or of several with walls between.
        wh: measured Wh of each interval after validation.
        bound_uw: bound of each day in microwatts, for metered totals of pieces.
        rule: how long a gap may be for which way of filling it.

    Returns:
        Wh and quality of every interval; what lies before the first and after the last measured one stays missing.
    """
    filling = _Filling(timeline, wh, bound_uw, rule)
    gaps = find_gaps(timeline, wh)
    filling.shape_pieces(gaps)
    filling.fill_rest(gaps)
    return Estimates(filling.filled, filling.quality)


@dataclass(frozen=True)
class Gaps:
    """Runs of missing intervals between two measured ones: index of each one's first interval, and one past its last."""

    first: NDArray[np.int64]
    end: NDArray[np.int64]

    def only(self, which: NDArray[np.bool_]) -> Gaps:
        """Some of them."""
        return Gaps(self.first[which], self.end[which])

    def intervals(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Index of every interval of the gaps, and which gap it belongs to."""
        length = self.end - self.first
        gap = np.repeat(np.arange(len(length)), length)
        return np.arange(len(gap)) - np.repeat(np.cumsum(length) - length - self.first, length), gap


def find_gaps(timeline: Timeline, wh: NDArray[np.int64]) -> Gaps:
    """Every gap that lies on days without a wall between them."""
    measured = np.flatnonzero(wh >= 0)
    before = np.flatnonzero(np.diff(measured) > 1)
    first, last = timeline.day_at(measured[before]), timeline.day_at(measured[before + 1])
    days = np.cumsum(timeline.steps > 0)
    unbroken = before[days[last] - days[first] == last - first]
    return Gaps(measured[unbroken] + 1, measured[unbroken + 1])


class _Filling:
    """One timeline while its gaps are filled; what was measured stays apart, so that no estimate feeds another."""

    def __init__(self, timeline: Timeline, wh: NDArray[np.int64], bound_uw: NDArray[np.int64], rule: ValidationRule) -> None:
        self.timeline, self.wh, self.bound_uw, self.rule = timeline, wh, bound_uw, rule
        self.filled = wh.copy()
        self.quality = np.where(wh >= 0, Quality.MEASURED, Quality.MISSING).astype(np.int8)

    def shape_pieces(self, gaps: Gaps) -> None:
        """Fill the pieces of gaps that lie between two known registers."""
        if self.timeline.dial.known.any():
            for first, end in zip(gaps.first.tolist(), gaps.end.tolist(), strict=True):
                self._shape_pieces(first, end)

    def _shape_pieces(self, first: int, end: int) -> None:
        timeline = self.timeline
        edges = np.append(timeline.start[first:end], timeline.start[end - 1] + timeline.length[end - 1]) // GRID_MINUTES
        cuts = np.flatnonzero(timeline.dial.known[edges])
        totals = timeline.dial.wh(edges[cuts[:-1]], edges[cuts[1:]])
        minutes = np.diff(edges[cuts]) * GRID_MINUTES
        bounds = self.bound_uw[timeline.day_at(first + cuts[:-1])]
        for k in np.flatnonzero((totals >= 0) & ~above(totals, minutes, bounds)):
            piece = np.arange(first + cuts[k], first + cuts[k + 1])
            self.filled[piece] = self._shape(piece, int(totals[k]), int(minutes[k]))
            is_long = minutes[k] > self.rule.long_piece_minutes
            self.quality[piece] = Quality.REGISTER_SHAPED_LONG if is_long else Quality.REGISTER_SHAPED

    def _shape(self, piece: NDArray[np.int64], total: int, minutes: int) -> list[int]:
        """Spread a metered total: evenly while short or where like days are lacking or all 0, else in their shape."""
        weights = self.timeline.length[piece].tolist()
        if minutes > self.rule.short_gap_minutes:
            sums, counts = self._like_days(piece)
            if counts.all() and sums.any():
                common = math.lcm(*range(1, self.rule.like_values + 1))  # makes whole numbers of the unrounded means
                weights = (sums * (common // counts)).tolist()
        return largest_remainder(total, weights)

    def fill_rest(self, gaps: Gaps) -> None:
        """Fill what no registers bound; length and neighbours are those of the whole gap."""
        length = self.timeline.length
        until = np.concatenate([[0], np.cumsum(length)])
        changes = np.concatenate([[0], np.cumsum(np.diff(length) != 0)])
        minutes = until[gaps.end] - until[gaps.first]
        is_even = changes[gaps.end] == changes[gaps.first - 1]
        is_line = is_even & (minutes <= self.rule.short_gap_minutes)
        self._fill_lines(gaps.only(is_line))
        self._fill_like_days(gaps.only(~is_line & (minutes <= self.rule.long_gap_minutes)))

    def _fill_lines(self, gaps: Gaps) -> None:
        at, gap = gaps.intervals()
        first, end = gaps.first[gap], gaps.end[gap]
        values = straight_line(self.wh[first - 1], self.wh[end], end - first + 1, at - first + 1)
        rest = self.quality[at] == Quality.MISSING
        self.filled[at[rest]] = values[rest]
        self.quality[at[rest]] = Quality.INTERPOLATED

    def _fill_like_days(self, gaps: Gaps) -> None:
        at, _ = gaps.intervals()
        at = at[self.quality[at] == Quality.MISSING]
        sums, counts = self._like_days(at)
        has = counts > 0
        self.filled[at[has]] = half_even_div_array(sums[has], counts[has])
        self.quality[at[has]] = Quality.LIKE_DAY

    def _like_days(self, at: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Sum and number of the like-day values of intervals: same slot and step whole weeks before, the nearest measured ones."""
        timeline = self.timeline
        day = timeline.day_at(at)
        slot = at - timeline.offsets[day]
        sums, counts = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
        for back in self.rule.like_days:
            then = np.maximum(day - back, 0)
            there = (day >= back) & (timeline.steps[then] == timeline.length[at]) & (counts < self.rule.like_values)
            value = np.where(there, self.wh[np.where(there, timeline.offsets[then] + slot, 0)], MISSING)
            counts += value >= 0
            sums += np.maximum(value, 0)
        return sums, counts
