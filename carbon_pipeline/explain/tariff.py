"""Why an account pays a surcharge in a month: excess over the budget by step, rates, and how it is split."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

from carbon_pipeline.accounting.months import first_day, january_of, last_day, month_number, month_text, months_over, year_of
from carbon_pipeline.accounting.publish import in_order
from carbon_pipeline.exact import plain
from carbon_pipeline.explain import evidence
from carbon_pipeline.explain.budget import basis_on, budget_rows, used_rows
from carbon_pipeline.explain.document import Explanation, Step
from carbon_pipeline.periods import MONTHS_A_YEAR, parse_period
from carbon_pipeline.tariff.differential import levy_year
from carbon_pipeline.tariff.lists import CHANGES, KEYS, changed, listed, reckoned
from carbon_pipeline.tariff.stepped import bearing, excess_of, is_in_scope, use_of

if TYPE_CHECKING:
    from carbon_pipeline.explain.case import Case
    from carbon_pipeline.explain.document import Row
    from carbon_pipeline.rules import DifferentialRule, SteppedRule
    from carbon_pipeline.tariff.differential import Levied
    from carbon_pipeline.tariff.lists import Reckoned
    from carbon_pipeline.tariff.stepped import Excess


def explain_tariff(case: Case, enterprise: str, lines: pl.DataFrame, period: str | None = None) -> Explanation:
    """Take the surcharges of an enterprise apart.

    Args:
        case: the material.
        enterprise: its credit code; it is in the register.
        lines: the published list as of the same date.
        period: the months to tell of; None: every month of the year that is over.
    """
    books, rules = case.books, case.rules
    over = months_over(books.as_of.year, books.as_of)
    asked = None if period is None else set(parse_period(period).months)
    months = [month for month in over if asked is None or month_text(month) in asked]
    told = Explanation("tariff", enterprise, books.as_of, period or str(books.as_of.year))
    found = reckoned(case.ledger, rules)
    _add_result(told, found, lines, months)
    if rules.stepped is not None:
        _add_stepped(told, case, rules.stepped, months)
    if rules.differential is not None:
        _add_levied(told, case, rules.differential, _levied(found, rules.differential, enterprise, months))
    bases = _former_bases(told) | {month: basis_on(case, enterprise, last_day(month)) for month in over}
    told.sections["budgets"] = budget_rows(case, enterprise, {year_of(month) for month in bases})
    told.sections["used"] = used_rows(case, enterprise, bases)
    told.sections["electricity"] = evidence.electricity_rows(case, enterprise, bases)
    told.sections["fuels"] = evidence.fuel_rows(case, enterprise, bases)
    told.sections["factors"] = evidence.factor_rows(case, enterprise, bases, ("kgce",), set(bases.values()))
    told.sections["coverage"] = [_coverage_row(case, enterprise, month) for month in months]
    told.sections["fuel_gaps"] = evidence.gap_rows(case.ledger.fuel_gaps(enterprise, months[-1])) if months else []
    told.sections["classes"] = _class_rows(case, enterprise, months)
    in_use = (rules.stepped, rules.differential)
    told.sections["rules"] = [evidence.rule_row(one) for one in in_use if one] + [evidence.rule_row(rules.coverage)]
    told.sections["rates"] = _rate_rows(case)
    return told


def _add_result(told: Explanation, found: Reckoned, lines: pl.DataFrame, months: list[int]) -> None:
    """The published lines of these months; where they are no longer those that stand, the latter without what changed."""
    texts = [month_text(month) for month in months]
    published = lines.filter((pl.col("enterprise_id") == told.enterprise_id) & pl.col("month").is_in(texts))
    standing = [line for line in found.lines if line.enterprise_id == told.enterprise_id and line.month in months]
    now = listed(changed(standing, None, set(texts))).drop(CHANGES)
    before = in_order(published.filter(pl.col("change") != "stopped").drop(CHANGES), KEYS)
    is_stale = now.rows() != before.rows()
    told.sections["result"] = (now if is_stale else published).to_dicts()
    if is_stale:
        told.notes.append("stale")


def _coverage_row(case: Case, enterprise: str, month: int) -> Row:
    """Coverage of the year to a month's end, and the fuel rows that are missing by then: what makes its steps provisional."""
    row = evidence.coverage_row(case, enterprise, range(january_of(month), month + 1))
    least, missing = Fraction(case.rules.coverage.least), case.ledger.fuel_months_missing(enterprise, month)
    return {"month": month_text(month)} | row | {"least": least, "fuel_months_missing": missing}


