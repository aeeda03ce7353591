"""Meter exports in few words: days of one meter with a value for every interval, and what differs from it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.builders.register import ACCOUNT, METER
from tests.metering.formats.build import CLOCK, curve, day_read, day_wide, long, sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

JAN1 = date(2025, 1, 1)


def day(number: int, first: date = JAN1) -> date:
    """The n-th day, counted from 0."""
    return first + timedelta(days=number)


def wide(days: Mapping[date, str | Mapping[int, str]], meter: str = METER, fill: str = "1") -> str:
    """A file of day_wide: by day the value of every interval, or by interval what differs from `fill`."""
    return day_wide(*(_row(meter, when, cells, fill, CLOCK) for when, cells in days.items()))


def energies(days: Mapping[date, str | Mapping[int, str]], meter: str = METER, fill: str = "1", **columns: str) -> str:
    """A file of sg_curve with energies; `columns` are further columns with one value for all rows."""
    return _curve("E", days, meter, fill, columns)


def registers(days: Mapping[date, Sequence[str]], meter: str = METER, **columns: str) -> str:
    """A file of sg_curve with registers: by day its points, 96, 48 or 24 of them at the positions of their step."""
    places = {when: {index * (96 // len(points)): text for index, text in enumerate(points)} for when, points in days.items()}
    return _curve("R", places, meter, "", columns)


def climb(start: float, rate: float, points: int = 96) -> list[str]:
    """Points of a register that rises evenly from `start`."""
    return [f"{start + rate * index:.3f}" for index in range(points)]


def _curve(kind: str, days: Mapping[date, str | Mapping[int, str]], meter: str, fill: str, columns: Mapping[str, str]) -> str:
    names = [f"{kind}{point}" for point in range(1, 97)]
    rows = [_row(meter, when, cells, fill, names) | {"fill": fill} | dict(columns) for when, cells in days.items()]
    identity = [{"CONS_NO": ACCOUNT, "METER_ASSET_NO": row.pop("meter_no"), "DATA_DATE": row.pop("date")} for row in rows]
    return curve(*(known | row for known, row in zip(identity, rows, strict=True)), kind=kind, columns=list(columns))


def _row(meter: str, when: date, cells: str | Mapping[int, str], fill: str, names: Sequence[str]) -> dict[str, str]:
    usual, changed = (cells, {}) if isinstance(cells, str) else (fill, cells)
    values = dict.fromkeys(names, usual) | {names[slot]: text for slot, text in changed.items()}
    return {"meter_no": meter, "date": when.isoformat()} | values


__all__ = ["CLOCK", "JAN1", "climb", "curve", "day", "day_read", "day_wide", "energies", "long", "registers", "sheet", "wide"]
