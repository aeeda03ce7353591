"""The ledger: which budget is in force on a day, and what of it is used up to the end of a month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from carbon_pipeline.accounting.carbon import electricity_tce
from carbon_pipeline.accounting.months import january_of, last_day, month_number, months_over, year_of
from carbon_pipeline.periods import MONTHS_A_YEAR

if TYPE_CHECKING:
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
        begun = [row for row in self._rows.get((enterprise_id, year), []) if row.valid_from <= day]
        return begun[-1] if begun else None


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
    _used: dict[tuple[str, str, int], Decimal | None] = field(default_factory=dict)

    def used(self, enterprise_id: str, basis: str, month: int) -> Decimal | None:
        """Tce of the year up to a month's end (to date, in the running month), in a budget's basis.

        Electricity counts each month's import less that month's green trade and certificates, not below 0; fuels count in
        full from the first day of their month. Raw material and own PV do not count.

        Returns:
            Unrounded tce, None where there is neither reading nor fuel, or where electricity of these months has no
            coefficient: its use is unknown then, not its fuels alone.
        """
        key = (enterprise_id, basis, month)
        if key not in self._used:
            self._used[key] = None if self._is_unknown(*key) else self._to_the_end_of(*key)
        return self._used[key]

    def _is_unknown(self, enterprise_id: str, basis: str, month: int) -> bool:
        if basis in self.books.coefficients.of_year(year_of(month)).kgce_per_kwh:
            return False
        return self._has_readings(enterprise_id, range(january_of(month), month + 1))

    def _to_the_end_of(self, enterprise_id: str, basis: str, month: int) -> Decimal | None:
        before = self.used(enterprise_id, basis, month - 1) if month % MONTHS_A_YEAR else None
        this = self._of_month(enterprise_id, basis, month)
        return before if this is None else this + (before or 0)

    def _of_month(self, enterprise_id: str, basis: str, month: int) -> Decimal | None:
        if month > self.books.running_month:
            return None
        burnt = self.books.fuels.burnt(enterprise_id, month)
        total = sum((fuel.tce for fuel in burnt), Decimal(0)) if burnt else None
        row = self.books.electricity_of(enterprise_id, month)
        if row is None or row.import_wh is None:
            return total
        kgce = self.books.coefficients.of_year(year_of(month)).kgce_per_kwh[basis]
        bought = self.books.green.bought_wh.get((enterprise_id, month), 0)
        return electricity_tce(row.import_wh, bought, kgce) + (total or 0)

    def measured_to(self, enterprise_id: str, month: int) -> Measured:
        """Coverage of the year up to a month's end, none after the as-of date."""
        return self.books.measured(enterprise_id, range(month_number(year_of(month), 1), month + 1))

    def fuel_months_missing(self, enterprise_id: str, month: int) -> int:
        """Pairs of month (of the year, over, up to this one) and carrier that lack the fuel row that was to be expected."""
        return sum(self.books.fuels.missing(enterprise_id, m) for m in self._over_to(month))

    def fuel_gaps(self, enterprise_id: str, month: int) -> list[Gap]:
        """The pairs that `fuel_months_missing` counts."""
        return self.books.fuels.gaps(enterprise_id, self._over_to(month))

    def _over_to(self, month: int) -> range:
        months = months_over(year_of(month), self.books.as_of)
        return range(months.start, min(months.stop, month + 1))

    def ended(self, enterprise_id: str, year: int) -> YearEnd:
        """How a past year ended; without readings, budget or coefficients it did not end above its budget."""
        december = month_number(year, MONTHS_A_YEAR)
        budget = self.budgets.in_force(enterprise_id, year, last_day(december))
        used = self.used(enterprise_id, budget.basis, december) if budget else None
        return YearEnd(year, budget, used, self._has_readings(enterprise_id, range(january_of(december), december + 1)))

    def _has_readings(self, enterprise_id: str, months: range) -> bool:
        rows = (self.books.electricity_of(enterprise_id, month) for month in months)
        return any(row is not None and row.import_wh is not None for row in rows)

    def former_years(self, enterprise_id: str, year: int) -> list[YearEnd]:
        """Years before `year` that ended above their budget without a break, the latest first, and the one that ends the run."""
        found = [self.ended(enterprise_id, year - 1)]
        while found[-1].outcome == "over":
            found.append(self.ended(enterprise_id, found[-1].year - 1))
        return found

    def years_running(self, enterprise_id: str, year: int) -> int:
        """Consecutive years over budget up to `year`, which is over by now and counts."""
        return len(self.former_years(enterprise_id, year))