def _add_stepped(told: Explanation, case: Case, rule: SteppedRule, months: list[int]) -> None:
    enterprise = told.enterprise_id
    excesses = {month: excess_of(case.ledger, rule, enterprise, month) for month in months if rule.holds_on(last_day(month))}
    for month in months:
        told.steps += _steps(case, rule, enterprise, month, excesses.get(month))
    above = [month for month, excess in excesses.items() if excess]
    told.sections["steps"] = [row for excess in excesses.values() if excess for row in _step_rows(case, rule, excess)]
    told.sections["years"] = _year_rows(case, enterprise, above)
    told.sections["split"] = [row for month in above for row in _split_rows(case, enterprise, month)]


def _steps(case: Case, rule: SteppedRule, enterprise: str, month: int, excess: Excess | None) -> list[Step]:
    """Use against the budget, and why the rule asks for something in the month, or for nothing."""
    use, text = use_of(case.ledger, enterprise, month), month_text(month)
    if use is None:
        in_force = case.ledger.budgets.in_force(enterprise, year_of(month), last_day(month))
        return [Step("no_use" if in_force else "no_budget", text, None)]
    budget = use.budget.budget_tce
    how = f"{text} ({use.budget.basis}): max({plain(use.end)} - max({plain(use.start)}, {plain(budget)}), 0)"
    said = [Step("excess_of_month", how, max(use.end - max(use.start, budget), Decimal(0)))]
    if not rule.holds_on(last_day(month)):
        said.append(Step("not_in_force", text, None))
    elif not is_in_scope(rule, case.books.profiles.on(enterprise, last_day(month))):
        said.append(Step("out_of_scope", text, None))
    elif excess is None:
        said.append(Step("no_whole_kwh" if said[0].value else "no_excess", text, None))
    elif excess.kgce_per_kwh is None:
        said.append(Step("no_coefficient", f"{text} ({use.budget.basis})", None))
    else:
        said.append(Step("years_running", str(year_of(month)), case.ledger.years_running(enterprise, year_of(month))))
        if not any(bearing(case.books, enterprise, month).imports.values()):
            said.append(Step("no_account", text, None))
    return said


