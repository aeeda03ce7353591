"""What the page says, as plain rows: sums, counts and rankings from the published tables."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from carbon_pipeline.accounting.carbon import WH_PER_KWH
from carbon_pipeline.accounting.fuels import RAW_MATERIAL
from carbon_pipeline.factors import ELECTRICITY
from carbon_pipeline.page.numbers import amount, percent, plain
from carbon_pipeline.periods import parse_period
from carbon_pipeline.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from carbon_pipeline.page.bars import Bars

Row = dict[str, Any]

INDUSTRIES_SHOWN: Final = 12


@dataclass(frozen=True)
class District:
    """The published tables of one refresh, and what names the codes in them.

    Attributes:
        energy: table `energy`.
        grades: table `grades`.
        budgets: table `budgets`; it has a row for every enterprise.
        tariffs: table `tariffs`.
        receipts: table `receipts`.
        quarantine: table `quarantine`.
        as_of: the day of the refresh.
        industry: name of an industry code.
        bars: the lines that the rules in use draw.
    """

    energy: pl.DataFrame
    grades: pl.DataFrame
    budgets: pl.DataFrame
    tariffs: pl.DataFrame
    receipts: pl.DataFrame
    quarantine: pl.DataFrame
    as_of: date
    industry: Callable[[str], str]
    bars: Bars

    @property
    def year_energy(self) -> pl.DataFrame:
        """Energy rows of the as-of date's year without raw material, with industry and street."""
        who = self.budgets.select("enterprise_id", "industry_code", "street")
        rows = self.energy.filter(pl.col("month").str.starts_with(str(self.as_of.year)) & (pl.col("use").fill_null("") != RAW_MATERIAL))
        return rows.join(who, on="enterprise_id", how="left")

    @property
    def graded_period(self) -> str | None:
        """The period that ended last, of several the longest."""
        periods = self.grades["period"].unique().to_list()
        return max(periods, key=lambda text: (parse_period(text).last, -len(text)), default=None)

    @property
    def period_grades(self) -> pl.DataFrame:
        """Grades of that period."""
        return self.grades.filter(pl.col("period") == (self.graded_period or ""))


def total(column: pl.Series) -> Decimal:
    """Sum of a column as an exact number; nothing counts as 0."""
    return sum((Decimal(value) for value in column.drop_nulls()), Decimal(0))


def headline(district: District) -> list[Row]:
    """The figures at the top of the page: what, how much, and a word on it."""
    energy, grades, budgets = district.year_energy, district.period_grades, district.budgets
    power = energy.filter(pl.col("carrier") == ELECTRICITY)
    graded = grades.filter(pl.col("status") == "graded").height
    covered = budgets.filter(pl.col("coverage") >= district.bars.least).height
    red, orange = (budgets.filter(pl.col("alert") == alert).height for alert in ("red", "orange"))
    return [
        {"what": "综合能耗", **amount(total(energy["tce_equivalent"]), "吨标准煤"), "note": "等价值，本年累计"},
        {"what": "二氧化碳净排放", **amount(total(energy["tco2_net"]), "吨"), "note": "已扣绿电、绿证与自发自用"},
        {"what": "购入电量", **amount(total(power["import_wh"]) / WH_PER_KWH, "千瓦时"), "note": "计费表正向有功"},
        {"what": "已评碳效等级", "value": str(graded), "unit": "家", "note": f"登记企业共 {budgets.height} 家"},
        {"what": district.bars.over, "value": str(red), "unit": "家", "note": f"另有 {orange} 家{district.bars.titles()['orange']}"},
        {"what": "数据采集达标", "value": str(covered), "unit": "家", "note": f"本年覆盖率不低于 {district.bars.enough}"},
    ]


def months(district: District) -> list[Row]:
    """Energy and CO2 by month: power apart from fuels and heat."""
    rows = []
    for (month,), part in district.year_energy.sort("month").group_by(["month"], maintain_order=True):
        is_power = part["carrier"] == ELECTRICITY
        below = part.filter(is_power & (pl.col("coverage") < district.bars.least)).height
        for kind, frame in (("电力", part.filter(is_power)), ("燃料和热力", part.filter(~is_power))):
            rows.append(
                {
                    "month": f"{int(str(month)[5:])}月",
                    "kind": kind,
                    "tce": float(total(frame["tce_equivalent"])),
                    "tco2": float(total(frame["tco2_net"])),
                    "below": below,
                }
            )
    return rows


