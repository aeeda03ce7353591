"""Makes the register of the benchmark: enterprises, accounts, meters, value added, fuels, green power, budgets."""
# ruff: noqa: PLR2004 - the chances and sizes of made-up things stand where they are drawn

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from carbon_pipeline.demo.identity import account_no, credit_code, meter_no

if TYPE_CHECKING:
    from pathlib import Path

Array = np.ndarray[Any, Any]
FIRST_DAY = date(2025, 1, 1)
SATURDAY = 5
STREETS = ("梧田街道", "南白象街道", "茶山街道", "瞿溪街道", "郭溪街道", "潘桥街道", "娄桥街道", "新桥街道", "景山街道", "仙岩街道")
INDUSTRIES = {
    "1711": 4, "1713": 12, "1751": 4, "1952": 14, "1953": 9, "2221": 5, "2231": 5, "2614": 5, "2651": 4, "2822": 3, "2926": 7,
    "3011": 4, "3021": 5, "3130": 4, "3311": 6, "3351": 9, "3443": 11, "3525": 6, "3587": 12, "3670": 6, "3823": 8, "3831": 8,
    "6450": 1, "5137": 2,
}  # fmt: skip
"""Industry class of GB/T 4754-2017 -> how many of its kind there are in proportion."""
FUELS = {"天然气": ("立方米", 12_000), "原煤": ("吨", 60), "柴油": ("吨", 4), "热力": ("吉焦", 900), "液化石油气": ("千克", 3_000)}
MULTIPLIERS = (1, 20, 30, 40, 60, 80, 100, 120, 160, 200, 300, 400)
GRID, EQUIVALENT = 0.4974, 0.3024
"""Near enough to size value added and budgets by; the reckoning itself takes its own."""


