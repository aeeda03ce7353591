"""Exact watt-hours of reading rows: value x multiplier x 1000, half-even, many rows at a time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from carbon_pipeline.exact import half_even_div_array

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    Ratios = tuple[NDArray[np.int64], NDArray[np.int64]]

MISSING: Final = -1
"""Stands for a missing value or interval in integer arrays; energy itself is never negative."""

MICROS_PER_KWH_PER_WH: Final = 1000
"""A value is kept in millionths of a kWh (or kW), so a Wh is 1,000 of them."""

LARGEST_WH: Final = 10**15
"""1,000 TWh in an interval is no energy but a spoiled number: it is missing, and sums of days and meters fit 64 bits."""

_HOUR: Final = 60
_EXACT_IN_FLOAT: Final = 2**52
_EXACT_IN_INT64: Final = 2**61
_ROWS_A_BLOCK: Final = 512
"""Rows whose values stay in the processor's cache while they are reckoned."""


def watt_hours(micros: NDArray[np.int64], numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> NDArray[np.int64]:
    """Round micros x numerator / (denominator x 1000) half-even, keeping what is missing missing.

    Args:
        micros: values in millionths of a kWh, any shape, `MISSING` where unknown.
        numerator: multiplier's numerator, broadcastable to `micros`.
        denominator: multiplier's denominator, broadcastable to `micros`.

    Returns:
        Whole Wh of the shape of `micros`, `MISSING` where the value is, or where it is more than any grid carries.

    The quotient of two integers below 2^52 lies further from a tie than a double's rounding error, so `rint` of the
    double quotient is the exact half-even result there; larger products take the integer way.
    """
    divisor = denominator * MICROS_PER_KWH_PER_WH
    peak = int(micros.max(initial=0)) * int(numerator.max(initial=1))
    if peak < _EXACT_IN_FLOAT:
        rounded = _rounded(micros, numerator, divisor).astype(np.int64)
    elif peak < _EXACT_IN_INT64:
        rounded = half_even_div_array(micros * numerator, divisor)
    else:
        exact = half_even_div_array(micros.astype(object) * numerator, divisor)
        rounded = np.where(exact <= LARGEST_WH, exact, MISSING).astype(np.int64)
    if peak >= _EXACT_IN_FLOAT:
        rounded[rounded > LARGEST_WH] = MISSING
    np.copyto(rounded, MISSING, where=micros < 0)
    return rounded


def _rounded(micros: NDArray[np.int64], numerator: NDArray[np.int64], divisor: NDArray[np.int64]) -> NDArray[np.float64]:
    """Whole Wh of values of which every product is exact in a double; of missing ones and of others nothing that counts."""
    wh = np.multiply(micros, numerator, dtype=np.float64)
    np.divide(wh, divisor, out=wh)
    return np.rint(wh, out=wh)


@dataclass(frozen=True)
class RowFacts:
    """What settling asks of rows of Wh first; one number a row."""

    known: NDArray[np.int64]
    """Intervals that are known."""
    peak: NDArray[np.int64]
    """Wh of the largest, `MISSING` where none is known."""
    line: NDArray[np.int64]
    """Sum with every gap on a straight line between its neighbours, `MISSING` where the row begins or ends with a gap."""
    longest: NDArray[np.int64]
    """Intervals of the longest of these gaps."""

    def put(self, rows: NDArray[np.int64], found: RowFacts) -> None:
        """Put what was found of some rows in its place."""
        for fact in fields(self):
            getattr(self, fact.name)[rows] = getattr(found, fact.name)


def facts_of(micros: NDArray[np.int64], numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> RowFacts:
    """Reckon the facts of rows of values, for a multiplier a row.

    Args:
        micros: rows x intervals, in millionths of a kWh, `MISSING` where unknown.
        numerator: multipliers' numerators, as a column.
        denominator: multipliers' denominators, as a column.

    Most rows lack nothing and are no wonder of size: these are summed as doubles, a block of rows at a time. The others are few.
    """
    rows = len(micros)
    lowest, highest, total = np.empty(rows, np.int64), np.empty(rows, np.int64), np.empty(rows, np.float64)
    divisor = denominator * MICROS_PER_KWH_PER_WH
    for start in range(0, rows, _ROWS_A_BLOCK):
        at = slice(start, start + _ROWS_A_BLOCK)
        block = micros[at]
        lowest[at], highest[at] = block.min(axis=1), block.max(axis=1)
        total[at] = _rounded(block, numerator[at], divisor[at]).sum(axis=1)
    is_usual = (lowest >= 0) & (highest * numerator[:, 0].astype(np.float64) < _EXACT_IN_FLOAT)
    peak = watt_hours(highest[:, None], numerator, denominator)[:, 0]
    line = np.where(is_usual, total, MISSING).astype(np.int64)
    found = RowFacts(np.full(rows, micros.shape[1]), peak, line, np.zeros(rows, np.int64))
    others = np.flatnonzero(~is_usual)
    found.put(others, row_facts(watt_hours(micros[others], numerator[others], denominator[others])))
    return found


def row_facts(wh: NDArray[np.int64]) -> RowFacts:
    """Reckon the facts of rows x intervals of Wh, `MISSING` where unknown."""
    known = np.count_nonzero(wh >= 0, axis=1)
    lacking = wh.shape[1] - known
    is_closed = (wh[:, 0] >= 0) & (wh[:, -1] >= 0)
    total = np.where(is_closed, wh.sum(axis=1) - MISSING * lacking, MISSING)
    longest = np.zeros(len(wh), np.int64)
    holed = np.flatnonzero(is_closed & (lacking > 0))
    if len(holed):
        row, filled, length = _lines(wh[holed])
        np.add.at(total, holed[row], filled)
        np.maximum.at(longest, holed[row], length)
    return RowFacts(known, wh.max(axis=1), total, longest)


def _lines(wh: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Row, sum of the line and length of every gap of rows that begin and end with a known value."""
    flat = wh.reshape(-1)
    edges = np.diff((flat < 0).astype(np.int8), prepend=0)
    first, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    length = end - first
    gap = np.repeat(np.arange(len(first)), length)
    place = np.arange(len(gap)) - np.repeat(np.cumsum(length) - length, length) + 1
    values = straight_line(flat[first - 1][gap], flat[end][gap], length[gap] + 1, place)
    return first // wh.shape[1], np.add.reduceat(values, np.cumsum(length) - length), length


def straight_line(
    before: NDArray[np.int64] | int, after: NDArray[np.int64] | int, parts: NDArray[np.int64] | int, place: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Value at the `place`-th of `parts` equal steps from one Wh to another, half-even."""
    found: NDArray[np.int64] = half_even_div_array(before * parts + (after - before) * place, parts)
    return found


def row_ratios(is_power: NDArray[np.bool_], step: int, numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> Ratios:
    """`energy_ratio` of many rows of one step, as columns to be laid beside their values."""
    return (numerator * np.where(is_power, step, 1))[:, None], (denominator * np.where(is_power, _HOUR, 1))[:, None]


def as_matrix(values: pl.Series) -> NDArray[np.int64]:
    """Lists of one length as rows x values."""
    return values.explode(empty_as_null=False).to_numpy().reshape(len(values), -1)


def energy_ratio(kind: str, step: int, numerator: int, denominator: int) -> tuple[int, int]:
    """Multiplier of a row for energy: power counts for the hours of its interval, energy and registers as they are."""
    return (numerator * step, denominator * _HOUR) if kind == "P" else (numerator, denominator)
