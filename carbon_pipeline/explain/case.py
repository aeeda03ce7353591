"""All that an explanation reads: the books of a refresh drawn up anew, with the register, factors and rules behind them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from carbon_pipeline.accounting.books import Books
from carbon_pipeline.accounting.carbon import Coefficients
from carbon_pipeline.accounting.metered import Metered
from carbon_pipeline.budget.ledger import Budgets, Ledger
from carbon_pipeline.efficiency.value_added import ValueAdded

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from carbon_pipeline.factors import Factors
    from carbon_pipeline.industries import Industries
    from carbon_pipeline.registry.state import Registry
    from carbon_pipeline.rules import Rules


@dataclass(frozen=True, slots=True)
class Case:
    """The material of an explanation.

    Attributes:
        register: the register as it stands now, without rows of withdrawn enterprises.
        ledger: use of energy against budgets, with the books below it.
        value_added: value added of the register.
        factors: dated coefficients.
        rules: dated rule sets.
        industries: names of industries and reference L.
    """

    register: Registry
    ledger: Ledger
    value_added: ValueAdded
    factors: Factors
    rules: Rules
    industries: Industries

    @classmethod
    def of(cls, meter_days: pl.DataFrame, registry: Registry, factors: Factors, rules: Rules, industries: Industries, as_of: date) -> Case:
        """Draw up the books as a refresh does.

        Args:
            meter_days: settled meter days of the whole lake.
            registry: the register as it stands now.
            factors: dated coefficients.
            rules: dated rule sets.
            industries: names of industries and reference L.
            as_of: last day that counts.
        """
        known = registry.without_orphans()
        coefficients = Coefficients(factors, rules.active.grid_region, rules.grading.factor_year)
        metered = Metered.of(meter_days, registry, as_of)
        books = Books.of(metered, known, factors, coefficients, Fraction(rules.coverage.least_pv), as_of)
        return cls(known, Ledger(books, Budgets(known.budgets)), ValueAdded(known.economics), factors, rules, industries)

    @property
    def books(self) -> Books:
        """The books."""
        return self.ledger.books
