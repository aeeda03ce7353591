"""The energy table: one row per month, enterprise, carrier and use, with tce, tCO2, coverage and estimated share."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.months import month_text
from carbon_pipeline.accounting.publish import MASS, RATIO, mass, ratio, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.accounting.books import Books
    from carbon_pipeline.accounting.fuels import Fuel

ELECTRICITY: Final = "电力"

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

Row = tuple[object, ...]


def energy_table(books: Books) -> pl.DataFrame:
    """Energy rows of every month up to the running one.

    Electricity has a row for each month with a measured or estimated interval; a fuel or raw material for each month of
    the register, none after the as-of date.

    Returns:
        `ENERGY_SCHEMA`, sorted by month, enterprise, carrier and use.
    """
    return table([*_electricity_rows(books), *_fuel_rows(books)], ENERGY_SCHEMA, _KEYS)


def _electricity_rows(books: Books) -> Iterator[Row]:
    for enterprise, by_month in books.months.items():
        for month, row in by_month.items():
            carbon = books.electricity_carbon(enterprise, month)
            time = books.measured(enterprise, range(month, month + 1))
            kwh = None if row.import_wh is None else Decimal(row.import_wh).scaleb(-3)
            published = [mass(value) for value in (carbon.tce_calorific, carbon.tce_equivalent, carbon.gross, carbon.net)]
            key = (month_text(month), enterprise, ELECTRICITY, None, mass(kwh), "kWh")
            yield (*key, row.import_wh, row.export_wh, row.pv_wh, *published, ratio(time.coverage), ratio(time.estimated_share))


def _fuel_rows(books: Books) -> Iterator[Row]:
    for enterprise, by_month in books.fuels.rows.items():
        for month, fuels in by_month.items():
            if month <= books.running_month:
                for fuel in fuels:
                    yield _fuel_row(month, enterprise, fuel)


def _fuel_row(month: int, enterprise: str, fuel: Fuel) -> Row:
    tce, tco2 = mass(fuel.tce), mass(fuel.tco2)
    key = (month_text(month), enterprise, fuel.carrier, fuel.use, mass(fuel.quantity), fuel.unit)
    return (*key, None, None, None, tce, tce, tco2, tco2, None, None)
