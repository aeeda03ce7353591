"""Coverage 覆盖率: measured and estimated time against expected time, over the meters that measure what an enterprise takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from carbon_pipeline.accounting.months import first_day, last_day
from carbon_pipeline.accounting.segments import IMPORT
from carbon_pipeline.periods import MINUTES_A_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from numpy.typing import NDArray

    from carbon_pipeline.accounting.segments import Segment


@dataclass(slots=True)
class ExpectedTime:
    """Minutes that the billed 用电 meters of an enterprise's own accounts should have measured, whether or not a row came.

    A shared account counts whole for each of its owners.
    """

    as_of: date
    enterprises: list[str]
    _owner: NDArray[np.int64]
    _first: NDArray[np.int64]
    _last: NDArray[np.int64]
    _known: dict[tuple[date, date], dict[str, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, segments: Iterable[Segment], as_of: date) -> ExpectedTime:
        """Lay out the forward channels of billed 用电 meters as days, by owner."""
        runs = sorted((name, s.day_from.toordinal(), s.day_to.toordinal()) for s in segments if s.role == IMPORT for name, _ in s.owners)
        names = sorted({name for name, _, _ in runs})
        number = {name: index for index, name in enumerate(names)}
        table = np.array([(number[name], first, last) for name, first, last in runs], dtype=np.int64).reshape(-1, 3)
        return cls(as_of, names, table[:, 0], table[:, 1], table[:, 2])

    def between(self, first: date, last: date) -> dict[str, int]:
        """Expected minutes by enterprise from one day to another, both included, none after the as-of date.

        Enterprises of which nothing is expected are left out.
        """
        key = (first, min(last, self.as_of))
        if key not in self._known:
            self._known[key] = self._minutes(*key)
        return self._known[key]

    def of_months(self, first_month: int, last_month: int) -> dict[str, int]:
        """Expected minutes by enterprise over whole months, cut at the as-of date."""
        return self.between(first_day(first_month), last_day(last_month))

    def by_month(self, months: Iterable[int]) -> dict[int, dict[str, int]]:
        """`of_months` of each of these months alone."""
        return {month: self.of_months(month, month) for month in set(months)}

    def _minutes(self, first: date, last: date) -> dict[str, int]:
        days = np.minimum(self._last, last.toordinal()) - np.maximum(self._first, first.toordinal()) + 1
        totals = np.zeros(len(self.enterprises), dtype=np.int64)
        np.add.at(totals, self._owner, np.maximum(days, 0))
        minutes = (totals * MINUTES_A_DAY).tolist()
        return {name: expected for name, expected in zip(self.enterprises, minutes, strict=True) if expected}


def share_of_time(minutes: int, expected: int) -> Fraction | None:
    """Coverage or estimated share as an exact fraction; None where nothing is expected."""
    return Fraction(minutes, expected) if expected else None
