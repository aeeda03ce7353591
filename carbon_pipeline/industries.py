"""Industries of GB/T 4754-2017 国民经济行业分类: codes, names, lists of them, and a division's reference L where one is given."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationError

from carbon_pipeline.exact import parse_decimal
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import WrongValueError
from carbon_pipeline.settings import wrong_in
from carbon_pipeline.validity import Dated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from carbon_pipeline.settings import ConfigFile, Settings

CODES_FILE: Final = "gbt4754_2017.csv"

_CLASS_DIGITS: Final = 4
_DIVISION_DIGITS: Final = 2


def _above_zero(value: object) -> object:
    number = parse_decimal(value) if isinstance(value, str) else None
    if number is None or number <= 0:
        raise WrongValueError(fact("number_not_above_0", example="1.2345", value=repr(value)))
    return number


class _Sourced(Dated):
    source: str = Field(min_length=1)
    confidence: Literal["V2", "V1", "D", "M"] | None = None
    status: Literal["in_force", "draft", "assumed"]


_D = TypeVar("_D", bound=_Sourced)


class ReferenceL(_Sourced):
    """Reference L of a division in tCO2 per 10^4 yuan of value added, for where no peer group is large enough."""

    division: str = Field(pattern=r"^[0-9]{2}$")
    l: Annotated[Decimal, BeforeValidator(_above_zero)]  # noqa: E741 - the rule's own name


class IndustryList(_Sourced):
    """A named list of industries, such as the energy-intensive ones 高耗能行业."""

    id: str
    title: str
    divisions: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    def holds(self, code: str) -> bool:
        """Whether an industry code of 4 digits is on the list."""
        return code[:_DIVISION_DIGITS] in self.divisions or code in self.classes


@dataclass(frozen=True, slots=True)
class Industries:
    """The classification and what the county knows of its industries.

    Attributes:
        names: name by code: 2, 3 and 4 digits, sections as letters.
        references: rows of reference L, the later standing before the earlier.
        lists: named lists by id.
    """

    names: dict[str, str]
    references: tuple[ReferenceL, ...]
    lists: dict[str, IndustryList]

    @classmethod
    def load(cls, settings: Settings) -> Industries:
        """Read `config/industries/`, the shipped files first.

        Raises:
            ConfigError: a row is wrong; the message names file and row.
        """
        names = {row["code"]: row["name"] for row in settings.load_csv("industries", CODES_FILE)}
        references: list[ReferenceL] = []
        lists: dict[str, IndustryList] = {}
        for file in settings.load_yaml("industries"):
            if file.content.get("kind") == "reference_l":
                references.extend(_rows(file, ReferenceL))
            else:
                lists |= {row.id: row for row in _rows(file, IndustryList)}
        return cls(names, tuple(references), lists)

    @property
    def classes(self) -> frozenset[str]:
        """Every class 小类: the codes of 4 digits."""
        return frozenset(code for code in self.names if len(code) == _CLASS_DIGITS)

    def name(self, code: str) -> str:
        """Name of a division, group or class; the code itself where it is unknown."""
        return self.names.get(code, code)

    def references_on(self, day: date) -> dict[str, Fraction]:
        """Reference L of every division that has one on a day (the last of the period); of several rows the last stands."""
        return {row.division: Fraction(row.l) for row in self.references if row.holds_on(day)}


def _rows(file: ConfigFile, model: type[_D]) -> Iterator[_D]:
    for number, row in enumerate(file.rows, start=1):
        try:
            yield model.model_validate(row)
        except ValidationError as error:
            raise wrong_in(file.path, fact("row", row=number), error) from error
