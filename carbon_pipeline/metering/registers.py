"""Registers (示数): the known points of one meter channel, spikes and falls among them, and energy between two points."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from carbon_pipeline.metering.facts import MISSING, watt_hours

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_MICROS: Final = 1_000_000


@dataclass
class Points:
    """Registers of one channel at quarter-hour instants.

    Every array has one item an instant, from the first day's 00:00 to the end of the last day, both included.
    """

    value: NDArray[np.int64]
    """Register in millionths of a kWh, -1 where unknown."""
    numerator: NDArray[np.int64]
    """Numerator of the multiplier of the point's row."""
    denominator: NDArray[np.int64]
    """Its denominator."""
    row_day: NDArray[np.int64]
    """Data day of the point's row, as a day number."""
    step: NDArray[np.int64]
    """Step of the point's row in minutes: of two rows at one instant the finer stands."""

    @classmethod
    def unknown(cls, instants: int) -> Points:
        """Points of which none is known."""
        return cls(
            np.full(instants, -1),
            np.ones(instants, np.int64),
            np.ones(instants, np.int64),
            np.zeros(instants, np.int64),
            np.full(instants, 1 << 20),
        )

    def put(
        self, at: NDArray[np.int64], value: NDArray[np.int64], ratio: tuple[int, int], row_day: NDArray[np.int64] | int, step: int
    ) -> None:
        """Let known values stand, unless a finer row's value is there; call in the order of upload.

        Args:
            at: instants, none twice.
            value: registers there in millionths of a kWh, -1 where missing.
            ratio: multiplier of the rows.
            row_day: data day of the rows, one for all or one a value.
            step: step of the rows in minutes.
        """
        stands = (value >= 0) & (step <= self.step[at])
        at = at[stands]
        self.value[at], self.step[at] = value[stands], step
        self.row_day[at] = row_day if isinstance(row_day, int) else row_day[stands]
        self.numerator[at], self.denominator[at] = ratio


@dataclass
class Falls:
    """What was found where a register fell."""

    spikes: list[tuple[int, int]] = field(default_factory=list)
    """First and last instant of each stretch that became unknown."""
    decreases: list[int] = field(default_factory=list)
    """Instant of the lower point of each fall that stays unexplained."""
    rollovers: list[int] = field(default_factory=list)
    """Instant of the lower point of each rollover."""


