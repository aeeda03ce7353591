"""A district made by hand: a register and meter days, in few words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from carbon_pipeline.factors import Factors
from carbon_pipeline.reckoning import reckon
from carbon_pipeline.registry.state import SCHEMAS, Registry
from carbon_pipeline.rules import Rules
from carbon_pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbon_pipeline.outcomes import Reckoning

METER_DAYS = pl.Schema(
    {
        "meter_no": pl.String,
        "channel": pl.String,
        "day": pl.Date,
        "step": pl.Int32,
        "wh": pl.Int64,
        "measured_min": pl.Int64,
        "shaped_min": pl.Int64,
        "estimated_min": pl.Int64,
    }
)
FULL = 1440
DIRECTIONS = {"用电": "consumption", "上网": "feed_in", "发电": "generation"}


@cache
def shipped() -> tuple[Factors, Rules]:
    """Coefficients and rules that ship, without any of a county."""
    settings = Settings(Path(__file__).parent / "nowhere")
    return Factors.load(settings), Rules.load(settings)


def key_of(account_no: str | None) -> str | None:
    return account_no[-10:] if account_no else account_no


@dataclass
class District:
    """Rows of a register and meter days, added one by one."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    days: list[tuple[Any, ...]] = field(default_factory=list)

    def enterprise(self, code: str, industry: str = "1711", **more: Any) -> District:
        row = {"enterprise_id": code, "name": f"{code}公司", "industry_code": industry, "street": "梧田街道"}
        self.tables["enterprises"].append(row | {"is_above_scale": True, "is_data_center": False, "is_two_high": False} | more)
        return self

    def account(self, number: str, owner: str, start: date | None = None, end: date | None = None, share: str = "1") -> District:
        row = {"account_no": number, "account_key": key_of(number), "enterprise_id": owner, "date_from": start, "date_to": end}
        self.tables["accounts"].append(row | {"share": share})
        return self

    def meter(self, number: str, account: str, direction: str = "用电", **more: Any) -> District:
        row = {"meter_no": number, "account_no": account, "account_key": key_of(account), "multiplier": "1", "is_billed": True}
        row |= {"direction": DIRECTIONS[direction], "channel": "forward", "fed_account_key": key_of(more.get("fed_account_no"))}
        self.tables["meters"].append(row | more)
        return self

    def single(self, name: str, account: str, meter: str, **more: Any) -> District:
        """An enterprise with one account and one meter."""
        return self.enterprise(name, **more).account(account, name).meter(meter, account)

    def read(self, meter: str, first: date, last: date, wh: int | None, channel: str = "forward", **minutes: int) -> District:
        """The same Wh on each of some days, wholly measured unless said otherwise."""
        time = {"measured_min": FULL, "shaped_min": 0, "estimated_min": 0} | minutes
        for offset in range((last - first).days + 1):
            self.days.append((meter, channel, first + timedelta(days=offset), 15, wh, *time.values()))
        return self

    def add(self, table: str, **row: Any) -> District:
        self.tables[table].append(row)
        return self

    def fuel(self, name: str, month: str, quantity: str, carrier: str = "原煤", unit: str = "千克", use: str = "燃料") -> District:
        return self.add("fuels", enterprise_id=name, month=month, carrier=carrier, quantity=quantity, unit=unit, use=use)

    def budget(self, name: str, year: int, tce: str, start: date, basis: str = "等价值", document: str = "文") -> District:
        row = {"enterprise_id": name, "year": year, "budget_tce": tce, "valid_from": start, "basis": basis, "document_no": document}
        return self.add("budgets", **row)

    def value_added(self, name: str, period: str, value: str | None) -> District:
        return self.add("economics", enterprise_id=name, period=period, value_added_10k_cny=value)

    def green(self, name: str, month: str, kwh: str, kind: str = "绿证") -> District:
        return self.add("green", enterprise_id=name, month=month, kind=kind, kwh=kwh)

    @property
    def registry(self) -> Registry:
        return Registry.from_frames({name: pl.DataFrame(rows, schema=SCHEMAS[name]) for name, rows in self.tables.items()})

    @property
    def meter_days(self) -> pl.DataFrame:
        return pl.DataFrame(self.days, schema=METER_DAYS, orient="row")

    def reckon(self, as_of: date, periods: Iterable[str] | None = (), rules: Rules | None = None, **more: Any) -> Reckoning:
        factors, shipped_rules = shipped()
        found = reckon(self.meter_days, self.registry, factors, rules or shipped_rules, as_of, periods, **more)
        assert found.is_sound, found.checks.filter(~pl.col("holds"))
        return found


def one(frame: pl.DataFrame, **where: Any) -> dict[str, Any]:
    """The single row of a frame that has these values."""
    found = frame.filter(*(pl.col(name).eq_missing(pl.lit(value)) for name, value in where.items()))
    assert found.height == 1, found
    return found.row(0, named=True)


def text(row: dict[str, Any], *columns: str) -> list[str]:
    """Values as they are printed, empty where there is none."""
    return ["" if row[name] is None else str(row[name]) for name in columns]
