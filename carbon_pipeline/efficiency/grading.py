"""Grades of the carbon-efficiency code 碳效码: L, level, K, grade and neutrality rate of a period, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeVar

import polars as pl

from carbon_pipeline.accounting.months import last_day, year_of
from carbon_pipeline.accounting.publish import MASS, MONEY, RATIO, mass, money, ratio, table
from carbon_pipeline.efficiency.peer_groups import Gradable, PeerGroup, PeerGroups
from carbon_pipeline.rules import Grade, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from carbon_pipeline.accounting.books import Books, Measured
    from carbon_pipeline.accounting.profiles import Profile
    from carbon_pipeline.efficiency.value_added import ValueAdded
    from carbon_pipeline.rules import GradingRule

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

B = TypeVar("B", Level, Grade)

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
    """An enterprise over a period before it is held against its peers; tCO2 is exact and None where nothing was measured."""

    profile: Profile
    value_added: Decimal | None
    measured: Measured
    gross: Decimal | None
    net: Decimal | None
    reason: str | None

    def as_gradable(self) -> Gradable | None:
        """What it brings into its peer groups, None where it is not gradable."""
        if self.reason or self.net is None or self.value_added is None:
            return None
        return Gradable(self.profile.industry_code, Fraction(self.net), Fraction(self.value_added))


def grades_table(books: Books, value_added: ValueAdded, periods: Iterable[Asked]) -> pl.DataFrame:
    """Grades of every enterprise of the register for each period.

    Args:
        books: the books as of one day.
        value_added: value added of the register.
        periods: what is to be graded.

    Returns:
        `GRADES_SCHEMA`, sorted by period and enterprise.
    """
    return table((row for period in periods for row in grade_period(books, value_added, period)), GRADES_SCHEMA, _KEYS)


def grade_period(books: Books, value_added: ValueAdded, period: Asked) -> Iterator[Sequence[object]]:
    """Rows of one period, in the columns of `GRADES_SCHEMA`."""
    assessments = [_assess(books, value_added, enterprise, period) for enterprise in books.profiles]
    gradable = [(one, one.as_gradable()) for one in assessments]
    peers = PeerGroups([brought for _, brought in gradable if brought], period.rule.least_peers, period.references)
    factor_year = books.coefficients.factor_year(year_of(period.months[0]))
    for one, brought in gradable:
        yield (period.text, *_row(one, brought, peers, period.rule), period.rule.id, factor_year)


def _assess(books: Books, value_added: ValueAdded, enterprise: str, period: Asked) -> Assessment:
    months = period.months
    profile = books.profiles.on(enterprise, last_day(months[-1]))
    measured = books.measured(enterprise, months)
    value = value_added.of(enterprise, months)
    gross, net = _carbon(books, enterprise, months) if measured.minutes else (None, None)
    one = Assessment(profile, value, measured, gross, net, None)
    one.reason = next(_reasons(books, one, period), None)
    return one


def _carbon(books: Books, enterprise: str, months: range) -> tuple[Decimal, Decimal]:
    """Gross and net tCO2 of electricity and fuels over the period."""
    gross = net = Decimal(0)
    for month in months:
        if books.electricity_of(enterprise, month):
            carbon = books.electricity_carbon(enterprise, month)
            gross += carbon.gross or 0
            net += carbon.net or 0
        burnt = sum((fuel.tco2 or Decimal(0) for fuel in books.fuels.burnt(enterprise, month)), Decimal(0))
        gross, net = gross + burnt, net + burnt
    return gross, net


def _reasons(books: Books, one: Assessment, period: Asked) -> Iterator[str]:
    """Reasons for which an enterprise cannot be graded before its peers are known, in their order; the first one counts."""
    if not one.profile.is_above_scale:
        yield "below_scale"
    if one.profile.division not in period.rule.divisions:
        yield "not_industry"
    if one.value_added is None:
        yield "no_value_added"
    elif one.value_added <= 0:
        yield "value_added_not_positive"
    if not one.measured.minutes:
        yield "no_meter_data"
    if one.measured.is_below(Fraction(period.rule.least_coverage)):
        yield "low_coverage"
    if any(books.fuels.missing(one.profile.enterprise_id, month) for month in period.months):
        yield "fuel_not_reported"


def _row(one: Assessment, brought: Gradable | None, peers: PeerGroups, rule: GradingRule) -> Sequence[object]:
    group = peers.of(one.profile.industry_code) if brought else None
    reason = one.reason or _peer_reason(group)
    peer: Sequence[object] = (None,) * 3
    result: Sequence[object] = (None,) * 5
    if brought and group and not reason:
        peer, result = _peer_columns(brought, group), _result_columns(brought, group, rule)
    profile = one.profile
    return (
        profile.enterprise_id,
        profile.name,
        profile.industry_code,
        profile.street,
        *peer,
        mass(one.gross),
        mass(one.net),
        money(one.value_added),
        *result,
        ratio(_neutrality(one)),
        ratio(one.measured.coverage),
        ratio(one.measured.estimated_share),
        NOT_GRADABLE if reason else GRADED,
        reason,
    )


def _peer_reason(group: PeerGroup | None) -> str | None:
    if group is None:
        return "no_peer_group"
    return "peer_group_zero" if group.intensity <= 0 else None


def _peer_columns(brought: Gradable, group: PeerGroup) -> tuple[str, int | None, Decimal | None]:
    share = None if group.value_added is None else brought.value_added / group.value_added
    return group.code, group.count, ratio(share)


def _result_columns(
    brought: Gradable, group: PeerGroup, rule: GradingRule
) -> tuple[Decimal | None, str, Decimal | None, Decimal | None, int]:
    intensity = brought.net / brought.value_added
    k = intensity / group.intensity
    return ratio(intensity), step_of(intensity, rule.levels).name, ratio(group.intensity), ratio(k), step_of(k, rule.grades).grade


def step_of(value: Fraction, steps: Sequence[B]) -> B:
    """The first step whose upper bound, itself included, is not below an exact value; the last one has no bound."""
    return next(step for step in steps if step.upto is None or value <= Fraction(step.upto))


def _neutrality(one: Assessment) -> Fraction | None:
    """(Gross - net) / gross, None where gross is 0 or unknown."""
    if not one.gross or one.net is None:
        return None
    return Fraction(one.gross - one.net) / Fraction(one.gross)
