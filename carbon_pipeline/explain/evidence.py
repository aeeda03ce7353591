"""What stands behind the figures of an enterprise: months, accounts, meters, files, factor rows and rule sets."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.carbon import CALORIFIC
from carbon_pipeline.accounting.months import first_day, last_day, month_number, month_text, year_of
from carbon_pipeline.accounting.segments import EVER, IMPORT, OPEN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from carbon_pipeline.accounting.fuels import Gap
    from carbon_pipeline.explain.case import Case
    from carbon_pipeline.explain.document import Row
    from carbon_pipeline.factors import Basis, FactorRow
    from carbon_pipeline.rules import RuleSet

_PER_KWH: Final = Decimal("0.001")


def kwh(wh: int | None) -> Decimal | None:
    """Wh as kWh, exact."""
    return None if wh is None else wh * _PER_KWH


def electricity_rows(case: Case, enterprise: str, months: Iterable[int]) -> list[Row]:
    """Electricity of each month with any reading: import, export, own PV, bought green, and the tce and tCO2 of it, unrounded."""
    rows: list[Row] = []
    for month in months:
        found = case.books.electricity_of(enterprise, month)
        if found is None:
            continue
        carbon = case.books.electricity_carbon(enterprise, month)
        rows.append(
            {
                "month": month_text(month),
                "import_kwh": kwh(found.import_wh),
                "export_kwh": kwh(found.export_wh),
                "pv_self_use_kwh": kwh(found.pv_wh),
                "green_bought_kwh": kwh(case.books.green.bought_wh.get((enterprise, month), 0)),
                "consumption_kwh": kwh(found.consumption_wh),
                "tce_calorific": carbon.tce_calorific,
                "tce_equivalent": carbon.tce_equivalent,
                "tco2_gross": carbon.gross,
                "tco2_net": carbon.net,
                "measured_min": found.measured_min,
                "estimated_min": found.estimated_min,
            }
        )
    return rows


def fuel_rows(case: Case, enterprise: str, months: Iterable[int]) -> list[Row]:
    """Fuels and raw material of each month, in the unit of the coefficient, with the coefficients beside them."""
    rows: list[Row] = []
    for month in months:
        for fuel in case.books.fuels.of_month(enterprise, month):
            factor = case.factors.fuel(fuel.carrier, last_day(month))
            rows.append(
                {
                    "month": month_text(month),
                    "carrier": fuel.carrier,
                    "use": fuel.use,
                    "quantity": fuel.quantity,
                    "unit": fuel.unit,
                    "kgce_per_unit": factor.kgce.value,
                    "kgco2_per_unit": factor.kgco2.value,
                    "tce": fuel.tce,
                    "tco2": fuel.tco2,
                }
            )
    return rows


def gap_rows(gaps: Iterable[Gap]) -> list[Row]:
    """Each month and carrier without the fuel row that was to be expected, with the month whose row makes it so."""
    return [{"month": month_text(gap.month), "carrier": gap.carrier, "reported_month": month_text(gap.reported)} for gap in gaps]


def unreckoned_rows(case: Case, enterprise: str, months: range) -> list[Row]:
    """Each month and channel that measured too little for own PV to be reckoned."""
    return [
        {"month": month_text(one.month), "meter_no": one.meter_no, "channel": one.channel, "coverage": one.coverage}
        | {"least": Fraction(case.rules.coverage.least_pv)}
        for one in case.books.unreckoned
        if one.enterprise_id == enterprise and one.month in months
    ]


def account_rows(case: Case, enterprise: str, months: range) -> list[Row]:
    """Accounts that were the enterprise's in these months: number, share, and from when to when."""
    first, last = first_day(months[0]), min(last_day(months[-1]), case.books.as_of)
    rows: list[Row] = []
    for holdings in case.books.attribution.holdings.values():
        rows += [
            {"account_no": h.account_no, "share": h.share, "date_from": _end(h.day_from), "date_to": _end(h.day_to)}
            for h in holdings
            if h.enterprise_id == enterprise and h.day_from <= last and h.day_to >= first
        ]
    return sorted(rows, key=lambda row: (str(row["account_no"]), str(row["date_from"])))


def _end(day: date) -> date | None:
    return None if day in {EVER, OPEN} else day


def meter_rows(case: Case, enterprise: str, months: range) -> list[Row]:
    """Wh and minutes of each meter channel that counts for the enterprise, over these months.

    Wh of a shared account are the enterprise's own part; minutes count whole.
    """
    sums = case.books.sums.filter((pl.col("enterprise_id") == enterprise) & pl.col("month").is_between(months[0], months[-1]))
    known = pl.col("wh").is_not_null().any()
    found = sums.group_by("meter_no", "channel", "role", "account_key").agg(
        pl.when(known).then(pl.col("wh").sum()).alias("wh"), pl.col("measured_min", "estimated_min").sum(), pl.col("last_measured").max()
    )
    multipliers = case.register.meters.group_by("meter_no").agg(pl.col("multiplier").unique(maintain_order=True).str.join(" / "))
    rows = found.join(multipliers, on="meter_no", how="left").sort(
        "role", "meter_no", "channel", "account_key", descending=[True, False, False, False]
    )
    return rows.select(
        "meter_no", "channel", "role", "account_key", "multiplier", "wh", "measured_min", "estimated_min", "last_measured"
    ).to_dicts()


