"""The dial of one channel: the instants at which its register is known, falls of it judged, and the energy between two instants."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.numbers import rounded

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_STRETCH = 96
WH_PER_MICRO_KWH = Fraction(1, 1000)


@dataclass(frozen=True)
class Point:
    """The register in millionths of a kWh at an instant (minutes), with the multiplier of its row."""

    at: int
    value: int
    multiplier: Fraction


class Dial:
    """Known points in order, after every fall has been judged."""

    def __init__(self, points: list[Point], digits_at: Callable[[int], int | None]) -> None:
        self.points = sorted(points, key=lambda p: p.at)
        self.rollovers: dict[tuple[int, int], int] = {}
        self.broken: set[tuple[int, int]] = set()
        self.digits_at = digits_at
        while (fall := self.earliest_fall()) is not None:
            self.judge(fall)
        self.at = [p.at for p in self.points]
        self.index = {at: i for i, at in enumerate(self.at)}

    def earliest_fall(self) -> int | None:
        """The position of the first point before a fall that is not judged yet."""
        for i, (a, b) in enumerate(zip(self.points, self.points[1:], strict=False)):
            if b.value < a.value and (a.at, b.at) not in self.rollovers and (a.at, b.at) not in self.broken:
                return i
        return None

    def judge(self, i: int) -> None:
        """One bad stretch, else a rollover, else an interval that is not known."""
        a, b = self.points[i], self.points[i + 1]
        peak = self.stretch(range(i, -1, -1), lambda p: p.value > b.value)
        dip = self.stretch(range(i + 1, len(self.points)), lambda p: p.value < a.value)
        closed: list[list[int]] = [run for run in (peak, dip) if run is not None]
        if closed:  # of two equally long ones the first, the peak
            for position in sorted(min(closed, key=len), reverse=True):
                del self.points[position]
            return
        digits = self.digits_at(a.at)
        if digits is not None:
            full = 10**digits * 10**6
            if b.value - a.value + full <= full // 2:
                self.rollovers[a.at, b.at] = full
                return
        self.broken.add((a.at, b.at))

    def stretch(self, positions: range, lies_beyond: Callable[[Point], bool]) -> list[int] | None:
        """The run of points beyond, None where it is not closed on its far side or too long."""
        run: list[int] = []
        for position in positions:
            if not lies_beyond(self.points[position]):
                return run
            run.append(position)
            if len(run) > LONGEST_STRETCH:
                return None
        return None

    def energy(self, start: int, end: int) -> int | None:
        """Wh between two instants, None where the register of one is unknown or what lies between cannot be reckoned."""
        i, j = self.index.get(start), self.index.get(end)
        if i is None or j is None:
            return None
        total = 0
        for k in range(i, j):
            a, b = self.points[k], self.points[k + 1]
            if (a.at, b.at) in self.broken or a.multiplier != b.multiplier:
                return None
            total += b.value - a.value + self.rollovers.get((a.at, b.at), 0)
        return rounded(total * self.points[i].multiplier * WH_PER_MICRO_KWH)

    def known_within(self, start: int, end: int) -> list[int]:
        """The instants from start to end, both included, at which the register is known."""
        found = []
        k = bisect_left(self.at, start)
        while k < len(self.at) and self.at[k] <= end:
            found.append(self.at[k])
            k += 1
        return found
