"""The register workbook of the demo's district, and its change in July: owners, meters, value added, fuels, budgets."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xlsxwriter

from carbon_pipeline.demo.fleet import MOVED_ON
from carbon_pipeline.demo.roster import HEAVY, PURE_GREEN

if TYPE_CHECKING:
    from pathlib import Path

    from carbon_pipeline.demo.fleet import Meter
    from carbon_pipeline.demo.roster import Enterprise

MONTHS: Final = tuple(f"2025-{month:02d}" for month in range(1, 13))
_DAYS_BEFORE: Final = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_CARRIERS: Final = {  # unit, its kgce and kgCO2: to size made-up quantities by, the reckoning has its own
    "天然气": ("立方米", 1.33, 2.1622),
    "柴油": ("吨", 1457.1, 3145.1),
    "热力": ("吉焦", 34.12, 110.0),
    "液化石油气": ("千克", 1.7143, 2.9538),
}
_DATA_CENTER: Final = "6450"
_TWO_HIGH_KWH: Final = 4e6
_EQUIVALENT, _CALORIFIC, _GRID = 0.3024, 0.1229, 0.4974

HEADS: Final = {
    "企业": ("统一社会信用代码", "生效日期", "企业名称", "行业代码", "镇街", "规上", "用地面积(亩)", "数据中心", "两高", "亩均等级"),
    "户号": ("户号", "统一社会信用代码", "起始日期", "终止日期", "份额", "合同容量(千伏安)"),
    "电表": ("电能表资产号", "户号", "综合倍率", "方向", "计费", "起始日期", "终止日期", "示数位数", "额定功率(千瓦)"),
    "经济指标": ("统一社会信用代码", "期间", "增加值(万元)", "产值(万元)", "税收(万元)", "从业人数", "研发费用(万元)"),
    "其他能源": ("统一社会信用代码", "月份", "能源品种", "数量", "单位", "用途"),
    "绿电": ("统一社会信用代码", "月份", "类型", "电量(千瓦时)"),
    "用能预算": ("统一社会信用代码", "年度", "预算(吨标准煤)", "口径", "生效日期", "文号"),
}
CREATED: Final = datetime(2025, 1, 2, tzinfo=UTC).replace(tzinfo=None)
"""The date of making in every workbook, so that its bytes do not change from day to day; Excel knows no zones."""
Rows = list[tuple[Any, ...]]


@dataclass
class Books:
    """What the sheets are made from, by enterprise number."""

    import_kwh: dict[int, Any]
    fuel_tce: dict[int, float]
    fuel_tco2: dict[int, float]
    green_kwh: dict[int, Any]


def by_month(kwh: Any) -> Any:  # noqa: ANN401 - arrays of any shape
    """Sums of the year's months of days x 96."""
    days = kwh.sum(axis=1)
    return np.array([days[a:b].sum() for a, b in itertools.pairwise(_DAYS_BEFORE)])


def sheets(rng: np.random.Generator, roster: list[Enterprise], meters: list[Meter]) -> dict[str, Rows]:
    """The rows of all sheets at the beginning.

    Args:
        rng: source of chance.
        roster: the enterprises.
        meters: their meters.

    Returns:
        Sheet -> rows in the order of `HEADS`.
    """
    books = Books({e.number: np.zeros(12) for e in roster}, {}, {}, {})
    for meter in meters:
        if meter.direction == "用电" and meter.is_billed:
            is_silent = meter.owner.flaw == "no_meter_data"
            flow = meter.kwh if is_silent else np.where(meter.absent[:, None], 0, meter.kwh)
            books.import_kwh[meter.owner.number] = books.import_kwh[meter.owner.number] + by_month(flow)
    fuels = _fuels(rng, roster, books)
    green = _green(rng, roster, books)
    return {
        "企业": _enterprises(roster),
        "户号": _accounts(meters),
        "电表": _meters(meters),
        "经济指标": _economics(rng, roster, books),
        "其他能源": fuels,
        "绿电": green,
        "用能预算": _budgets(rng, roster, books),
    }


