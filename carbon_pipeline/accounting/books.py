"""The books of a refresh: everything that grades, budgets and tariffs read, exact and by enterprise and month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from carbon_pipeline.accounting.carbon import Carbon, Coefficients, electricity_carbon
from carbon_pipeline.accounting.coverage import ExpectedTime, share_of_time
from carbon_pipeline.accounting.electricity import ByMonth, Electricity, Unreckoned, electricity
from carbon_pipeline.accounting.fuels import Fuels, Green
from carbon_pipeline.accounting.months import first_day, last_day, number_of, year_of
from carbon_pipeline.accounting.profiles import Profiles
from carbon_pipeline.accounting.segments import IMPORT
from carbon_pipeline.periods import MINUTES_A_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from fractions import Fraction

    from carbon_pipeline.accounting.metered import Metered
    from carbon_pipeline.accounting.segments import Attribution
    from carbon_pipeline.factors import Factors
    from carbon_pipeline.registry.state import Registry


@dataclass(frozen=True, slots=True)
class Measured:
    """How well a span of months is measured, for one enterprise.

    Attributes:
        minutes: measured minutes, register-bounded ones included.
        estimated_min: estimated minutes.
        expected_min: minutes that should have been measured.
    """

    minutes: int
    estimated_min: int
    expected_min: int

    @property
    def coverage(self) -> Fraction | None:
        """Measured of expected time; None where nothing is expected."""
        return share_of_time(self.minutes, self.expected_min)

    @property
    def estimated_share(self) -> Fraction | None:
        """Estimated of expected time, likewise."""
        return share_of_time(self.estimated_min, self.expected_min)

    def is_below(self, least: Fraction) -> bool:
        """Whether coverage is below a bar; where nothing is expected it is not."""
        return self.minutes * least.denominator < least.numerator * self.expected_min


@dataclass(frozen=True, slots=True)
class AccountUse:
    """What an account imported over a span of months, all its owners together.

    Attributes:
        wh: import Wh on the days it was owned.
        measured_min: measured minutes of its billed 用电 meters on these days.
        expected_min: minutes that should have been measured.
    """

    wh: int
    measured_min: int
    expected_min: int

    @property
    def coverage(self) -> Fraction | None:
        """Measured of expected time; None where nothing is expected."""
        return share_of_time(self.measured_min, self.expected_min)


@dataclass(slots=True)
class Books:
    """Exact figures of all enterprises as of one day."""

    as_of: date
    profiles: Profiles
    attribution: Attribution
    expected: ExpectedTime
    months: ByMonth
    unreckoned: list[Unreckoned]
    fuels: Fuels
    green: Green
    coefficients: Coefficients
    sums: pl.DataFrame
    _imports: dict[tuple[str, int], dict[str, int]] | None = None

    @classmethod
    def of(
        cls, metered: Metered, registry: Registry, factors: Factors, coefficients: Coefficients, least_coverage: Fraction, as_of: date
    ) -> Books:
        """Draw up the books.

        Args:
            metered: what meters gave, by month.
            registry: the register as it stands now.
            factors: coefficients of fuels.
            coefficients: coefficients of electricity, by year.
            least_coverage: coverage below which own PV is not reckoned.
            as_of: last day that counts.
        """
        attribution, green = metered.attribution, Green.of(registry.green)
        months, unreckoned = electricity(metered.sums, attribution, green, metered.channels, least_coverage, as_of)
        expected = ExpectedTime.of(attribution.segments, as_of)
        fuels, profiles = Fuels.of(registry.fuels, factors), Profiles(registry.enterprises)
        return cls(as_of, profiles, attribution, expected, months, unreckoned, fuels, green, coefficients, metered.sums)

    @property
    def running_month(self) -> int:
        """The month of the as-of date."""
        return number_of(self.as_of)

    def electricity_of(self, enterprise_id: str, month: int) -> Electricity | None:
        """Electricity of a month, None where nothing measured or estimated it."""
        by_month = self.months.get(enterprise_id)
        return by_month.get(month) if by_month else None

    def electricity_carbon(self, enterprise_id: str, month: int) -> Carbon:
        """Tce and tCO2 of the electricity of a month that has any."""
        return electricity_carbon(self.months[enterprise_id][month], self.coefficients.of_year(year_of(month)))

    def measured(self, enterprise_id: str, months: range) -> Measured:
        """Measured and estimated against expected time over consecutive months, up to the as-of date."""
        expected = self.expected.of_months(months[0], months[-1]).get(enterprise_id, 0) if months else 0
        by_month = self.months.get(enterprise_id, {})
        rows = [row for month in months if (row := by_month.get(month))]
        return Measured(sum([row.measured_min for row in rows]), sum([row.estimated_min for row in rows]), expected)

    def imports(self, enterprise_id: str, months: Iterable[int]) -> dict[str, int]:
        """Import Wh of an enterprise by account key over months; accounts without a known Wh are left out."""
        if self._imports is None:
            self._imports = _imports(self.sums)
        found: dict[str, int] = {}
        for month in months:
            for key, wh in self._imports.get((enterprise_id, month), {}).items():
                found[key] = found.get(key, 0) + wh
        return found

    def account_over(self, account_key: str, months: range) -> AccountUse:
        """Import of an account over consecutive months, all its owners together, on the days it was owned."""
        rows = self.sums.filter(
            (pl.col("account_key") == account_key)
            & (pl.col("role") == IMPORT)
            & pl.col("enterprise_id").is_not_null()
            & pl.col("month").is_between(months[0], months[-1])
        )
        first, last = first_day(months[0]), min(last_day(months[-1]), self.as_of)
        runs = (s for s in self.attribution.segments if s.account_key == account_key and s.role == IMPORT and s.owners)
        days = sum(max((min(s.day_to, last) - max(s.day_from, first)).days + 1, 0) for s in runs)
        wh, minutes = rows.select(pl.col("wh", "account_min").sum()).row(0)
        return AccountUse(wh, minutes, days * MINUTES_A_DAY)

    def own_days(self, enterprise_id: str, account_key: str, month: int) -> tuple[date, date] | None:
        """First and last day of a month on which an account was the enterprise's; None where it was not."""
        runs = [h for h in self._holdings(enterprise_id, account_key) if h[0] <= last_day(month) and h[1] >= first_day(month)]
        if not runs:
            return None
        return max(min(run[0] for run in runs), first_day(month)), min(max(run[1] for run in runs), last_day(month))

    def account_no(self, enterprise_id: str, account_key: str, month: int) -> str:
        """The account's number as the register writes it for the enterprise, by the latest row that has begun by the month's end."""
        runs = self._holdings(enterprise_id, account_key)
        begun = [run for run in runs if run[0] <= last_day(month)] or runs
        return max(begun)[2]

    def _holdings(self, enterprise_id: str, account_key: str) -> list[tuple[date, date, str]]:
        rows = self.attribution.holdings.get(account_key, [])
        return [(h.day_from, h.day_to, h.account_no) for h in rows if h.enterprise_id == enterprise_id]


def _imports(sums: pl.DataFrame) -> dict[tuple[str, int], dict[str, int]]:
    known = pl.col("enterprise_id").is_not_null() & pl.col("wh").is_not_null() & (pl.col("role") == IMPORT)
    keys = ("enterprise_id", "month", "account_key")
    found: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for enterprise, month, key, wh in sums.filter(known).group_by(keys).agg(pl.col("wh").sum()).sort(keys).iter_rows():
        found[enterprise, month][key] = wh
    return found
