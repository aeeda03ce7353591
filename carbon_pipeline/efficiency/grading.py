"""Grades of the carbon-efficiency code 碳效码: L, level, K, grade and neutrality rate of a period, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from operator import sub
from typing import TYPE_CHECKING, Final, TypeVar

import polars as pl

from carbon_pipeline.accounting.months import last_day, year_of
from carbon_pipeline.accounting.publish import MASS, MASS_PLACES, MONEY, MONEY_PLACES, RATIO, RATIO_PLACES, in_order, quotients
from carbon_pipeline.accounting.totals import Totals, co2_places
from carbon_pipeline.efficiency.bounds import Bounds
from carbon_pipeline.efficiency.peer_groups import PeerGroups
from carbon_pipeline.exact import whole

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from fractions import Fraction

    from carbon_pipeline.accounting.books import Books
    from carbon_pipeline.accounting.profiles import Profile
    from carbon_pipeline.accounting.totals import Total
    from carbon_pipeline.efficiency.peer_groups import PeerGroup
    from carbon_pipeline.efficiency.value_added import ValueAdded
    from carbon_pipeline.rules import GradingRule

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

_T = TypeVar("_T")

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
class Assessed:
    """Every enterprise of the register over a period, by column.

    Attributes:
        period: the period, with its rule.
        profiles: the enterprises as they are on the last day.
        value_added: value added, None where it cannot be known; in the unit of `total`, of 10^4 yuan.
        total: minutes and tCO2.
        expected_min: minutes that their meters should have measured.
        reasons: why there is no grade, None where there is one.
        groups: the peers that they are held against, None where there is no grade.
        steps: level of their L and grade of their K, likewise.
    """

    period: Asked
    profiles: list[Profile]
    value_added: list[int | None]
    total: Total
    expected_min: list[int]
    reasons: list[str | None]
    groups: list[PeerGroup | None]
    steps: list[tuple[str | None, int | None]]


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
    assessed = [_assessed(books, value_added, totals, places, period) for period in periods]
    years = [books.coefficients.factor_year(year_of(period.months[0])) for period in periods]
    return in_order(_frame(assessed, 10**places, years), _KEYS)


def _assessed(books: Books, value_added: ValueAdded, totals: Totals, places: int, period: Asked) -> Assessed:
    """Every enterprise of the register over one period."""
    months, rule = period.months, period.rule
    last, expected, known = last_day(months[-1]), books.expected.of_months(months[0], months[-1]), value_added.of_all(months)
    profiles = [books.profiles.on(enterprise, last) for enterprise in books.profiles]
    values = [whole(known[enterprise], places) if enterprise in known else None for enterprise in books.profiles]
    total, minutes = totals.over(months), [expected.get(enterprise, 0) for enterprise in books.profiles]
    reasons = list(map(_Bar(rule, books.fuels.missing(months)).reason, profiles, values, total.measured_min, minutes))
    gradable = [
        (profile.industry_code, net, value)
        for profile, net, value, reason in zip(profiles, total.net, values, reasons, strict=True)
        if value and not reason
    ]
    peers = PeerGroups(gradable, rule.least_peers, period.references)
    groups = [None if reason else peers.of(profile.industry_code) for profile, reason in zip(profiles, reasons, strict=True)]
    reasons = [reason or _without_grade(group) for reason, group in zip(reasons, groups, strict=True)]
    groups = [None if reason else group for reason, group in zip(reasons, groups, strict=True)]
    return Assessed(period, profiles, values, total, minutes, reasons, groups, list(_steps(rule, total.net, values, groups)))


class _Bar:
    """What an enterprise must meet to be gradable in a period."""

    def __init__(self, rule: GradingRule, without_fuel: Container[str]) -> None:
        self._divisions, self._without_fuel = rule.divisions, without_fuel
        self._least, self._whole = rule.least_coverage.as_integer_ratio()

    def reason(self, profile: Profile, value_added: int | None, measured_min: int, expected_min: int) -> str | None:  # noqa: PLR0911 - a reason each
        """Why an enterprise cannot be graded, before its peers are known; the first reason counts."""
        if not profile.is_above_scale:
            return "below_scale"
        if profile.division not in self._divisions:
            return "not_industry"
        if value_added is None:
            return "no_value_added"
        if value_added <= 0:
            return "value_added_not_positive"
        if not measured_min:
            return "no_meter_data"
        if measured_min * self._whole < self._least * expected_min:
            return "low_coverage"
        if profile.enterprise_id in self._without_fuel:
            return "fuel_not_reported"
        return None


def _without_grade(group: PeerGroup | None) -> str | None:
    """Why an enterprise that is gradable has no grade."""
    if group is None:
        return "no_peer_group"
    return "peer_group_zero" if group.intensity.numerator <= 0 else None


def _steps(
    rule: GradingRule, net: Sequence[int], values: Sequence[int | None], groups: Sequence[PeerGroup | None]
) -> Iterator[tuple[str | None, int | None]]:
    """Level of L and grade of K, where there are peers to be held against."""
    levels, grades = Bounds(rule.levels), Bounds(rule.grades)
    for own, value, group in zip(net, values, groups, strict=True):
        if group is None or not value:
            yield None, None
        else:
            above, below = group.intensity.as_integer_ratio()
            yield levels.step_of(own, value).name, grades.step_of(own * below, value * above).grade


def _frame(assessed: Sequence[Assessed], unit: int, factor_years: Sequence[int]) -> pl.DataFrame:
    """Periods by column; `unit` is one tonne, or 10^4 yuan, in whole numbers of theirs; each period has a factor year."""
    profiles = [profile for one in assessed for profile in one.profiles]
    counts = [len(one.profiles) for one in assessed]
    reasons = [reason for one in assessed for reason in one.reasons]
    columns = {
        "period": _repeated([one.period.text for one in assessed], counts),
        **{name: [getattr(one, name) for one in profiles] for name in ("enterprise_id", "name", "industry_code", "street")},
        **_peer_columns(assessed),
        **_own_columns(assessed, unit),
        "status": [NOT_GRADABLE if reason else GRADED for reason in reasons],
        "reason": reasons,
        "rule_id": _repeated([one.period.rule.id for one in assessed], counts),
        "factor_year": _repeated(factor_years, counts),
    }
    return pl.DataFrame(columns, schema_overrides=GRADES_SCHEMA).select(GRADES_SCHEMA.names())


def _repeated(values: Sequence[_T], counts: Sequence[int]) -> list[_T]:
    return [value for value, count in zip(values, counts, strict=True) for _ in range(count)]


def _peer_columns(assessed: Sequence[Assessed]) -> dict[str, Column]:
    """What comes of holding an enterprise against its peers, empty where it has no grade."""
    groups = [group for one in assessed for group in one.groups]
    net = [net for one in assessed for net in one.total.net]
    worth = [value or 0 if group else 0 for one in assessed for value, group in zip(one.value_added, one.groups, strict=True)]
    peer_l = [group.intensity.as_integer_ratio() if group else (0, 0) for group in groups]
    k = [(own * below, value * above) for own, value, (above, below) in zip(net, worth, peer_l, strict=True)]
    return {
        "peer_group": [group.code if group else None for group in groups],
        "peer_count": [group.count if group else None for group in groups],
        "peer_share": quotients(worth, [group.value_added or 0 if group else 0 for group in groups], RATIO_PLACES),
        "l": quotients(net, worth, RATIO_PLACES),
        "level": [level for one in assessed for level, _ in one.steps],
        "peer_l": quotients((above for above, _ in peer_l), (below for _, below in peer_l), RATIO_PLACES),
        "k": quotients((above for above, _ in k), (below for _, below in k), RATIO_PLACES),
        "grade": [grade for one in assessed for _, grade in one.steps],
    }


def _own_columns(assessed: Sequence[Assessed], unit: int) -> dict[str, Column]:
    """What can be said of an enterprise without its peers."""
    values = [value for one in assessed for value in one.value_added]
    known = [0 if value is None else unit for value in values]
    expected = [minutes for one in assessed for minutes in one.expected_min]
    measured, estimated, gross, net = (list(chain.from_iterable(columns)) for columns in zip(*(one.total for one in assessed), strict=True))
    tonne = [unit if minutes else 0 for minutes in measured]
    emitted = [one if minutes else 0 for one, minutes in zip(gross, measured, strict=True)]
    return {
        "tco2_gross": quotients(gross, tonne, MASS_PLACES),
        "tco2_net": quotients(net, tonne, MASS_PLACES),
        "value_added_10k_cny": quotients([value or 0 for value in values], known, MONEY_PLACES),
        "neutrality_rate": quotients(map(sub, gross, net), emitted, RATIO_PLACES),
        "coverage": quotients(measured, expected, RATIO_PLACES),
        "estimated_share": quotients(estimated, expected, RATIO_PLACES),
    }
