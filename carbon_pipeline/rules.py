"""Rule sets: dated, sourced files of `config/rules/`, validated on load, and which of them are in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from carbon_pipeline.rule_models import (
    Active,
    AlertRule,
    ClassRate,
    CoverageRule,
    DifferentialRule,
    Grade,
    GradingRule,
    Level,
    RuleSet,
    Status,
    Step,
    SteppedRule,
    StepRates,
    ValidationRule,
)
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import ToldError
from carbon_pipeline.settings import ConfigError, wrong_in

if TYPE_CHECKING:
    from datetime import date

    from carbon_pipeline.settings import Settings

__all__ = [
    "Active",
    "AlertRule",
    "AnyRule",
    "ClassRate",
    "CoverageRule",
    "DifferentialRule",
    "Grade",
    "GradingRule",
    "Level",
    "RuleError",
    "RuleSet",
    "Rules",
    "Status",
    "Step",
    "StepRates",
    "SteppedRule",
    "ValidationRule",
]

AnyRule = GradingRule | CoverageRule | ValidationRule | AlertRule | SteppedRule | DifferentialRule
_FILE: Final = TypeAdapter(Annotated[AnyRule | Active, Field(discriminator="kind")])
_R = TypeVar("_R", bound=RuleSet)
_ALONE: Final = (CoverageRule, ValidationRule, AlertRule, SteppedRule, DifferentialRule)
"""Kinds of which one can be in use at a time; grading rules follow one another by their dates."""


class RuleError(ToldError, LookupError):
    """No rule set answers the question."""


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
                name = str(file.content["id"]) if "id" in file.content else fact("without_id")
                raise wrong_in(file.path, fact("rule_named", id=name), error) from error
            if isinstance(rule, Active):
                active = rule
            else:
                found[rule.id] = rule
        if active is None:
            raise ConfigError(fact("no_active"))
        rules = cls(found, active)
        rules.check()
        return rules

    def check(self) -> None:
        """See that what must be active is.

        Raises:
            ConfigError: an active id names no rule set, a kind that is needed has none in use, one that must be alone has two,
                or a rule that holds for all readings is dated.
        """
        unknown = [name for name in self.active.rules if name not in self.all]
        if unknown:
            raise ConfigError(fact("active_unknown", id=unknown[0]))
        for needed in (GradingRule, CoverageRule, ValidationRule, AlertRule):
            if not self._active(needed):
                kind = needed.model_fields["kind"].annotation.__args__[0]  # type: ignore[union-attr]
                raise ConfigError(fact("active_lacks", kind=kind))
        for alone in _ALONE:
            if len(two := [rule.id for rule in self._active(alone)][:2]) > 1:
                raise ConfigError(fact("active_twice", one=two[0], other=two[1]))
        if self.validation.valid_from or self.validation.valid_to:
            raise ConfigError(fact("validation_dated", id=self.validation.id))

    def check_on(self, day: date) -> None:
        """See that what decides a whole refresh is valid on its as-of date.

        Raises:
            RuleError: the list of those in use, coverage or alerts are not.
        """
        for rule in (self.active, self.coverage, self.alerts):
            if not rule.holds_on(day):
                raise RuleError(fact("rule_not_valid", id=rule.id, day=str(day)))

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
            raise RuleError(fact("no_grading", day=str(day)))
        return valid[-1]

    def _active(self, kind: type[_R]) -> list[_R]:
        return [rule for rule in (self.all[name] for name in self.active.rules if name in self.all) if isinstance(rule, kind)]
