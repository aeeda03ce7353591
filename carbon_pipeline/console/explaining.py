"""Reads from the lake what an explanation needs, and adds the files behind it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.months import first_day, month_number, month_text, months_over, parse_month
from carbon_pipeline.console.errors import CommandError
from carbon_pipeline.console.published import not_graded, of_refresh, picked_refresh
from carbon_pipeline.efficiency.value_added import months_of
from carbon_pipeline.explain import evidence
from carbon_pipeline.explain.budget import explain_budget
from carbon_pipeline.explain.case import Case
from carbon_pipeline.explain.grade import explain_grade
from carbon_pipeline.explain.tariff import explain_tariff
from carbon_pipeline.factors import Factors
from carbon_pipeline.industries import Industries
from carbon_pipeline.intake.numbering import receipt_id_of_seq
from carbon_pipeline.periods import parse_period
from carbon_pipeline.registry.cells import account_key
from carbon_pipeline.registry.credit_code import normalise
from carbon_pipeline.registry.persistence import load_registry
from carbon_pipeline.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from carbon_pipeline.explain.document import Explanation
    from carbon_pipeline.lake.store import Store
    from carbon_pipeline.periods import Period
    from carbon_pipeline.registry.state import Registry
    from carbon_pipeline.settings import Settings

_TABLES: Final = {"grade": "grades", "budget": "budgets", "tariff": "tariffs"}
_TRIAL: Final = ("rules", "factors")


def explanation(
    store: Store, settings: Settings, what: str, enterprise: str, as_of: date | None = None, period: Period | None = None
) -> Explanation:
    """Take a published number apart.

    Args:
        store: the lake.
        settings: for factors and rules.
        what: `grade`, `budget` or `tariff`.
        enterprise: its credit code, as people type it.
        as_of: the refresh, else the latest.
        period: of a grade: which (else the latest, of several the longest); of a tariff: which months.

    Raises:
        CommandError: there is no such refresh, enterprise or row, the refresh tells of another year, or no month is over.
    """
    chosen = picked_refresh(store, as_of)
    registry = load_registry(store)
    enterprise = _known_code(registry, enterprise)
    day = date.fromisoformat(chosen)
    if what != "grade" and period is not None and period.first.year != day.year:
        raise CommandError("other_year", as_of=chosen, year=day.year, period=period)
    if what == "tariff":
        _must_have_a_month_over(day, period)
    case = Case.of(store.read("meter_days"), registry, Factors.load(settings), Rules.load(settings), Industries.load(settings), day)
    published = of_refresh(store, _TABLES[what], chosen).filter(pl.col("enterprise_id") == enterprise)
    if what == "grade":
        told = explain_grade(case, enterprise, _graded_period(published, enterprise, chosen, period))
        published = published.filter(pl.col("period") == told.period)
    elif what == "budget":
        told = explain_budget(case, enterprise)
    else:
        told = explain_tariff(case, enterprise, published, period.text if period else None)
    _add_evidence(store, case, told)
    _add_notes(told, published)
    return told


def _known_code(registry: Registry, written: str) -> str:
    """The credit code in the register's spelling.

    Raises:
        CommandError: it is no enterprise's; where it is the name or an account of one, its code is told.
    """
    code, companies = normalise(written), registry.enterprises
    if code in companies["enterprise_id"]:
        return code
    named = companies.filter(pl.col("name") == written.strip())["enterprise_id"]
    owners = registry.accounts.filter(pl.col("account_key") == account_key(code))["enterprise_id"]
    if known := sorted({*named, *owners}):
        raise CommandError("named_otherwise", written=written, known=", ".join(known))
    raise CommandError("unknown_enterprise", enterprise=written)


def _must_have_a_month_over(as_of: date, period: Period | None) -> None:
    """Say that surcharges are reckoned of months that are over, where none of the asked ones is.

    Raises:
        CommandError: none is.
    """
    over = {month_text(month) for month in months_over(as_of.year, as_of)}
    if not over.intersection(over if period is None else period.months):
        raise CommandError("no_month_over", period=period or as_of.year, as_of=as_of)


def _graded_period(published: pl.DataFrame, enterprise: str, as_of: str, period: Period | None) -> str:
    """The asked period, else the latest one of the refresh, of several that end together the longest."""
    known = [parse_period(text) for text in published["period"].unique()]
    if period is not None and period not in known:
        raise not_graded(period, as_of)
    if not known:
        raise CommandError("no_row", as_of=as_of, table="grades", enterprise=enterprise)
    return (period or max(known, key=lambda one: (one.last, -one.first.toordinal()))).text


def _add_evidence(store: Store, case: Case, told: Explanation) -> None:
    """Accounts, meters and files of the months that count; of a surcharge those of former years that decide it, too."""
    asked = months_of(told.period if told.what == "grade" and told.period else str(told.as_of.year))
    months, enterprise = range(min([asked[0], *_months_before(told)]), asked[-1] + 1), told.enterprise_id
    rows_of = evidence.meter_rows_by_year if told.what == "tariff" else evidence.meter_rows
    told.sections["accounts"] = evidence.account_rows(case, enterprise, months)
    told.sections["meters"] = rows_of(case, enterprise, months)
    read = {str(row["meter_no"]) for row in told.sections["meters"]}
    told.sections["silent"] = evidence.silent_meters(case, enterprise, months, read)
    shared = {account_key(str(row["account_no"])) for row in told.sections.get("exemptions", [])}
    meters = evidence.meters_of(case, enterprise, months, shared)
    index, changes = _reading_receipts(store, meters, months, told.as_of), _register_receipts(store, told, meters)
    told.sections["files"] = evidence.file_rows(index, changes, store.read("receipts"))


def _months_before(told: Explanation) -> list[int]:
    """First months of what a surcharge rests on beside its own year: the twelve before a levy year, and former years over budget."""
    exempt = [parse_month(str(row["date_from"])) for row in told.sections.get("exemptions", [])]
    former = [month_number(int(str(row["year"])), 1) for row in told.sections.get("years", []) if row["used_tce"] is not None]
    return exempt + former


def _reading_receipts(store: Store, meters: list[str], months: range, as_of: date) -> pl.DataFrame:
    """Receipt of every reading row of some meters in some months up to a day, and of the register that closes the last one."""
    day, after = pl.col("day"), min(first_day(months[-1] + 1), as_of + timedelta(days=1))
    rows = store.scan("readings", [month_text(month) for month in (*months, months[-1] + 1)]).filter(pl.col("meter_no").is_in(meters))
    rows = rows.filter((day < after) | ((day == after) & (pl.col("kind") == "R")))
    return rows.select(receipt_id=receipt_id_of_seq()).collect()


def _register_receipts(store: Store, told: Explanation, meters: Iterable[str]) -> pl.DataFrame:
    """Receipt of every register row that speaks of the enterprise, its accounts or its meters.

    Keys are JSON: a name counts where it stands between quotes, since a short meter number may be part of another's.
    """
    accounts = {account_key(str(row["account_no"])) for row in told.sections["accounts"]}
    quoted = [json.dumps(name, ensure_ascii=False) for name in {told.enterprise_id, *accounts, *meters}]
    return store.scan("register_history").filter(pl.col("key").str.contains_any(quoted)).select("receipt_id").collect()


def _add_notes(told: Explanation, published: pl.DataFrame) -> None:
    if told.what != "tariff" and (published.is_empty() or _differs(told, published)):
        told.notes.append("stale")
    if _is_trial(told):
        told.notes.append("trial")


def _is_trial(told: Explanation) -> bool:
    """Of a tariff whether any of its lines says so: a rule in force may stand beside a draft. Else what it rests on."""
    if told.what == "tariff":
        return any(row["trial"] for row in told.sections["result"])
    return any(row["status"] != "in_force" for name in _TRIAL for row in told.sections[name])


def _differs(told: Explanation, published: pl.DataFrame) -> bool:
    """Whether the row that was published is not the one that would be now."""
    row = published.row(0, named=True)
    return any(row[name] != value for name, value in told.sections["result"][0].items())
