"""Makes the meter exports of the benchmark: one file a day and source, with the faults that real ones have."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from benchmarks.register import FIRST_DAY, Fleet, write_register
from carbon_pipeline.demo.identity import account_no, meter_no

if TYPE_CHECKING:
    from pathlib import Path

SLOTS = 96
VERSION = 2
"""Counted up when the data change, so that a cached folder is made anew."""

CURVE_HEAD = ["户号", "电能表资产号", "数据日期", "数据类型", "综合倍率", *[f"E{i}" for i in range(1, SLOTS + 1)]]
WIDE_HEAD = ["meter_no", "date", *[f"T{i // 4:02d}{i % 4 * 15:02d}" for i in range(SLOTS)]]
NULL = "NULL"
GAP_SHARE, ROW_SHARE, POOR_SHARE, POOR_ROW_SHARE = 0.007, 0.0005, 0.004, 0.25
RESENT_EVERY, RESENT_AGE, RESENT_SHARE = 10, 3, 0.01


@dataclass(frozen=True)
class BenchData:
    """Where the data of one size lie."""

    folder: Path
    meters: int
    days: int

    @property
    def register(self) -> Path:
        """The register as a folder of CSV files."""
        return self.folder / "register"

    @property
    def readings(self) -> Path:
        """The folder of the files of all days."""
        return self.folder / "readings"

    @property
    def next_day(self) -> Path:
        """The files of the day after the last, for the cost of one more day."""
        return self.folder / "next_day"

    @property
    def as_of(self) -> date:
        """The last day with files."""
        return FIRST_DAY + timedelta(days=self.days - 1)

    @property
    def count(self) -> int:
        """Readings asked of the meters: meters x days x 96."""
        return self.meters * self.days * SLOTS

    def files(self, first: int, last: int) -> list[Path]:
        """The files sent on the days `first` to `last` (counted from 0), in the order in which they came."""
        stamps = {(FIRST_DAY + timedelta(days=day)).isoformat() for day in range(first, last + 1)}
        return sorted(path for path in self.readings.iterdir() if path.name[:10] in stamps)


def make(folder: Path, meters: int, days: int, seed: int = 20250101) -> BenchData:
    """Make the data in `folder`, or take what an earlier call with the same parameters left there.

    Args:
        folder: where folders of data stand; one per size and seed.
        meters: meters; the even ones come as `sg_curve` in GB18030, the odd ones as `day_wide` in UTF-8.
        days: days from 2025-01-01.
        seed: the same seed gives the same bytes.

    Returns:
        The paths and sizes.
    """
    target = folder / f"m{meters}-d{days}-s{seed}-v{VERSION}"
    data = BenchData(target, meters, days)
    if not (target / "made.json").exists():
        shutil.rmtree(target, ignore_errors=True)
        for part in (data.register, data.readings, data.next_day):
            part.mkdir(parents=True)
        fleet = Fleet.draw(np.random.default_rng([seed, 0]), meters, days)
        write_register(fleet, data.register)
        _write_days(fleet, data, seed)
        (target / "made.json").write_text(json.dumps({"meters": meters, "days": days, "seed": seed}), encoding="utf-8")
    return data


def _write_days(fleet: Fleet, data: BenchData, seed: int) -> None:
    absent = _long_absences(np.random.default_rng([seed, 1]), data.meters, data.days)
    kept: dict[int, np.ndarray[Any, Any]] = {}
    for day in range(data.days + 1):
        rng = np.random.default_rng([seed, 2, day])
        true = fleet.day(rng, FIRST_DAY + timedelta(days=day))
        kept[day] = true
        sent = _with_gaps(rng, true)
        rows = np.flatnonzero(~absent[:, day] & (rng.random(data.meters) >= ROW_SHARE + POOR_ROW_SHARE * fleet.is_poor))
        folder = data.readings if day < data.days else data.next_day
        stamp = (FIRST_DAY + timedelta(days=day)).isoformat()
        _write_pair(fleet, sent, rows, day, folder / stamp, "")
        if day % RESENT_EVERY == RESENT_AGE and day >= RESENT_AGE:
            again = np.flatnonzero(rng.random(data.meters) < RESENT_SHARE)
            old = kept[day - RESENT_AGE]
            _write_pair(
                fleet, _with_gaps(rng, old + rng.integers(0, 50, old.shape), 0.2), again, day - RESENT_AGE, folder / stamp, "_resent"
            )
        kept.pop(day - RESENT_AGE, None)


def _with_gaps(rng: np.random.Generator, values: np.ndarray[Any, Any], share: float = GAP_SHARE) -> np.ndarray[Any, Any]:
    """Ten-thousandths of a kWh with -1 where cells are missing: mostly up to two hours, sometimes up to a day."""
    out = values.copy()
    for row in np.flatnonzero(rng.random(len(values)) < share):
        length = int(rng.choice([rng.integers(1, 9), rng.integers(9, 41), rng.integers(41, 97)], p=[0.7, 0.2, 0.1]))
        start = int(rng.integers(0, SLOTS))
        out[row, start : start + length] = -1
    return out


def _long_absences(rng: np.random.Generator, meters: int, days: int) -> np.ndarray[Any, Any]:
    """Meters that are silent for days: a hundredth of them for three days, a few for a fortnight."""
    absent = np.zeros((meters, days + 1), dtype=bool)
    for share, length in ((0.01, 3), (0.002, 15)):
        for meter in np.flatnonzero(rng.random(meters) < share):
            start = int(rng.integers(0, max(days - length, 1)))
            absent[meter, start : min(start + length, days)] = True
    return absent


def _write_pair(fleet: Fleet, values: np.ndarray[Any, Any], rows: np.ndarray[Any, Any], day: int, stem: Path, suffix: str) -> None:
    stamp = (FIRST_DAY + timedelta(days=day)).isoformat()
    curve, wide = rows[rows % 2 == 0], rows[rows % 2 == 1]
    if len(curve):
        frame = _cells(values[curve], CURVE_HEAD[5:]).select(
            pl.Series("户号", [account_no(int(fleet.account[m])) for m in curve]),
            pl.Series("电能表资产号", [meter_no(int(m)) for m in curve]),
            pl.lit(stamp).alias("数据日期"),
            pl.lit(1).alias("数据类型"),
            pl.Series("综合倍率", fleet.multiplier[curve]),
            pl.all(),
        )
        head = ",".join(CURVE_HEAD).encode("gb18030") + b"\n"
        body = frame.write_csv(include_header=False, null_value=NULL).encode("ascii")
        stem.with_name(f"{stem.name}_1_curve{suffix}.csv").write_bytes(head + body)
    if len(wide):
        primary = _cells(values[wide], WIDE_HEAD[2:])
        named = primary.select(pl.Series("meter_no", [meter_no(int(m)) for m in wide]), pl.lit(stamp).alias("date"), pl.all())
        named.write_csv(stem.with_name(f"{stem.name}_2_day_wide{suffix}.csv"))


def _cells(values: np.ndarray[Any, Any], names: list[str]) -> pl.DataFrame:
    kwh = np.where(values < 0, np.nan, values / 10_000)
    return pl.DataFrame(kwh, schema=names, orient="row").fill_nan(None)
