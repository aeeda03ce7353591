"""Running totals: what each enterprise used from a first month on, so that any period is a difference of two of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from carbon_pipeline.accounting.carbon import tonnes
from carbon_pipeline.accounting.months import year_of
from carbon_pipeline.exact import decimals, whole

if TYPE_CHECKING:
    from carbon_pipeline.accounting.books import Books


class Total(NamedTuple):
    """An enterprise over some months: minutes of its meters, and tCO2 in whole numbers of the totals' unit.

    Electricity whose year has no grid factor, and raw material, count as none.
    """

    measured_min: int
    estimated_min: int
    gross: int
    net: int


_NOTHING: Final = Total(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of every enterprise of the register over any months of a span.

    Attributes:
        first: first month of the span.
        sums: by enterprise, for each figure of `Total`, what the months of the span before the first, second, ... add up to.
    """

    first: int
    sums: dict[str, list[list[int]]]

    @classmethod
    def of(cls, books: Books, months: range, places: int) -> Totals:
        """Add up the books, month by month.

        Args:
            books: the books.
            months: the span.
            places: decimal places of a tonne in which all CO2 of the books is whole, `co2_places` or more.
        """
        per_wh = [whole(_co2_per_wh(books, year_of(month)), places) for month in months]
        burnt = _burnt(books, places)
        sums = {}
        for enterprise in books.profiles:
            rows = books.months.get(enterprise, {})
            figures = [_NOTHING]
            for month, factor in zip(months, per_wh, strict=True):
                row, fuel = rows.get(month), burnt.get((enterprise, month), 0)
                if row:
                    used, net = row.consumption_wh * factor, row.net_wh * factor
                    figures.append(Total(row.measured_min, row.estimated_min, used + fuel, net + fuel))
                else:
                    figures.append(Total(0, 0, fuel, fuel))
            sums[enterprise] = [list(accumulate(figure)) for figure in zip(*figures, strict=True)]
        return cls(months.start, sums)

    def over(self, enterprise_id: str, months: range) -> Total:
        """Total of an enterprise over consecutive months of the span."""
        start, end = months.start - self.first, months.stop - self.first
        measured, estimated, gross, net = self.sums[enterprise_id]
        return Total(measured[end] - measured[start], estimated[end] - estimated[start], gross[end] - gross[start], net[end] - net[start])


def co2_places(books: Books, months: range) -> int:
    """Decimal places of a tonne in which all CO2 of these months, electricity and fuels, is whole."""
    electricity = [_co2_per_wh(books, year) for year in {year_of(month) for month in months}]
    fuels = [fuel.tco2 for by_month in books.fuels.rows.values() for fuels in by_month.values() for fuel in fuels if fuel.tco2 is not None]
    return max(map(decimals, [*electricity, *fuels]), default=0)


def _co2_per_wh(books: Books, year: int) -> Decimal:
    return tonnes(1, books.coefficients.of_year(year).kgco2_per_kwh) or Decimal(0)


def _burnt(books: Books, places: int) -> dict[tuple[str, int], int]:
    """CO2 of fuels by enterprise and month."""
    return {
        (enterprise, month): sum(whole(fuel.tco2, places) for fuel in fuels if fuel.tco2 is not None)
        for enterprise, by_month in books.fuels.rows.items()
        for month, fuels in by_month.items()
    }
