"""The energy table: one row per month, enterprise, carrier and use, with tce, tCO2, coverage and estimated share."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.carbon import CALORIFIC, EQUIVALENT, KG_PER_TONNE, WH_PER_KWH
from carbon_pipeline.accounting.months import month_text, year_of
from carbon_pipeline.accounting.publish import MASS, MASS_PLACES, RATIO, RATIO_PLACES, in_order, quotients, rounded
from carbon_pipeline.factors import ELECTRICITY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from carbon_pipeline.accounting.books import Books
    from carbon_pipeline.accounting.carbon import YearCoefficients
    from carbon_pipeline.accounting.coverage import ExpectedTime
    from carbon_pipeline.accounting.electricity import Electricity

    Line = tuple[str, int, Electricity]
    """Enterprise, month and what it used in it."""

ENERGY_SCHEMA: Final = pl.Schema(
    {
        "month": pl.String(),
        "enterprise_id": pl.String(),
        "carrier": pl.String(),
        "use": pl.String(),
        "quantity": MASS,
        "unit": pl.String(),
        "import_wh": pl.Int64(),
        "export_wh": pl.Int64(),
        "pv_self_use_wh": pl.Int64(),
        "tce_calorific": MASS,
        "tce_equivalent": MASS,
        "tco2_gross": MASS,
        "tco2_net": MASS,
        "coverage": RATIO,
        "estimated_share": RATIO,
    }
)
_KEYS: Final = 4


def energy_table(books: Books) -> pl.DataFrame:
    """Energy rows of every month up to the running one.

    Electricity has a row for each month with a measured or estimated interval; a fuel or raw material for each month of
    the register, none after the as-of date.

    Returns:
        `ENERGY_SCHEMA`, sorted by month, enterprise, carrier and use.
    """
    return in_order(pl.concat([*_electricity(books), _fuels(books)]), _KEYS)


def _electricity(books: Books) -> Iterator[pl.DataFrame]:
    """Electricity, a frame for each calendar year, which has its coefficients."""
    by_year: dict[int, list[Line]] = defaultdict(list)
    for enterprise, by_month in books.months.items():
        for month, row in by_month.items():
            by_year[year_of(month)].append((enterprise, month, row))
    for year, lines in by_year.items():
        yield _electricity_of_year(lines, books.expected, books.coefficients.of_year(year))


def _electricity_of_year(lines: Sequence[Line], expected: ExpectedTime, coefficients: YearCoefficients) -> pl.DataFrame:
    rows = [row for _, _, row in lines]
    imported = [row.import_wh for row in rows]
    expected_of = expected.by_month(month for _, month, _ in lines)
    minutes = [expected_of[month].get(enterprise, 0) for enterprise, month, _ in lines]
    kgce, kgco2 = coefficients.kgce_per_kwh, coefficients.kgco2_per_kwh
    columns = {
        "month": [month_text(month) for _, month, _ in lines],
        "enterprise_id": [enterprise for enterprise, _, _ in lines],
        "carrier": [ELECTRICITY] * len(lines),
        "use": [None] * len(lines),
        "quantity": quotients([one or 0 for one in imported], [0 if one is None else WH_PER_KWH for one in imported], MASS_PLACES),
        "unit": ["kWh"] * len(lines),
        "import_wh": imported,
        "export_wh": [row.export_wh for row in rows],
        "pv_self_use_wh": [row.pv_wh for row in rows],
        "tce_calorific": _tonnes(imported, kgce.get(CALORIFIC)),
        "tce_equivalent": _tonnes(imported, kgce.get(EQUIVALENT)),
        "tco2_gross": _tonnes([row.consumption_wh for row in rows], kgco2),
        "tco2_net": _tonnes([row.net_wh for row in rows], kgco2),
        "coverage": quotients([row.measured_min for row in rows], minutes, RATIO_PLACES),
        "estimated_share": quotients([row.estimated_min for row in rows], minutes, RATIO_PLACES),
    }
    return pl.DataFrame(columns, schema=ENERGY_SCHEMA)


def _tonnes(wh: Sequence[int | None], kg_per_kwh: Decimal | None) -> pl.Series:
    """Tonnes of so many Wh, null where either is unknown."""
    numerator, denominator = (0, 0) if kg_per_kwh is None else kg_per_kwh.as_integer_ratio()
    below = denominator * WH_PER_KWH * KG_PER_TONNE
    return quotients([(one or 0) * numerator for one in wh], [0 if one is None else below for one in wh], MASS_PLACES)


def _fuels(books: Books) -> pl.DataFrame:
    running_month = books.running_month
    lines = [
        (month, enterprise, fuel)
        for enterprise, by_month in books.fuels.rows.items()
        for month, fuels in by_month.items()
        if month <= running_month
        for fuel in fuels
    ]
    tce = rounded([fuel.tce for _, _, fuel in lines], MASS_PLACES)
    tco2 = rounded([fuel.tco2 for _, _, fuel in lines], MASS_PLACES)
    columns = {
        "month": [month_text(month) for month, _, _ in lines],
        "enterprise_id": [enterprise for _, enterprise, _ in lines],
        "carrier": [fuel.carrier for _, _, fuel in lines],
        "use": [fuel.use for _, _, fuel in lines],
        "quantity": rounded([fuel.quantity for _, _, fuel in lines], MASS_PLACES),
        "unit": [fuel.unit for _, _, fuel in lines],
        **dict.fromkeys(("import_wh", "export_wh", "pv_self_use_wh"), [None] * len(lines)),
        **dict.fromkeys(("tce_calorific", "tce_equivalent"), tce),
        **dict.fromkeys(("tco2_gross", "tco2_net"), tco2),
        **dict.fromkeys(("coverage", "estimated_share"), [None] * len(lines)),
    }
    return pl.DataFrame(columns, schema=ENERGY_SCHEMA)
