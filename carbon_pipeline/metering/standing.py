"""Which reading stands: of several rows for one channel and day, the step of the day and the value of each interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from carbon_pipeline.metering.facts import MISSING, energy_ratio, watt_hours
from carbon_pipeline.metering.registers import Dial, Points, resolve
from carbon_pipeline.periods import GRID_MINUTES, MINUTES_A_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

SLOTS: Final = MINUTES_A_DAY // GRID_MINUTES
_DECIDES_BEFORE: Final = 23 * 60
"""A day's last hour does not help to choose its step: a register's last interval hangs on the next day's first point."""
_RANK: Final = {"P": 0, "E": 1, "R": 2}


@dataclass(frozen=True)
class Row:
    """One row of readings of a channel, multiplier known."""

    day: int
    """Day number of the first value."""
    data_day: int
    """Day that the file gave for the row; differs from `day` for a midnight register of the day's end."""
    kind: str
    step: int
    numerator: int
    denominator: int
    values: NDArray[np.int64]

    @cached_property
    def has_value(self) -> bool:
        """Whether anything of it is known: a row without any value displaces nothing."""
        return bool((self.values >= 0).any())


@dataclass
class Timeline:
    """The intervals of one channel in order of time, without holes between the first day and the last."""

    first_day: int
    steps: NDArray[np.int64]
    """Step of each day in minutes; 0 before the first day that has one, and between channels laid out together."""
    offsets: NDArray[np.int64]
    """Index of each day's first interval, and one past the last."""
    start: NDArray[np.int64]
    """Start of each interval, minutes since the first day's 00:00."""
    length: NDArray[np.int64]
    """Length of each interval in minutes."""
    wh: NDArray[np.int64]
    """Measured Wh, `MISSING` where nothing is measured."""
    dial: Dial

    def day_at(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Day index of some intervals."""
        return self.start[at] // MINUTES_A_DAY


Layer = tuple[np.ndarray, np.ndarray]
"""Wh and rank of kind, each days x intervals of one step."""


def stand(rows: Sequence[Row], digits_at: Callable[[int], int | None], longest_spike: int) -> Timeline:
    """Decide for one meter channel which readings stand.

    Args:
        rows: every row held, in the order of upload.
        digits_at: digits before the point of the meter at a grid instant, where known.
        longest_spike: points of the longest bad stretch of a register.

    Returns:
        The channel's intervals; the first day is the first that any row speaks of.
    """
    first = min(min(r.day, r.data_day) for r in rows)
    days = max(max(r.day, r.data_day) for r in rows) - first + 1
    dial = resolve(_points(rows, first, days), digits_at, longest_spike)
    energy = _energy(rows, first, days)
    layers = {step: _fill(step, days, dial, energy) for step in sorted({r.step for r in rows if r.step < MINUTES_A_DAY})}
    midnights = np.arange(days + 1) * SLOTS
    whole_days = dial.wh(midnights[:-1], midnights[1:])
    return _assemble(first, _choose(rows, first, layers, whole_days), layers, whole_days, dial)


def _points(rows: Sequence[Row], first: int, days: int) -> Points:
    points = Points.unknown(days * SLOTS + 1)
    for batch in _batches([r for r in rows if r.kind == "R"]):
        head = batch[0]
        day, data_day = np.array([(r.day - first, r.data_day) for r in batch], np.int64).T
        at = day[:, None] * SLOTS + np.arange(len(head.values)) * (head.step // GRID_MINUTES)
        values = np.concatenate([r.values for r in batch])
        points.put(at.reshape(-1), values, (head.numerator, head.denominator), np.repeat(data_day, len(head.values)), head.step)
    return points


def _energy(rows: Sequence[Row], first: int, days: int) -> dict[tuple[str, int], NDArray[np.int64]]:
    """Wh by kind and step as days x intervals; a later value takes the place of an earlier one, a missing one of none."""
    energy: dict[tuple[str, int], NDArray[np.int64]] = {}
    for batch in _batches([r for r in rows if r.kind != "R"]):
        head = batch[0]
        table = energy.setdefault((head.kind, head.step), np.full((days, MINUTES_A_DAY // head.step), MISSING))
        numerator, denominator = energy_ratio(head.kind, head.step, head.numerator, head.denominator)
        wh = watt_hours(np.stack([r.values for r in batch]), np.array([numerator]), np.array([denominator]))
        at = np.array([r.day - first for r in batch])
        table[at] = np.where(wh >= 0, wh, table[at])
    return energy


def _batches(rows: list[Row]) -> list[list[Row]]:
    """Rows that can be laid at once: those of one kind, step and multiplier where no day comes twice, else each alone."""
    if len({(r.kind, r.step, r.day) for r in rows}) < len(rows):
        return [[r] for r in rows]
    groups: dict[tuple[str, int, int, int], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.kind, row.step, row.numerator, row.denominator), []).append(row)
    return list(groups.values())


def _fill(step: int, days: int, dial: Dial, energy: dict[tuple[str, int], NDArray[np.int64]]) -> Layer:
    """Measured Wh of every interval of one step, each kind filling what the higher lacks, and the rank of its kind."""
    wh = np.full((days, MINUTES_A_DAY // step), MISSING)
    rank = np.full(wh.shape, -1)
    layers: dict[str, NDArray[np.int64] | None] = {"E": energy.get(("E", step)), "P": energy.get(("P", step))}
    if dial.known.any():
        at = np.arange(days * MINUTES_A_DAY // step + 1) * (step // GRID_MINUTES)
        layers = {"R": dial.wh(at[:-1], at[1:]).reshape(wh.shape), **layers}
    for kind, layer in layers.items():
        if layer is not None:
            fills = (wh < 0) & (layer >= 0)
            wh[fills], rank[fills] = layer[fills], _RANK[kind]
    return wh, rank


def _choose(rows: Sequence[Row], first: int, layers: dict[int, Layer], whole_days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Step of each day: the best measured one, else a whole day between midnights, else what a row claims, else yesterday's."""
    chosen = np.zeros(len(whole_days), np.int64)
    best = np.zeros(len(whole_days), np.int64)
    for step, (wh, rank) in layers.items():  # from the finest, so a coarser one must be better to win
        early = (wh[:, : _DECIDES_BEFORE // step] >= 0).sum(axis=1) * step
        score = early * (len(_RANK) + 1) + rank.max(axis=1) + 1
        has_value = np.zeros(len(chosen), np.bool_)
        has_value[[r.data_day - first for r in rows if r.step == step and r.has_value]] = True
        better = has_value & (score > best)
        chosen[better], best[better] = step, score[better]
    chosen[(best == 0) & (whole_days >= 0)] = MINUTES_A_DAY
    for claimed, step in _claims(rows, first).items():
        if not chosen[claimed]:
            chosen[claimed] = step
    for d in np.flatnonzero(chosen == 0):
        chosen[d] = chosen[d - 1] if d else 0
    return chosen


def _claims(rows: Sequence[Row], first: int) -> dict[int, int]:
    """Step by day for days on which nothing is measured: the finest row of the highest kind; rows without a value come last.

    A daily read is a midnight, not a row of its day: by itself it claims nothing.
    """
    claims: dict[int, tuple[bool, int, int]] = {}
    for row in rows:
        if row.step == MINUTES_A_DAY:
            continue
        claim = (row.has_value, _RANK[row.kind], -row.step)
        d = row.data_day - first
        claims[d] = max(claim, claims.get(d, claim))
    return {d: -claim[2] for d, claim in claims.items()}


def _assemble(first: int, chosen: NDArray[np.int64], layers: dict[int, Layer], whole_days: NDArray[np.int64], dial: Dial) -> Timeline:
    """Lay the days' intervals one after another, each day at its own step."""
    counts = np.where(chosen > 0, MINUTES_A_DAY // np.maximum(chosen, 1), 0)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    length = np.repeat(chosen, counts)
    start = np.repeat(np.arange(len(chosen)) * MINUTES_A_DAY, counts) + (np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)) * length
    wh = np.full(int(offsets[-1]), MISSING)
    for step, (table, _) in layers.items():
        days = chosen == step
        wh[np.repeat(days, counts)] = table[days].reshape(-1)
    whole = chosen == MINUTES_A_DAY
    wh[offsets[:-1][whole]] = whole_days[whole]
    return Timeline(first, chosen, offsets, start, length, wh, dial)
