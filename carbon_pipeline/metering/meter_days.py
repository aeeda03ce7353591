"""Settled days of one meter channel: what of each day was measured, shaped between registers, or estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from carbon_pipeline.metering.estimation import Estimates, Quality, estimate
from carbon_pipeline.metering.facts import MISSING
from carbon_pipeline.metering.standing import SLOTS, Row, Timeline, stand
from carbon_pipeline.metering.validation import NO_BOUND, remove_above
from carbon_pipeline.periods import GRID_MINUTES
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from carbon_pipeline.rules import ValidationRule


@dataclass(frozen=True)
class Limits:
    """What the register says of a meter, by ranges of days: bound of power and digits of the dial."""

    ranges: tuple[tuple[int, int, int, int | None], ...] = ()
    """First day, last day (both as day numbers), bound in microwatts or `NO_BOUND`, digits before the point or None."""

    def bound_uw(self, first: int, days: int) -> NDArray[np.int64]:
        """Bound of each of some days."""
        bound = np.full(days, NO_BOUND)
        for start, end, uw, _ in self.ranges:
            bound[max(start - first, 0) : max(end - first + 1, 0)] = uw
        return bound

    def digits(self, day: int) -> int | None:
        """Digits of the dial on a day."""
        return next((digits for start, end, _, digits in self.ranges if start <= day <= end), None)


@dataclass(frozen=True)
class Settled:
    """One channel, settled: its timeline, and energy and quality of every interval."""

    timeline: Timeline
    estimates: Estimates
    removed: NDArray[np.bool_]
    """Intervals that lay above the bound of power."""

    def days(self) -> dict[str, NDArray[np.int64]]:
        """Sums by day that has a step.

        Returns:
            `day`, `step`, `wh` (`MISSING` where nothing is known), `measured_min`, `shaped_min`, `estimated_min`.
        """
        quality = self.estimates.quality
        held = np.flatnonzero(self.timeline.steps > 0)
        at = self.timeline.offsets[held]
        known = quality != Quality.MISSING
        estimated = (quality == Quality.INTERPOLATED) | (quality == Quality.LIKE_DAY) | (quality == Quality.REGISTER_SHAPED_LONG)
        minutes = self.timeline.length
        wh = np.add.reduceat(np.where(known, self.estimates.wh, 0), at)
        return {
            "day": self.timeline.first_day + held,
            "step": self.timeline.steps[held],
            "wh": np.where(np.logical_or.reduceat(known, at), wh, MISSING),
            "measured_min": np.add.reduceat(np.where(quality == Quality.MEASURED, minutes, 0), at),
            "shaped_min": np.add.reduceat(np.where(quality == Quality.REGISTER_SHAPED, minutes, 0), at),
            "estimated_min": np.add.reduceat(np.where(estimated, minutes, 0), at),
        }

    def findings(self) -> list[tuple[str, int, int, str]]:
        """What is worth a look: reason, first day, last day, evidence."""
        falls = self.timeline.dial.falls
        found = [("register_spike", self._day(a), self._day(b), f"{_clock(a)}-{_clock(b)}") for a, b in falls.spikes]
        single = {
            "register_decrease": falls.decreases,
            "register_rollover": falls.rollovers,
            "multiplier_change": self.timeline.dial.changes.tolist(),
        }
        found += [(reason, self._day(a), self._day(a), _clock(a)) for reason, instants in single.items() for a in instants]
        days, counts = np.unique(self.timeline.day_at(np.flatnonzero(self.removed)), return_counts=True)
        first = self.timeline.first_day
        above = zip(days.tolist(), counts.tolist(), strict=True)
        found += [("above_rated_power", first + d, first + d, str(fact("intervals_above", count=n))) for d, n in above]
        return found

    def _day(self, instant: int) -> int:
        return self.timeline.first_day + instant // SLOTS


def _clock(instant: int) -> str:
    minute = instant % SLOTS * GRID_MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"


def settle_channel(rows: Sequence[Row], limits: Limits, rule: ValidationRule) -> Settled:
    """Settle one meter channel from the rows held for it.

    Args:
        rows: in the order of upload, multipliers known.
        limits: bound and digits of the meter.
        rule: how readings are validated and gaps filled.

    Returns:
        The channel settled from its first day to its last.
    """
    first = min(min(r.day, r.data_day) for r in rows)
    timeline = stand(rows, lambda instant: limits.digits(first + instant // SLOTS), rule.longest_spike_points)
    bound = limits.bound_uw(first, len(timeline.steps))
    wh, removed = remove_above(timeline.wh, timeline.length, np.repeat(bound, np.diff(timeline.offsets)))
    return Settled(timeline, estimate(timeline, wh, bound, rule), removed)
