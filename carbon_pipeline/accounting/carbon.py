"""Standard coal and CO2 of electricity: dated coefficients applied to exact Wh, nothing rounded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from carbon_pipeline.factors import FactorError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from carbon_pipeline.accounting.electricity import Electricity
    from carbon_pipeline.factors import FactorRow, Factors

_Row = TypeVar("_Row", bound="FactorRow")

CALORIFIC: Final = "当量值"
EQUIVALENT: Final = "等价值"

_BASES: Final[dict[str, Literal["calorific", "equivalent"]]] = {CALORIFIC: "calorific", EQUIVALENT: "equivalent"}
WH_PER_KWH: Final = 1000
KG_PER_TONNE: Final = 1000
_PER_WH: Final = Decimal("0.000001")
"""kWh per Wh and tonnes per kg together."""


@dataclass(frozen=True, slots=True)
class YearCoefficients:
    """Coefficients of electricity for the data of one calendar year, as far as any are published up to it.

    Attributes:
        kgce_per_kwh: by basis of a budget, 当量值 and 等价值; a basis that is not published is not there.
        trial_bases: bases whose coefficient is a draft or assumed: what is reckoned in them is a trial 试算.
        kgco2_per_kwh: grid factor of the region, None where none is published.
        factor_year: the year for which that grid factor was published.
    """

    kgce_per_kwh: Mapping[str, Decimal]
    trial_bases: frozenset[str]
    kgco2_per_kwh: Decimal | None
    factor_year: int | None

    @property
    def is_complete(self) -> bool:
        """Whether everything that is asked of electricity can be reckoned."""
        return self.kgco2_per_kwh is not None and len(self.kgce_per_kwh) == len(_BASES)


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
        """Coefficients for data of a year: each the latest published up to it, unless pinned; nothing is carried back."""
        if year not in self._years:
            rows = {basis: self._known(partial(self._factors.electricity_tce, name, year)) for basis, name in _BASES.items()}
            grid = self._known(partial(self._factors.grid_co2, self._region, year, pinned=self._pinned))
            self._years[year] = YearCoefficients(
                kgce_per_kwh={basis: row.value for basis, row in rows.items() if row},
                trial_bases=frozenset(basis for basis, row in rows.items() if row and row.is_trial),
                kgco2_per_kwh=grid.value if grid else None,
                factor_year=grid.year if grid else None,
            )
        return self._years[year]

    def factor_year(self, year: int) -> int:
        """Year of the grid factor for data of a year.

        Raises:
            FactorError: none is published up to that year.
        """
        return self._factors.grid_co2(self._region, year, pinned=self._pinned).year

    @staticmethod
    def _known(look_up: Callable[[], _Row]) -> _Row | None:
        try:
            return look_up()
        except FactorError:
            return None


def electricity_carbon(row: Electricity, coefficients: YearCoefficients) -> Carbon:
    """Tce and tCO2 of a month's electricity; what has no coefficient for its year is unknown.

    tce counts what was imported. Gross CO2 counts import and own PV; net CO2 counts what is left of them without zero-carbon
    electricity.
    """
    kgce = coefficients.kgce_per_kwh
    return Carbon(
        tce_calorific=tonnes(row.import_wh, kgce.get(CALORIFIC)),
        tce_equivalent=tonnes(row.import_wh, kgce.get(EQUIVALENT)),
        gross=tonnes(row.consumption_wh, coefficients.kgco2_per_kwh),
        net=tonnes(row.net_wh, coefficients.kgco2_per_kwh),
    )


def tonnes(wh: int | None, kg_per_kwh: Decimal | None) -> Decimal | None:
    """Tonnes of so many Wh, exact; None where either is unknown."""
    return None if wh is None or kg_per_kwh is None else wh * kg_per_kwh * _PER_WH


def electricity_tce(import_wh: int, bought_green_wh: int, kgce_per_kwh: Decimal) -> Decimal:
    """Tce of a month's import that counts against a budget: less green trade and certificates, not below 0."""
    return max(import_wh - bought_green_wh, 0) * kgce_per_kwh * _PER_WH
