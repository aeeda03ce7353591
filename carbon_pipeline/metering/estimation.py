"""Estimation of gaps (缺失拟合): metered totals between registers first, then straight lines, then like days; else nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from carbon_pipeline.exact import largest_remainder, round_half_even_div
from carbon_pipeline.metering.facts import MISSING
from carbon_pipeline.metering.standing import DAY, GRID
from carbon_pipeline.metering.validation import above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from carbon_pipeline.metering.standing import Timeline

SHORT: Final = 120
"""Longest gap in minutes that a straight line crosses."""
LONG: Final = 10 * DAY
"""Longest gap in minutes that like days fill."""
LONG_PIECE: Final = 31 * DAY
"""A shaped piece longer than this counts as estimated, metered though its total is."""
_WEEKS_BACK: Final = 8
_LIKE_DAYS: Final = 4
_COMMON_COUNT: Final = 12
"""Divisible by every number of like days from 1 to 4, so that means become whole-number weights."""


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
    """Energy and quality of every interval of a timeline, and the gaps that were found."""

    wh: NDArray[np.int64]
    quality: NDArray[np.int8]
    gaps: list[tuple[int, int]]


def estimate(timeline: Timeline, wh: NDArray[np.int64], bound_uw: NDArray[np.int64]) -> Estimates:
    """Fill the gaps of a timeline; a day without a step is a wall that no gap reaches across.

    Args:
        timeline: the intervals of a channel, or of several with walls between.
        wh: measured Wh of each interval after validation.
        bound_uw: bound of each day in microwatts, for metered totals of pieces.

    Returns:
        Wh and quality of every interval; what lies before the first and after the last measured one stays missing.
    """
    filled = wh.copy()
    quality = np.where(wh >= 0, Quality.MEASURED, Quality.MISSING).astype(np.int8)
    gaps = list(find_gaps(timeline, wh))
    has_registers = bool(timeline.dial.known.any())
    for gap in gaps:
        shaped = _shape_pieces(timeline, wh, gap, bound_uw, filled, quality) if has_registers else np.zeros(gap[1] - gap[0], np.bool_)
        if not shaped.all():
            rest = np.arange(*gap)[~shaped]
            _fill_rest(timeline, wh, gap, rest, filled, quality)
    return Estimates(filled, quality, gaps)


def find_gaps(timeline: Timeline, wh: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """First and one-past-last index of each run of missing intervals between two measured ones."""
    measured = np.flatnonzero(wh >= 0)
    before = np.flatnonzero(np.diff(measured) > 1)
    first, last = timeline.day_at(measured[before]), timeline.day_at(measured[before + 1])
    days = np.cumsum(timeline.steps > 0)
    unbroken = days[last] - days[first] == last - first
    for k in before[unbroken]:
        yield int(measured[k]) + 1, int(measured[k + 1])


def _shape_pieces(
    timeline: Timeline,
    wh: NDArray[np.int64],
    gap: tuple[int, int],
    bound_uw: NDArray[np.int64],
    filled: NDArray[np.int64],
    quality: NDArray[np.int8],
) -> NDArray[np.bool_]:
    """Fill the pieces of a gap that lie between two known registers; tell which intervals are done."""
    first, end = gap
    done = np.zeros(end - first, np.bool_)
    edges = np.append(timeline.start[first:end], timeline.start[end - 1] + timeline.length[end - 1]) // GRID
    cuts = np.flatnonzero(timeline.dial.known[edges])
    if len(cuts) < 2:  # noqa: PLR2004 - a piece has two ends
        return done
    totals = timeline.dial.wh(edges[cuts[:-1]], edges[cuts[1:]])
    minutes = np.diff(edges[cuts]) * GRID
    bounds = bound_uw[timeline.day_at(first + cuts[:-1])]
    usable = (totals >= 0) & ~above(totals, minutes, bounds)
    for k in np.flatnonzero(usable):
        piece = np.arange(first + cuts[k], first + cuts[k + 1])
        filled[piece] = _shape(timeline, wh, piece, int(totals[k]), int(minutes[k]))
        quality[piece] = Quality.REGISTER_SHAPED_LONG if minutes[k] > LONG_PIECE else Quality.REGISTER_SHAPED
        done[piece - first] = True
    return done


def _shape(timeline: Timeline, wh: NDArray[np.int64], piece: NDArray[np.int64], total: int, minutes: int) -> list[int]:
    """Spread a metered total: evenly up to two hours or where like days are lacking or all 0, else in their shape."""
    weights = timeline.length[piece].tolist()
    if minutes > SHORT:
        sums, counts = like_days(timeline, wh, piece)
        if counts.all() and sums.any():
            weights = (sums * (_COMMON_COUNT // np.maximum(counts, 1))).tolist()
    return largest_remainder(total, weights)


def _fill_rest(
    timeline: Timeline,
    wh: NDArray[np.int64],
    gap: tuple[int, int],
    rest: NDArray[np.int64],
    filled: NDArray[np.int64],
    quality: NDArray[np.int8],
) -> None:
    """Fill what no registers bound; length and neighbours are those of the whole gap."""
    first, end = gap
    lengths = timeline.length[first - 1 : end + 1]
    minutes = int(lengths[1:-1].sum())
    if minutes <= SHORT and (lengths == lengths[0]).all():
        before, after, parts = int(wh[first - 1]), int(wh[end]), end - first + 1
        filled[rest] = [round_half_even_div(before * parts + (after - before) * int(i - first + 1), parts) for i in rest]
        quality[rest] = Quality.INTERPOLATED
    elif minutes <= LONG:
        sums, counts = like_days(timeline, wh, rest)
        has = counts > 0
        filled[rest[has]] = [round_half_even_div(int(s), int(n)) for s, n in zip(sums[has], counts[has], strict=True)]
        quality[rest[has]] = Quality.LIKE_DAY


def like_days(timeline: Timeline, wh: NDArray[np.int64], at: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sum and number of the like-day values of intervals.

    Like days lie 7, 14, ... 56 days before; of their measured values in the same slot and step the nearest four count.
    """
    day = timeline.day_at(at)
    slot = at - timeline.offsets[day]
    sums, counts = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
    for weeks in range(1, _WEEKS_BACK + 1):
        back = np.maximum(day - 7 * weeks, 0)
        there = (day >= 7 * weeks) & (timeline.steps[back] == timeline.length[at]) & (counts < _LIKE_DAYS)
        value = np.where(there, wh[np.where(there, timeline.offsets[back] + slot, 0)], MISSING)
        counts += value >= 0
        sums += np.maximum(value, 0)
    return sums, counts
