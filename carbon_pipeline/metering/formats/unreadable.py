"""Cells that hold something and yet no number: told by meter, channel and run of days, since their rows are accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.metering.formats.result import FINDINGS, FLAG_NOT_NUMBER
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from carbon_pipeline.metering.formats.result import ReadResult

_CHANNEL: Final = ("meter_no", "account_no", "channel")


def with_unreadable(result: ReadResult) -> ReadResult:
    """Add to the findings of a file those of its cells that are no number.

    A file of `1,234.5` would otherwise be accepted without a value and without a word: nothing else tells an interval
    whose number could not be read from one that the source never had.
    """
    if result.readings["flags"].null_count() == result.readings.height:  # as in most files: nothing is flagged
        return result
    found = unreadable_values(result.readings)
    return replace(result, findings=pl.concat([result.findings, found])) if found.height else result


def unreadable_values(readings: pl.DataFrame) -> pl.DataFrame:
    """Give a finding per meter, account, channel and run of consecutive days with values that are flagged as no number.

    Args:
        readings: meter_no, account_no, channel, day, row_no, flags of the rows of one file.
    """
    count = pl.col("flags").list.count_matches(FLAG_NOT_NUMBER)
    counted = readings.select(*_CHANNEL, "day", "row_no", count=count).filter(pl.col("count") > 0)
    if counted.is_empty():
        return pl.DataFrame(schema=FINDINGS)
    runs = _runs(counted.group_by(*_CHANNEL, "day").agg(pl.col("count").sum(), pl.col("row_no").min()))
    told = [str(fact("cells_unreadable", row=row_no, count=count)) for row_no, count in runs.select("row_no", "count").rows()]
    return runs.with_columns(reason=pl.lit("unreadable_values"), evidence=pl.Series(told)).select(list(FINDINGS)).cast(FINDINGS)


def _runs(days: pl.DataFrame) -> pl.DataFrame:
    """Put consecutive days of a channel together: within a run, a day and its place among the days differ by the same."""
    place = pl.duration(days=pl.int_range(pl.len()).over(_CHANNEL))
    ranges = days.sort(*_CHANNEL, "day").with_columns(begin=pl.col("day") - place)
    runs = ranges.group_by(*_CHANNEL, "begin").agg(
        pl.col("day").min().alias("date_from"),
        pl.col("day").max().alias("date_to"),
        pl.col("count").sum(),
        pl.col("row_no").min(),
    )
    return runs.sort("row_no", *_CHANNEL, "date_from")