def industries(district: District) -> list[Row]:
    """Divisions of industry by net CO2, the largest first, the small ones together."""
    divisions = district.year_energy.with_columns(pl.col("industry_code").str.head(2).alias("division"))
    rows: list[Row] = [
        {
            "name": district.industry(str(code)),
            "tce": total(part["tce_equivalent"]),
            "tco2": total(part["tco2_net"]),
            "enterprises": part["enterprise_id"].n_unique(),
        }
        for (code,), part in divisions.group_by(["division"])
    ]
    rows.sort(key=lambda row: (-row["tco2"], row["name"]))
    if len(rows) > INDUSTRIES_SHOWN:
        rest = rows[INDUSTRIES_SHOWN - 1 :]
        summed = {key: sum((row[key] for row in rest), Decimal(0)) for key in ("tce", "tco2", "enterprises")}
        rows = [*rows[: INDUSTRIES_SHOWN - 1], {"name": f"其他 {len(rest)} 个行业", **summed}]
    return [
        row
        | {"tce": float(row["tce"]), "tco2": float(row["tco2"]), "enterprises": int(row["enterprises"])}
        | {"tce_text": plain(row["tce"], 0), "tco2_text": plain(row["tco2"], 0)}
        for row in rows
    ]


def grade_counts(district: District) -> list[Row]:
    """How many enterprises have which grade."""
    counts = dict(district.period_grades.filter(pl.col("status") == "graded").group_by("grade").len().iter_rows())
    return [{"grade": f"{grade} 级", "enterprises": counts.get(grade, 0)} for grade in range(1, district.bars.last_grade + 1)]


def ungraded(district: District) -> list[Row]:
    """Why enterprises have no grade, and how many."""
    counts = (
        district.period_grades.filter(pl.col("status") == "not_gradable")
        .group_by("reason")
        .len()
        .sort("len", "reason", descending=[True, False])
    )
    return [{"reason": REASONS[code].zh if code in REASONS else code, "enterprises": count} for code, count in counts.iter_rows()]


def poorest(district: District) -> list[Row]:
    """Enterprises of the last grade, the worst first."""
    last = district.period_grades.filter(pl.col("grade") == district.bars.last_grade).sort("k", "enterprise_id", descending=[True, False])
    return [
        {"name": row["name"], "street": row["street"], "l": plain(row["l"], 2), "peer_l": plain(row["peer_l"], 2), "k": plain(row["k"], 2)}
        for row in last.iter_rows(named=True)
    ]


def alert_counts(district: District) -> list[Row]:
    """How many enterprises stand where with their budgets."""
    counts = dict(district.budgets.group_by("alert").len().iter_rows())
    return [{"alert": alert, "words": words, "enterprises": counts.get(alert, 0)} for alert, words in district.bars.words().items()]


def pressed(district: District, alert: str) -> list[Row]:
    """Enterprises of one alert, the most pressed first."""
    rows = district.budgets.filter(pl.col("alert") == alert).sort("ratio", "enterprise_id", descending=[True, False], nulls_last=True)
    return [
        {
            "name": row["name"],
            "enterprise_id": row["enterprise_id"],
            "industry": district.industry(row["industry_code"][:2]),
            "street": row["street"],
            "budget": plain(row["budget_tce"], 1),
            "used": plain(row["used_tce"], 1),
            "ratio": percent(row["ratio"]),
            "width": f"{min(float(row['ratio'] or 0), 1.5) / 1.5 * 100:.1f}",
            "overrun": plain(row["overrun_tce"], 1) if row["overrun_tce"] else "",
            "coverage": percent(row["coverage"]),
        }
        for row in rows.iter_rows(named=True)
    ]


