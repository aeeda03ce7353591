"""A few rows out of large files, held against the plain way: read everything, then filter."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from carbon_pipeline.lake.picking import picked
from carbon_pipeline.lake.store import Store
from carbon_pipeline.lake.tables import READINGS
from tests.builders import HOME

KEYS = ["meter_no", "channel", "day", "seq"]
FIRST = date(2025, 1, 1)
ROWS = 5_000
"""More than two row groups of readings."""


def rows_of(numbers: range) -> pl.DataFrame:
    """Rows of some meters, twenty days each, with lists of different lengths."""
    lines = [
        {
            "month": "2025-01",
            "meter_no": f"m{n // 20:04d}",
            "channel": "forward",
            "day": FIRST + timedelta(n % 20),
            "seq": n,
            "values": [n] * (n % 7),
        }
        for n in numbers
    ]
    return pl.DataFrame(lines, schema=READINGS.schema)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    held = Store(tmp_path_factory.mktemp("lake") / HOME)
    held.append("readings", rows_of(range(ROWS)))
    held.append("readings", rows_of(range(0, 2 * ROWS, 10)).with_columns(pl.col("seq") + ROWS))
    return held


def pick(store: Store, wanted: pl.Expr) -> pl.DataFrame:
    return store.pick("readings", KEYS, "values", ["2025-01"], wanted).sort("seq")


def plainly(store: Store, wanted: pl.Expr) -> pl.DataFrame:
    return store.scan("readings").filter(wanted).select(*KEYS, "values").collect().sort("seq")


@settings(max_examples=25)
@given(st.sets(st.integers(-2, 3 * ROWS), max_size=30))
def test_pick__rows_of_any_numbers_as_a_plain_filter_gives_them(store: Store, numbers: set[int]) -> None:
    wanted = pl.col("seq").is_in(sorted(numbers))
    assert_frame_equal(pick(store, wanted), plainly(store, wanted))


@pytest.mark.parametrize(
    "wanted",
    [pl.lit(value=True), pl.col("meter_no").is_in(["m0000", "m0249"]), pl.col("day") == FIRST, pl.col("seq") < 0],
)
def test_pick__all_rows_the_outermost_meters_one_a_meter_and_none(store: Store, wanted: pl.Expr) -> None:
    assert_frame_equal(pick(store, wanted), plainly(store, wanted))


def test_pick__of_no_month_and_of_one_that_holds_nothing(store: Store) -> None:
    for months in ([], ["2024-12"]):
        found = store.pick("readings", KEYS, "values", months, pl.lit(value=True))
        assert found.is_empty()
        assert found.schema == plainly(store, pl.lit(value=True)).schema


def test_picked__a_file_whose_name_looks_like_a_pattern() -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a[1]*.parquet"
        pl.DataFrame({"n": [1, 2, 3], "values": [[1], [2, 2], []]}).write_parquet(file)
        found = picked([str(file)], ["n"], "values", pl.col("n") > 1)
    assert found.rows() == [(2, [2, 2]), (3, [])]
