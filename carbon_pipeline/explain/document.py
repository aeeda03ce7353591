"""An explanation as a document: sections of rows, and the steps by which a number came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from carbon_pipeline.exact import half_up, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHOWN_PLACES: Final = 6

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a reckoning.

    Attributes:
        name: what comes out, a key of `words.STEPS`.
        how: the formula with its numbers in place.
        value: what comes out, exact; None where it stays empty.
    """

    name: str
    how: str
    value: object


@dataclass(slots=True)
class Explanation:
    """One number taken apart.

    Attributes:
        what: `grade`, `budget` or `tariff`.
        enterprise_id: whose.
        as_of: the refresh.
        period: the period of a grade or the months of a tariff list.
        steps: how the number came about.
        sections: rows behind it by section, keys of `words.SECTIONS`.
        notes: keys of `words.NOTES` that a reader must know.
    """

    what: str
    enterprise_id: str
    as_of: date
    period: str | None
    steps: list[Step] = field(default_factory=list)
    sections: dict[str, list[Row]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values: exact numbers as text, fractions as `numerator/denominator`."""
        return {
            "what": self.what,
            "enterprise_id": self.enterprise_id,
            "as_of": self.as_of.isoformat(),
            "period": self.period,
            "notes": self.notes,
            "reckoning": [{"name": step.name, "how": step.how, "value": exact(step.value)} for step in self.steps],
            **{name: [_plain(row) for row in rows] for name, rows in self.sections.items()},
        }


def _plain(row: Mapping[str, object]) -> Row:
    return {name: value if isinstance(value, bool | int) else exact(value) for name, value in row.items()}


def exact(value: object) -> str | None:
    """A value as exact text; a fraction as `numerator/denominator`."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value.isoformat() if isinstance(value, date) else str(value)


def shown(value: object) -> str:
    """A value as people read it: a fraction that is no short decimal to six places."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Fraction):
        return plain(half_up(value, _SHOWN_PLACES))
    return exact(value) or ""


def apart(value: Fraction | None, *bounds: Decimal | None) -> str:
    """A quotient beside the bounds that it is held against: with as many places as it takes to stand on its own side of each."""
    if value is None:
        return shown(value)
    places, exact_bounds = _SHOWN_PLACES, [Fraction(bound) for bound in bounds if bound is not None]
    while any(_sign(Fraction(half_up(value, places)) - bound) != _sign(value - bound) for bound in exact_bounds):
        places += 1
    return plain(half_up(value, places))


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