def _enterprises(roster: list[Enterprise]) -> Rows:
    return [
        (
            e.enterprise_id,
            "",
            e.name,
            e.trade.code,
            e.street,
            _yes(e.is_above_scale),
            e.land_mu,
            _yes(e.trade.code == _DATA_CENTER),
            _yes(e.trade.code[:2] in HEAVY and e.year_kwh > _TWO_HIGH_KWH),
            e.efficiency_class,
        )
        for e in roster
    ]


def _yes(holds: bool) -> str:  # noqa: FBT001 - it is the value that is written
    return "是" if holds else "否"


def _accounts(meters: list[Meter]) -> Rows:
    """One row per account; the first shoe-maker shares its account with the second, a third account moves in July."""
    owners: dict[str, Enterprise] = {}
    for meter in meters:
        owners.setdefault(meter.account_no, meter.owner)
    rows: Rows = [(account, owner.enterprise_id, "2024-01-01", "", "", "") for account, owner in owners.items()]
    rows[0] = (rows[0][0], rows[0][1], "2024-01-01", "", 0.6, "")
    rows.insert(1, (rows[0][0], rows[2][1], "2024-01-01", "", 0.4, ""))
    return rows


def _meters(meters: list[Meter]) -> Rows:
    return [
        (
            m.meter_no, m.account_no, m.multiplier, m.direction, "是" if m.is_billed else "否",
            m.since.isoformat() if m.since else "2024-01-01", m.until.isoformat() if m.until else "", m.digits or "", m.rated_kw or "",
        )
        for m in meters
    ]  # fmt: skip


def _fuels(rng: np.random.Generator, roster: list[Enterprise], books: Books) -> Rows:
    rows: Rows = []
    for e in roster:
        for carrier, share in e.trade.fuels:
            if e.flaw != "fuel_not_reported" and rng.random() >= share:
                continue
            unit, kgce, kgco2 = _CARRIERS[carrier]
            year_tce = e.year_kwh * _CALORIFIC / 1000 * float(rng.uniform(0.5, 2.5))
            use = "原料" if e.trade.code == "2614" and carrier == "柴油" else "燃料"
            for month in MONTHS:
                if e.flaw == "fuel_not_reported" and month > "2025-09":
                    continue
                quantity = round(year_tce / 12 * rng.uniform(0.8, 1.2) * 1000 / kgce, 3)
                rows.append((e.enterprise_id, month, carrier, quantity, unit, use))
                if use == "燃料":
                    books.fuel_tce[e.number] = books.fuel_tce.get(e.number, 0) + quantity * kgce / 1000
                    books.fuel_tco2[e.number] = books.fuel_tco2.get(e.number, 0) + quantity * kgco2 / 1000
    return rows


def _green(rng: np.random.Generator, roster: list[Enterprise], books: Books) -> Rows:
    rows: Rows = []
    for e in roster:
        is_pure, chance = e.trade.code == PURE_GREEN, rng.random()
        if not is_pure and chance >= 0.1:  # noqa: PLR2004
            continue
        kind = "绿证" if is_pure or chance < 0.03 else "光伏自用" if chance < 0.045 and not e.has_sun else "绿电交易"  # noqa: PLR2004
        share = 1.2 if is_pure else float(rng.uniform(0.1, 0.6))
        bought = np.round(books.import_kwh[e.number] * share, 0)
        books.green_kwh[e.number] = np.minimum(bought, books.import_kwh[e.number])
        rows.extend((e.enterprise_id, month, kind, kwh) for month, kwh in zip(MONTHS, bought, strict=True))
    return rows


