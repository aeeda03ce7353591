"""Which days speak for themselves, which runs of days do not, and which rows these need."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from carbon_pipeline.metering.windows import broken_runs, mark_alone, rows_for_runs
from carbon_pipeline.rules import Rules
from carbon_pipeline.settings import Settings

RULE = Rules.load(Settings.load()).validation
METERS = pl.Enum(["a", "b"])
CHANNELS = pl.Enum(["forward", "reverse"])

Line = tuple[str, str, date, int, int]
"""Meter, channel, day, known intervals, longest gap."""


def on(k: int, first: date = date(2025, 3, 1)) -> date:
    return first + timedelta(days=k)


def rows(*lines: Line) -> pl.DataFrame:
    """Energy rows of 15 minutes with multiplier 1 and no bound, marked."""
    schema = {"meter_no": METERS, "channel": CHANNELS, "day": pl.Date, "known": pl.Int32, "longest_gap": pl.Int32}
    same = {"numerator": 1, "denominator": 1, "fact_num": 1, "fact_den": 1, "bound_uw": -1, "wh_max": 10, "wh_line": 960}
    frame = pl.DataFrame(lines, schema=schema, orient="row").with_row_index("seq")
    frame = frame.with_columns(pl.lit(15, pl.Int32).alias("step"), **{name: pl.lit(value, pl.Int64) for name, value in same.items()})
    return mark_alone(frame, RULE)


def whole(meter_no: str, *days: date, channel: str = "forward") -> list[Line]:
    return [(meter_no, channel, day, 96, 0) for day in days]


def test_mark_alone__a_day_with_two_rows_is_settled_by_neither() -> None:
    marked = rows(*whole("a", on(0), on(1), on(1)), *whole("b", on(1)), *whole("a", on(1), channel="reverse"))
    assert marked["is_only"].to_list() == [True, False, False, True, True]
    assert marked["alone"].to_list() == marked["is_only"].to_list()


@pytest.mark.parametrize(("gap", "alone"), [(8, True), (9, False)])
def test_mark_alone__up_to_the_longest_line(gap: int, alone: bool) -> None:  # noqa: FBT001 - an expectation
    assert rows(("a", "forward", on(0), 96 - gap, gap))["alone"].to_list() == [alone]


@pytest.mark.parametrize("first", [date(2025, 3, 1), date(1969, 12, 30)])
def test_broken_runs__between_before_and_behind_days_that_speak_for_themselves(first: date) -> None:
    broken = [("a", "forward", on(k, first), 50, 46) for k in (0, 3, 6)]  # of days 4 and 7 there is no row at all
    speaking = whole("a", *(on(k, first) for k in (1, 2, 5, 8)))
    found = broken_runs(rows(*broken, *speaking, *whole("b", on(2, first), on(40, first)), *whole("a", on(9, first), channel="reverse")))
    spans = [(meter, channel, (a - first).days, (b - first).days) for meter, channel, a, b in found.sort("meter_no", "run_from").rows()]
    assert spans == [("a", "forward", 0, 0), ("a", "forward", 3, 4), ("a", "forward", 6, 7), ("b", "forward", 3, 39)]


def test_broken_runs__of_a_channel_without_a_day_that_speaks_are_all_of_it() -> None:
    found = broken_runs(rows(("a", "forward", on(3), 1, 95), ("a", "forward", on(7), 1, 95), *whole("b", on(5))))
    assert found.rows() == [("a", "forward", on(3), on(7))]


def needed(*lines: Line) -> set[tuple[str, int]]:
    marked = rows(*lines)
    found = rows_for_runs(marked, broken_runs(marked), RULE)
    return {(meter, (day - on(0)).days) for meter, day in found.select("meter_no", "day").rows()}


def test_rows_for_runs__a_short_gap_at_midnight_needs_the_days_around_it() -> None:
    gap = [("a", "forward", on(70), 92, 0), ("a", "forward", on(71), 92, 0)]
    marked = rows(*whole("a", *(on(k) for k in range(100) if k not in (70, 71))), *gap, *whole("b", on(70)))
    marked = marked.with_columns(wh_line=pl.when(pl.col("known") == 96).then("wh_line"), alone=pl.col("known") == 96)
    found = rows_for_runs(marked, broken_runs(marked), RULE)
    assert sorted((day - on(0)).days for day in found["day"]) == [69, 70, 71, 72]


def test_rows_for_runs__a_wide_gap_needs_the_same_weekdays_of_eight_weeks() -> None:
    lines = [*whole("a", *(on(k) for k in range(100) if k not in (70, 71))), *whole("b", *(on(k) for k in range(100)))]
    like = {("a", day - 7 * week) for day in (70, 71) for week in range(1, 9)}
    assert needed(*lines) == {("a", 69), ("a", 72)} | like


def test_rows_for_runs__every_row_of_a_day_that_has_several() -> None:
    marked = rows(*whole("a", on(0), on(1), on(1), on(1), on(2)))
    assert rows_for_runs(marked, broken_runs(marked), RULE).height == 5
