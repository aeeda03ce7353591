"""Carriers that no meter counts: fuels and raw materials 其他能源, and green electricity 绿电, by enterprise and month."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from carbon_pipeline.accounting.carbon import WH_PER_KWH
from carbon_pipeline.accounting.months import last_day, parse_month
from carbon_pipeline.exact import round_half_even_div
from carbon_pipeline.periods import MONTHS_A_YEAR
from carbon_pipeline.units import to

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from carbon_pipeline.factors import Factors

FUEL: Final = "燃料"
RAW_MATERIAL: Final = "原料"
OWN_PV: Final = "光伏自用"

_PER_TONNE: Final = Decimal("0.001")


class Fuel(NamedTuple):
    """A month's fuel or raw material of one enterprise.

    Attributes:
        quantity: in `unit`, the unit of the carrier's coefficient (kg, m3 or MJ).
        tce: standard coal, unrounded.
        tco2: CO2, unrounded; None for raw material, which is not burnt.
    """

    carrier: str
    use: str
    quantity: Decimal
    unit: str
    tce: Decimal
    tco2: Decimal | None


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A month that lacks the fuel row of a carrier, and the latest month before it whose row makes that one expected."""

    month: int
    carrier: str
    reported: int


@dataclass(slots=True)
class Fuels:
    """Fuel rows of all enterprises, and which carriers each of them reported in which months."""

    rows: dict[str, dict[int, list[Fuel]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    reported: dict[str, dict[str, set[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    _missing: dict[range, Counter[str]] = field(default_factory=dict)
    _by_month: dict[int, Counter[str]] | None = None

    @classmethod
    def of(cls, fuels: pl.DataFrame, factors: Factors) -> Fuels:
        """Convert each row to the unit of its coefficient and reckon its tce and tCO2 (GB/T 2589-2020).

        Args:
            fuels: the register's rows `enterprise_id, month, carrier, quantity, unit, use`.
            factors: coefficients; both tce columns of a fuel are alike.
        """
        found = cls()
        columns = ("enterprise_id", "month", "carrier", "quantity", "unit", "use")
        rows = cache(lambda carrier, month: factors.fuel(carrier, last_day(month)))
        scale = cache(partial(to, Decimal(1)))
        for enterprise, month, carrier, quantity, unit, use in fuels.select(columns).iter_rows():
            number = parse_month(month)
            row = rows(carrier, number)
            amount = Decimal(quantity) * scale(unit, row.unit)
            tco2 = amount * row.kgco2.value * _PER_TONNE if use == FUEL else None
            fuel = Fuel(carrier, use, amount, row.unit, amount * row.kgce.value * _PER_TONNE, tco2)
            found.rows[enterprise][number].append(fuel)
            if use == FUEL:
                found.reported[enterprise][carrier].add(number)
        return found

    def burnt(self, enterprise_id: str, month: int) -> list[Fuel]:
        """Fuels of a month without raw material."""
        return [fuel for fuel in self.of_month(enterprise_id, month) if fuel.use == FUEL]

    def of_month(self, enterprise_id: str, month: int) -> list[Fuel]:
        """All rows of an enterprise and month."""
        months = self.rows.get(enterprise_id)
        return months.get(month, []) if months else []

    def missing(self, months: range) -> Counter[str]:
        """By enterprise, the pairs of one of these months and a carrier that has a row in the twelve months before it and none in it.

        A row of 0 is a row.
        """
        if months not in self._missing:
            self._missing[months] = sum((self._gaps_of(month) for month in months), Counter())
        return self._missing[months]

    def _gaps_of(self, month: int) -> Counter[str]:
        if self._by_month is None:
            self._by_month = defaultdict(Counter)
            for enterprise, carriers in self.reported.items():
                for gap, _ in chain.from_iterable(map(_months_missing, carriers.values())):
                    self._by_month[gap][enterprise] += 1
        return self._by_month.get(month, Counter())

    def gaps(self, enterprise_id: str, months: range) -> list[Gap]:
        """Every month of these and carrier that is `missing`, in order."""
        carriers = self.reported.get(enterprise_id, {})
        found = (Gap(month, carrier, since) for carrier, reported in carriers.items() for month, since in _months_missing(reported))
        return sorted(gap for gap in found if gap.month in months)


def _months_missing(reported: set[int]) -> Iterator[tuple[int, int]]:
    """Months without a row, of which one of the twelve before has one, with the latest month that has."""
    for month, following in pairwise([*sorted(reported), math.inf]):
        yield from ((gap, int(month)) for gap in range(int(month) + 1, int(min(following, month + 1 + MONTHS_A_YEAR))))


@dataclass(slots=True)
class Green:
    """Green electricity of all enterprises by month in whole Wh: bought (绿电交易, 绿证) and own PV (光伏自用)."""

    bought_wh: dict[tuple[str, int], int] = field(default_factory=dict)
    own_pv_wh: dict[tuple[str, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, green: pl.DataFrame) -> Green:
        """Sum the register's rows `enterprise_id, month, kind, kwh`, each half-even to whole Wh."""
        found = cls()
        for enterprise, month, kind, kwh in green.select("enterprise_id", "month", "kind", "kwh").iter_rows():
            sums = found.own_pv_wh if kind == OWN_PV else found.bought_wh
            key = (enterprise, parse_month(month))
            sums[key] = sums.get(key, 0) + _watt_hours(Decimal(kwh))
        return found


def _watt_hours(kwh: Decimal) -> int:
    numerator, denominator = kwh.as_integer_ratio()
    return round_half_even_div(numerator * WH_PER_KWH, denominator)
