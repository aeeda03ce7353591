"""Refreshing a home: everything that is published as of a date, reckoned from settled meter days and kept in the lake."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.factors import Factors
from carbon_pipeline.industries import Industries
from carbon_pipeline.lake.store import Store, side_by_side
from carbon_pipeline.outcomes import Reckoning
from carbon_pipeline.reckoning import reckon
from carbon_pipeline.registry.persistence import load_registry
from carbon_pipeline.rules import Rules
from carbon_pipeline.settling import settled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from carbon_pipeline.settings import Settings

_TABLES: Final = {part.name: part.name for part in fields(Reckoning) if part.name != "as_of"} | {"findings": "result_findings"}
"""Parts of a reckoning by their tables in the lake."""


def refresh_home(settings: Settings, as_of: date, period: str = "") -> Reckoning:
    """Reckon everything as of a date, and keep it in the place of what was reckoned as of the same date.

    Args:
        settings: the home.
        as_of: last day that counts.
        period: what to grade, beside what was graded before as of the same date; empty: every month, quarter and year that is
            over and has readings.

    Raises:
        HomeBusyError: another command holds the home.
        PeriodError, FactorError, RuleError: as `reckon` says.
    """
    with settled(settings):
        return reckon_settled(settings, as_of, _periods(Store(settings.home), as_of, period))


def reckon_settled(settings: Settings, as_of: date, periods: Sequence[str] | None) -> Reckoning:
    """The same of some periods, for whoever holds a home that is settled."""
    store = Store(settings.home)
    days, registry, industries = store.scan("meter_days"), load_registry(store), Industries.load(settings)
    reckoning = reckon(days, registry, Factors.load(settings), Rules.load(settings), as_of, periods, industries=industries)

    def keep(part: str) -> None:
        frame: pl.DataFrame = getattr(reckoning, part)
        dated = frame.drop("as_of", strict=False).select(pl.lit(as_of.isoformat()).alias("as_of"), pl.all())
        store.replace_partition(_TABLES[part], as_of.isoformat(), dated)

    side_by_side(keep, _TABLES)
    return reckoning


def _periods(store: Store, as_of: date, asked: str) -> list[str] | None:
    """The asked period and those graded before as of the same date, so that they stand on the same data."""
    if not asked:
        return None
    held = store.scan("grades").filter(pl.col("as_of") == as_of.isoformat()) if store.exists("grades") else None
    graded = held.select("period").unique().collect()["period"].to_list() if held is not None else []
    return sorted({asked, *graded})