def _step_rows(case: Case, rule: SteppedRule, excess: Excess) -> list[Row]:
    """Bounds of each step in tce, what of the month lies in it, and the kWh that come of it."""
    rates = rule.rates_of(case.ledger.years_running(excess.enterprise_id, year_of(excess.month)))
    return [
        {
            "month": month_text(excess.month),
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


def _year_rows(case: Case, enterprise: str, months: list[int]) -> list[Row]:
    """Former years that make the count of years running, and the one that ends it."""
    years = case.ledger.former_years(enterprise, year_of(months[0])) if months else []
    return [
        {
            "year": one.year,
            "budget_tce": one.budget.budget_tce if one.budget else None,
            "basis": one.budget.basis if one.budget else None,
            "used_tce": one.used,
            "gives": one.outcome,
        }
        for one in years
    ]


def _former_bases(told: Explanation) -> dict[int, str]:
    """Months of the former years that were reckoned, the earliest first, each with the basis of its year's last budget."""
    known = [row for row in told.sections.get("years", []) if row["used_tce"] is not None]
    januaries = {month_number(int(str(row["year"])), 1): str(row["basis"]) for row in reversed(known)}
    return {month: basis for january, basis in januaries.items() for month in range(january, january + MONTHS_A_YEAR)}


def _split_rows(case: Case, enterprise: str, month: int) -> list[Row]:
    """Import of each account by which a month's steps are split, by the year's where the month has none."""
    found = bearing(case.books, enterprise, month)
    return [
        {
            "month": month_text(month),
            "account_no": case.books.account_no(enterprise, key, month),
            "import_wh": wh,
            "split_by": found.split_by,
        }
        for key, wh in sorted(found.imports.items())
    ]


def _levied(found: Reckoned, rule: DifferentialRule, enterprise: str, months: list[int]) -> list[Levied]:
    """What was asked on the accounts on which the enterprise was asked in these months.

    Of all owners and from the start of the levy year, since all of it counts for the cap.
    """
    own = [one for one in found.levied if one.enterprise_id == enterprise and one.month in months]
    asked = {(one.account_key, levy_year(rule, one.month)) for one in own}
    return [one for one in found.levied if (one.account_key, levy_year(rule, one.month)) in asked and one.month <= months[-1]]


def _add_levied(told: Explanation, case: Case, rule: DifferentialRule, levied: list[Levied]) -> None:
    told.sections["levied"] = [_levied_row(case, one) for one in levied]
    told.sections["overlap"] = [row for one in levied if one.is_hit for row in _overlap_rows(case, one)]
    accounts = {(one.account_key, levy_year(rule, one.month)): one for one in levied}
    told.sections["exemptions"] = [_exemption_row(case, rule, one, year) for (_, year), one in accounts.items()]
    told.sections["exemption_months"] = [row for one in accounts.values() for row in _exemption_month_rows(case, one)]


def _named(case: Case, one: Levied) -> Row:
    number = case.books.account_no(one.enterprise_id, one.account_key, one.month)
    return {"month": month_text(one.month), "enterprise_id": one.enterprise_id, "account_no": number}


def _levied_row(case: Case, one: Levied) -> Row:
    """From an account's import to the amount: what steps keep of it, and what the cap leaves."""
    return _named(case, one) | {
        "import_kwh": one.import_kwh,
        "kept_kwh": one.kept_kwh,
        "excess_kwh": one.kwh,
        "cny_per_kwh": one.rate.cny_per_kwh,
        "uncut_cny": one.uncut_cny,
        "paid_before_cny": one.paid_before,
        "left_cny": one.left,
        "amount_cny": one.amount_cny,
        "gives": one.outcome,
    }


def _overlap_rows(case: Case, one: Levied) -> list[Row]:
    """Each step on an account that the differential rule hits too, and whether it stands."""
    steps = [(line, "kept") for line in one.kept] + [(line, "dropped") for line in one.dropped]
    return [
        _named(case, one)
        | {
            "step": line.step,
            "excess_kwh": line.excess_kwh,
            "rate_cny_per_kwh": line.rate,
            "levy_cny_per_kwh": one.rate.cny_per_kwh,
            "gives": outcome,
        }
        for line, outcome in steps
    ]


def _exemption_row(case: Case, rule: DifferentialRule, one: Levied, year: int) -> Row:
    """Import of an account, of all its owners, in the twelve months that decide whether it is exempt."""
    standing = one.standing
    outcome = "exempt" if standing.is_exempt else "too_little_data" if standing.is_provisional else "not_exempt"
    return {
        "levy_year": month_text(year),
        "account_no": case.books.account_no(one.enterprise_id, one.account_key, one.month),
        "date_from": first_day(standing.before[0]),
        "date_to": last_day(standing.before[-1]),
        "import_kwh": evidence.kwh(standing.wh),
        "least_kwh": rule.least_kwh,
        "coverage": standing.coverage,
        "least": Fraction(case.rules.coverage.least),
        "cap_cny": rule.cap_cny,
        "gives": outcome,
    }


def _exemption_month_rows(case: Case, one: Levied) -> list[Row]:
    """Each of the twelve months before a levy year: what all owners of the account imported, and how much of it was measured."""
    number, rows = case.books.account_no(one.enterprise_id, one.account_key, one.month), []
    for month in one.standing.before:
        use = case.books.account_over(one.account_key, range(month, month + 1))
        row: Row = {"month": month_text(month), "account_no": number, "import_kwh": evidence.kwh(use.wh)}
        rows.append(row | {"measured_min": use.measured_min, "expected_min": use.expected_min})
    return rows


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
