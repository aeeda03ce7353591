"""Value added 增加值 of a month, quarter or year, from whatever periods the register reports."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import reduce
from itertools import chain
from operator import add
from typing import TYPE_CHECKING, Final

from carbon_pipeline.accounting.months import january_of, month_number, parse_month
from carbon_pipeline.exact import decimals
from carbon_pipeline.periods import MONTHS_A_QUARTER, MONTHS_A_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

_CUMULATIVE: Final = ".."


class ValueAdded:
    """Value added in 10^4 yuan by enterprise and run of months."""

    def __init__(self, economics: pl.DataFrame) -> None:
        """Take the register's rows `enterprise_id, period, value_added_10k_cny`; a row without value added is none."""
        self._own: dict[str, dict[range, Decimal]] = defaultdict(dict)
        self._to_date: dict[str, dict[int, Decimal]] = defaultdict(dict)
        for enterprise, period, value in economics.select("enterprise_id", "period", "value_added_10k_cny").iter_rows():
            if value is None or value == "":
                continue
            months = months_of(period)
            if _CUMULATIVE not in period:
                self._own[enterprise][months] = Decimal(value)
            elif months[0] == january_of(months[0]):
                self._to_date[enterprise][months[-1]] = Decimal(value)

    @property
    def places(self) -> int:
        """Decimal places in which every value added is whole."""
        own, to_date = ((value for rows in by_period.values() for value in rows.values()) for by_period in (self._own, self._to_date))
        return max(map(decimals, chain(own, to_date)), default=0)

    def of(self, enterprise_id: str, months: range) -> Decimal | None:
        """Value added of a month, quarter or year, None where it cannot be known.

        It is the period's own row, else the difference of cumulative rows (to its end, less to the month before it,
        nothing before January), else the sum of its months when all are there, else of its quarters, each of these by
        this same rule.

        Args:
            enterprise_id: whose.
            months: month numbers of the period.
        """
        terms = self.terms(enterprise_id, months)
        return None if terms is None else reduce(add, terms)

    def terms(self, enterprise_id: str, months: range) -> list[Decimal] | None:
        """Figures of the register whose sum is the value added, those that are taken off with a minus; None where it cannot be known.

        Args:
            enterprise_id: whose.
            months: month numbers of the period.
        """
        own = self._own.get(enterprise_id, {}).get(months)
        if own is not None:
            return [own]
        difference = self._difference(enterprise_id, months)
        if difference is not None:
            return difference
        for length in (1, MONTHS_A_QUARTER):
            if length < len(months):
                parts = self._parts(enterprise_id, (range(m, m + length) for m in months[::length]))
                if parts is not None:
                    return parts
        return None

    def _difference(self, enterprise_id: str, months: range) -> list[Decimal] | None:
        to_date = self._to_date.get(enterprise_id, {})
        end = to_date.get(months[-1])
        if end is None or months[0] == january_of(months[0]):
            return None if end is None else [end]
        before = to_date.get(months[0] - 1)
        return None if before is None else [end, -before]

    def _parts(self, enterprise_id: str, parts: Iterable[range]) -> list[Decimal] | None:
        found: list[Decimal] = []
        for part in parts:
            terms = self.terms(enterprise_id, part)
            if terms is None:
                return None
            found += terms
        return found


def months_of(period: str) -> range:
    """Month numbers of `2025`, `2025Q1`, `2025-03` or the cumulative `2025-01..2025-06`."""
    if _CUMULATIVE in period:
        first, last = (parse_month(part) for part in period.split(_CUMULATIVE))
        return range(first, last + 1)
    if "Q" in period:
        first = month_number(int(period[:4]), 1) + (int(period[5:]) - 1) * MONTHS_A_QUARTER
        return range(first, first + MONTHS_A_QUARTER)
    if "-" in period:
        return range(parse_month(period), parse_month(period) + 1)
    first = month_number(int(period), 1)
    return range(first, first + MONTHS_A_YEAR)
