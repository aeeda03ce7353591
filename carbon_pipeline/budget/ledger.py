"""The ledger: which budget is in force on a day, and what of it is used up to the end of a month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from carbon_pipeline.accounting.carbon import electricity_tce
from carbon_pipeline.accounting.months import last_day, month_number, months_of_year, months_over, year_of
from carbon_pipeline.periods import MONTHS_A_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from carbon_pipeline.accounting.books import Books, Measured
    from carbon_pipeline.accounting.fuels import Gap


@dataclass(frozen=True, slots=True)
class Budget:
    """One dated row of an enterprise's budget 用能预算 of a year; `basis` is 等价值 or 当量值."""

    valid_from: date
    budget_tce: Decimal
    basis: str
    document_no: str | None


class Budgets:
    """All budgets of the register."""

    def __init__(self, budgets: pl.DataFrame) -> None:
        """Take the rows `enterprise_id, year, budget_tce, basis, valid_from, document_no`."""
        self._rows: dict[tuple[str, int], list[Budget]] = defaultdict(list)
        columns = ("enterprise_id", "year", "valid_from", "budget_tce", "basis", "document_no")
        for enterprise, year, valid_from, tce, basis, document in budgets.select(columns).iter_rows():
            self._rows[enterprise, year].append(Budget(valid_from or date.min, Decimal(tce), basis, document))
        for rows in self._rows.values():
            rows.sort(key=lambda row: row.valid_from)

    def in_force(self, enterprise_id: str, year: int, day: date) -> Budget | None:
        """The latest budget of a year that counts by a day, None where there is none yet."""
        for row in reversed(self._rows.get((enterprise_id, year), ())):
            if row.valid_from <= day:
                return row
        return None


@dataclass(frozen=True, slots=True)
class YearEnd:
    """How a past year ended: its last budget, what was used of it, and whether the year has any reading."""

    year: int
    budget: Budget | None
    used: Decimal | None
    has_readings: bool

    @property
    def outcome(self) -> str:
        """`over` its budget or `within` it, else what says nothing of it: `no_budget`, `no_readings` or `no_coefficient`."""
        if self.budget is None:
            return "no_budget"
        if not self.has_readings:
            return "no_readings"
        if self.used is None:
            return "no_coefficient"
        return "over" if self.used > self.budget.budget_tce else "within"


@dataclass(slots=True)
class Ledger:
    """Use of energy against budgets, exact and by month."""

    books: Books
    budgets: Budgets
    _used: dict[tuple[str, str, int], list[Decimal | None]] = field(default_factory=dict)
    _ended: dict[tuple[str, int], YearEnd] = field(default_factory=dict)

    def used(self, enterprise_id: str, basis: str, month: int) -> Decimal | None:
        """Tce of the year up to a month's end (to date, in the running month), in a budget's basis.

        Electricity counts each month's import less that month's green trade and certificates, not below 0; fuels count in
        full from the first day of their month. Raw material and own PV do not count.

        Returns:
            Unrounded tce, None where there is neither reading nor fuel, or where electricity of these months has no
            coefficient: its use is unknown then, not its fuels alone.
        """
        key = (enterprise_id, basis, year_of(month))
        if key not in self._used:
            self._used[key] = list(self._running(*key))
        return self._used[key][month % MONTHS_A_YEAR]

    def _running(self, enterprise_id: str, basis: str, year: int) -> Iterator[Decimal | None]:
        """What is `used` up to the end of each month of a year."""
        kgce, running_month = self.books.coefficients.of_year(year).kgce_per_kwh.get(basis), self.books.running_month
        total, is_known = None, True
        for month in months_of_year(year):
            imported = self._imported(enterprise_id, month)
            is_known = is_known and (imported is None or kgce is not None)
            this = self._of_month(enterprise_id, month, imported, kgce) if month <= running_month else None
            total = total if this is None else this + (total or 0)
            yield total if is_known else None

    def _of_month(self, enterprise_id: str, month: int, import_wh: int | None, kgce_per_kwh: Decimal | None) -> Decimal | None:
        burnt = self.books.fuels.burnt(enterprise_id, month)
        total = sum((fuel.tce for fuel in burnt), Decimal(0)) if burnt else None
        if import_wh is None or kgce_per_kwh is None:
            return total
        bought = self.books.green.bought_wh.get((enterprise_id, month), 0)
        return electricity_tce(import_wh, bought, kgce_per_kwh) + (total or 0)

    def _imported(self, enterprise_id: str, month: int) -> int | None:
        row = self.books.electricity_of(enterprise_id, month)
        return row.import_wh if row else None

    def measured_to(self, enterprise_id: str, month: int) -> Measured:
        """Coverage of the year up to a month's end, none after the as-of date."""
        return self.books.measured(enterprise_id, range(month_number(year_of(month), 1), month + 1))

    def fuel_months_missing(self, enterprise_id: str, month: int) -> int:
        """Pairs of month (of the year, over, up to this one) and carrier that lack the fuel row that was to be expected."""
        return self.books.fuels.missing(self._over_to(month))[enterprise_id]

    def fuel_gaps(self, enterprise_id: str, month: int) -> list[Gap]:
        """The pairs that `fuel_months_missing` counts."""
        return self.books.fuels.gaps(enterprise_id, self._over_to(month))

    def _over_to(self, month: int) -> range:
        months = months_over(year_of(month), self.books.as_of)
        return range(months.start, min(months.stop, month + 1))

    def ended(self, enterprise_id: str, year: int) -> YearEnd:
        """How a past year ended; without readings, budget or coefficients it did not end above its budget."""
        key = (enterprise_id, year)
        if key not in self._ended:
            months = months_of_year(year)
            budget = self.budgets.in_force(enterprise_id, year, last_day(months[-1]))
            used = self.used(enterprise_id, budget.basis, months[-1]) if budget else None
            has_readings = any(self._imported(enterprise_id, month) is not None for month in months)
            self._ended[key] = YearEnd(year, budget, used, has_readings)
        return self._ended[key]

    def former_years(self, enterprise_id: str, year: int) -> list[YearEnd]:
        """Years before `year` that ended above their budget without a break, the latest first, and the one that ends the run."""
        found = [self.ended(enterprise_id, year - 1)]
        while found[-1].outcome == "over":
            found.append(self.ended(enterprise_id, found[-1].year - 1))
        return found

    def years_running(self, enterprise_id: str, year: int) -> int:
        """Consecutive years over budget up to `year`, which is over by now and counts."""
        return len(self.former_years(enterprise_id, year))
