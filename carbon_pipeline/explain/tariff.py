"""Why an account pays a surcharge in a month: excess over the budget by step, rates, and how it is split."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from carbon_pipeline.accounting.months import january_of, last_day, month_text, months_over, year_of
from carbon_pipeline.explain import evidence
from carbon_pipeline.explain.budget import basis_of, budget_rows, used_rows
from carbon_pipeline.explain.document import Explanation, Step, plain
from carbon_pipeline.periods import parse_period
from carbon_pipeline.tariff.stepped import excess_of, is_in_scope, use_of

if TYPE_CHECKING:
    from carbon_pipeline.explain.case import Case
    from carbon_pipeline.explain.document import Row
    from carbon_pipeline.rules import SteppedRule


def explain_tariff(case: Case, enterprise: str, lines: pl.DataFrame, period: str | None = None) -> Explanation:
    """Take the surcharges of an enterprise apart.

    Args:
        case: the material.
        enterprise: its credit code; it is in the register.
        lines: the published list as of the same date.
        period: the months to tell of; None: every month of the year that is over.
    """
    books = case.books
    over = months_over(books.as_of.year, books.as_of)
    asked = None if period is None else set(parse_period(period).months)
    months = [month for month in over if asked is None or month_text(month) in asked]
    told = Explanation("tariff", enterprise, books.as_of, period or str(books.as_of.year))
    texts = [month_text(month) for month in months]
    told.sections["result"] = lines.filter((pl.col("enterprise_id") == enterprise) & pl.col("month").is_in(texts)).to_dicts()
    rule = case.rules.stepped
    if rule is not None:
        for month in months:
            told.steps += _steps(case, rule, enterprise, month)
        told.sections["steps"] = [row for month in months for row in _step_rows(case, rule, enterprise, month)]
        told.sections["split"] = [row for month in months for row in _split_rows(case, enterprise, month)]
    told.sections["budgets"] = budget_rows(case, enterprise)
    if over:
        year = range(over[0], over[-1] + 1)
        told.sections["used"] = used_rows(case, enterprise, year)
        told.sections["factors"] = evidence.factor_rows(case, enterprise, year, ("kgce",), basis_of(case, enterprise))
        told.sections["coverage"] = [evidence.coverage_row(case, enterprise, year) | {"least": Fraction(case.rules.coverage.least)}]
    told.sections["classes"] = _class_rows(case, enterprise, months)
    in_use = (rule, case.rules.differential)
    told.sections["rules"] = [evidence.rule_row(one) for one in in_use if one] + [evidence.rule_row(case.rules.coverage)]
    told.sections["rates"] = _rate_rows(case)
    return told


def _steps(case: Case, rule: SteppedRule, enterprise: str, month: int) -> list[Step]:
    """Use against the budget, and why the rule asks for something in the month, or for nothing."""
    use, text = use_of(case.ledger, enterprise, month), month_text(month)
    if use is None:
        return [Step("no_budget_or_use", text, None)]
    budget = use.budget.budget_tce
    how = f"{text} ({use.budget.basis}): ({plain(use.start)}, {plain(use.end)}] > {plain(budget)}"
    said = [Step("excess_of_month", how, max(use.end - max(use.start, budget), Decimal(0)))]
    excess = excess_of(case.ledger, rule, enterprise, month)
    if not rule.holds_on(last_day(month)):
        said.append(Step("not_in_force", text, None))
    elif not is_in_scope(rule, case.books.profiles.on(enterprise, last_day(month))):
        said.append(Step("out_of_scope", text, None))
    elif excess is None:
        said.append(Step("no_excess", text, None))
    elif excess.kgce_per_kwh is None:
        said.append(Step("no_coefficient", f"{text} ({use.budget.basis})", None))
    else:
        said.append(Step("years_running", str(year_of(month)), case.ledger.years_running(enterprise, year_of(month))))
    return said


def _step_rows(case: Case, rule: SteppedRule, enterprise: str, month: int) -> list[Row]:
    """Bounds of each step in tce, what of the month lies in it, and the kWh that come of it."""
    excess = excess_of(case.ledger, rule, enterprise, month) if rule.holds_on(last_day(month)) else None
    if excess is None:
        return []
    rates = rule.rates_of(case.ledger.years_running(enterprise, year_of(month)))
    return [
        {
            "month": month_text(month),
            "step": number,
            "above_tce": piece.above_tce,
            "upto_tce": piece.upto_tce,
            "excess_tce": piece.tce,
            "kgce_per_kwh": excess.kgce_per_kwh,
            "excess_kwh": piece.kwh,
            "rate_cny_per_kwh": rate,
            "rate_status": rates.status,
        }
        for number, (piece, rate) in enumerate(zip(excess.pieces, rates.cny_per_kwh, strict=True), start=1)
    ]


def _split_rows(case: Case, enterprise: str, month: int) -> list[Row]:
    """Import of each account by which a month's steps are split, by the year's where the month has none."""
    imports, basis = case.books.imports(enterprise, [month]), "month"
    if not any(imports.values()):
        imports, basis = case.books.imports(enterprise, range(january_of(month), month + 1)), "year"
    return [
        {"month": month_text(month), "account_no": case.books.account_no(enterprise, key, month), "import_wh": wh, "split_by": basis}
        for key, wh in sorted(imports.items())
    ]


def _class_rows(case: Case, enterprise: str, months: list[int]) -> list[Row]:
    """What the enterprise is on the last day of each month, as the rules ask for it."""
    rows: list[Row] = []
    for month in months:
        is_now = case.books.profiles.on(enterprise, last_day(month))
        row: Row = {"month": month_text(month), "industry_code": is_now.industry_code, "is_data_center": is_now.is_data_center}
        rows.append(row | {"is_above_scale": is_now.is_above_scale, "efficiency_class": is_now.efficiency_class})
    return rows


def _rate_rows(case: Case) -> list[Row]:
    rows: list[Row] = []
    if stepped := case.rules.stepped:
        rows += [
            {
                "rule_id": stepped.id,
                "years_running": row.years,
                "cny_per_kwh": " / ".join(map(str, row.cny_per_kwh)),
                "status": row.status,
                "confidence": row.confidence,
            }
            for row in stepped.rates
        ]
    if levy := case.rules.differential:
        rows += [
            {
                "rule_id": levy.id,
                "is_above_scale": row.is_above_scale,
                "efficiency_class": row.efficiency_class,
                "cny_per_kwh": row.cny_per_kwh,
                "status": row.status,
            }
            for row in levy.rates
        ]
    return rows
