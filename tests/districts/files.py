"""Rows to export files: which rows come together, under which titles, in what order, with what nobody can place among them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.districts.writing import csv_bytes, wrap_codes, write, xlsx_bytes, zip_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.districts.draw import World
    from tests.districts.readings import Line
    from tests.districts.writing import Table

CHINESE = {
    "CONS_NO": "户号", "METER_ASSET_NO": "电能表资产号", "DATA_DATE": "数据日期", "DATA_TYPE": "数据类型", "DATA_POINT_FLAG": "点数标志",
    "TV": "电压变比", "TA": "电流变比", "T_FACTOR": "综合倍率",
}  # fmt: skip
EXTRA = {"flagged_factor": ["DATA_WHOLE_FLAG", "T_FACTOR"], "ratio": ["TV", "TA"], "bare": [], "factor": ["T_FACTOR"]}
QUARTERS = 96


def titles_of(layout: str) -> list[str]:
    """The titles of a layout, in code form."""
    if layout == "read":
        return ["户号", "电能表资产号", "数据日期", "示数类型", "示数", "尖", "峰", "平", "谷", "综合倍率"]
    if layout == "wide":
        return ["meter_no", "date", *(f"T{q // 4:02d}{q % 4 * 15:02d}" for q in range(QUARTERS))]
    if layout == "long":
        return ["DATA_TIME", "CONS_NO", "METER_DEV_ID", "MEASURE_TYPE", "VALUE", "QUALITY_CODE"]
    _, kind, variant = layout.split("/")
    flags = [] if variant == "factor" else ["DATA_POINT_FLAG"]
    points = [f"{kind}{i}" for i in range(1, QUARTERS + 1)]
    return ["CONS_NO", "METER_ASSET_NO", "DATA_DATE", "DATA_TYPE", *flags, *EXTRA[variant], *points]


def oddities(world: World, line: Line) -> list[Line]:
    """Rows like this one that are turned away or ignored."""
    cells = line.cells
    changes: list[dict[str, str]] = []
    day = next((title for title in ("DATA_DATE", "数据日期", "date", "DATA_TIME") if title in cells), "")
    meter = next(title for title in ("METER_ASSET_NO", "电能表资产号", "meter_no", "METER_DEV_ID") if title in cells)
    changes += [{day: text} for text in ("", "昨日", "2025-02-30", "20250230")]
    changes += [{meter: ""}, {meter: "3.3E+13"}]
    if "CONS_NO" in cells:
        changes.append({"CONS_NO": "3.30E+12"})
    for title, texts in (("DATA_TYPE", ("2", "6")), ("示数类型", ("2", "9")), ("MEASURE_TYPE", ("U",)), ("DATA_POINT_FLAG", ("x",))):
        changes += [{title: text} for text in texts if title in titles_of(line.layout)]
    if cells.get("DATA_WHOLE_FLAG"):
        changes += [{"DATA_WHOLE_FLAG": "x" * QUARTERS}, {"DATA_WHOLE_FLAG": cells["DATA_WHOLE_FLAG"][:-1]}]
    changes += [{title: "一百"} for title in ("TV", "T_FACTOR", "综合倍率") if title in cells]
    if "DATA_TYPE" in cells:
        changes.append({"DATA_TYPE": "3", day: "昨日"})
    return [replace(line, cells=cells | change) for change in world.dice.sample(changes, min(len(changes), world.dice.choice((0, 1, 2))))]


def table_of(world: World, layout: str, lines: list[Line]) -> Table:
    """The rows under their titles, in Chinese or in codes."""
    titles = titles_of(layout)
    if world.chance(0.15):
        world.dice.shuffle(titles)
    rows = [[line.cells.get(title, "") for title in titles] for line in lines]
    if layout.startswith("curve") and world.chance(0.4):
        titles = [CHINESE.get(title, title) for title in titles]
    if layout == "wide" and world.chance(0.5):
        titles = [f"{t[1:3]}:{t[3:]}" if t[0] == "T" else t for t in titles]
    return [titles, *rows]


def make_files(world: World, lines: list[Line], stem: str) -> list[tuple[str, bytes]]:
    """The files in which the rows come, in the order in which they are sent; archives hold several."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.layout, []).append(line)
    files: list[tuple[str, bytes]] = []
    for layout, members in sorted(groups.items()):
        members.sort(key=lambda line: (line.day, line.meter))
        size = max(1, len(members) // world.dice.choice((1, 1, 2, 4)) + 1)
        for start in range(0, len(members), size):
            chunk = members[start : start + size]
            chunk += oddities(world, world.dice.choice(chunk))
            if world.chance(0.4) and layout != "long":
                world.dice.shuffle(chunk)
            files.append(one_file(world, f"{stem}_{layout.replace('/', '_')}_{start}", table_of(world, layout, chunk)))
    if world.chance(0.4):
        world.dice.shuffle(files)
    return packed(world, files, stem)


def one_file(world: World, name: str, table: Table) -> tuple[str, bytes]:
    """One CSV or workbook."""
    name = name.replace("curve", world.dice.choice(("curve", "曲线")))
    if len(table) < 400 and world.chance(0.2):
        return f"{name}.xlsx", xlsx_bytes(world, {"Sheet1": table})
    return f"{name}.csv", csv_bytes(world, wrap_codes(table) if world.chance(0.25) else table)


def packed(world: World, files: list[tuple[str, bytes]], stem: str) -> list[tuple[str, bytes]]:
    """Some neighbouring files put into an archive."""
    if len(files) < 3 or world.chance(0.6):
        return files
    start = world.dice.randrange(len(files) - 1)
    inside = files[start : start + 3]
    folder = world.dice.choice(("", "数据/", "b/"))
    archive = zip_bytes(world, {f"{folder}{name}": data for name, data in inside})
    return [*files[:start], (f"{stem}_压缩.zip", archive), *files[start + 3 :]]


def write_register(world: World, folder: Path, name: str, sheets: dict[str, Table]) -> str:
    """A register as a folder of CSV files or as a workbook; gives its path in the district."""
    form = world.dice.choice(("xlsx", "zip", "folder", "folder"))
    if form == "xlsx":
        write(folder / f"{name}.xlsx", xlsx_bytes(world, sheets))
        return f"{name}.xlsx"
    if form == "zip":
        inside = {f"台账/{sheet}.csv": csv_bytes(world, table) for sheet, table in sheets.items()}
        write(folder / f"{name}.zip", zip_bytes(world, inside))
        return f"{name}.zip"
    for sheet, table in sheets.items():
        write(folder / name / f"{sheet}.csv", csv_bytes(world, table))
    return name
