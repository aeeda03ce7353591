"""Where an enterprise stands against its energy budget, month by month."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from carbon_pipeline.accounting.carbon import EQUIVALENT
from carbon_pipeline.accounting.months import january_of, last_day, month_text, year_of
from carbon_pipeline.budget.status import BUDGETS_SCHEMA, budgets_table
from carbon_pipeline.exact import plain
from carbon_pipeline.explain import evidence
from carbon_pipeline.explain.document import Explanation, Step, apart

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from carbon_pipeline.explain.case import Case
    from carbon_pipeline.explain.document import Row


def explain_budget(case: Case, enterprise: str) -> Explanation:
    """Take the use of a budget apart.

    Args:
        case: the material.
        enterprise: its credit code; it is in the register.
    """
    books = case.books
    months = range(january_of(books.running_month), books.running_month + 1)
    told = Explanation("budget", enterprise, books.as_of, str(books.as_of.year))
    told.sections["result"] = [budget_row(case, enterprise)]
    told.steps += _steps(case, enterprise)
    told.sections["budgets"] = budget_rows(case, enterprise, {books.as_of.year})
    basis = basis_on(case, enterprise, books.as_of)
    told.sections["used"] = used_rows(case, enterprise, dict.fromkeys(months, basis))
    told.sections["electricity"] = evidence.electricity_rows(case, enterprise, months)
    told.sections["fuels"] = evidence.fuel_rows(case, enterprise, months)
    told.sections["factors"] = evidence.factor_rows(case, enterprise, months, ("kgce",), {basis})
    told.sections["coverage"] = [evidence.coverage_row(case, enterprise, months) | {"least": Fraction(case.rules.coverage.least)}]
    told.sections["fuel_gaps"] = evidence.gap_rows(case.ledger.fuel_gaps(enterprise, books.running_month))
    told.sections["rules"] = [evidence.rule_row(case.rules.alerts), evidence.rule_row(case.rules.coverage)]
    alerts = case.rules.alerts
    told.sections["bounds"] = [{"alert": name, "from": getattr(alerts, name)} for name in ("yellow", "orange", "red")]
    return told


def basis_on(case: Case, enterprise: str, day: date) -> str:
    """Basis of the budget in force on a day, 等价值 or 当量值; without one the former."""
    budget = case.ledger.budgets.in_force(enterprise, day.year, day)
    return budget.basis if budget else EQUIVALENT


def budget_row(case: Case, enterprise: str) -> Row:
    """The published row, reckoned anew."""
    table = budgets_table(case.ledger, case.rules.alerts, Fraction(case.rules.coverage.least))
    return table.filter(table["enterprise_id"] == enterprise).select(BUDGETS_SCHEMA.names()).row(0, named=True)


def budget_rows(case: Case, enterprise: str, years: Collection[int]) -> list[Row]:
    """Every row of 用能预算 of some years, with the day from which it counts."""
    rows = case.register.budgets
    rows = rows.filter((rows["enterprise_id"] == enterprise) & rows["year"].is_in(list(years)))
    return rows.select("year", "valid_from", "budget_tce", "basis", "document_no").sort("year", "valid_from", nulls_last=False).to_dicts()


def used_rows(case: Case, enterprise: str, bases: Mapping[int, str]) -> list[Row]:
    """Give tce of each month that counts against the budget, and of the year to its end.

    Args:
        case: the material.
        enterprise: its credit code.
        bases: the basis in which each month is told, by month.
    """
    return [_used_row(case, enterprise, month, basis) for month, basis in bases.items()]


def _used_row(case: Case, enterprise: str, month: int, basis: str) -> Row:
    total = case.ledger.used(enterprise, basis, month)
    before = case.ledger.used(enterprise, basis, month - 1) if month != january_of(month) else None
    found = case.books.electricity_of(enterprise, month)
    bought = case.books.green.bought_wh.get((enterprise, month), 0)
    counted = None if found is None or found.import_wh is None else max(found.import_wh - bought, 0)
    return {
        "month": month_text(month),
        "counted_kwh": evidence.kwh(counted),
        "basis": basis,
        "kgce_per_kwh": case.books.coefficients.of_year(year_of(month)).kgce_per_kwh.get(basis),
        "fuel_tce": sum((fuel.tce for fuel in case.books.fuels.burnt(enterprise, month)), Decimal(0)),
        "used_tce": None if total is None else total - (before or 0),
        "used_to_end_tce": total,
    }


def _steps(case: Case, enterprise: str) -> list[Step]:
    books, ledger = case.books, case.ledger
    budget = ledger.budgets.in_force(enterprise, books.as_of.year, books.as_of)
    used = ledger.used(enterprise, basis_on(case, enterprise, books.as_of), books.running_month)
    steps = [Step("used_tce", f"Σ {books.as_of.year}-01-01 .. {min(books.as_of, last_day(books.running_month))}", used)]
    if budget is None:
        return steps
    steps.append(Step("budget_tce", f"{budget.basis} {budget.document_no or ''}".strip(), budget.budget_tce))
    if used is not None:
        share = Fraction(used) / Fraction(budget.budget_tce)
        row = budget_row(case, enterprise)
        steps += [
            Step("ratio", f"{plain(used)} / {plain(budget.budget_tce)}", share),
            Step("overrun_tce", f"max({plain(used)} - {plain(budget.budget_tce)}, 0)", max(used - budget.budget_tce, Decimal(0))),
            Step("alert", _alert_how(case, share, row), row["alert"]),
        ]
    return steps


def _alert_how(case: Case, share: Fraction, row: Row) -> str:
    """The bound that decides the alert."""
    bounds, alert = case.rules.alerts, str(row["alert"])
    if alert == "low_coverage":
        time, least = case.ledger.measured_to(str(row["enterprise_id"]), case.books.running_month), case.rules.coverage.least
        return f"{apart(time.coverage, least)} < {least}"
    signs = {"red": f"> {bounds.red}", "orange": f">= {bounds.orange}", "yellow": f">= {bounds.yellow}"}
    return f"{apart(share, bounds.yellow, bounds.orange, bounds.red)} {signs.get(alert, f'< {bounds.yellow}')}"
