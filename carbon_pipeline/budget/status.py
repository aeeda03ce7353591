"""Where each enterprise stands against its budget as of a day: used, ratio, alert and what is missing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.carbon import EQUIVALENT
from carbon_pipeline.accounting.publish import MASS, MASS_PLACES, RATIO, RATIO_PLACES, in_order, quotients, rounded

if TYPE_CHECKING:
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
_FORECAST: Final = ("forecast_p05_tce", "forecast_p50_tce", "forecast_p95_tce", "overrun_probability", "expected_overrun_date")
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
    books = ledger.books
    as_of, month, enterprises = books.as_of, books.running_month, list(books.profiles)
    profiles = [books.profiles.on(enterprise, as_of) for enterprise in enterprises]
    budgets = [ledger.budgets.in_force(enterprise, as_of.year, as_of) for enterprise in enterprises]
    bases = [budget.basis if budget else EQUIVALENT for budget in budgets]
    used = [ledger.used(enterprise, basis, month) for enterprise, basis in zip(enterprises, bases, strict=True)]
    shares = list(map(_share, used, budgets))
    parts = [0 if share is None else share.denominator for share in shares]
    times = [ledger.measured_to(enterprise, month) for enterprise in enterprises]
    columns = {
        "as_of": [as_of] * len(enterprises),
        **{name: [getattr(one, name) for one in profiles] for name in ("enterprise_id", "name", "industry_code", "street")},
        "year": [as_of.year] * len(enterprises),
        "document_no": [budget.document_no if budget else None for budget in budgets],
        "budget_tce": rounded([budget.budget_tce if budget else None for budget in budgets], MASS_PLACES),
        "basis": bases,
        "used_tce": rounded(used, MASS_PLACES),
        "ratio": quotients([share.numerator if share else 0 for share in shares], parts, RATIO_PLACES),
        "alert": [
            alert_of(share, rule, is_low=time.is_below(least_coverage)) if budget else "no_budget"
            for share, time, budget in zip(shares, times, budgets, strict=True)
        ],
        "overrun_tce": rounded(map(_overrun, used, budgets), MASS_PLACES),
        **dict.fromkeys(_FORECAST, [None] * len(enterprises)),
        "coverage": quotients([time.minutes for time in times], [time.expected_min for time in times], RATIO_PLACES),
        "fuel_months_missing": [ledger.fuel_months_missing(enterprise, month) for enterprise in enterprises],
        "last_reading_date": [last_reading(books, enterprise) for enterprise in enterprises],
    }
    return in_order(pl.DataFrame(columns, schema=BUDGETS_SCHEMA), _KEYS)


def _share(used: Decimal | None, budget: Budget | None) -> Fraction | None:
    if used is None or budget is None:
        return None
    (above, of), (below, parts) = used.as_integer_ratio(), budget.budget_tce.as_integer_ratio()
    return Fraction(above * parts, of * below)


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
    if share is not None and _side(share, rule.red) > 0:
        return "red"
    if is_low:
        return "low_coverage"
    if share is None or _side(share, rule.yellow) < 0:
        return "none"
    return "yellow" if _side(share, rule.orange) < 0 else "orange"


def _side(share: Fraction, bound: Decimal) -> int:
    """Above 0 where a share is above a bound, below 0 where it is below."""
    above, below = bound.as_integer_ratio()
    return share.numerator * below - above * share.denominator


def last_reading(books: Books, enterprise: str) -> date | None:
    """Last day up to the as-of date, of any year, with a measured interval of the meters that import, while they were its own."""
    days = [row.last_measured for row in books.months.get(enterprise, {}).values() if row.last_measured]
    return max(days, default=None)
