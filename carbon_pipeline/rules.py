"""Rule sets: dated, sourced files of `config/rules/`, validated on load, and which of them are in use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from carbon_pipeline.exact import parse_decimal
from carbon_pipeline.settings import ConfigError, plain_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbon_pipeline.settings import Settings

Status = Literal["in_force", "draft", "assumed"]

_DIVISIONS: Final = re.compile(r"([0-9]{2})(?:-([0-9]{2}))?")


class RuleError(LookupError):
    """No rule set answers the question; the message is one plain sentence."""


def _exact(value: object) -> object:
    """A number without quotes has already been a float: refuse it."""
    number = parse_decimal(value) if isinstance(value, str) else None
    if number is None:
        msg = f'write the number as quoted text like "0.9", not {value!r}'
        raise ValueError(msg)
    return number


def _spread(value: object) -> object:
    """`["06-46", "64"]` names every division from 06 to 46, and 64."""
    if not isinstance(value, list):
        msg = 'write a list of quoted divisions like ["06-46", "64"]'
        raise ValueError(msg)  # noqa: TRY004 - pydantic takes ValueError only
    found: set[str] = set()
    for text in value:
        match = _DIVISIONS.fullmatch(str(text))
        if match is None:
            msg = f"{text!r} is no division of GB/T 4754-2017 and no range of them"
            raise ValueError(msg)
        found.update(f"{number:02d}" for number in range(int(match[1]), int(match[2] or match[1]) + 1))
    return frozenset(found)


def _share(value: Decimal) -> Decimal:
    if not 0 <= value <= 1:
        msg = f"a share lies between 0 and 1, not at {value}"
        raise ValueError(msg)
    return value


Number = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0)]
Share = Annotated[Number, AfterValidator(_share)]
Divisions = Annotated[frozenset[str], BeforeValidator(_spread)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleSet(_Frozen):
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

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


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
        msg = f"the upper bounds of {what} must rise, and the last one, and only it, must be null"
        raise ValueError(msg)


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


class AlertRule(RuleSet):
    """Shares of an energy budget 用能预算 at which an alert begins: yellow and orange at the bound, red above it."""

    kind: Literal["alerts"]
    yellow: Number
    orange: Number
    red: Number

    @model_validator(mode="after")
    def _rises(self) -> AlertRule:
        if not self.yellow < self.orange <= self.red:
            msg = "yellow must lie below orange, and orange not above red"
            raise ValueError(msg)
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
            msg = "each step must begin where the one before it ends"
            raise ValueError(msg)
        if [row.years for row in self.rates] != list(range(1, len(self.rates) + 1)):
            msg = "rates must be given for 1, 2, 3 ... years running, without a gap"
            raise ValueError(msg)
        if any(len(row.cny_per_kwh) != len(self.steps) for row in self.rates):
            msg = f"each row of rates needs {len(self.steps)} of them, one a step"
            raise ValueError(msg)
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
            msg = "a scale and class stands there twice"
            raise ValueError(msg)
        return self

    @property
    def by_class(self) -> dict[tuple[bool, str], ClassRate]:
        """Rates by (above scale?, class)."""
        return {(row.is_above_scale, row.efficiency_class): row for row in self.rates}


class Active(_Frozen):
    """Which rule sets are in use, and of which grid the county is.

    Attributes:
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


AnyRule = GradingRule | CoverageRule | ValidationRule | AlertRule | SteppedRule | DifferentialRule
_FILE: Final = TypeAdapter(Annotated[AnyRule | Active, Field(discriminator="kind")])
_R = TypeVar("_R", bound=RuleSet)


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule set by id, and which are active.

    Attributes:
        all: every rule set, active or not.
        active: the list of those in use.
    """

    all: dict[str, AnyRule]
    active: Active

    @classmethod
    def load(cls, settings: Settings) -> Rules:
        """Read `config/rules/`, the shipped ones first; a file with a known id replaces the older one as a whole.

        Raises:
            ConfigError: a file is wrong, or a rule that must be active is not; one line naming the file.
        """
        found: dict[str, AnyRule] = {}
        active: Active | None = None
        for file in settings.load_yaml("rules"):
            try:
                rule = _FILE.validate_python(file.content)
            except ValidationError as error:
                raise ConfigError(plain_error(file, f"rule {file.content.get('id', 'without id')}", error)) from error
            if isinstance(rule, Active):
                active = rule
            else:
                found[rule.id] = rule
        if active is None:
            msg = "config/rules/active.yaml is missing: no rule set is in use"
            raise ConfigError(msg)
        rules = cls(found, active)
        rules.check()
        return rules

    def check(self) -> None:
        """See that what must be active is.

        Raises:
            ConfigError: an active id names no rule set, or grading, coverage or alerts have none in use.
        """
        unknown = [name for name in self.active.rules if name not in self.all]
        if unknown:
            msg = f"rules/active.yaml: {unknown[0]} names no rule set under config/rules/"
            raise ConfigError(msg)
        for needed in (GradingRule, CoverageRule, ValidationRule, AlertRule):
            if not self._active(needed):
                msg = f"rules/active.yaml: no {needed.model_fields['kind'].annotation.__args__[0]} rule set is in use"  # type: ignore[union-attr]
                raise ConfigError(msg)

    @property
    def grading(self) -> GradingRule:
        """How grades are given."""
        return self._active(GradingRule)[-1]

    @property
    def coverage(self) -> CoverageRule:
        """How much must be measured."""
        return self._active(CoverageRule)[-1]

    @property
    def validation(self) -> ValidationRule:
        """How readings are validated and gaps filled."""
        return self._active(ValidationRule)[-1]

    @property
    def alerts(self) -> AlertRule:
        """When the use of a budget gives an alert."""
        return self._active(AlertRule)[-1]

    @property
    def stepped(self) -> SteppedRule | None:
        """The stepped tariff in use, if any."""
        return next(reversed(self._active(SteppedRule)), None)

    @property
    def differential(self) -> DifferentialRule | None:
        """The differential tariff in use, if any."""
        return next(reversed(self._active(DifferentialRule)), None)

    def grading_on(self, day: date) -> GradingRule:
        """The grading rule for a period that ends on a day: of those active the last listed that is valid then.

        Raises:
            RuleError: none is valid on that day.
        """
        valid = [rule for rule in self._active(GradingRule) if rule.holds_on(day)]
        if not valid:
            msg = f"no active grading rule set is valid on {day}; see valid_from and valid_to under config/rules/"
            raise RuleError(msg)
        return valid[-1]

    def _active(self, kind: type[_R]) -> list[_R]:
        return [rule for rule in (self.all[name] for name in self.active.rules if name in self.all) if isinstance(rule, kind)]
