"""The surcharge list: the lines of all rules in use, and what changed since the version that was published last."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.months import month_text, months_over
from carbon_pipeline.accounting.publish import MONEY, RATIO, money, ratio, table
from carbon_pipeline.registry.cells import account_key
from carbon_pipeline.tariff.differential import Combined, combine, levy_year
from carbon_pipeline.tariff.stepped import Stepped, stepped_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carbon_pipeline.budget.ledger import Ledger
    from carbon_pipeline.rules import Rules
    from carbon_pipeline.tariff.differential import Levied
    from carbon_pipeline.tariff.lines import Line

TARIFFS_SCHEMA: Final = pl.Schema(
    {
        "month": pl.String(),
        "enterprise_id": pl.String(),
        "account_no": pl.String(),
        "rule_id": pl.String(),
        "step": pl.Int64(),
        "years_running": pl.Int64(),
        "excess_kwh": pl.Int64(),
        "rate_cny_per_kwh": RATIO,
        "amount_cny": MONEY,
        "effective_from": pl.Date(),
        "effective_to": pl.Date(),
        "trial": pl.Boolean(),
        "provisional": pl.Boolean(),
        "change": pl.String(),
        "delta_kwh": pl.Int64(),
        "delta_amount_cny": MONEY,
        "coverage": RATIO,
    }
)
CHANGES: Final = ("change", "delta_kwh", "delta_amount_cny")
"""Columns that say what is new against the last published version."""
KEYS: Final = 5
"""How many of the first columns give the order."""

Key = tuple[str, str, str, str, int | None]


@dataclass(frozen=True, slots=True)
class Surcharges:
    """The list, and what the stepped rules gave before any overlap was taken out, months of the list only."""

    table: pl.DataFrame
    stepped: Stepped


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The lines that stand in the months of the list, and what they come of.

    Attributes:
        lines: of all rules in use.
        stepped: what the stepped rules gave before any overlap was taken out.
        levied: what the differential rule asked for, account by account, from the start of the levy year.
    """

    lines: list[Line]
    stepped: Stepped
    levied: list[Levied]


def reckoned(ledger: Ledger, rules: Rules) -> Reckoned:
    """Reckon every line of the as-of date's months that are over.

    Args:
        ledger: use of energy against budgets.
        rules: rule sets, of which those in use count.
    """
    months = months_over(ledger.books.as_of.year, ledger.books.as_of)
    least, levy = Fraction(rules.coverage.least), rules.differential
    counted = range(levy_year(levy, months[0]), months[-1] + 1) if levy and months else months
    given = stepped_lines(ledger, rules.stepped, counted, least) if rules.stepped else Stepped()
    found = combine(ledger, levy, given.lines, counted, least) if levy else Combined(given.lines)
    return Reckoned([line for line in found.lines if line.month in months], _of_list(given, months), found.levied)


def surcharges(ledger: Ledger, rules: Rules, published: pl.DataFrame | None) -> Surcharges:
    """Reckon the list for every month of the as-of date's year that is over.

    Args:
        ledger: use of energy against budgets.
        rules: rule sets, of which those in use count.
        published: the last published version (`TARIFFS_SCHEMA`), None where there is none.
    """
    found = reckoned(ledger, rules)
    months = {month_text(month) for month in months_over(ledger.books.as_of.year, ledger.books.as_of)}
    return Surcharges(listed(changed(found.lines, published, months)), found.stepped)


def listed(rows: Iterable[Sequence[object]]) -> pl.DataFrame:
    """Rows as the list is published: `TARIFFS_SCHEMA`, in its order."""
    return table(rows, TARIFFS_SCHEMA, KEYS)


def _of_list(given: Stepped, months: range) -> Stepped:
    """What concerns the months of the list; earlier ones were reckoned since they count for the cap of a levy year."""
    return Stepped(
        [line for line in given.lines if line.month in months],
        [excess for excess in given.excesses if excess.month in months],
        [homeless for homeless in given.homeless if homeless.month in months],
        [excess for excess in given.unpriced if excess.month in months],
    )


def changed(lines: Iterable[Line], published: pl.DataFrame | None, months: set[str]) -> list[Sequence[object]]:
    """Rows of the list with what changed, in the columns of `TARIFFS_SCHEMA`.

    A line is compared with that of the same month, enterprise, account, rule and step; without one it is new, and counts
    whole. A published line of these months that is gone stands with nothing and `stopped`. A line that was published as
    stopped is no line any more.

    Args:
        lines: the lines that stand now.
        published: the last published version, None where there is none.
        months: months that the list covers, as text.
    """
    before = _published(published, months)
    rows: list[Sequence[object]] = []
    for line in lines:
        amount = money(line.amount_cny) or Decimal(0)
        old = before.pop(_key(month_text(line.month), line.enterprise_id, line.account_key, line.rule_id, line.step), None)
        rows.append((*_identity(line), amount, *_terms(line), *_change(line.excess_kwh, amount, old), ratio(line.coverage)))
    return rows + [_stopped(old) for old in before.values()]


def _key(month: str, enterprise: str, account_no: str, rule_id: str, step: int | None) -> Key:
    return month, enterprise, account_key(account_no), rule_id, step


def _published(published: pl.DataFrame | None, months: set[str]) -> dict[Key, dict[str, object]]:
    if published is None:
        return {}
    found = {}
    for row in published.sort(TARIFFS_SCHEMA.names()[:KEYS]).iter_rows(named=True):
        if row["month"] in months and row["change"] != "stopped":
            found[_key(row["month"], row["enterprise_id"], row["account_no"], row["rule_id"], row["step"])] = row
    return found


def _identity(line: Line) -> tuple[object, ...]:
    key = (month_text(line.month), line.enterprise_id, line.account_no, line.rule_id, line.step)
    return (*key, line.years_running, line.excess_kwh, ratio(line.rate))


def _terms(line: Line) -> tuple[object, ...]:
    return line.effective_from, line.effective_to, line.trial, line.provisional


def _change(kwh: int, amount: Decimal, old: dict[str, object] | None) -> tuple[str, int, Decimal]:
    if old is None:
        return "new", kwh, amount
    old_kwh, old_amount = int(str(old["excess_kwh"])), Decimal(str(old["amount_cny"]))
    difference = amount - old_amount
    word = "same" if difference == 0 else "raised" if difference > 0 else "lowered"
    return word, kwh - old_kwh, difference


def _stopped(old: dict[str, object]) -> Sequence[object]:
    nothing = Decimal("0.00")
    row = {name: old[name] for name in TARIFFS_SCHEMA.names()}
    row |= {"excess_kwh": 0, "amount_cny": nothing, "change": "stopped"}
    row |= {"delta_kwh": -int(str(old["excess_kwh"])), "delta_amount_cny": nothing - Decimal(str(old["amount_cny"]))}
    return list(row.values())
