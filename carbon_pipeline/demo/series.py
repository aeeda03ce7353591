"""The one real series that the demo rests on, and how it becomes the load of hundreds of enterprises."""

from __future__ import annotations

from datetime import date
from importlib import resources
from typing import Any, Final

import numpy as np
import polars as pl

Array = np.ndarray[Any, Any]

CREDIT: Final = (
    "Sathishkumar V E, Shin C, Cho Y (2021), Steel Industry Energy Consumption, "
    "UCI Machine Learning Repository, dataset 851, CC BY 4.0"
)  # fmt: skip
"""Credit line of the series; it stands in the file, in the README and on the page."""

SLOTS: Final = 96
FIRST_DAY: Final = date(2025, 1, 1)
LAST_DAY: Final = date(2025, 12, 31)
DAYS: Final = (LAST_DAY - FIRST_DAY).days + 1

_SOURCE_DAYS = 364
"""52 whole weeks of the source, so that a shift by weeks keeps the days of the week."""
_SOURCE_WEEKDAY = 0  # 2018-01-01 was a Monday
_HOLIDAYS = (
    (date(2025, 1, 1), 1),  # 元旦
    (date(2025, 1, 25), 14),  # 春节: workshops close for two weeks
    (date(2025, 4, 4), 3),  # 清明
    (date(2025, 5, 1), 5),  # 劳动节
    (date(2025, 5, 31), 3),  # 端午
    (date(2025, 10, 1), 8),  # 国庆、中秋
)
_SHIFTS = {"one": (32, 70), "two": (24, 88), "night": (84, 32), "round": (0, 96)}
"""Working pattern -> first and last quarter of an hour of the day's work."""


def steel() -> Array:
    """The series of 2018 in kWh, 365 days x 96."""
    with resources.as_file(resources.files(__package__) / "steel_2018.parquet") as path:
        values = pl.read_parquet(path)["centi_kwh"].to_numpy()
    return values.reshape(-1, SLOTS) / 100


def aligned(weeks: int) -> Array:
    """For each day of the demo's year the source day of the same weekday, `weeks` weeks further on."""
    first = (FIRST_DAY.weekday() - _SOURCE_WEEKDAY) % 7
    return (first + np.arange(DAYS) + 7 * weeks) % _SOURCE_DAYS


def holidays() -> Array:
    """Which days of the year are public holidays."""
    closed = np.zeros(DAYS, dtype=bool)
    for first, length in _HOLIDAYS:
        at = (first - FIRST_DAY).days
        closed[at : at + length] = True
    return closed


def load(rng: np.random.Generator, source: Array, pattern: str, year_kwh: float) -> Array:
    """The load of one enterprise, reshaped from the source.

    Args:
        rng: source of chance.
        source: the steel series, 365 x 96 kWh.
        pattern: `one`, `two`, `night` or `round` the clock.
        year_kwh: what it uses in the year.

    Returns:
        kWh of every quarter of an hour, days x 96.
    """
    real = source[aligned(int(rng.integers(0, 52)))]
    slots = np.arange(SLOTS)
    begin, end = _SHIFTS[pattern]
    at_work = (slots >= begin) & (slots < end) if begin < end else (slots >= begin) | (slots < end)
    base = rng.uniform(0.03, 0.15) if pattern != "round" else rng.uniform(0.5, 0.8)
    rolled = np.roll(real, begin - _SHIFTS["one"][0] + int(rng.integers(-4, 5)), axis=1)
    shape = base * source.mean() + np.where(at_work, 0.35 + 0.65 * rolled / source.mean(), 0.15) * source.mean()
    if pattern != "round" and rng.random() < 0.6:  # noqa: PLR2004 - most workshops rest on Sundays, some all weekend
        weekday = (FIRST_DAY.weekday() + np.arange(DAYS)) % 7
        shape[weekday >= (5 if rng.random() < 0.4 else 6)] *= 0.25  # noqa: PLR2004
    shape[holidays()] *= 0.9 if pattern == "round" else rng.uniform(0.08, 0.3)
    season = 1 + rng.uniform(0.02, 0.15) * np.cos(2 * np.pi * (np.arange(DAYS) - rng.integers(170, 230)) / DAYS)
    shape *= season[:, None] * rng.uniform(0.93, 1.07, shape.shape)
    return np.asarray(shape * (year_kwh / shape.sum()))


def sun(rng: np.random.Generator, peak_kw: float) -> Array:
    """What a roof of `peak_kw` generates: kWh of every quarter of an hour, days x 96."""
    hour = (np.arange(SLOTS) + 0.5) / 4
    day = np.arange(DAYS)
    length = 12 + 2 * np.cos(2 * np.pi * (day - 172) / DAYS)
    rise = 12 - length / 2
    height = np.sin(np.pi * np.clip((hour[None, :] - rise[:, None]) / length[:, None], 0, 1))
    cloud = rng.beta(2.2, 1.4, DAYS)[:, None] * rng.uniform(0.85, 1.0, (DAYS, SLOTS))
    return np.asarray(peak_kw * 0.85 / 4 * height**1.3 * cloud)
