"""Why an enterprise has this grade in a period, or none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from carbon_pipeline.accounting.months import last_day, month_text
from carbon_pipeline.accounting.publish import ratio
from carbon_pipeline.efficiency.bounds import Bounds
from carbon_pipeline.efficiency.grading import GRADED, Asked, grades_table
from carbon_pipeline.efficiency.peer_groups import CLASS_GROUP_DIVISION, REFERENCE
from carbon_pipeline.efficiency.value_added import months_of
from carbon_pipeline.exact import plain
from carbon_pipeline.explain import evidence
from carbon_pipeline.explain.document import Explanation, Step, apart, shown
from carbon_pipeline.periods import parse_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from carbon_pipeline.explain.case import Case
    from carbon_pipeline.explain.document import Row
    from carbon_pipeline.rule_models import Grade, Level
    from carbon_pipeline.rules import GradingRule

_UNMEASURED: Final = "nothing measured in the period"
_REASONS_WITH_PEERS: Final = frozenset({"no_peer_group", "peer_group_zero"})
"""Reasons that are given only to enterprises that are gradable themselves."""


def explain_grade(case: Case, enterprise: str, period: str) -> Explanation:
    """Take a grade apart.

    Args:
        case: the material.
        enterprise: its credit code; it is in the register.
        period: a period that is over.
    """
    span = parse_period(period)
    months, rule = months_of(period), case.rules.grading_on(span.last)
    asked = Asked(period, months, rule, case.industries.references_on(span.last))
    graded = grades_table(case.books, case.value_added, [asked])
    rows: dict[object, Row] = {row["enterprise_id"]: row for row in graded.iter_rows(named=True)}
    told = Explanation("grade", enterprise, case.books.as_of, period)
    row = rows[enterprise]
    told.sections["result"] = [row]
    told.sections["electricity"] = evidence.electricity_rows(case, enterprise, months)
    told.sections["pv_gaps"] = evidence.unreckoned_rows(case, enterprise, months)
    told.sections["fuels"] = evidence.fuel_rows(case, enterprise, months)
    told.sections["value_added"] = _value_added_rows(case, enterprise, months)
    told.steps += _own_steps(case, row, months)
    if _is_gradable(row):
        told.sections["peer_groups"] = _group_rows(rows, str(row["industry_code"]), rule)
    if row["status"] == GRADED:
        told.steps += _peer_steps(case, row, rows, months, rule)
        told.sections["peers"] = _members(case, row, rows, months)
    told.sections["factors"] = evidence.factor_rows(case, enterprise, months, ("kgco2",))
    told.sections["coverage"] = [evidence.coverage_row(case, enterprise, months) | {"least": Fraction(rule.least_coverage)}]
    told.sections["fuel_gaps"] = evidence.gap_rows(case.books.fuels.gaps(enterprise, months))
    told.sections["rules"] = [evidence.rule_row(rule)]
    told.sections["bounds"] = _bounds(rule)
    return told


def _bounds(rule: GradingRule) -> list[Row]:
    levels: list[Row] = [{"of": "L", "gives": level.name, "upto": level.upto} for level in rule.levels]
    return levels + [{"of": "K", "gives": str(grade.grade), "upto": grade.upto} for grade in rule.grades]


@dataclass(frozen=True, slots=True)
class _Carbon:
    """tCO2 of a period, exact: electricity gross and net, and fuels with heat."""

    power_gross: Decimal
    power_net: Decimal
    fuels: Decimal

    @property
    def gross(self) -> Decimal:
        return self.power_gross + self.fuels

    @property
    def net(self) -> Decimal:
        return self.power_net + self.fuels


def _carbon(case: Case, enterprise: str, months: range) -> _Carbon:
    power = [case.books.electricity_carbon(enterprise, month) for month in months if case.books.electricity_of(enterprise, month)]
    fuels = [fuel for month in months for fuel in case.books.fuels.burnt(enterprise, month)]
    return _Carbon(_total(one.gross for one in power), _total(one.net for one in power), _total(fuel.tco2 for fuel in fuels))


def _total(found: Iterable[Decimal | None]) -> Decimal:
    return sum((one for one in found if one is not None), Decimal(0))


def _own_steps(case: Case, row: Row, months: range) -> list[Step]:
    """What can be said without peers, empty where the published cell is."""
    enterprise = str(row["enterprise_id"])
    value = case.value_added.of(enterprise, months)
    worth = Step("value_added", _as_sum(case.value_added.terms(enterprise, months)), value)
    if row["tco2_gross"] is None:
        return [Step(name, _UNMEASURED, None) for name in ("tco2_gross", "tco2_net")] + [worth]
    carbon = _carbon(case, enterprise, months)
    gross, net = carbon.gross, carbon.net
    steps = [
        Step("tco2_gross", _as_sum([carbon.power_gross, carbon.fuels]), gross),
        Step("tco2_net", f"{plain(gross)} - {plain(gross - net)}", net),
        worth,
    ]
    if gross:
        steps.append(Step("neutrality_rate", f"({plain(gross)} - {plain(net)}) / {plain(gross)}", Fraction(gross - net) / Fraction(gross)))
    return steps


def _as_sum(terms: Sequence[Decimal] | None) -> str:
    """Terms as people add them up: 3 + 4 - 5."""
    if not terms:
        return "-"
    return plain(terms[0]) + "".join(f" {'-' if term < 0 else '+'} {plain(abs(term))}" for term in terms[1:])


def _peer_steps(case: Case, row: Row, rows: Mapping[object, Row], months: range, rule: GradingRule) -> list[Step]:
    """L, L of the peer group, K and the bounds that they meet."""
    enterprise, code = str(row["enterprise_id"]), str(row["peer_group"])
    net, value = _carbon(case, enterprise, months).net, case.value_added.of(enterprise, months) or Decimal(0)
    own = Fraction(net) / Fraction(value)
    if code.startswith(REFERENCE):
        peer = case.industries.references_on(last_day(months[-1]))[code.removeprefix(REFERENCE)]
        how = f"config/industries: {code.removeprefix(REFERENCE)}"
    else:
        members = _gradable(rows, code)
        net_sum = sum((_carbon(case, one, months).net for one in members), Decimal(0))
        value_sum = sum((case.value_added.of(one, months) or Decimal(0) for one in members), Decimal(0))
        peer, how = Fraction(net_sum) / Fraction(value_sum), f"{plain(net_sum)} / {plain(value_sum)}"
    k = own / peer
    level, grade = Bounds(rule.levels).step_of(*own.as_integer_ratio()), Bounds(rule.grades).step_of(*k.as_integer_ratio())
    return [
        Step("l", f"{plain(net)} / {plain(value)}", own),
        Step("level", _between(own, rule.levels, level), level.name),
        Step("peer_l", how, peer),
        Step("k", f"{shown(own)} / {shown(peer)}", k),
        Step("grade", _between(k, rule.grades, grade), grade.grade),
    ]


def _between(value: Fraction, steps: Sequence[Level] | Sequence[Grade], found: Level | Grade) -> str:
    """A quotient between the bounds of the step that it falls into."""
    uptos = [step.upto for step in steps]
    below = next((lower for lower, upper in pairwise(uptos) if upper == found.upto), None)
    told = apart(value, *uptos)
    if found.upto is None:
        return told if below is None else f"{told} > {below}"
    return f"{told} <= {found.upto}" if below is None else f"{below} < {told} <= {found.upto}"


def _gradable(rows: Mapping[object, Row], code: str) -> list[str]:
    """Gradable enterprises of a class, group or division, by id."""
    return sorted(str(key) for key, row in rows.items() if _is_gradable(row) and str(row["industry_code"]).startswith(code))


def _is_gradable(row: Row) -> bool:
    return row["status"] == GRADED or row["reason"] in _REASONS_WITH_PEERS


def _group_rows(rows: Mapping[object, Row], industry_code: str, rule: GradingRule) -> list[Row]:
    """Gradable enterprises of the class, then of the group and the division, up to the level that has enough of them."""
    found: list[Row] = []
    for digits in CLASS_GROUP_DIVISION:
        code = industry_code[:digits]
        count = len(_gradable(rows, code))
        is_enough = count >= rule.least_peers
        found.append(
            {"peer_group": code, "peer_count": count, "least_peers": rule.least_peers, "gives": "enough" if is_enough else "too_few"}
        )
        if is_enough:
            break
    return found


def _members(case: Case, row: Row, rows: Mapping[object, Row], months: range) -> list[Row]:
    """Every enterprise of the peer group with what it brings into it."""
    members = _gradable(rows, str(row["peer_group"]))
    return [
        {
            "enterprise_id": one,
            "name": rows[one]["name"],
            "industry_code": rows[one]["industry_code"],
            "tco2_net": _carbon(case, one, months).net,
            "value_added_10k_cny": case.value_added.of(one, months),
            "l": ratio(Fraction(_carbon(case, one, months).net) / Fraction(case.value_added.of(one, months) or 1)),
        }
        for one in members
    ]


def _value_added_rows(case: Case, enterprise: str, months: range) -> list[Row]:
    """Rows of 经济指标 that lie in the year of the period."""
    year = month_text(months[-1])[:4]
    rows = case.register.economics.filter(
        (case.register.economics["enterprise_id"] == enterprise) & case.register.economics["period"].str.starts_with(year)
    )
    return rows.select("period", "value_added_10k_cny").sort("period").to_dicts()
