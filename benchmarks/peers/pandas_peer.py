"""The pandas peer: files in chunks of a day into one block of integer Wh, gaps by NumPy, the rest by groupby and merge.

Run as `python -m benchmarks.peers.pandas_peer REGISTER READINGS AS_OF OUT`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.pandas_lists import publish

Array = np.ndarray[Any, Any]
SLOTS, WEEK, MISSING = 96, 672, -1
SHORT, LONG, LIKE_DAYS, LIKE_WEEKS = 8, 960, 4, 8
MINUTES = 15
CHUNK = 250
CURVE = ["account_no", "meter_no", "date", "kind", "multiplier", *[f"E{i}" for i in range(1, SLOTS + 1)]]


def read_block(readings: Path, meters: pd.Index, days: pd.DatetimeIndex) -> Array:
    """All files, in the order in which they came, into one block of exact Wh.

    Args:
        readings: folder of exports.
        meters: meter numbers; a meter's place is its row.
        days: the days from first to last.

    Returns:
        int64, meters x (days x 96), -1 where nothing was measured; a later value stands, a missing one replaces nothing.
    """
    block = np.full((len(meters), len(days) * SLOTS), MISSING, dtype=np.int64)
    places = {day: i for i, day in enumerate(days.strftime("%Y-%m-%d"))}
    types = {"account_no": str, "meter_no": str, "date": str}
    for path in sorted(readings.glob("*.csv")):
        if "_1_curve" in path.name:
            frame = pd.read_csv(path, header=0, names=CURVE, dtype=types, na_values=["NULL"], keep_default_na=False, encoding="gb18030")
            frame = frame[frame["kind"] == 1]
            cells, multiplier = frame.iloc[:, 5:], frame["multiplier"].to_numpy()
        else:
            frame = pd.read_csv(path, dtype=types)
            cells, multiplier = frame.iloc[:, 2:], np.ones(len(frame), dtype=np.int64)
        rows = meters.get_indexer(frame["meter_no"])
        for date, where in frame.groupby("date").indices.items():
            at = places[date] * SLOTS
            wh = np.rint(np.rint(cells.to_numpy()[where] * 10_000) * multiplier[where, None] / 10)
            old = block[rows[where], at : at + SLOTS]
            block[rows[where], at : at + SLOTS] = np.where(np.isnan(wh), old, np.nan_to_num(wh)).astype(np.int64)
    return block


def half_even(total: Array, count: Array) -> Array:
    """`total / count`, rounded half-even, in integers."""
    whole, rest = np.divmod(total, count)
    return whole + ((2 * rest > count) | ((2 * rest == count) & (whole % 2 == 1)))


def estimate(block: Array) -> tuple[Array, Array, Array]:
    """What fills the gaps: up to two hours a straight line, up to ten days the mean of like days.

    Args:
        block: Wh, -1 where missing, meters x slots.

    Returns:
        Row, slot and Wh of each estimated interval.
    """
    rows, slots = np.nonzero(block == MISSING)
    if not len(rows):
        return rows, slots, rows
    begins = np.flatnonzero(np.r_[True, (np.diff(rows) != 0) | (np.diff(slots) != 1)])
    length = np.diff(np.r_[begins, len(rows)])
    run = np.repeat(np.arange(len(begins)), length)
    first, last = slots[begins], slots[begins] + length - 1
    bounded = (first > 0) & (last < block.shape[1] - 1)
    line, like = (bounded & (length <= SHORT))[run], (bounded & (length > SHORT) & (length <= LONG))[run]
    r, n = run[line], length[run[line]]
    a, b = block[rows[begins[r]], first[r] - 1], block[rows[begins[r]], last[r] + 1]
    straight = half_even(a * (n + 1) + (b - a) * (slots[line] - first[r] + 1), n + 1)
    back = slots[like][:, None] - WEEK * np.arange(1, LIKE_WEEKS + 1)
    before = np.where(back >= 0, block[rows[like][:, None], np.maximum(back, 0)], MISSING)
    good = before != MISSING
    good &= np.cumsum(good, axis=1) <= LIKE_DAYS
    count = good.sum(axis=1)
    mean = half_even(np.where(good, before, 0).sum(axis=1), np.maximum(count, 1))
    found = count > 0
    at = np.r_[np.flatnonzero(line), np.flatnonzero(like)[found]]
    return rows[at], slots[at], np.r_[straight, mean[found]]


def meter_days(block: Array, meters: pd.Index, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Wh, measured and estimated minutes by meter and day."""
    size = (len(meters), len(days))
    wh, known, filled = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64)
    for at in range(0, len(meters), CHUNK):
        part = block[at : at + CHUNK].reshape(-1, len(days), SLOTS)
        wh[at : at + CHUNK] = np.where(part == MISSING, 0, part).sum(axis=2)
        known[at : at + CHUNK] = (part != MISSING).sum(axis=2)
    row, slot, value = estimate(block)
    np.add.at(wh, (row, slot // SLOTS), value)
    np.add.at(filled, (row, slot // SLOTS), 1)
    frame = pd.DataFrame(
        {
            "meter_no": np.repeat(meters.to_numpy(), len(days)),
            "day": np.tile(days.to_numpy(), len(meters)),
            "wh": wh.ravel(),
            "measured": known.ravel() * MINUTES,
            "estimated": filled.ravel() * MINUTES,
        }
    )
    return frame[(frame["measured"] > 0) | (frame["estimated"] > 0)]


def reckon(register: Path, readings: Path, as_of: str, out: Path) -> None:
    """Reckon everything up to `as_of` (ISO date) and write one CSV per result table into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    sheets = {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in register.glob("*.csv")}
    meters = pd.Index(sheets["电表"]["电能表资产号"])
    first = min(path.name[:10] for path in readings.glob("*.csv"))
    days = pd.date_range(first, as_of)
    publish(sheets, meter_days(read_block(readings, meters, days), meters, days), pd.Timestamp(as_of), out)


if __name__ == "__main__":
    reckon(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
