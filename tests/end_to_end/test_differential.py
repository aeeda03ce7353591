"""Random districts through the package and through the oracle: every published value must be the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.console import published, render
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store
from carbon_pipeline.periods import parse_period
from carbon_pipeline.settings import Settings, packaged_config
from tests.builders.recorded import run_refresh
from tests.districts.make import make_district, reckoned
from tests.oracle.district import industry_codes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.oracle.district import Tables

SEEDS = (192, 195, 198, 205)
INDUSTRIES = industry_codes(packaged_config() / "industries" / "gbt4754_2017.csv")
ACTIVE = """
id: active
kind: active
title: 启用的规则
valid_from: null
valid_to: null
source: a random district
status: in_force
grid_region: 浙江
rules: [zj_carbon_efficiency_2021, coverage_90, metering_validation, budget_alerts_80_90_100, RULES]
"""
KEYS = {
    "energy": ("month", "enterprise_id", "carrier", "use"),
    "grades": ("period", "enterprise_id"),
    "budgets": ("as_of", "enterprise_id"),
    "tariffs": ("month", "enterprise_id", "account_no", "rule_id", "step"),
    "inventory": ("month", "industry_code", "street", "carrier"),
}
SUBJECTS = {"negative_power": "meter_no", "pv_not_reckoned": "enterprise_id", "excess_without_account": "enterprise_id"}
NAMED_REASONS = ("number_damaged", "no_multiplier")
RECEIPT_COLUMNS = ("filename", "status", "rows_read", "rows_accepted", "rows_quarantined", "rows_ignored")
Row = dict[str, str]


@dataclass
class Differences:
    """How many values were held against each other, and which of them differ."""

    compared: int = 0
    found: list[str] = field(default_factory=list)

    def hold(self, where: str, expected: object, got: object) -> None:
        """Compare one value."""
        self.compared += 1
        if not is_same(str(expected), str(got)):
            self.found.append(f"{where}: expected {expected!r}, got {got!r}")


def is_same(expected: str, got: str) -> bool:
    """Equal as text or as number; empty equals only empty."""
    if expected == got:
        return True
    try:
        return bool(expected) and bool(got) and Decimal(expected) == Decimal(got)
    except InvalidOperation:
        return False


@dataclass
class Project:
    """The package with one home, called as its commands call it."""

    home: Path

    def __post_init__(self) -> None:
        self.settings = Settings.load(self.home, "en")
        self.store = Store(self.settings.home)

    def show(self, name: str, as_of: str | None = None, period: str | None = None) -> list[Row]:
        """A published table as its CSV reads."""
        day = date.fromisoformat(as_of) if as_of else None
        frame = published.published(self.store, self.settings, name, day, parse_period(period) if period else None)
        text = bytes(render.as_bytes(frame, "csv")).decode("utf-8-sig")
        return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(io.StringIO(text, newline=""))]

    def run(self, district: Path) -> None:
        """Ingest the district's uploads and refresh its dates; some districts are refreshed before all has come, too."""
        plan = json.loads((district / "uploads.json").read_text(encoding="utf-8"))
        paths = [district / name for name in plan["uploads"]]
        if "rules" in plan:
            rules = self.home / "config" / "rules" / "active.yaml"
            rules.parent.mkdir(parents=True)
            rules.write_text(ACTIVE.replace("RULES", ", ".join(plan["rules"])), encoding="utf-8")
        cuts = [0, *plan.get("cuts", []), len(paths)]
        for number, (start, end) in enumerate(pairwise(cuts)):
            ingest(self.store, self.settings, paths[start:end])
            if end < len(paths):
                early = plan["refreshes"][number % len(plan["refreshes"])]
                run_refresh(self.settings, date.fromisoformat(early["as_of"]))
        for refresh in plan["refreshes"]:
            run_refresh(self.settings, date.fromisoformat(refresh["as_of"]))


def base_name(path: str) -> str:
    """The last part of a path."""
    return re.split(r"[/\\]", path)[-1]


def hold_table(held: Differences, name: str, expected: list[Row], got: list[Row]) -> None:
    """Row by row under the table's key, and the order of the rows."""
    keys = KEYS[name.split("_", maxsplit=1)[0]]
    order = [tuple(row[key] for key in keys) for row in got]
    held.hold(f"{name} order", sorted(order), order)
    rows = dict(zip(order, got, strict=True))
    for row in expected:
        key = tuple(row[column] for column in keys)
        mine = rows.pop(key, None)
        for column, value in row.items():
            held.hold(f"{name} {'|'.join(key)} {column}", value, "(no row)" if mine is None else mine[column])
    for key in rows:
        held.hold(f"{name} {'|'.join(key)}", "no such row", "a row")


def hold_receipts(held: Differences, expected: list[Row], got: list[Row]) -> None:
    """Counts of what became of every row, by file."""
    counts = [Counter(tuple(base_name(row[c]) for c in RECEIPT_COLUMNS) for row in rows) for rows in (expected, got)]
    for line in sorted(counts[0] | counts[1]):
        held.hold(f"receipts {line}", counts[0][line], counts[1][line])


def hold_quarantine(held: Differences, expected: list[Row], got: list[Row]) -> None:
    """Every line that was turned away or waits, and why where the reason is fixed."""
    sheets = {row["sheet"] for row in expected}

    def place(row: Row) -> tuple[str, str, str]:
        return base_name(row["filename"]), row["sheet"] if row["sheet"] in sheets else "", row["row_no"]

    counts = [Counter(map(place, rows)) for rows in (expected, got)]
    for line in sorted(counts[0] | counts[1]):
        held.hold(f"quarantine {line}", counts[0][line], counts[1][line])
    reasons = {place(row): row["reason"] for row in got}
    for row in expected:
        if row["reason"] in NAMED_REASONS:
            held.hold(f"quarantine {place(row)} reason", row["reason"], reasons.get(place(row), "(no row)"))


def hold_findings(held: Differences, expected: list[Row], got: list[Row]) -> None:
    """Whom three kinds of findings speak of; what has been corrected since may be listed or not."""
    want = {(row["reason"], row[SUBJECTS[row["reason"]]]): row["corrected"] for row in expected}
    have = {(row["reason"], row[SUBJECTS[row["reason"]]]) for row in got if row["reason"] in SUBJECTS}
    for pair in sorted(want.keys() | have):
        if not want.get(pair):
            held.hold(f"findings {pair}", pair in want, pair in have)


def hold_district(district: Path, home: Path, expected: Tables) -> Differences:
    """Everything that the package publishes for a district against what is expected."""
    project, held = Project(home), Differences()
    project.run(district)
    hold_receipts(held, expected["receipts"], project.show("receipts"))
    hold_quarantine(held, expected["quarantine"], project.show("quarantine"))
    hold_findings(held, expected["findings"], project.show("findings"))
    for name, rows in expected.items():
        kind, *rest = name.split("_")
        if rest:
            try:
                got = project.show(kind, *rest)
            except Exception as error:  # noqa: BLE001
                held.hold(f"{name}", "a table", repr(error))
                continue
            hold_table(held, name, rows, got)
    return held


@pytest.mark.parametrize("seed", SEEDS)
def test_district__agrees_with_the_oracle(seed: int, tmp_path: Path) -> None:
    district = tmp_path / "district"
    make_district(seed, district, INDUSTRIES)
    held = hold_district(district, tmp_path / "home", reckoned(district, INDUSTRIES))
    assert held.compared > 500
    assert not held.found, "\n".join(held.found[:30])
