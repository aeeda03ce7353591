"""What an enterprise 企业 is on a day: name, industry, street, scale and class, by the dated rows of the register."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl


@dataclass(frozen=True, slots=True)
class Profile:
    """One dated row of an enterprise; `industry_code` is a class of GB/T 4754-2017."""

    enterprise_id: str
    name: str
    industry_code: str
    street: str
    is_above_scale: bool
    is_data_center: bool
    efficiency_class: str | None

    @property
    def division(self) -> str:
        """The division (大类) of GB/T 4754-2017, two digits."""
        return self.industry_code[:2]


class Profiles:
    """All enterprises of the register, by the day asked for."""

    def __init__(self, enterprises: pl.DataFrame) -> None:
        """Take the register's rows: `enterprise_id, valid_from` (null: from ever), name, industry, street, scale, class."""
        columns = ("enterprise_id", "valid_from", "name", "industry_code", "street", "is_above_scale", "is_data_center", "efficiency_class")
        self._starts: dict[str, list[date]] = {}
        self._rows: dict[str, list[Profile]] = {}
        rows = sorted(enterprises.select(columns).iter_rows(), key=lambda row: (row[0], row[1] or date.min))
        for enterprise, start, *values in rows:
            self._starts.setdefault(enterprise, []).append(start or date.min)
            self._rows.setdefault(enterprise, []).append(Profile(enterprise, *values))

    def __iter__(self) -> Iterator[str]:
        """Enterprise ids, in order."""
        return iter(self._rows)

    def on(self, enterprise_id: str, day: date) -> Profile:
        """The row in force on a day; before the first one, the first."""
        rows = self._rows[enterprise_id]
        if len(rows) == 1:  # as most have
            return rows[0]
        return rows[max(bisect_right(self._starts[enterprise_id], day) - 1, 0)]
