"""Rows of readings in few words."""

from __future__ import annotations

import numpy as np

from carbon_pipeline.metering.standing import Row

M = 1_000_000
"""Micro-units in a kWh."""


def row(
    kind: str, day: int, values: list[float | None], *, step: int = 15, ratio: tuple[int, int] = (1, 1), data_day: int | None = None
) -> Row:
    """A row whose values are kWh (or kW), None where missing; a short list is filled up with missing ones."""
    length = 1 if step == 1440 else 1440 // step
    micros = [-1 if v is None else round(v * M) for v in values] + [-1] * (length - len(values))
    return Row(day, day if data_day is None else data_day, kind, step, *ratio, np.array(micros, np.int64))


def flat(kind: str, day: int, value: float, *, step: int = 15, ratio: tuple[int, int] = (1, 1)) -> Row:
    """A full day of one value."""
    return row(kind, day, [value] * (1440 // step), step=step, ratio=ratio)


def curve(day: int, start: float, rate: float, *, step: int = 15, ratio: tuple[int, int] = (1, 1)) -> Row:
    """A register curve that climbs by `rate` an interval."""
    return row("R", day, [start + rate * k for k in range(1440 // step)], step=step, ratio=ratio)


def midnight(data_day: int, value: float, *, ratio: tuple[int, int] = (1, 1)) -> Row:
    """A daily frozen register of the end of `data_day`."""
    return row("R", data_day + 1, [value], step=1440, ratio=ratio, data_day=data_day)
