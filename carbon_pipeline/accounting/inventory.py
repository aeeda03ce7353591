"""The carbon inventory 碳排放清单: energy by month, industry, street and carrier, raw material left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.carbon import EQUIVALENT, tonnes
from carbon_pipeline.accounting.fuels import FUEL
from carbon_pipeline.accounting.months import last_day, month_text, year_of
from carbon_pipeline.accounting.publish import MASS, MASS_PLACES, RATIO, RATIO_PLACES, in_order, quotients, rounded
from carbon_pipeline.factors import ELECTRICITY

if TYPE_CHECKING:
    from decimal import Decimal

    from carbon_pipeline.accounting.books import Books
    from carbon_pipeline.accounting.carbon import YearCoefficients
    from carbon_pipeline.accounting.electricity import Electricity
    from carbon_pipeline.accounting.fuels import Fuel

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
    """Sums of one month, industry, street and carrier, unrounded; tce and tco2 are None where none of its rows knows them."""

    import_wh: int | None = None
    net_wh: int = 0
    tce: Decimal | None = None
    tco2: Decimal | None = None
    enterprises: set[str] = field(default_factory=set)
    measured_min: int = 0
    expected_min: int = 0

    def add_electricity(self, enterprise_id: str, row: Electricity, expected_min: int) -> None:
        """Count the electricity of an enterprise in, in Wh."""
        self.enterprises.add(enterprise_id)
        if row.import_wh is not None:
            self.import_wh = row.import_wh + (self.import_wh or 0)
        self.net_wh += row.net_wh
        self.measured_min += row.measured_min
        self.expected_min += expected_min

    def convert(self, coefficients: YearCoefficients) -> None:
        """Reckon tce and tCO2 of all the electricity that was counted in."""
        self.tce = tonnes(self.import_wh, coefficients.kgce_per_kwh.get(EQUIVALENT))
        self.tco2 = tonnes(self.net_wh, coefficients.kgco2_per_kwh)

    def add_fuel(self, enterprise_id: str, fuel: Fuel) -> None:
        """Count a fuel of an enterprise in."""
        self.enterprises.add(enterprise_id)
        self.tce = fuel.tce + (self.tce or 0)
        if fuel.tco2 is not None:
            self.tco2 = fuel.tco2 + (self.tco2 or 0)


Cells = dict[Key, Cell]


def cells(books: Books) -> Cells:
    """Unrounded sums of the energy rows by month, industry and street (as on the month's last day), and carrier."""
    found: Cells = defaultdict(Cell)
    expected = books.expected.by_month(month for by_month in books.months.values() for month in by_month)
    for enterprise, by_month in books.months.items():
        for month, row in by_month.items():
            cell = found[_key(books, enterprise, month, ELECTRICITY)]
            cell.add_electricity(enterprise, row, expected[month].get(enterprise, 0))
    for (month, *_), cell in found.items():
        cell.convert(books.coefficients.of_year(year_of(month)))
    running_month = books.running_month
    for enterprise, fuel_months in books.fuels.rows.items():
        for month, fuels in fuel_months.items():
            for fuel in fuels:
                if fuel.use == FUEL and month <= running_month:
                    found[_key(books, enterprise, month, fuel.carrier)].add_fuel(enterprise, fuel)
    return found


def _key(books: Books, enterprise: str, month: int, carrier: str) -> Key:
    profile = books.profiles.on(enterprise, last_day(month))
    return month, profile.industry_code, profile.street, carrier


def inventory_table(cells: Cells) -> pl.DataFrame:
    """The inventory, rounded once from unrounded sums.

    Returns:
        `INVENTORY_SCHEMA`, sorted by month, industry, street and carrier; coverage of electricity only.
    """
    sums = cells.values()
    columns = {
        "month": [month_text(month) for month, *_ in cells],
        "industry_code": [industry for _, industry, _, _ in cells],
        "street": [street for _, _, street, _ in cells],
        "carrier": [carrier for *_, carrier in cells],
        "tce_equivalent": rounded((cell.tce for cell in sums), MASS_PLACES),
        "tco2_net": rounded((cell.tco2 for cell in sums), MASS_PLACES),
        "enterprises": [len(cell.enterprises) for cell in sums],
        "coverage": quotients((cell.measured_min for cell in sums), (cell.expected_min for cell in sums), RATIO_PLACES),
    }
    return in_order(pl.DataFrame(columns, schema=INVENTORY_SCHEMA), _KEYS)
