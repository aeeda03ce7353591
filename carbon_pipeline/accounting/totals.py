"""Running totals: what each enterprise used from a first month on, so that any period is a difference of two of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from operator import add, sub
from typing import TYPE_CHECKING, NamedTuple

from carbon_pipeline.accounting.carbon import tonnes
from carbon_pipeline.accounting.months import year_of
from carbon_pipeline.exact import most_decimals, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbon_pipeline.accounting.books import Books
    from carbon_pipeline.accounting.electricity import Electricity


class Total(NamedTuple):
    """All enterprises over some months, by column: minutes of their meters, and tCO2 in whole numbers of the totals' unit.

    Electricity whose year has no grid factor, and raw material, count as none.
    """

    measured_min: list[int]
    estimated_min: list[int]
    gross: list[int]
    net: list[int]


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of every enterprise of the register, in its order, over any months of a span.

    Attributes:
        first: first month of the span.
        sums: what the months of the span before the first, second, ... add up to.
    """

    first: int
    sums: list[Total]

    @classmethod
    def of(cls, books: Books, months: range, places: int) -> Totals:
        """Add up the books, month by month.

        Args:
            books: the books.
            months: the span.
            places: decimal places of a tonne in which all CO2 of the books is whole, `co2_places` or more.
        """
        burnt = _burnt(books, places)
        metered = [books.months.get(enterprise, {}) for enterprise in books.profiles]
        sums = [Total(*([0] * len(metered) for _ in Total._fields))]
        for month in months:
            fuels = [burnt.get((enterprise, month), 0) for enterprise in books.profiles]
            factor = whole(_co2_per_wh(books, year_of(month)), places)
            sums.append(_each(add, sums[-1], _of_month([rows.get(month) for rows in metered], factor, fuels)))
        return cls(months.start, sums)

    def over(self, months: range) -> Total:
        """Totals over consecutive months of the span."""
        return _each(sub, self.sums[months.stop - self.first], self.sums[months.start - self.first])


def _each(operation: Callable[[int, int], int], one: Total, other: Total) -> Total:
    return Total(*(list(map(operation, *columns)) for columns in zip(one, other, strict=True)))


def _of_month(rows: list[Electricity | None], factor: int, fuels: list[int]) -> Total:
    """Totals of one month, with its CO2 per Wh and the CO2 of its fuels."""
    return Total(
        [row.measured_min if row else 0 for row in rows],
        [row.estimated_min if row else 0 for row in rows],
        [row.consumption_wh * factor + fuel if row else fuel for row, fuel in zip(rows, fuels, strict=True)],
        [row.net_wh * factor + fuel if row else fuel for row, fuel in zip(rows, fuels, strict=True)],
    )


def co2_places(books: Books, months: range) -> int:
    """Decimal places of a tonne in which all CO2 of these months, electricity and fuels, is whole."""
    electricity = [_co2_per_wh(books, year) for year in {year_of(month) for month in months}]
    fuels = [fuel.tco2 for by_month in books.fuels.rows.values() for fuels in by_month.values() for fuel in fuels if fuel.tco2 is not None]
    return most_decimals([*electricity, *fuels])


def _co2_per_wh(books: Books, year: int) -> Decimal:
    return tonnes(1, books.coefficients.of_year(year).kgco2_per_kwh) or Decimal(0)


def _burnt(books: Books, places: int) -> dict[tuple[str, int], int]:
    """CO2 of fuels by enterprise and month."""
    return {
        (enterprise, month): sum(whole(fuel.tco2, places) for fuel in fuels if fuel.tco2 is not None)
        for enterprise, by_month in books.fuels.rows.items()
        for month, fuels in by_month.items()
    }
