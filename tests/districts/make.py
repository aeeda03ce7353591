"""A whole random district on disk, in the layout in which districts are checked, and what the oracle says must come out of it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.districts.draw import World
from tests.districts.files import make_files, write_register
from tests.districts.people import make_people
from tests.districts.readings import lines_of
from tests.districts.sheets import COLUMNS, first_register, second_register, spoiled
from tests.districts.writing import csv_bytes, write
from tests.oracle.district import reckon_district, text_of
from tests.oracle.numbers import month_days, months_of
from tests.oracle.tables import DIFFERENTIAL, STEPPED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.districts.readings import Line
    from tests.districts.sheets import Sheets
    from tests.districts.writing import Table
    from tests.oracle.district import Refresh, Tables

NAMED_REASONS = frozenset({"number_damaged", "no_multiplier"})
NOTE = "备注,内容\r\n说明,这不是电表数据\r\n".encode()


def make_district(seed: int, folder: Path, industries: frozenset[str]) -> None:
    """Write register, exports and `uploads.json` of the district that the seed draws."""
    draw_district(seed, folder)
    tune(folder, seed, industries)


def draw_district(seed: int, folder: Path) -> None:
    """The district as it is drawn."""
    world = World(seed)
    people = make_people(world)
    clean = first_register(world, people)
    registers = [spoiled(world, people, clean), second_register(world, people, clean)]
    names = [
        write_register(world, folder, name, tables_of(sheets))
        for name, sheets in zip(("register", "register2"), registers, strict=True)
        if sheets
    ]
    first: list[Line] = []
    again: list[Line] = []
    for meter in people.meters:
        sent, later = lines_of(world, meter)
        first += sent
        again += later
    early = put(world, folder, make_files(world, first, "a"), start=1)
    late = put(world, folder, make_files(world, again, "b"), start=len(early) + 1)
    write(folder / "exports" / "9999_说明.csv", NOTE)
    doubled = copies(world, folder, early)
    middle = ["exports/9999_说明.csv", *names[1:]]
    world.dice.shuffle(middle)
    cut = world.dice.randrange(len(early) + 1) if world.chance(0.4) else len(early)
    uploads = [*names[:1], *early[:cut], *middle, *early[cut:], *late, *doubled]
    if world.chance(0.15):
        uploads.insert(min(2, len(uploads)), uploads.pop(0))
    last = date.fromisoformat(f"{world.last:%Y-%m}-01")
    plan = {"seed": seed, "uploads": uploads, "refreshes": refreshes(world), "not_over": f"{last + timedelta(days=400):%Y}"}
    if world.is_levied:
        plan["rules"] = world.dice.choice(([STEPPED, DIFFERENTIAL], [STEPPED, DIFFERENTIAL], [DIFFERENTIAL]))
    if world.chance(0.6):
        plan["tuned"] = world.dice.choice((0, 1, 2, 2))
    plan["cuts"] = sorted(world.dice.sample(range(1, len(uploads)), min(len(uploads) - 1, world.dice.choice((0, 1, 1, 3)))))
    write(folder / "uploads.json", json.dumps(plan, ensure_ascii=False, indent=1).encode())


def tune(folder: Path, seed: int, industries: frozenset[str]) -> None:
    """Bring budgets near to what has been used, so that alerts and steps are close calls; as a last upload, if the plan asks for it."""
    path = folder / "uploads.json"
    plan = json.loads(path.read_text(encoding="utf-8"))
    if "tuned" not in plan:
        return
    world = World(seed)
    tables = reckon_district([folder / name for name in plan["uploads"]], plan["refreshes"], industries)
    rows: list[list[str]] = [list(COLUMNS["用能预算"])]
    for row in tables[f"budgets_{plan['refreshes'][-1]['as_of']}"]:
        used = Decimal(row["used_tce"] or 0)
        if used:
            share = Decimal(world.dice.choice(("1", "1.0001", "0.9999", "0.8", "0.9", "0.905", "0.805", "0.89", "1.05", "1.15", "1.3")))
            year = int(row["year"])
            rows.append([row["enterprise_id"], str(year), f"{used / share:.5f}", row["basis"], f"{year}-01-01", "临界"])
            rows += [
                [row["enterprise_id"], str(year - k), "0.01", "当量值", f"{year - k}-01-01", "往年"] for k in range(1, plan["tuned"] + 1)
            ]
    write(folder / "register3" / "用能预算.csv", csv_bytes(world, rows))
    plan["uploads"].append("register3")
    write(path, json.dumps(plan, ensure_ascii=False, indent=1).encode())


def tables_of(sheets: Sheets) -> dict[str, Table]:
    """Sheets as tables, with the column of withdrawals where one needs it."""
    tables: dict[str, Table] = {}
    for sheet, rows in sheets.items():
        titles = [*COLUMNS[sheet], *(["作废"] if any(row.get("作废") for row in rows) else [])]
        tables[sheet] = [titles, *([row.get(title, "") for title in titles] for row in rows)]
    return tables


def put(world: World, folder: Path, files: list[tuple[str, bytes]], start: int) -> list[str]:
    """Write export files; sometimes several are given as one folder."""
    paths: list[str] = []
    group = ""
    for number, (name, data) in enumerate(files, start):
        if world.chance(0.1):
            group = "" if group else f"{number:04d}_文件夹/"
        write(folder / "exports" / f"{group}{number:04d}_{name}", data)
        path = f"exports/{group}".rstrip("/") if group else f"exports/{number:04d}_{name}"
        if path not in paths:
            paths.append(path)
    return paths


def copies(world: World, folder: Path, paths: list[str]) -> list[str]:
    """A file or two that come again under another name."""
    found = []
    files = [path for path in paths if (folder / path).is_file()]
    for path in world.dice.sample(files, min(len(files), world.dice.choice((0, 1, 2)))):
        stem, dot, suffix = path.rpartition(".")
        write(folder / f"{stem}_again{dot}{suffix}", (folder / path).read_bytes())
        found.append(f"{stem}_again{dot}{suffix}")
    return found


def refreshes(world: World) -> list[Refresh]:
    """Dates at which results are asked for, with the periods that are over by then."""
    month_end = world.last.replace(day=1) - timedelta(days=1)
    days = {world.dice.choice((world.last, world.last + timedelta(days=20), month_end)), world.some_day()}
    found: list[Refresh] = []
    for as_of in sorted(days):
        month = as_of.replace(day=1) - timedelta(days=1)
        if (as_of + timedelta(days=1)).day == 1:
            month = as_of
        before = month.replace(day=1) - timedelta(days=1)
        quarter = date(month.year, month.month - (month.month - 1) % 3, 1) - timedelta(days=1)
        periods = [f"{month:%Y-%m}", f"{before:%Y-%m}", f"{quarter.year}Q{quarter.month // 3}", str(month.year - 1)]
        found.append(
            {"as_of": as_of.isoformat(), "periods": [period for period in periods if touches(period, world.first, min(world.last, as_of))]}
        )
    return found


def touches(period: str, first: date, last: date) -> bool:
    """Whether a period has a day between two others."""
    months = months_of(period)
    return month_days(months[0])[0] <= last and month_days(months[-1])[1] >= first


def reckoned(folder: Path, industries: frozenset[str]) -> Tables:
    """What the oracle reckons for the district."""
    plan = json.loads((folder / "uploads.json").read_text(encoding="utf-8"))
    uploads = [folder / name for name in plan["uploads"]]
    return reckon_district(uploads, plan["refreshes"], industries, plan.get("rules", [STEPPED]))


def write_expected(folder: Path, industries: frozenset[str]) -> None:
    """Write what the oracle reckons for the district: files by their last name, reasons only where they are fixed."""
    tables = reckoned(folder, industries)
    for row in (*tables["receipts"], *tables["quarantine"]):
        row["filename"] = row["filename"].rpartition("/")[2]
    for row in tables["quarantine"]:
        row["reason"] = row["reason"] if row["reason"] in NAMED_REASONS else ""
    for name, rows in tables.items():
        write(folder / "expected" / f"{name}.csv", text_of(name, rows).encode())
