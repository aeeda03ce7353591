"""The bare limit: the same CSV files to Parquet by Polars, nothing reckoned.

Run as `python -m benchmarks.bare READINGS_FOLDER TARGET_FOLDER`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks.data import CURVE_HEAD, NULL, WIDE_HEAD


def convert(readings: Path, target: Path) -> None:
    """Convert all exports of a folder, one Parquet file per layout.

    A GB18030 file whose body is ASCII needs no decoding but of its header, which is replaced by names: the fastest
    honest way, as every body is looked at first.

    Args:
        readings: folder of `*_1_curve*.csv` (GB18030) and `*_2_day_wide*.csv` (UTF-8).
        target: folder for `curve.parquet` and `day_wide.parquet`.

    Raises:
        ValueError: when the body of a GB18030 file holds more than ASCII.
    """
    target.mkdir(parents=True, exist_ok=True)
    curves = sorted(readings.glob("*_1_curve*.csv"))
    for path in curves:
        content = path.read_bytes()
        if not content[content.index(b"\n") :].isascii():
            msg = f"{path.name}: the body is not ASCII"
            raise ValueError(msg)
    texts, kwh = 2, 5
    types: dict[str, type[pl.DataType]] = {
        name: pl.String if i < texts else pl.Date if i == texts else pl.Int32 if i < kwh else pl.Float64
        for i, name in enumerate(CURVE_HEAD)
    }
    if curves:
        pl.scan_csv(curves, has_header=False, skip_lines=1, schema=types, null_values=[NULL]).sink_parquet(target / "curve.parquet")
    wide = dict.fromkeys(WIDE_HEAD, pl.Float64) | {"meter_no": pl.String, "date": pl.Date}
    days = sorted(readings.glob("*_2_day_wide*.csv"))
    if days:
        pl.scan_csv(days, schema=wide).sink_parquet(target / "day_wide.parquet")


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