def meter_rows_by_year(case: Case, enterprise: str, months: range) -> list[Row]:
    """Rows of `meter_rows` of each calendar year apart, with the days that they are of; what decides a surcharge may lie years back."""
    rows: list[Row] = []
    for year in range(year_of(months[0]), year_of(months[-1]) + 1):
        part = range(max(months[0], month_number(year, 1)), min(months[-1] + 1, month_number(year + 1, 1)))
        span: Row = {"date_from": first_day(part[0]), "date_to": min(last_day(part[-1]), case.books.as_of)}
        rows += [span | row for row in meter_rows(case, enterprise, part)]
    return rows


def coverage_row(case: Case, enterprise: str, months: range) -> Row:
    """Measured and estimated of expected minutes over these months, up to the as-of date."""
    time = case.books.measured(enterprise, months)
    expected = case.books.expected.of_months(months[0], months[-1]).get(enterprise, 0)
    imported = [row for month in months if (row := case.books.electricity_of(enterprise, month))]
    return {
        "measured_min": time.minutes,
        "estimated_min": sum(row.estimated_min for row in imported),
        "expected_min": expected,
        "coverage": time.coverage,
        "estimated_share": time.estimated_share,
    }


def meters_of(case: Case, enterprise: str, months: range, accounts: Collection[str] = ()) -> list[str]:
    """Meters that count for the enterprise in these months, those without any reading too.

    Args:
        case: the material.
        enterprise: its credit code.
        months: consecutive month numbers.
        accounts: keys of accounts of which the meters of all owners count.
    """
    first, last = first_day(months[0]), last_day(months[-1])
    held = (s for s in case.books.attribution.segments if s.day_from <= last and s.day_to >= first)
    return sorted({s.meter_no for s in held if s.account_key in accounts or any(owner == enterprise for owner, _ in s.owners)})


def silent_meters(case: Case, enterprise: str, months: range, read: Iterable[str]) -> list[Row]:
    """Meters that should have measured what the enterprise takes and of which nothing came."""
    first, last, known = first_day(months[0]), min(last_day(months[-1]), case.books.as_of), set(read)
    held = (s for s in case.books.attribution.segments if s.role == IMPORT and s.day_from <= last and s.day_to >= first)
    found = {s.meter_no: s.account_key for s in held if any(owner == enterprise for owner, _ in s.owners) and s.meter_no not in known}
    return [{"meter_no": meter, "account_key": key} for meter, key in sorted(found.items())]


def factor_rows(case: Case, enterprise: str, months: Iterable[int], quantities: Collection[str], bases: Collection[str] = ()) -> list[Row]:
    """Every coefficient row that a figure of these months rests on, with its source.

    Args:
        case: the material.
        enterprise: its credit code.
        months: month numbers.
        quantities: `kgce`, `kgco2` or both.
        bases: of standard coal of electricity, 等价值, 当量值 or both.
    """
    listed = list(months)
    years = [year for year in sorted({year_of(month) for month in listed}) if case.books.coefficients.of_year(year).is_complete]
    rows = [row for year in years for row in _electricity_factors(case, year, bases)]
    for month in listed:
        for fuel in case.books.fuels.of_month(enterprise, month):
            both = case.factors.fuel(fuel.carrier, last_day(month))
            rows += [both.kgce, both.kgco2]
    return list({row.id: _factor(row) for row in rows if row.quantity in quantities}.values())


def _electricity_factors(case: Case, year: int, bases: Collection[str]) -> list[FactorRow]:
    names: list[Basis] = ["calorific" if basis == CALORIFIC else "equivalent" for basis in sorted(bases)]
    grid = case.factors.grid_co2(case.rules.active.grid_region, year, pinned=case.rules.grading.factor_year)
    return [grid, *(case.factors.electricity_tce(name, year) for name in names)]


def _factor(row: FactorRow) -> Row:
    names = ("id", "carrier", "value", "unit", "basis", "region", "year", "source", "confidence", "status")
    return {name: getattr(row, name) for name in names}


def rule_row(rule: RuleSet) -> Row:
    """A rule set with its source."""
    names = ("id", "title", "valid_from", "valid_to", "source", "confidence", "status")
    return {name: getattr(rule, name) for name in names}


def file_rows(index: pl.DataFrame, changes: pl.DataFrame, receipts: pl.DataFrame) -> list[Row]:
    """Files behind a number.

    Args:
        index: `receipt_id` of every reading row of the meters in the months.
        changes: `receipt_id` of every register row that speaks of the enterprise, its accounts or its meters.
        receipts: the receipts.

    Returns:
        Each file once, in the order of upload, with the rows of it that count here.
    """
    rows = pl.concat([index.select("receipt_id"), changes.select("receipt_id")]).group_by("receipt_id").agg(rows_here=pl.len())
    found = rows.join(receipts, on="receipt_id").sort("receipt_id")
    return found.select("receipt_id", "filename", "profile", "status", "rows_here", "received_at", "sha256").to_dicts()
