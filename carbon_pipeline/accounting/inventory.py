"""The carbon inventory 碳排放清单: energy by month, industry, street and carrier, raw material left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.coverage import share_of_time
from carbon_pipeline.accounting.energy import ELECTRICITY
from carbon_pipeline.accounting.months import last_day, month_text
from carbon_pipeline.accounting.publish import MASS, RATIO, mass, ratio, table

if TYPE_CHECKING:
    from decimal import Decimal

    from carbon_pipeline.accounting.books import Books

INVENTORY_SCHEMA: Final = pl.Schema(
    {
        "month": pl.String(),
        "industry_code": pl.String(),
        "street": pl.String(),
        "carrier": pl.String(),
        "tce_equivalent": MASS,
        "tco2_net": MASS,
        "enterprises": pl.Int64(),
        "coverage": RATIO,
    }
)
_KEYS: Final = 4

Key = tuple[int, str, str, str]


@dataclass(slots=True)
class Cell:
    """Sums of one month, industry, street and carrier, unrounded; None where none of its rows knows it."""

    tce: Decimal | None = None
    tco2: Decimal | None = None
    enterprises: set[str] = field(default_factory=set)
    measured_min: int = 0
    expected_min: int = 0

    def add(self, enterprise_id: str, tce: Decimal | None, tco2: Decimal | None) -> None:
        """Count one energy row in."""
        self.enterprises.add(enterprise_id)
        if tce is not None:
            self.tce = tce + (self.tce or 0)
        if tco2 is not None:
            self.tco2 = tco2 + (self.tco2 or 0)


def cells(books: Books) -> dict[Key, Cell]:
    """Unrounded sums of the energy rows by month, industry and street (as on the month's last day), and carrier."""
    found: dict[Key, Cell] = defaultdict(Cell)
    for enterprise, by_month in books.months.items():
        for month, row in by_month.items():
            carbon = books.electricity_carbon(enterprise, month)
            cell = found[_key(books, enterprise, month, ELECTRICITY)]
            cell.add(enterprise, carbon.tce_equivalent, carbon.net)
            cell.measured_min += row.measured_min
            cell.expected_min += books.expected.of_months(month, month).get(enterprise, 0)
    for enterprise, fuel_months in books.fuels.rows.items():
        for month in fuel_months:
            if month <= books.running_month:
                for fuel in books.fuels.burnt(enterprise, month):
                    found[_key(books, enterprise, month, fuel.carrier)].add(enterprise, fuel.tce, fuel.tco2)
    return found


def _key(books: Books, enterprise: str, month: int, carrier: str) -> Key:
    profile = books.profiles.on(enterprise, last_day(month))
    return month, profile.industry_code, profile.street, carrier


def inventory_table(books: Books) -> pl.DataFrame:
    """The inventory, rounded once from unrounded sums.

    Returns:
        `INVENTORY_SCHEMA`, sorted by month, industry, street and carrier; coverage of electricity only.
    """
    rows = (
        (
            month_text(month),
            industry,
            street,
            carrier,
            mass(cell.tce),
            mass(cell.tco2),
            len(cell.enterprises),
            ratio(share_of_time(cell.measured_min, cell.expected_min)),
        )
        for (month, industry, street, carrier), cell in cells(books).items()
    )
    return table(rows, INVENTORY_SCHEMA, _KEYS)