@dataclass(frozen=True)
class Fleet:
    """What is drawn once for all meters: one entry per meter, `owner` and `account` as numbers."""

    multiplier: Array
    scale: Array
    shape: Array
    is_poor: Array
    owner: Array
    account: Array
    days: int
    seed_of_register: int

    @staticmethod
    def draw(rng: np.random.Generator, meters: int, days: int) -> Fleet:
        """Draw the meters of a district; two meters to an enterprise, on one account or two."""
        number = np.arange(meters)
        owner = number // 2
        is_split = (rng.random(meters // 2 + 1) < 0.2)[owner]
        multiplier = np.where(number % 2 == 0, rng.choice(MULTIPLIERS, meters), 1)
        kwh = rng.lognormal(2.6, 0.9, meters)
        return Fleet(
            multiplier=multiplier,
            scale=kwh / multiplier,
            shape=_shapes()[rng.integers(0, 4, meters)],
            is_poor=rng.random(meters) < 0.004,
            owner=owner,
            account=owner * 2 + np.where(is_split, number % 2, 0),
            days=days,
            seed_of_register=int(rng.integers(0, 2**31)),
        )

    def day(self, rng: np.random.Generator, day: date) -> Array:
        """One day's values in ten-thousandths of a kWh as the meter shows them, shape meters x 96."""
        week = 0.45 if day.weekday() >= SATURDAY else 1.0
        noise = rng.random(self.shape.shape, dtype=np.float32) * 0.3 + 0.85
        return np.rint(self.shape * self.scale[:, None] * noise * week * 10_000).astype(np.int64)

    def kwh_of(self, days: int) -> Array:
        """What each meter will have used after `days` days, roughly."""
        return np.asarray(self.shape.sum(axis=1) * self.scale * self.multiplier * days * (5 + 2 * 0.45) / 7)


def _shapes() -> Array:
    hour = np.arange(96) / 4
    one = np.where((hour >= 8) & (hour < 17.5), 1.0, 0.0)
    two = np.where((hour >= 6) & (hour < 22), 1.0, 0.1)
    whole = 0.9 + 0.1 * np.sin(hour / 24 * 2 * np.pi)
    night = np.where((hour >= 22) | (hour < 8), 1.0, 0.25)
    return np.stack([one, two, whole, night])


def write_register(fleet: Fleet, folder: Path) -> None:
    """Write the register as a folder of CSV files, one per sheet, keyed as the register workbook is."""
    rng = np.random.default_rng(fleet.seed_of_register)
    count = int(fleet.owner.max()) + 1
    months = _months(fleet.days)
    use = np.bincount(fleet.owner, fleet.kwh_of(fleet.days), count)
    fuels = _fuels(rng, count, months)
    sheets = {
        "企业": _enterprises(rng, count),
        "户号": _accounts(rng, fleet, count),
        "电表": _meters(rng, fleet),
        "经济指标": _economics(rng, use / len(months), months),
        "其他能源": fuels,
        "绿电": _green(rng, use / len(months), months),
        "用能预算": _budgets(rng, use, fuels),
    }
    for name, frame in sheets.items():
        frame.write_csv(folder / f"{name}.csv")


def _months(days: int) -> list[str]:
    last = FIRST_DAY + timedelta(days=days - 1)
    return [f"2025-{m:02d}" for m in range(1, 13) if date(2025, m, 1) <= last]


def _enterprises(rng: np.random.Generator, count: int) -> pl.DataFrame:
    codes = list(INDUSTRIES)
    weight = np.array(list(INDUSTRIES.values())) / sum(INDUSTRIES.values())
    industry = [codes[i] for i in rng.choice(len(codes), count, p=weight)]
    return pl.DataFrame(
        {
            "统一社会信用代码": [credit_code(e) for e in range(count)],
            "企业名称": [f"瓯海基准{e + 1:04d}号有限公司" for e in range(count)],
            "行业代码": industry,
            "镇街": [STREETS[i] for i in rng.integers(0, len(STREETS), count)],
            "规上": ["是" if x < 0.9 else "否" for x in rng.random(count)],
            "用地面积(亩)": [f"{x:.2f}" for x in rng.lognormal(2.5, 0.8, count)],
            "数据中心": ["是" if code == "6450" else "否" for code in industry],
            "两高": ["否"] * count,
        }
    )


def _accounts(rng: np.random.Generator, fleet: Fleet, count: int) -> pl.DataFrame:
    """Who owns which account; one account in a hundred changes hands in the middle of January."""
    first_meter = np.unique(fleet.account, return_index=True)[1]
    rows = []
    for meter in first_meter:
        account, owner = account_no(int(fleet.account[meter])), int(fleet.owner[meter])
        if rng.random() < 0.01 and count > 1:
            rows.append((account, credit_code(owner), "2024-01-01", "2025-01-15", ""))
            rows.append((account, credit_code((owner + 1) % count), "2025-01-16", "", ""))
        else:
            rows.append((account, credit_code(owner), "2024-01-01", "", ""))
    return pl.DataFrame(rows, schema=["户号", "统一社会信用代码", "起始日期", "终止日期", "份额"], orient="row")


def _meters(rng: np.random.Generator, fleet: Fleet) -> pl.DataFrame:
    late = rng.random(len(fleet.account)) < 0.01
    return pl.DataFrame(
        {
            "电能表资产号": [meter_no(m) for m in range(len(fleet.account))],
            "户号": [account_no(int(a)) for a in fleet.account],
            "综合倍率": [str(m) for m in fleet.multiplier],
            "方向": ["用电"] * len(fleet.account),
            "计费": ["是"] * len(fleet.account),
            "起始日期": ["2025-01-10" if x else "2024-01-01" for x in late],
            "终止日期": [""] * len(fleet.account),
        }
    )


def _economics(rng: np.random.Generator, monthly_kwh: Array, months: list[str]) -> pl.DataFrame:
    rows: list[tuple[str, ...]] = []
    for enterprise, kwh in enumerate(monthly_kwh):
        if rng.random() < 0.03:
            continue
        intensity = rng.lognormal(0.0, 0.7)
        value = kwh / 1000 * GRID / intensity * (-1 if rng.random() < 0.01 else 1)
        rows.extend((credit_code(enterprise), month, f"{value * rng.uniform(0.9, 1.1):.2f}") for month in months)
    empty = [pl.lit("").alias(name) for name in ("产值(万元)", "税收(万元)", "从业人数", "研发费用(万元)")]
    return pl.DataFrame(rows, schema=["统一社会信用代码", "期间", "增加值(万元)"], orient="row").with_columns(empty)


def _fuels(rng: np.random.Generator, count: int, months: list[str]) -> pl.DataFrame:
    rows: list[tuple[str, ...]] = []
    for enterprise in range(count):
        for carrier, (unit, size) in FUELS.items():
            if rng.random() >= 0.12:
                continue
            use = "原料" if rng.random() < 0.05 else "燃料"
            mean = size * rng.lognormal(0, 0.6)
            forgets = rng.random() < 0.1
            rows.extend(
                (credit_code(enterprise), month, carrier, f"{mean * rng.uniform(0.7, 1.3):.3f}", unit, use)
                for month in months
                if not (forgets and rng.random() < 0.2)
            )
    return pl.DataFrame(rows, schema=["统一社会信用代码", "月份", "能源品种", "数量", "单位", "用途"], orient="row")


def _green(rng: np.random.Generator, monthly_kwh: Array, months: list[str]) -> pl.DataFrame:
    rows = [
        (credit_code(enterprise), month, kind, f"{kwh * share * rng.uniform(0.5, 1.2):.0f}")
        for enterprise, kwh in enumerate(monthly_kwh)
        for kind, chance, share in (("绿电交易", 0.08, 0.5), ("绿证", 0.03, 0.7))
        if rng.random() < chance
        for month in months
    ]
    return pl.DataFrame(rows, schema=["统一社会信用代码", "月份", "类型", "电量(千瓦时)"], orient="row")


def _budgets(rng: np.random.Generator, kwh: Array, fuels: pl.DataFrame) -> pl.DataFrame:
    rows: list[tuple[str | int, ...]] = []
    fuel_users = set(fuels["统一社会信用代码"])
    for enterprise, used in enumerate(kwh):
        if rng.random() < 0.1:
            continue
        code = credit_code(enterprise)
        basis, coefficient = ("等价值", EQUIVALENT) if rng.random() < 0.8 else ("当量值", 0.1229)
        room = rng.uniform(0.7, 1.7) * (3.0 if code in fuel_users else 1.0)
        budget = used * coefficient / 1000 * room
        rows.extend((code, year, f"{budget:.2f}", basis, f"{year}-01-01", f"瓯发改〔{year}〕{enterprise + 1}号") for year in (2025, 2026))
    return pl.DataFrame(rows, schema=["统一社会信用代码", "年度", "预算(吨标准煤)", "口径", "生效日期", "文号"], orient="row")
