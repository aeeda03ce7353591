"""Value added 增加值 of a month, quarter or year, from whatever periods the register reports."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import cache, reduce
from itertools import chain
from operator import add, or_
from typing import TYPE_CHECKING, Final

from carbon_pipeline.accounting.months import january_of, month_number, parse_month
from carbon_pipeline.exact import most_decimals
from carbon_pipeline.periods import MONTHS_A_QUARTER, MONTHS_A_YEAR

if TYPE_CHECKING:
    import polars as pl

_CUMULATIVE: Final = ".."

Terms = dict[str, list[Decimal]]
"""Figures of the register by enterprise, whose sum is its value added of a period."""


class ValueAdded:
    """Value added in 10^4 yuan by enterprise and run of months."""

    def __init__(self, economics: pl.DataFrame) -> None:
        """Take the register's rows `enterprise_id, period, value_added_10k_cny`; a row without value added is none."""
        self._own: dict[range, dict[str, Decimal]] = defaultdict(dict)
        self._to_date: dict[int, dict[str, Decimal]] = defaultdict(dict)
        self._terms: dict[range, Terms] = {}
        for enterprise, period, value in economics.select("enterprise_id", "period", "value_added_10k_cny").iter_rows():
            if value is None or value == "":
                continue
            months = months_of(period)
            if _CUMULATIVE not in period:
                self._own[months][enterprise] = Decimal(value)
            elif months[0] == january_of(months[0]):
                self._to_date[months[-1]][enterprise] = Decimal(value)

    @property
    def places(self) -> int:
        """Decimal places in which every value added is whole."""
        own, to_date = ((value for rows in by_period.values() for value in rows.values()) for by_period in (self._own, self._to_date))
        return most_decimals(chain(own, to_date))

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

    def of_all(self, months: range) -> dict[str, Decimal]:
        """Value added of every enterprise of which it can be known, by the rule of `of`."""
        return {enterprise: reduce(add, terms) for enterprise, terms in self._terms_over(months).items()}

    def terms(self, enterprise_id: str, months: range) -> list[Decimal] | None:
        """Figures of the register whose sum is the value added, those that are taken off with a minus; None where it cannot be known.

        Args:
            enterprise_id: whose.
            months: month numbers of the period.
        """
        return self._terms_over(months).get(enterprise_id)

    def _terms_over(self, months: range) -> Terms:
        if months not in self._terms:
            own = {enterprise: [value] for enterprise, value in self._own.get(months, {}).items()}
            parts = (self._parts(months, length) for length in (MONTHS_A_QUARTER, 1) if length < len(months))
            self._terms[months] = reduce(or_, [*parts, self._differences(months), own])  # what comes later stands
        return self._terms[months]

    def _differences(self, months: range) -> Terms:
        ends, before = self._to_date.get(months[-1], {}), self._to_date.get(months[0] - 1, {})
        if months[0] == january_of(months[0]):
            return {enterprise: [end] for enterprise, end in ends.items()}
        return {enterprise: [ends[enterprise], -before[enterprise]] for enterprise in ends.keys() & before.keys()}

    def _parts(self, months: range, length: int) -> Terms:
        """Terms of all parts of so many months, for enterprises that have each of them."""
        first, *others = (self._terms_over(range(month, month + length)) for month in months[::length])
        complete = first.keys() & set.intersection(*map(set, others))
        return {enterprise: [term for part in (first, *others) for term in part[enterprise]] for enterprise in complete}


@cache
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
