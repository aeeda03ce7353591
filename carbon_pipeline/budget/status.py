"""Where each enterprise stands against its budget as of a day: used, ratio, alert and what is missing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.carbon import EQUIVALENT
from carbon_pipeline.accounting.publish import MASS, RATIO, mass, ratio, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from carbon_pipeline.accounting.books import Books
    from carbon_pipeline.budget.ledger import Budget, Ledger
    from carbon_pipeline.rules import AlertRule

BUDGETS_SCHEMA: Final = pl.Schema(
    {
        "as_of": pl.Date(),
        "enterprise_id": pl.String(),
        "name": pl.String(),
        "industry_code": pl.String(),
        "street": pl.String(),
        "year": pl.Int64(),
        "document_no": pl.String(),
        "budget_tce": MASS,
        "basis": pl.String(),
        "used_tce": MASS,
        "ratio": RATIO,
        "alert": pl.String(),
        "overrun_tce": MASS,
        "forecast_p05_tce": MASS,
        "forecast_p50_tce": MASS,
        "forecast_p95_tce": MASS,
        "overrun_probability": RATIO,
        "expected_overrun_date": pl.Date(),
        "coverage": RATIO,
        "fuel_months_missing": pl.Int64(),
        "last_reading_date": pl.Date(),
    }
)
_KEYS: Final = 2
_FORECAST: Final = (None,) * 5
"""The forecast has its own module and fills its columns later."""


def budgets_table(ledger: Ledger, rule: AlertRule, least_coverage: Fraction) -> pl.DataFrame:
    """Every enterprise of the register against its budget of the as-of date's year.

    Args:
        ledger: use of energy against budgets.
        rule: bounds of the alerts.
        least_coverage: coverage of the year to date below which only red is an answer.

    Returns:
        `BUDGETS_SCHEMA`, sorted by enterprise; the forecast columns are empty.
    """
    return table((_row(ledger, enterprise, rule, least_coverage) for enterprise in ledger.books.profiles), BUDGETS_SCHEMA, _KEYS)


def _row(ledger: Ledger, enterprise: str, rule: AlertRule, least_coverage: Fraction) -> Sequence[object]:
    books = ledger.books
    as_of, month = books.as_of, books.running_month
    profile = books.profiles.on(enterprise, as_of)
    budget = ledger.budgets.in_force(enterprise, as_of.year, as_of)
    basis = budget.basis if budget else EQUIVALENT
    used = ledger.used(enterprise, basis, month)
    share = _share(used, budget)
    time = ledger.measured_to(enterprise, month)
    return (
        as_of,
        enterprise,
        profile.name,
        profile.industry_code,
        profile.street,
        as_of.year,
        budget.document_no if budget else None,
        mass(budget.budget_tce) if budget else None,
        basis,
        mass(used),
        ratio(share),
        alert_of(share, rule, is_low=time.is_below(least_coverage)) if budget else "no_budget",
        mass(_overrun(used, budget)),
        *_FORECAST,
        ratio(time.coverage),
        ledger.fuel_months_missing(enterprise, month),
        last_reading(books, enterprise),
    )


def _share(used: Decimal | None, budget: Budget | None) -> Fraction | None:
    return None if used is None or budget is None else Fraction(used) / Fraction(budget.budget_tce)


def _overrun(used: Decimal | None, budget: Budget | None) -> Decimal | None:
    return None if used is None or budget is None else max(used - budget.budget_tce, Decimal(0))


def alert_of(share: Fraction | None, rule: AlertRule, *, is_low: bool) -> str:
    """Alert of an enterprise with a budget.

    Equal to the budget is not over it. Too little coverage hides every alert but red: what is missing can only add.

    Args:
        share: used / budget, None where nothing is known to be used.
        rule: the bounds.
        is_low: whether coverage of the year to date is too low.
    """
    if share is not None and share > Fraction(rule.red):
        return "red"
    if is_low:
        return "low_coverage"
    if share is None or share < Fraction(rule.yellow):
        return "none"
    return "yellow" if share < Fraction(rule.orange) else "orange"


def last_reading(books: Books, enterprise: str) -> date | None:
    """Last day up to the as-of date, of any year, with a measured interval of the meters that import, while they were its own."""
    days = [row.last_measured for row in books.months.get(enterprise, {}).values() if row.last_measured]
    return max(days, default=None)
