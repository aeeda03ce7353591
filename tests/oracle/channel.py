"""One channel of one meter: which reading stands, the step of each day, what is removed, and how gaps are filled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.dial import Dial, Point
from tests.oracle.numbers import half_even, largest_remainder, rounded

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = 1440
LATE = 23 * 60
SHORT = 120
LONG = 10 * DAY
LONGEST_MEASURED = 31 * DAY
WEEK = 7 * DAY
WEEKS, LIKE_DAYS = 8, 4
KINDS = "REP"
Value = tuple[int, Fraction]


@dataclass
class DayTotal:
    """What is known of one day."""

    step: int
    wh: int = 0
    measured: int = 0
    shaped: int = 0
    estimated: int = 0

    def is_known(self) -> bool:
        """Whether anything measured or estimated it."""
        return self.measured + self.shaped + self.estimated > 0


@dataclass
class Slot:
    """One interval of the settled grid; `wh` is None where it is missing, `how` tells what gave it."""

    at: int
    step: int
    wh: int | None
    how: str = "measured"


@dataclass
class Channel:
    """What is held: by kind and step, then day (ordinal), then slot; and what the register says of the meter."""

    digits_at: Callable[[int], int | None]
    bound_on: Callable[[int], Fraction | None]
    held: dict[tuple[str, int], dict[int, dict[int, Value]]] = field(default_factory=dict)

    def settle(self) -> dict[date, DayTotal]:
        """The totals of each day for which something is known."""
        self.dial = Dial(self.points(), self.digits_at)
        days = {day: found for day in self.days() if (found := self.stand(day)) is not None}
        slots = self.line_up(days)
        for slot in slots:
            bound = self.bound_on(slot.at // DAY)
            if slot.wh is not None and is_above(slot.wh, slot.step, bound):
                slot.wh = None
        self.fill(slots)
        return totals(slots)

    def points(self) -> list[Point]:
        """The known registers; of two at one instant that of the finer row."""
        found: dict[int, tuple[int, Value]] = {}
        for (kind, step), days in self.held.items():
            if kind == "R":
                for day, values in days.items():
                    for slot, value in values.items():
                        at = day * DAY + slot * step
                        if at not in found or step < found[at][0]:
                            found[at] = (step, value)
        return [Point(at, *value) for at, (_, value) in found.items()]

    def days(self) -> list[int]:
        """Days with a row, or with both midnights known."""
        rows = {day for (_, step), days in self.held.items() if step < DAY for day in days}
        midnights = {at // DAY for at in self.dial.index if at % DAY == 0 and at + DAY in self.dial.index}
        return sorted(rows | midnights)

    def stand(self, day: int) -> tuple[int, list[int | None]] | None:
        """The step of the day and what its intervals are, None where the day has no row and is no interval itself."""
        here = {key: days[day] for key, days in self.held.items() if key[1] < DAY and day in days}
        ranked = []
        for step in {step for _, step in here}:
            values, kinds = self.combine(day, step)
            early = sum(step for i, value in enumerate(values) if value is not None and i * step < LATE)
            best = min((KINDS.index(kind) for kind in kinds if kind), default=len(KINDS))
            ranked.append((-early, best, step, values))
        ranked.sort(key=lambda item: item[:3])
        if ranked and any(value is not None for value in ranked[0][3]):
            return ranked[0][2], ranked[0][3]
        whole = self.dial.energy(day * DAY, (day + 1) * DAY)
        if whole is not None:
            return DAY, [whole]
        if not here:
            return None
        telling = {key for key, values in here.items() if values} or set(here)
        step = min(telling, key=lambda key: (KINDS.index(key[0]), key[1]))[1]
        return step, [None] * (DAY // step)

    def combine(self, day: int, step: int) -> tuple[list[int | None], list[str]]:
        """The intervals of a day at one step, each of the highest kind that has it, and which kind that is."""
        values: list[int | None] = []
        kinds: list[str] = []
        for slot in range(DAY // step):
            start = day * DAY + slot * step
            value, kind = self.dial.energy(start, start + step), "R"
            if value is None:
                value, kind = self.plain("E", step, day, slot, Fraction(1)), "E"
            if value is None:
                value, kind = self.plain("P", step, day, slot, Fraction(step, 60)), "P"
            values.append(value)
            kinds.append(kind if value is not None else "")
        return values, kinds

    def plain(self, kind: str, step: int, day: int, slot: int, hours: Fraction) -> int | None:
        """Wh of an energy or power value."""
        found = self.held.get((kind, step), {}).get(day, {}).get(slot)
        if found is None:
            return None
        factor = found[1] * hours
        return half_even(found[0] * factor.numerator, 1000 * factor.denominator)

    def line_up(self, days: dict[int, tuple[int, list[int | None]]]) -> list[Slot]:
        """Every interval from the first measured day to the last; a day without a row takes the step of the one before it."""
        told = [day for day, (_, values) in days.items() if any(value is not None for value in values)]
        slots: list[Slot] = []
        step = DAY
        for day in range(min(told), max(told) + 1) if told else ():
            step, values = days.get(day) or (step, [None] * (DAY // step))
            slots += [Slot(day * DAY + i * step, step, value) for i, value in enumerate(values)]
        return slots

    def fill(self, slots: list[Slot]) -> None:
        """Fill what is missing between two measured intervals."""
        measured = {slot.at: slot for slot in slots if slot.wh is not None}
        i = 0
        while i < len(slots):
            if slots[i].at in measured:
                i += 1
                continue
            j = i
            while j < len(slots) and slots[j].at not in measured:
                j += 1
            if i > 0 and j < len(slots):
                self.fill_gap(slots[i:j], slots[i - 1], slots[j], measured)
            i = j

    def fill_gap(self, gap: list[Slot], before: Slot, after: Slot, measured: dict[int, Slot]) -> None:
        """First the pieces that the register bounds, then by the length of the whole gap."""
        length = after.at - gap[0].at
        means = [like_day_mean(slot, measured) for slot in gap]
        done: set[int] = set()
        for piece in self.pieces(gap, after.at):
            done |= self.shape(piece, dict(zip((s.at for s in gap), means, strict=True)))
        alike = len({slot.step for slot in (before, *gap, after)}) == 1
        for j, (slot, mean) in enumerate(zip(gap, means, strict=True), 1):
            if slot.at in done or length > LONG:
                continue
            if length <= SHORT and alike and before.wh is not None and after.wh is not None:
                slot.wh = rounded(before.wh + Fraction((after.wh - before.wh) * j, len(gap) + 1))
            elif mean is not None:
                slot.wh = rounded(mean)
            slot.how = "estimated"

    def pieces(self, gap: list[Slot], end: int) -> list[list[Slot]]:
        """The gap cut at every instant whose register is known; only pieces bounded by two such."""
        known = set(self.dial.known_within(gap[0].at, end))
        found: list[list[Slot]] = []
        piece: list[Slot] | None = None
        for slot in gap:
            if slot.at in known:
                piece = []
            if piece is not None:
                piece.append(slot)
                if slot.at + slot.step in known:
                    found.append(piece)
                    piece = None
        return found

    def shape(self, piece: list[Slot], means: dict[int, Fraction | None]) -> set[int]:
        """Give a piece the total of the register, if there is one that can be; tells which intervals it filled."""
        start, end = piece[0].at, piece[-1].at + piece[-1].step
        total = self.dial.energy(start, end)
        if total is None or is_above(total, end - start, self.bound_on(start // DAY)):
            return set()
        weights: list[Fraction | int] = [slot.step for slot in piece]
        if end - start > SHORT:
            like = [mean for slot in piece if (mean := means[slot.at]) is not None]
            if len(like) == len(piece) and any(like):
                weights = list(like)
        for slot, wh in zip(piece, largest_remainder(total, weights), strict=True):
            slot.wh, slot.how = wh, "shaped" if end - start <= LONGEST_MEASURED else "estimated"
        return {slot.at for slot in piece}


def is_above(wh: int, minutes: int, bound_kw: Fraction | None) -> bool:
    """Whether the mean power is above the bound."""
    return bound_kw is not None and wh * 60 > bound_kw * 1000 * minutes


def like_day_mean(slot: Slot, measured: dict[int, Slot]) -> Fraction | None:
    """The mean of the same slot in the weeks before, the nearest four that are measured at the same step."""
    like = [measured.get(slot.at - week * WEEK) for week in range(1, WEEKS + 1)]
    taken = [one.wh for one in like if one is not None and one.wh is not None and one.step == slot.step][:LIKE_DAYS]
    return Fraction(sum(taken), len(taken)) if taken else None


def totals(slots: list[Slot]) -> dict[date, DayTotal]:
    """Sums by day of the intervals that are known."""
    found: dict[date, DayTotal] = {}
    for slot in slots:
        if slot.wh is None:
            continue
        total = found.setdefault(date.fromordinal(slot.at // DAY), DayTotal(slot.step))
        total.wh += slot.wh
        setattr(total, slot.how, getattr(total, slot.how) + slot.step)
    return {day: total for day, total in found.items() if total.is_known()}
