"""Makes the demo's district: a folder of exports and workbooks, and the order in which they come."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import xlsxwriter

from carbon_pipeline.demo import exports, fleet, roster, workbook
from carbon_pipeline.demo.exports import FILES, MAKERS, Span
from carbon_pipeline.demo.series import LAST_DAY

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from carbon_pipeline.demo.fleet import Meter

DEFAULT_SEED: Final = 330304
_ABOVE_RATED: Final = 60
_LATE, _AGAIN, _CORRECTED, _SPREADSHEET, _XLSX, _ZIPPED, _REFUSED, _STRANGER = 3, 5, 6, 8, 9, 10, 11, 12
"""Months of 2025 in which something special comes."""
_ZIP_DATE: Final = (2025, 11, 1, 8, 0, 0)


@dataclass(frozen=True)
class District:
    """What was made: the files in the order in which they came, the day of the reckoning, and how many there are of what."""

    uploads: list[Path]
    as_of: date
    enterprises: int
    meters: int


def make_district(folder: Path, seed: int = DEFAULT_SEED) -> District:
    """Make the district's files.

    Args:
        folder: where they go; made when it is not there.
        seed: the same seed gives the same bytes.

    Returns:
        Paths in upload order and the as-of date.
    """
    folder.mkdir(parents=True, exist_ok=True)
    who = roster.draw(np.random.default_rng([seed, 1]))
    meters = fleet.draw(np.random.default_rng([seed, 2]), who)
    whole = workbook.sheets(np.random.default_rng([seed, 3]), who, meters)
    first, change = folder / "register_2025-01.xlsx", folder / "register_2025-07.xlsx"
    workbook.write(first, whole)
    workbook.write(change, workbook.changes(whole))
    _spike(meters)
    uploads = [first]
    for month in range(1, 13):
        uploads += _month(folder, meters, month)
        if month == 7:  # noqa: PLR2004 - the workbook of July
            uploads.append(change)
    return District(uploads, LAST_DAY, len(who), len(meters))


def _spike(meters: list[Meter]) -> None:
    """One reading sixty times too high, on a meter whose rated power is known."""
    meter = next(m for m in meters if m.layout == "day_wide" and m.rated_kw and m.is_billed and m.direction == "用电")
    meter.kwh[45, 50] = meter.kwh.max() * _ABOVE_RATED


def _month(folder: Path, meters: list[Meter], month: int) -> list[Path]:
    """All files that come for one month, with what is special about it."""
    made = [_layout(folder, meters, layout, month) for layout in MAKERS]
    if month == _LATE:
        made.remove(folder / f"2025-{month:02d}_day_wide.csv")
    if month == _LATE + 1:
        made.append(folder / f"2025-{_LATE:02d}_day_wide.csv")
    special = {
        _AGAIN: _again,
        _CORRECTED: _corrected,
        _SPREADSHEET: _spreadsheet,
        _XLSX: _xlsx,
        _ZIPPED: _zipped,
        _REFUSED: _refused,
        _STRANGER: _stranger,
    }
    return special[month](folder, meters, made) if month in special else made


def _layout(folder: Path, meters: list[Meter], layout: str, month: int) -> Path:
    name, encoding, null = FILES[layout]
    frame = MAKERS[layout]([m for m in meters if m.layout == layout], Span.month(month))
    return exports.write(frame, folder / f"2025-{month:02d}_{name}.csv", encoding, null)


def _again(folder: Path, _meters: list[Meter], made: list[Path]) -> list[Path]:
    """May: the same bytes come twice under another name."""
    copy = folder / "2025-05_E曲线_重发.csv"
    copy.write_bytes(made[0].read_bytes())
    return [*made, copy]


def _corrected(folder: Path, meters: list[Meter], made: list[Path]) -> list[Path]:
    """June: ten days of three meters are corrected by 2 %, gaps closed."""
    chosen = [m for m in meters if m.layout == "curve_e" and m.reverse is None and not m.absent[150:180].any()][:3]
    for meter in chosen:
        meter.kwh[160:170] *= 1.02
        meter.missing[160:170] = False
    name = folder / "2025-06_E曲线_更正.csv"
    return [*made, exports.write(exports.curve_e(chosen, Span(160, 170)), name, "gb18030", "NULL")]


def _spreadsheet(folder: Path, meters: list[Meter], made: list[Path]) -> list[Path]:
    """August: someone opened a file in a spreadsheet and saved it, and most meter numbers are gone."""
    chosen = [m for m in meters if m.layout == "day_wide"][:12]
    frame = exports.day_wide(chosen, Span(215, 216))
    damaged = pl.when(pl.int_range(pl.len()) % 4 > 0).then(pl.lit("3.38004E+15")).otherwise("meter_no")
    return [*made, exports.write(frame.with_columns(damaged.alias("meter_no")), folder / "2025-08_day_wide_另存.csv", "utf-8", "")]


def _xlsx(folder: Path, meters: list[Meter], made: list[Path]) -> list[Path]:
    """September: the readings of ten meters come again as a workbook."""
    frame = exports.day_wide([m for m in meters if m.layout == "day_wide"][:10], Span(243, 250))
    path = folder / "2025-09_day_wide.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": workbook.CREATED})
        sheet = book.add_worksheet("readings")
        sheet.write_row(0, 0, frame.columns)
        for at, row in enumerate(frame.iter_rows(), 1):
            sheet.write_row(at, 0, ["" if value is None else value for value in row])
    return [*made, path]


def _zipped(folder: Path, _meters: list[Meter], made: list[Path]) -> list[Path]:
    """October: power and registers come packed."""
    packed = [path for path in made if "曲线" in path.name]
    archive = folder / "2025-10_曲线.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for path in packed:
            out.writestr(zipfile.ZipInfo(path.name, _ZIP_DATE), path.read_bytes(), zipfile.ZIP_DEFLATED)
            path.unlink()
    return [*(path for path in made if path not in packed), archive]


def _refused(folder: Path, _meters: list[Meter], made: list[Path]) -> list[Path]:
    """November: a file that is no export at all."""
    path = folder / "2025-11_停电登记.csv"
    path.write_bytes("线路,停电时间,送电时间,原因\n瓯繁820线,2025-11-03 08:00,2025-11-03 17:00,计划检修\n".encode("gb18030"))
    return [*made, path]


def _stranger(folder: Path, meters: list[Meter], made: list[Path]) -> list[Path]:
    """December: a meter that the register does not know, and one of whom nobody knows the multiplier."""
    known = next(m for m in meters if m.layout == "curve_e" and m.reverse is None and m.is_billed)
    frame = exports.curve_e([known], Span(340, 350)).with_columns(pl.lit("3380999900000001").alias("电能表资产号"))
    with_none = frame.with_columns(
        pl.lit("3380999900000002").alias("电能表资产号"), pl.lit(None, dtype=frame.schema["综合倍率"]).alias("综合倍率")
    )
    return [*made, exports.write(pl.concat([frame, with_none.head(3)]), folder / "2025-12_E曲线_新装.csv", "gb18030", "")]