def _economics(rng: np.random.Generator, roster: list[Enterprise], books: Books) -> Rows:
    """Value added by month; one enterprise in ten reports it from January on, as statistics do."""
    rows: Rows = []
    for e in roster:
        if e.flaw == "no_value_added":
            continue
        kwh = books.import_kwh[e.number] - books.green_kwh.get(e.number, 0)
        if e.trade.code == PURE_GREEN:
            kwh = books.import_kwh[e.number]
        emitted = kwh * _GRID / 1000 + books.fuel_tco2.get(e.number, 0) / 12
        value = emitted.mean() * (0.5 + 0.5 * emitted / max(emitted.mean(), 1e-9)) / e.intensity * rng.uniform(0.92, 1.08, 12)
        if e.flaw == "value_added_not_positive":
            value = -value / 4
        is_cumulative = rng.random() < 0.1  # noqa: PLR2004
        shown = np.cumsum(value) if is_cumulative else value
        for place, (month, amount) in enumerate(zip(MONTHS, shown, strict=True)):
            period = month if not is_cumulative or place == 0 else f"2025-01..{month}"
            rest = (
                round(abs(amount) * 4.2, 2),
                round(abs(amount) * rng.uniform(0.04, 0.2), 2),
                int(20 + abs(amount) / 4),
                round(abs(amount) * 0.06, 2),
            )
            rows.append((e.enterprise_id, period, round(float(amount), 2), *rest))
    return rows


def _budgets(rng: np.random.Generator, roster: list[Enterprise], books: Books) -> Rows:
    rows: Rows = []
    for e in roster:
        if not e.pressure:
            continue
        is_equivalent = rng.random() < 0.9  # noqa: PLR2004
        kwh = float((books.import_kwh[e.number] - (books.green_kwh.get(e.number, 0) if e.trade.code != PURE_GREEN else 0)).sum())
        used = kwh * (_EQUIVALENT if is_equivalent else _CALORIFIC) / 1000 + books.fuel_tce.get(e.number, 0)
        basis = "等价值" if is_equivalent else "当量值"
        rows.append((e.enterprise_id, 2025, round(max(used, 1.0) / e.pressure, 2), basis, "2025-01-01", f"瓯发改〔2025〕{e.number + 1}号"))
    return rows


def changes(whole: dict[str, Rows]) -> dict[str, Rows]:
    """The July workbook: an account that changes hands, two new budgets, and rows that cannot be taken.

    Args:
        whole: the sheets of the first workbook.

    Returns:
        Sheets with only what changed.
    """
    moved = whole["户号"][40]
    budgets = whole["用能预算"]
    buyer = max(budgets, key=lambda row: row[2])[0]
    wrong_digit = whole["企业"][10][0][:-1] + ("A" if whole["企业"][10][0][-1] != "A" else "B")
    return {
        "企业": [(wrong_digit, "", "校验位有误的企业", "1952", "梧田街道", "是", 3.2, "否", "否", "B")],
        "户号": [(*moved[:3], "2025-06-30", "", ""), (moved[0], buyer, MOVED_ON.isoformat(), "", "", "")],
        "电表": [],
        "经济指标": [],
        "其他能源": [(whole["企业"][5][0], "2025-06", "天然气", 12.5, "吨", "燃料")],
        "绿电": [],
        "用能预算": [
            *(
                (row[0], row[1], round(row[2] * 1.08, 2), row[3], "2025-07-01", f"瓯发改〔2025〕{400 + i}号")
                for i, row in enumerate(budgets[3:5])
            ),
            (budgets[8][0], 2025, 0, "等价值", "2025-07-01", "瓯发改〔2025〕402号"),
        ],
    }


def write(path: Path, rows: dict[str, Rows]) -> None:
    """Write sheets as an `.xlsx` file whose bytes depend on nothing but the rows."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": CREATED})
        text = book.add_format({"num_format": "@"})
        for name, head in HEADS.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, head)
            for at, row in enumerate(rows[name], 1):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        if value:
                            sheet.write_string(at, column, value, text)
                    else:
                        sheet.write_number(at, column, float(value))
