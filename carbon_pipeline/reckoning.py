"""One refresh: from settled meter days and the register to every published table, and the checks that must hold."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from carbon_pipeline.accounting.books import Books
from carbon_pipeline.accounting.carbon import Coefficients
from carbon_pipeline.accounting.checks import checks_table, inventory_checks, wh_checks
from carbon_pipeline.accounting.energy import energy_table
from carbon_pipeline.accounting.findings import findings_table, pv_findings
from carbon_pipeline.accounting.inventory import cells, inventory_table
from carbon_pipeline.accounting.metered import Metered
from carbon_pipeline.accounting.months import month_text, year_of
from carbon_pipeline.budget.ledger import Budgets, Ledger
from carbon_pipeline.budget.status import budgets_table
from carbon_pipeline.efficiency.grading import Asked, grades_table
from carbon_pipeline.efficiency.value_added import ValueAdded, months_of
from carbon_pipeline.outcomes import Reckoning
from carbon_pipeline.periods import PeriodError, is_over, parse_period, periods_with
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.tariff.checks import step_checks
from carbon_pipeline.tariff.findings import homeless_findings, unpriced_findings
from carbon_pipeline.tariff.lists import surcharges

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import polars as pl

    from carbon_pipeline.factors import Factors
    from carbon_pipeline.industries import Industries
    from carbon_pipeline.periods import Period
    from carbon_pipeline.registry.state import Registry
    from carbon_pipeline.rules import Rules


def reckon(
    meter_days: pl.DataFrame | pl.LazyFrame,
    registry: Registry,
    factors: Factors,
    rules: Rules,
    as_of: date,
    periods: Iterable[str] | None = None,
    published: pl.DataFrame | None = None,
    industries: Industries | None = None,
) -> Reckoning:
    """Reckon everything that is published as of a day.

    Args:
        meter_days: settled meter days of the whole lake, also those after `as_of`.
        registry: the register as it stands now.
        factors: dated coefficients.
        rules: dated rule sets.
        as_of: last day that counts.
        periods: periods to grade; None: every month, quarter and year that is over and has readings.
        published: the surcharge list that was published last, None where there is none.
        industries: reference L by division, for divisions with too few gradable enterprises; None: there are none.

    Raises:
        PeriodError: a period is written wrongly, or not over at `as_of`.
        FactorError: a coefficient that a grade or a budget needs is not in the tables.
        RuleError: coverage or alerts of the rules in use are not valid on that day.
    """
    metered = Metered.of(meter_days, registry, as_of)
    return reckon_metered(metered, registry, factors, rules, as_of, periods, published, industries)


def reckon_metered(
    metered: Metered,
    registry: Registry,
    factors: Factors,
    rules: Rules,
    as_of: date,
    periods: Iterable[str] | None = None,
    published: pl.DataFrame | None = None,
    industries: Industries | None = None,
) -> Reckoning:
    """`reckon` from meter days that are summed to months already."""
    rules.check_on(as_of)
    known = registry.without_orphans()
    asked = None if periods is None else [_over(text, as_of) for text in periods]
    least = Fraction(rules.coverage.least)
    coefficients = Coefficients(factors, rules.active.grid_region, rules.grading.factor_year)
    books = Books.of(metered, known, factors, coefficients, Fraction(rules.coverage.least_pv), as_of)
    ledger = Ledger(books, Budgets(known.budgets))
    graded = [_asked(period, rules, industries) for period in (_with_readings(books) if asked is None else asked)]
    energy, inventory = energy_table(books), cells(books)
    charges = surcharges(ledger, rules, published)
    found = [*pv_findings(books), *homeless_findings(charges.stepped.homeless), *unpriced_findings(charges.stepped.unpriced)]
    checks = [*wh_checks(books, metered.totals, energy), *inventory_checks(books, inventory), *step_checks(charges.stepped)]
    return Reckoning(
        as_of=as_of,
        energy=energy,
        grades=grades_table(books, ValueAdded(known.economics), graded),
        budgets=budgets_table(ledger, rules.alerts, least),
        tariffs=charges.table,
        inventory=inventory_table(inventory),
        findings=findings_table(found),
        checks=checks_table(checks),
    )


def _over(text: str, as_of: date) -> Period:
    period = parse_period(text)
    if not is_over(period, as_of):
        raise PeriodError(fact("period_not_over", period=period.text, as_of=str(as_of), last=str(period.last)))
    return period


def _asked(period: Period, rules: Rules, industries: Industries | None) -> Asked:
    references = industries.references_on(period.last) if industries else {}
    return Asked(period.text, months_of(period.text), rules.grading_on(period.last), references)


def _with_readings(books: Books) -> list[Period]:
    """Every month, quarter and year that is over, has readings and has a grid factor."""
    read = books.sums.filter(books.sums["wh"].is_not_null())["month"].unique()
    months = [month_text(month) for month in read if books.coefficients.of_year(year_of(month)).is_complete]
    return [period for period in periods_with(months) if is_over(period, books.as_of)]
