"""Where the page draws a line, in the words of an official: by the rules in use, whatever a county sets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from carbon_pipeline.page.numbers import as_percent

if TYPE_CHECKING:
    from carbon_pipeline.rules import Rules

_WHOLE: Final = Decimal(1)


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of coverage, of budgets and of grades.

    Attributes:
        least: coverage below which nothing is judged.
        yellow: share of a budget from which the alert is yellow.
        orange: likewise orange.
        red: share above which it is red.
        last_grade: the worst grade of the carbon-efficiency code; it and the one before get technical help.
    """

    least: Decimal
    yellow: Decimal
    orange: Decimal
    red: Decimal
    last_grade: int

    @classmethod
    def of(cls, rules: Rules) -> Bars:
        """The bars of the rules in use."""
        last_grade = max(step.grade for step in rules.grading.grades)
        return cls(rules.coverage.least, rules.alerts.yellow, rules.alerts.orange, rules.alerts.red, last_grade)

    @property
    def poor_grades(self) -> tuple[int, ...]:
        """Grades whose enterprises get technical help."""
        return self.last_grade - 1, self.last_grade

    @property
    def enough(self) -> str:
        """Coverage that is enough, as per cent."""
        return as_percent(self.least)

    @property
    def over(self) -> str:
        """What it is to be above the red bar."""
        return "超预算" if self.red == _WHOLE else f"超过预算的 {as_percent(self.red)}"

    def words(self) -> dict[str, str]:
        """Alert -> its words, in the order of urgency."""
        yellow, orange, red = map(as_percent, (self.yellow, self.orange, self.red))
        return {
            "red": self.over,
            "orange": f"{orange}—{red}",
            "yellow": f"{yellow}—{orange}",
            "none": f"{yellow} 以下",
            "low_coverage": "数据不全，暂不判断",
            "no_budget": "未下达预算",
        }

    def titles(self) -> dict[str, str]:
        """Titles of the lists of those who are pressed, the most urgent first."""
        yellow, orange, red = map(as_percent, (self.yellow, self.orange, self.red))
        return {
            "red": "已超预算" if self.red == _WHOLE else f"已用 {red} 以上",
            "orange": f"已用 {orange} 至 {red}",
            "yellow": f"已用 {yellow} 至 {orange}",
        }
