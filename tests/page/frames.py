"""Hand-made published tables of a tiny district."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from carbon_pipeline.console.published import result_schemas
from carbon_pipeline.lake.tables import TABLES
from carbon_pipeline.page.bars import Bars
from carbon_pipeline.page.figures import District

BARS = Bars(Decimal("0.9"), Decimal("0.8"), Decimal("0.9"), Decimal(1), 5)
NAMES = {"17": "纺织业", "19": "皮革、毛皮、羽毛及其制品和制鞋业"}


def table(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of a result table; columns that are not given are empty."""
    schema = result_schemas()[name]
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def empty() -> District:
    """A home in which nothing has come yet."""
    results = {name: table(name, []) for name in ("energy", "grades", "budgets", "tariffs")}
    intake = {name: pl.DataFrame(schema=TABLES[name].schema) for name in ("receipts", "quarantine")}
    return District(**results, **intake, as_of=date(2025, 2, 28), industry=lambda code: NAMES.get(code, code), bars=BARS)


def tiny() -> District:
    """Two mills and a shoemaker in January and February: one over its budget, one ungraded."""
    who = {
        "A": {"name": "甲子印染有限公司", "industry_code": "1713", "street": "潘桥街道"},
        "B": {"name": "乙丑印染有限公司", "industry_code": "1713", "street": "潘桥街道"},
        "C": {"name": "丙寅鞋业<b>有限公司", "industry_code": "1952", "street": "泽雅镇"},
    }
    energy = [
        {
            "month": month,
            "enterprise_id": code,
            "carrier": "电力",
            "unit": "kWh",
            "import_wh": 10_000_000,
            "tce_equivalent": Decimal("3.024"),
            "tco2_net": Decimal("4.974"),
            "coverage": Decimal("0.8500" if code == "C" else "1.0000"),
        }
        for month in ("2025-01", "2025-02")
        for code in who
    ]
    energy += [
        {
            "month": "2025-01",
            "enterprise_id": "A",
            "carrier": "天然气",
            "use": "燃料",
            "unit": "m3",
            "tce_equivalent": Decimal("13.300"),
            "tco2_net": Decimal("21.622"),
        },
        {"month": "2025-01", "enterprise_id": "A", "carrier": "柴油", "use": "原料", "unit": "kg", "tce_equivalent": Decimal("99.000")},
        {
            "month": "2024-12",
            "enterprise_id": "A",
            "carrier": "电力",
            "unit": "kWh",
            "import_wh": 1,
            "tce_equivalent": Decimal("77.000"),
            "tco2_net": Decimal("77.000"),
        },
    ]
    graded = {"status": "graded", "value_added_10k_cny": Decimal("10.00"), "peer_l": Decimal("2.0000")}
    grades = [
        {"period": "2025-01", "enterprise_id": "A", **who["A"], **graded, "grade": 2},
        {
            "period": "2025-02",
            "enterprise_id": "A",
            **who["A"],
            **graded,
            "grade": 5,
            "l": Decimal("2.6596"),
            "k": Decimal("2.1000"),
            "tco2_net": Decimal("26.596"),
        },
        {
            "period": "2025-02",
            "enterprise_id": "B",
            **who["B"],
            **graded,
            "grade": 1,
            "l": Decimal("0.4974"),
            "k": Decimal("0.5000"),
            "tco2_net": Decimal("4.974"),
        },
        {"period": "2025-02", "enterprise_id": "C", **who["C"], "status": "not_gradable", "reason": "low_coverage"},
    ]
    budgets = [
        {
            "enterprise_id": "A",
            **who["A"],
            "budget_tce": Decimal("16.000"),
            "used_tce": Decimal("19.348"),
            "ratio": Decimal("1.2093"),
            "alert": "red",
            "overrun_tce": Decimal("3.348"),
            "coverage": Decimal("1.0000"),
            "last_reading_date": date(2025, 2, 28),
        },
        {
            "enterprise_id": "B",
            **who["B"],
            "alert": "no_budget",
            "used_tce": Decimal("6.048"),
            "coverage": Decimal("1.0000"),
            "last_reading_date": date(2025, 2, 28),
        },
        {"enterprise_id": "C", **who["C"], "alert": "low_coverage", "coverage": Decimal("0.8500"), "last_reading_date": date(2025, 2, 20)},
    ]
    line = {
        "enterprise_id": "A",
        "account_no": "3303304000001",
        "rule_id": "zj_stepped_2021_draft",
        "trial": True,
        "change": "new",
        "month": "2025-02",
    }
    tariffs = [
        {**line, "step": 1, "excess_kwh": 5_291, "amount_cny": Decimal("529.10"), "provisional": False},
        {**line, "step": 2, "excess_kwh": 5_291, "amount_cny": Decimal("1058.20"), "provisional": True},
        {**line, "step": 3, "excess_kwh": 0, "amount_cny": Decimal("0.00"), "provisional": False, "change": "stopped"},
    ]
    receipts = [{"receipt_id": "R1", "status": "partly", "rows_read": 1_000}, {"receipt_id": "R2", "status": "refused"}]
    quarantine = [{"receipt_id": "R1", "row_no": 2, "reason": "number_damaged"}]
    return District(
        energy=table("energy", energy),
        grades=table("grades", grades),
        budgets=table("budgets", budgets),
        tariffs=table("tariffs", tariffs),
        receipts=pl.DataFrame([dict.fromkeys(TABLES["receipts"].schema) | row for row in receipts], schema=TABLES["receipts"].schema),
        quarantine=pl.DataFrame(
            [dict.fromkeys(TABLES["quarantine"].schema) | row for row in quarantine], schema=TABLES["quarantine"].schema
        ),
        as_of=date(2025, 2, 28),
        industry=lambda code: NAMES.get(code, code),
        bars=BARS,
    )
