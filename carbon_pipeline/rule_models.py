"""What a rule set of each kind says, and what must hold of it for a file to be taken."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from carbon_pipeline.exact import parse_decimal
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import WrongValueError
from carbon_pipeline.validity import Dated

if TYPE_CHECKING:
    from collections.abc import Sequence

Status = Literal["in_force", "draft", "assumed"]

_WEEK: Final = 7
_DIVISIONS: Final = re.compile(r"([0-9]{2})(?:-([0-9]{2}))?")


def _exact(value: object) -> object:
    """A number without quotes has already been a float: refuse it."""
    number = parse_decimal(value) if isinstance(value, str) else None
    if number is None:
        raise WrongValueError(fact("number_unquoted", example="0.9", value=repr(value)))
    return number


def _spread(value: object) -> object:
    """`["06-46", "64"]` names every division from 06 to 46, and 64."""
    if not isinstance(value, list):
        raise WrongValueError(fact("divisions_not_listed"))
    found: set[str] = set()
    for text in value:
        match = _DIVISIONS.fullmatch(str(text))
        if match is None:
            raise WrongValueError(fact("no_division", value=repr(text)))
        found.update(f"{number:02d}" for number in range(int(match[1]), int(match[2] or match[1]) + 1))
    return frozenset(found)


def _share(value: Decimal) -> Decimal:
    if not 0 <= value <= 1:
        raise WrongValueError(fact("share_out_of_range", value=str(value)))
    return value


Number = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0)]
Share = Annotated[Number, AfterValidator(_share)]
Divisions = Annotated[frozenset[str], BeforeValidator(_spread)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleSet(Dated):
    """What every rule set says of itself.

    Attributes:
        id: its name, published with whatever rests on it.
        title: what it is, for people.
        valid_from: first day on which it holds, None from ever.
        valid_to: last such day, None while open.
        source: document, number and date.
        confidence: V2 two independent sources, V1 one, D derived, M from memory only.
        status: `in_force`, `draft` or `assumed`.
        note: what a reader should know.
    """

    id: str = Field(min_length=1)
    title: str
    valid_from: date | None
    valid_to: date | None
    source: str = Field(min_length=1)
    confidence: Literal["V2", "V1", "D", "M"]
    status: Status
    note: str | None = None

    @property
    def is_trial(self) -> bool:
        """Whether what rests on it is a trial 试算: it is a draft or assumed."""
        return self.status != "in_force"


class Level(_Frozen):
    """A level of L: its name and its upper bound in tCO2 per 10^4 yuan, included; None for the last."""

    name: Literal["low", "mid", "high"]
    upto: Number | None


class Grade(_Frozen):
    """A grade of K: its number and its upper bound, included; None for the last."""

    grade: int = Field(ge=1)
    upto: Number | None


def _check_bounds(bounds: Sequence[Decimal | None], what: str) -> None:
    """Bounds must rise and only the last may be open."""
    closed = [bound for bound in bounds if bound is not None]
    if len(closed) != len(bounds) - 1 or bounds[-1] is not None or any(b <= a for a, b in pairwise(closed)):
        raise WrongValueError(fact("bounds_not_rising", what=what))


class GradingRule(RuleSet):
    """How the carbon-efficiency code 碳效码 is graded.

    Attributes:
        levels: bounds of L 碳效值 for 低碳, 中碳, 高碳.
        grades: bounds of K, own L by that of the peer group.
        least_peers: gradable enterprises that make a peer group.
        least_coverage: share of the expected time that must be measured.
        divisions: divisions of GB/T 4754-2017 that are industry.
        factor_year: year of the grid factor that the rule prescribes; None takes the latest published up to the data's year.
    """

    kind: Literal["grading"]
    levels: tuple[Level, ...] = Field(min_length=1)
    grades: tuple[Grade, ...] = Field(min_length=1)
    least_peers: int = Field(ge=1)
    least_coverage: Share
    divisions: Divisions
    factor_year: int | None = None

    @model_validator(mode="after")
    def _rises(self) -> GradingRule:
        _check_bounds([level.upto for level in self.levels], "levels")
        _check_bounds([grade.upto for grade in self.grades], "grades")
        return self


class CoverageRule(RuleSet):
    """How much must be measured.

    Attributes:
        least: share of expected time below which a figure is marked: an alert `low_coverage`, a tariff line provisional.
        least_pv: share below which own PV of an account is not reckoned.
    """

    kind: Literal["coverage"]
    least: Share
    least_pv: Share


class ValidationRule(RuleSet):
    """How readings are validated and gaps filled.

    Attributes:
        headroom: multiple of 额定功率 or 合同容量 above which mean power is not believed.
        short_gap_minutes: longest gap on a straight line between its neighbours.
        long_gap_minutes: longest gap filled from like days.
        long_piece_minutes: longest piece between two registers that counts as measured.
        like_weeks: how many weeks back like days are looked for.
        like_values: how many of their measured values count, nearest first.
        longest_spike_points: longest bad stretch of a register.
    """

    kind: Literal["validation"]
    headroom: Number
    short_gap_minutes: int = Field(ge=0)
    long_gap_minutes: int = Field(ge=0)
    long_piece_minutes: int = Field(ge=0)
    like_weeks: int = Field(ge=1)
    like_values: int = Field(ge=1)
    longest_spike_points: int = Field(ge=0)

    @property
    def like_days(self) -> range:
        """How many days before a day its like days lie, nearest first."""
        return range(_WEEK, _WEEK * self.like_weeks + 1, _WEEK)

    @property
    def like_reach(self) -> int:
        """How many days before a day its farthest like day lies."""
        return self.like_days[-1]


class AlertRule(RuleSet):
    """Shares of an energy budget 用能预算 at which an alert begins: yellow and orange at the bound, red above it."""

    kind: Literal["alerts"]
    yellow: Number
    orange: Number
    red: Number

    @model_validator(mode="after")
    def _rises(self) -> AlertRule:
        if not self.yellow < self.orange <= self.red:
            raise WrongValueError(fact("alerts_not_rising"))
        return self


class Step(_Frozen):
    """A step 阶梯 of what lies above the baseline, as shares of it: above `above`, up to and including `upto`."""

    above: Number
    upto: Number | None


class StepRates(_Frozen):
    """Surcharge of each step in yuan per kWh in the n-th year running over the budget.

    Attributes:
        years: the count of consecutive years, this one included; the last row stands for all beyond.
        cny_per_kwh: one rate a step.
        status: status of this row.
        confidence: confidence of this row.
    """

    years: int = Field(ge=1)
    cny_per_kwh: tuple[Number, ...]
    status: Status
    confidence: Literal["V2", "V1", "D", "M"]


class SteppedRule(RuleSet):
    """A stepped tariff 阶梯电价 on what goes beyond an energy budget.

    Attributes:
        divisions: divisions of GB/T 4754-2017 in scope.
        divisions_status: status of that list.
        includes_data_centers: whether data centres are in scope too.
        steps: from the lowest up.
        rates: by years running, from 1 on without a gap.
    """

    kind: Literal["stepped"]
    divisions: Divisions
    divisions_status: Status
    includes_data_centers: bool
    steps: tuple[Step, ...] = Field(min_length=1)
    rates: tuple[StepRates, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> SteppedRule:
        _check_bounds([step.upto for step in self.steps], "steps")
        if any(after.above != before.upto for before, after in pairwise(self.steps)):
            raise WrongValueError(fact("steps_apart"))
        if [row.years for row in self.rates] != list(range(1, len(self.rates) + 1)):
            raise WrongValueError(fact("years_with_gap"))
        if any(len(row.cny_per_kwh) != len(self.steps) for row in self.rates):
            raise WrongValueError(fact("rates_not_one_a_step", steps=len(self.steps)))
        return self

    def rates_of(self, years_running: int) -> StepRates:
        """The row of rates for a count of years running over budget, at least 1."""
        return self.rates[min(years_running, len(self.rates)) - 1]


class ClassRate(_Frozen):
    """Surcharge on all kWh of enterprises of one scale and one class 亩均等级."""

    is_above_scale: bool
    efficiency_class: Literal["A", "B", "C", "D"]
    cny_per_kwh: Number
    status: Status


class DifferentialRule(RuleSet):
    """A differential tariff 差别化电价 by class.

    Attributes:
        rates: who pays how much; nobody else pays.
        levy_year_starts: calendar month in which a levy year 征收年度 begins.
        least_kwh: an account that imported less in the twelve months before the levy year is exempt.
        cap_cny: most that an account pays in a levy year.
    """

    kind: Literal["differential"]
    rates: tuple[ClassRate, ...] = Field(min_length=1)
    levy_year_starts: int = Field(ge=1, le=12)
    least_kwh: Number
    cap_cny: Number

    @model_validator(mode="after")
    def _once(self) -> DifferentialRule:
        if len(self.by_class) != len(self.rates):
            raise WrongValueError(fact("class_twice"))
        return self

    @property
    def by_class(self) -> dict[tuple[bool, str], ClassRate]:
        """Rates by (above scale?, class)."""
        return {(row.is_above_scale, row.efficiency_class): row for row in self.rates}


class Active(Dated):
    """Which rule sets are in use, and of which grid the county is.

    Attributes:
        valid_from: first as-of date for which it counts, None from ever.
        valid_to: last such date, None while open.
        rules: ids of rule sets.
        grid_region: region whose grid factor counts: a province, a regional grid or 全国.
    """

    id: Literal["active"]
    kind: Literal["active"]
    title: str
    valid_from: date | None
    valid_to: date | None
    source: str
    status: Status
    grid_region: str
    rules: tuple[str, ...]