def surcharges(district: District) -> list[Row]:
    """The surcharge list by enterprise: months, kWh, amount, and whether it is provisional."""
    names = district.budgets.select("enterprise_id", "name", "street")
    charged = district.tariffs.filter(pl.col("change") != "stopped").join(names, on="enterprise_id", how="left")
    rows = []
    for _, part in charged.sort("enterprise_id", "month", "step").group_by(["enterprise_id"], maintain_order=True):
        rows.append(
            {
                "name": part["name"][0],
                "street": part["street"][0],
                "months": "、".join(f"{int(month[5:])}月" for month in part["month"].unique(maintain_order=True)),
                "steps": "、".join(_steps_of(part["step"])),
                "kwh": total(part["excess_kwh"]),
                "cny": total(part["amount_cny"]),
                "provisional": bool(part["provisional"].any()),
                "trial": bool(part["trial"].any()),
            }
        )
    rows.sort(key=lambda row: (-row["cny"], row["name"]))
    return [row | {"kwh_text": plain(row["kwh"] / 10_000, 2), "cny_text": plain(row["cny"] / 10_000, 2)} for row in rows]


def _steps_of(steps: pl.Series) -> list[str]:
    """Steps of the stepped tariff, and the differential one, which has none."""
    return [str(step) for step in sorted(steps.drop_nulls().unique())] + ["差别化"] * bool(steps.null_count())


def surcharge_total(district: District) -> Row:
    """The list in one line."""
    lines = district.tariffs.filter(pl.col("change") != "stopped")
    return {
        "enterprises": lines["enterprise_id"].n_unique(),
        "lines": lines.height,
        "kwh": plain(total(lines["excess_kwh"]) / 10_000, 2),
        "cny": plain(total(lines["amount_cny"]) / 10_000, 2),
        "provisional": lines.filter("provisional").height,
        "provisional_cny": plain(total(lines.filter("provisional")["amount_cny"]) / 10_000, 2),
        "trial": lines.filter("trial").height,
    }


def streets(district: District) -> list[Row]:
    """Streets side by side: energy, CO2, intensity, grades, budgets."""
    energy, grades, budgets = district.year_energy, district.period_grades, district.budgets
    rows = []
    for (street,), mine in budgets.group_by(["street"]):
        used, graded = energy.filter(pl.col("street") == street), grades.filter(pl.col("street") == street)
        valued = graded.filter(pl.col("status") == "graded")
        value, net = total(valued["value_added_10k_cny"]), total(valued["tco2_net"])
        rows.append(
            {
                "street": street,
                "enterprises": mine.height,
                "sort": total(used["tco2_net"]),
                "tce": plain(total(used["tce_equivalent"]), 0),
                "tco2": plain(total(used["tco2_net"]), 0),
                "intensity": plain(net / value, 2) if value else "",
                "poor": valued.filter(pl.col("grade").is_in(district.bars.poor_grades)).height,
                "red": mine.filter(pl.col("alert") == "red").height,
            }
        )
    return sorted(rows, key=lambda row: (-row["sort"], str(row["street"])))


def uncovered(district: District) -> list[Row]:
    """Enterprises whose metering is not complete enough to be judged, the worst first."""
    low = district.budgets.filter(pl.col("coverage") < district.bars.least).sort("coverage", "enterprise_id")
    return [
        {
            "name": row["name"],
            "street": row["street"],
            "coverage": percent(row["coverage"]),
            "last": row["last_reading_date"] or "从未有数据",
        }
        for row in low.iter_rows(named=True)
    ]


def intake(district: District) -> Row:
    """Files and rows that came, and what became of them."""
    counts = dict(district.receipts.group_by("status").len().iter_rows())
    reasons = district.quarantine.group_by("reason").len().sort("len", "reason", descending=[True, False])
    return {
        "files": district.receipts.height,
        "accepted": counts.get("accepted", 0),
        "partly": counts.get("partly", 0),
        "refused": counts.get("refused", 0),
        "duplicate": counts.get("duplicate", 0),
        "rows": plain(Decimal(int(district.receipts["rows_read"].sum())), 0),
        "quarantined": [{"reason": REASONS[code].zh if code in REASONS else code, "rows": count} for code, count in reasons.iter_rows()],
    }
