"""Standard coal and CO2 of electricity: dated coefficients applied to exact Wh, nothing rounded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from carbon_pipeline.factors import FactorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbon_pipeline.accounting.electricity import Electricity
    from carbon_pipeline.factors import Factors

CALORIFIC: Final = "当量值"
EQUIVALENT: Final = "等价值"

_BASES: Final[dict[str, Literal["calorific", "equivalent"]]] = {CALORIFIC: "calorific", EQUIVALENT: "equivalent"}
_PER_WH: Final = Decimal("0.000001")
"""kWh per Wh and tonnes per kg together."""


@dataclass(frozen=True, slots=True)
class YearCoefficients:
    """Coefficients of electricity for the data of one calendar year.

    Attributes:
        kgce_per_kwh: by basis of a budget, 当量值 and 等价值.
        trial_bases: bases whose coefficient is a draft or assumed: what is reckoned in them is a trial 试算.
        kgco2_per_kwh: grid factor of the region.
        factor_year: the year for which that grid factor was published.
    """

    kgce_per_kwh: Mapping[str, Decimal]
    trial_bases: frozenset[str]
    kgco2_per_kwh: Decimal
    factor_year: int


@dataclass(frozen=True, slots=True)
class Carbon:
    """tce and tCO2 of one enterprise, month and carrier, unrounded; None where they are unknown or do not apply."""

    tce_calorific: Decimal | None
    tce_equivalent: Decimal | None
    gross: Decimal | None
    net: Decimal | None


class Coefficients:
    """Coefficients of electricity by year of the data, for one region."""

    def __init__(self, factors: Factors, region: str, pinned_year: int | None = None) -> None:
        """Take the factor tables, the grid region, and the factor year where the rule set pins one.

        Raises:
            FactorError: the tables know nothing of that region, or nothing of the pinned year.
        """
        factors.grid_co2(region, date.max.year, pinned=pinned_year)
        self._factors, self._region, self._pinned = factors, region, pinned_year
        self._years: dict[int, YearCoefficients] = {}

    def of_year(self, year: int) -> YearCoefficients:
        """Coefficients for data of a year: each the latest published up to it, unless pinned.

        Raises:
            FactorError: nothing is published up to that year.
        """
        if year not in self._years:
            grid = self._factors.grid_co2(self._region, year, pinned=self._pinned)
            rows = {basis: self._factors.electricity_tce(name, year) for basis, name in _BASES.items()}
            kgce = {basis: row.value for basis, row in rows.items()}
            trial = frozenset(basis for basis, row in rows.items() if row.is_trial)
            self._years[year] = YearCoefficients(kgce, trial, grid.value, grid.year)
        return self._years[year]

    def known(self, year: int) -> YearCoefficients | None:
        """Coefficients for data of a year, None where nothing is published up to it."""
        try:
            return self.of_year(year)
        except FactorError:
            return None


UNKNOWN: Final = Carbon(None, None, None, None)


def electricity_carbon(row: Electricity, bought_green_wh: int, coefficients: YearCoefficients | None) -> Carbon:
    """Tce and tCO2 of a month's electricity; all unknown where no coefficient is published up to its year.

    tce counts what was imported. Gross CO2 counts import and own PV; net CO2 takes off zero-carbon electricity (own PV,
    绿电交易, 绿证), at most the month's consumption.
    """
    if coefficients is None:
        return UNKNOWN
    per_wh = coefficients.kgco2_per_kwh * _PER_WH
    zero_carbon_wh = (row.pv_wh or 0) + bought_green_wh
    gross, net = row.consumption_wh * per_wh, max(row.consumption_wh - zero_carbon_wh, 0) * per_wh
    if row.import_wh is None:
        return Carbon(None, None, gross, net)
    imported = row.import_wh * _PER_WH
    kgce = coefficients.kgce_per_kwh
    return Carbon(imported * kgce[CALORIFIC], imported * kgce[EQUIVALENT], gross, net)


def electricity_tce(import_wh: int, bought_green_wh: int, kgce_per_kwh: Decimal) -> Decimal:
    """Tce of a month's import that counts against a budget: less green trade and certificates, not below 0."""
    return max(import_wh - bought_green_wh, 0) * kgce_per_kwh * _PER_WH
