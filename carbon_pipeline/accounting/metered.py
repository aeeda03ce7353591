"""What meters gave, summed to months: all that a reckoning asks of the meter days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carbon_pipeline.accounting.attribution import attributed_sums, metered_totals
from carbon_pipeline.accounting.electricity import channels_read
from carbon_pipeline.accounting.runs import runs_of_days
from carbon_pipeline.accounting.segments import Attribution

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from carbon_pipeline.accounting.electricity import Channel
    from carbon_pipeline.registry.state import Registry


@dataclass(frozen=True, slots=True)
class Metered:
    """Monthly sums with what belongs to them; months that are over may be kept and put together again.

    Attributes:
        attribution: segments of the register.
        sums: what `monthly_sums` gives.
        totals: what `metered_totals` gives.
        channels: generation and export channels of which the lake holds any reading, of whatever day.
    """

    attribution: Attribution
    sums: pl.DataFrame
    totals: pl.DataFrame
    channels: set[Channel]

    @classmethod
    def of(cls, meter_days: pl.DataFrame | pl.LazyFrame, registry: Registry, as_of: date) -> Metered:
        """Sum settled meter days of the whole lake to months, none after the as-of date."""
        attribution = Attribution.of(registry.without_orphans())
        runs = runs_of_days(meter_days, attribution, as_of)
        sums = attributed_sums(runs, attribution, as_of)
        return cls(attribution, sums, metered_totals(runs, registry, as_of), channels_read(runs, attribution))
