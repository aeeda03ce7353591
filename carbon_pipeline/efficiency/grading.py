"""Grades of the carbon-efficiency code 碳效码: L, level, K, grade and neutrality rate of a period, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from operator import sub
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.months import last_day, year_of
from carbon_pipeline.accounting.publish import MASS, MASS_PLACES, MONEY, MONEY_PLACES, RATIO, RATIO_PLACES, in_order, quotients
from carbon_pipeline.accounting.totals import Totals, co2_places
from carbon_pipeline.efficiency.bounds import Bounds
from carbon_pipeline.efficiency.peer_groups import PeerGroups
from carbon_pipeline.exact import whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from carbon_pipeline.accounting.books import Books
    from carbon_pipeline.accounting.profiles import Profile
    from carbon_pipeline.accounting.totals import Total
    from carbon_pipeline.efficiency.peer_groups import PeerGroup
    from carbon_pipeline.efficiency.value_added import ValueAdded
    from carbon_pipeline.rules import Grade, GradingRule, Level

    Column = Sequence[object] | pl.Series

GRADES_SCHEMA: Final = pl.Schema(
    {
        "period": pl.String(),
        "enterprise_id": pl.String(),
        "name": pl.String(),
        "industry_code": pl.String(),
        "street": pl.String(),
        "peer_group": pl.String(),
        "peer_count": pl.Int64(),
        "peer_share": RATIO,
        "tco2_gross": MASS,
        "tco2_net": MASS,
        "value_added_10k_cny": MONEY,
        "l": RATIO,
        "level": pl.String(),
        "peer_l": RATIO,
        "k": RATIO,
        "grade": pl.Int64(),
        "neutrality_rate": RATIO,
        "coverage": RATIO,
        "estimated_share": RATIO,
        "status": pl.String(),
        "reason": pl.String(),
        "rule_id": pl.String(),
        "factor_year": pl.Int64(),
    }
)
_KEYS: Final = 2

GRADED: Final = "graded"
NOT_GRADABLE: Final = "not_gradable"


@dataclass(frozen=True, slots=True)
class Asked:
    """A period that is to be graded.

    Attributes:
        text: how it is written.
        months: its month numbers; it is over.
        rule: the grading rule in force on its last day.
        references: dated, sourced reference L by division, for divisions with too few gradable enterprises.
    """

    text: str
    months: range
    rule: GradingRule
    references: Mapping[str, Fraction]


@dataclass(slots=True)
class Assessment:
    """An enterprise over a period.

    Attributes:
        period: the period, with its rule.
        profile: the enterprise as it is on the last day.
        value_added: value added, None where it cannot be known; in the unit of `total`, of 10^4 yuan.
        total: minutes and tCO2.
        expected_min: minutes that its meters should have measured.
        reason: why there is no grade, None where there is one.
        group: the peers that it is held against, None where there is no grade.
        level: level of its L, likewise.
        grade: grade of its K, likewise.
    """

    period: Asked
    profile: Profile
    value_added: int | None
    total: Total
    expected_min: int
    reason: str | None = None
    group: PeerGroup | None = None
    level: str | None = None
    grade: int | None = None


def grades_table(books: Books, value_added: ValueAdded, periods: Sequence[Asked]) -> pl.DataFrame:
    """Grades of every enterprise of the register for each period.

    Args:
        books: the books as of one day.
        value_added: value added of the register.
        periods: what is to be graded.

    Returns:
        `GRADES_SCHEMA`, sorted by period and enterprise.
    """
    if not periods:
        return pl.DataFrame(schema=GRADES_SCHEMA)
    months = range(min(period.months.start for period in periods), max(period.months.stop for period in periods))
    places = max(co2_places(books, months), value_added.places)
    totals = Totals.of(books, months, places)
    rows = [row for period in periods for row in _graded(books, value_added, totals, places, period)]
    years = {period.text: books.coefficients.factor_year(year_of(period.months[0])) for period in periods}
    return in_order(_frame(rows, 10**places, years), _KEYS)


def _graded(books: Books, value_added: ValueAdded, totals: Totals, places: int, period: Asked) -> list[Assessment]:
    """Every enterprise of the register over one period."""
    months, rule = period.months, period.rule
    expected, last, least = books.expected.of_months(months[0], months[-1]), last_day(months[-1]), Fraction(rule.least_coverage)
    rows = []
    for enterprise in books.profiles:
        value = value_added.of(enterprise, months)
        amount = None if value is None else whole(value, places)
        row = Assessment(period, books.profiles.on(enterprise, last), amount, totals.over(enterprise, months), expected.get(enterprise, 0))
        row.reason = _reason(books, row, least)
        rows.append(row)
    gradable = [(row.profile.industry_code, row.total.net, row.value_added) for row in rows if row.value_added and not row.reason]
    peers, levels, grades = PeerGroups(gradable, rule.least_peers, period.references), Bounds(rule.levels), Bounds(rule.grades)
    for row in rows:
        if not row.reason:
            _hold_against(row, peers, levels, grades)
    return rows


def _reason(books: Books, row: Assessment, least: Fraction) -> str | None:  # noqa: PLR0911 - a reason each
    """Why an enterprise cannot be graded, before its peers are known; the first reason counts."""
    if not row.profile.is_above_scale:
        return "below_scale"
    if row.profile.division not in row.period.rule.divisions:
        return "not_industry"
    if row.value_added is None:
        return "no_value_added"
    if row.value_added <= 0:
        return "value_added_not_positive"
    if not row.total.measured_min:
        return "no_meter_data"
    if row.total.measured_min * least.denominator < least.numerator * row.expected_min:
        return "low_coverage"
    if not books.fuels.is_complete(row.profile.enterprise_id, row.period.months):
        return "fuel_not_reported"
    return None


def _hold_against(row: Assessment, peers: PeerGroups, levels: Bounds[Level], grades: Bounds[Grade]) -> None:
    """Give a gradable enterprise its peers, level and grade, or the reason why it has none."""
    group = peers.of(row.profile.industry_code)
    if group is None or not row.value_added:
        row.reason = "no_peer_group"
    elif group.intensity <= 0:
        row.reason = "peer_group_zero"
    else:
        above, below = group.intensity.as_integer_ratio()
        row.group = group
        row.level = levels.step_of(row.total.net, row.value_added).name
        row.grade = grades.step_of(row.total.net * below, row.value_added * above).grade


def _frame(rows: Sequence[Assessment], unit: int, factor_years: Mapping[str, int]) -> pl.DataFrame:
    """Assessments by column; `unit` is one tonne, or 10^4 yuan, in whole numbers of theirs; factor years are by period."""
    profiles, periods = [row.profile for row in rows], [row.period for row in rows]
    columns = {
        "period": [one.text for one in periods],
        **{name: [getattr(one, name) for one in profiles] for name in ("enterprise_id", "name", "industry_code", "street")},
        **_peer_columns(rows),
        **_own_columns(rows, unit),
        "status": [GRADED if row.group else NOT_GRADABLE for row in rows],
        "reason": [row.reason for row in rows],
        "rule_id": [one.rule.id for one in periods],
        "factor_year": [factor_years[one.text] for one in periods],
    }
    return pl.DataFrame(columns, schema_overrides=GRADES_SCHEMA).select(GRADES_SCHEMA.names())


def _peer_columns(rows: Sequence[Assessment]) -> dict[str, Column]:
    """What comes of holding an enterprise against its peers, empty where it has no grade."""
    groups, net = [row.group for row in rows], [row.total.net for row in rows]
    value = [row.value_added or 0 if row.group else 0 for row in rows]
    peer = [group.intensity.as_integer_ratio() if group else (0, 0) for group in groups]
    k = [(one * below, worth * above) for one, worth, (above, below) in zip(net, value, peer, strict=True)]
    return {
        "peer_group": [group.code if group else None for group in groups],
        "peer_count": [group.count if group else None for group in groups],
        "peer_share": quotients(value, [group.value_added or 0 if group else 0 for group in groups], RATIO_PLACES),
        "l": quotients(net, value, RATIO_PLACES),
        "level": [row.level for row in rows],
        "peer_l": quotients((above for above, _ in peer), (below for _, below in peer), RATIO_PLACES),
        "k": quotients((above for above, _ in k), (below for _, below in k), RATIO_PLACES),
        "grade": [row.grade for row in rows],
    }


def _own_columns(rows: Sequence[Assessment], unit: int) -> dict[str, Column]:
    """What can be said of an enterprise without its peers."""
    totals, expected = [row.total for row in rows], [row.expected_min for row in rows]
    gross, net = [one.gross for one in totals], [one.net for one in totals]
    tonne = [unit if one.measured_min else 0 for one in totals]
    return {
        "tco2_gross": quotients(gross, tonne, MASS_PLACES),
        "tco2_net": quotients(net, tonne, MASS_PLACES),
        "value_added_10k_cny": quotients(
            [row.value_added or 0 for row in rows], [0 if row.value_added is None else unit for row in rows], MONEY_PLACES
        ),
        "neutrality_rate": quotients(map(sub, gross, net), [one.gross if one.measured_min else 0 for one in totals], RATIO_PLACES),
        "coverage": quotients([one.measured_min for one in totals], expected, RATIO_PLACES),
        "estimated_share": quotients([one.estimated_min for one in totals], expected, RATIO_PLACES),
    }