@dataclass
class Dial:
    """What the dial of a channel turned: energy between any two known instants of one stretch."""

    known: NDArray[np.bool_]
    total: NDArray[np.int64]
    """Millionths of a kWh since the first known point, rollovers added; 0 where unknown."""
    stretch: NDArray[np.int64]
    """Number of the stretch: it changes at an unexplained fall and where the multiplier changes between days."""
    numerator: NDArray[np.int64]
    denominator: NDArray[np.int64]
    changes: NDArray[np.int64]
    """Instants of the first point under a new multiplier."""
    falls: Falls

    def wh(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
        """Metered Wh between instants a and b, under the multiplier of a; `MISSING` where nothing can be said."""
        metered = self.known[a] & self.known[b] & (self.stretch[a] == self.stretch[b])
        turned = np.where(metered, self.total[b] - self.total[a], MISSING)
        return watt_hours(turned, self.numerator[a], self.denominator[a])


def resolve(points: Points, digits_at: Callable[[int], int | None], longest_spike: int) -> Dial:
    """Judge every fall, the earliest first, and add up what the dial turned.

    Args:
        points: the channel's registers; points that prove to be spikes become unknown in it.
        digits_at: digits before the point (示数位数) of the meter at an instant, where known.
        longest_spike: points of the longest bad stretch; a longer one means what it says.

    Returns:
        The dial along the known points, with what was found.
    """
    at = np.flatnonzero(points.value >= 0)
    value = points.value[at]
    falls = Falls()
    if np.any(value[1:] < value[:-1]):
        at, value = _without_spikes(at, value, digits_at, longest_spike, falls)
        kept = np.zeros(len(points.value), np.bool_)
        kept[at] = True
        points.value[~kept] = -1
    return _dial(points, at, value, digits_at, falls)


def _without_spikes(
    at: NDArray[np.int64], value: NDArray[np.int64], digits_at: Callable[[int], int | None], longest_spike: int, falls: Falls
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Take out bad stretches and note what the remaining falls are.

    What closes a dip is no lower than the point before it, and what closes a peak no higher than the point after it: taking
    either out makes no new fall, so those of the beginning are all that there are.
    """
    instants, registers = at.tolist(), value.tolist()
    gone, skip_to = 0, 0
    for fall in np.flatnonzero(value[1:] < value[:-1]).tolist():
        if fall < skip_to:  # it lay within a dip
            continue
        i = fall - gone
        bad = _bad_stretch(registers, i, longest_spike)
        if bad:
            start, end = bad
            falls.spikes.append((instants[start], instants[end - 1]))
            del instants[start:end], registers[start:end]
            gone += end - start
            skip_to = fall + 1 + (end - start if start > i else 0)
            continue
        rolled = rollover(registers[i], registers[i + 1], digits_at(instants[i]))
        (falls.decreases if rolled is None else falls.rollovers).append(instants[i + 1])
    # A fall that was judged may later have gone as part of a longer peak.
    falls.decreases = sorted(set(falls.decreases).intersection(instants))
    falls.rollovers = sorted(set(falls.rollovers).intersection(instants))
    return np.array(instants, np.int64), np.array(registers, np.int64)


def _bad_stretch(registers: list[int], i: int, longest: int) -> tuple[int, int] | None:
    """The shorter of dip and peak around the fall from i to i + 1 that is closed and short enough; equal: the peak."""
    high, low = registers[i], registers[i + 1]
    end = i + 1
    while end < len(registers) and registers[end] < high and end - i <= longest:
        end += 1
    start = i
    while start >= 0 and registers[start] > low and i - start < longest:
        start -= 1
    dip = end - i - 1 if end < len(registers) and registers[end] >= high else None
    peak = i - start if start >= 0 and registers[start] <= low else None
    if peak is not None and (dip is None or peak <= dip):
        return start + 1, i + 1
    return None if dip is None else (i + 1, end)


def rollover(before: int, after: int, digits: int | None) -> int | None:
    """What the dial turned if it passed its end between two registers, or None where that explains nothing.

    A fall of more than a whole turn is explained by nothing: 示数位数 is wrong then, and energy is never negative.
    """
    if digits is None:
        return None
    full = 10**digits * _MICROS
    turned = after - before + full
    return turned if 0 <= 2 * turned <= full else None


def _dial(points: Points, at: NDArray[np.int64], value: NDArray[np.int64], digits_at: Callable[[int], int | None], falls: Falls) -> Dial:
    known = np.zeros(len(points.value), np.bool_)
    known[at] = True
    turned, breaks, changed = np.zeros(len(at), np.int64), np.zeros(len(at), np.bool_), np.zeros(len(at), np.bool_)
    turned[1:] = np.diff(value)
    for instant in falls.rollovers:
        k = int(np.searchsorted(at, instant))
        turned[k] = rollover(int(value[k - 1]), int(value[k]), digits_at(int(at[k - 1]))) or 0
    breaks[np.searchsorted(at, falls.decreases)] = True
    numerator, denominator, day = points.numerator[at], points.denominator[at], points.row_day[at]
    changed[1:] = (numerator[1:] * denominator[:-1] != numerator[:-1] * denominator[1:]) & (day[1:] != day[:-1])
    total, stretch = np.zeros(len(known), np.int64), np.zeros(len(known), np.int64)
    total[at], stretch[at] = np.cumsum(turned), np.cumsum(breaks | changed)
    return Dial(known, total, stretch, points.numerator, points.denominator, at[changed], falls)
