"""What settling and reckoning give, apart from what does them: who only records it need not load the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from carbon_pipeline.settings import Settings

if TYPE_CHECKING:
    import polars as pl


PUBLISHED: Final = ("energy", "grades", "budgets", "tariffs", "inventory")
"""The tables of a refresh that are published."""


@dataclass(frozen=True)
class Settlement:
    """What a settling did."""

    channels: int
    """Channels reckoned again."""
    days: int
    """Meter days written."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Every table of a refresh, in fixed columns, places and order."""

    as_of: date
    energy: pl.DataFrame
    grades: pl.DataFrame
    budgets: pl.DataFrame
    tariffs: pl.DataFrame
    inventory: pl.DataFrame
    findings: pl.DataFrame
    checks: pl.DataFrame

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each published table has."""
        return {name: getattr(self, name).height for name in PUBLISHED}

    @property
    def is_sound(self) -> bool:
        """Whether every check holds."""
        return bool(self.checks["holds"].all())


Settle = Callable[[Settings], Settlement]
"""Settles the home of some settings."""
Refresh = Callable[[Settings, date, str], Reckoning]
"""Refreshes the home of some settings as of a date; of what is graded one period, or with an empty text all that is over."""
