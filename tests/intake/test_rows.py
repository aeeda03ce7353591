"""Rows on their way into the lake: their order, and the sums that settling asks first, exact to the last half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from carbon_pipeline.intake.rows import STORED, stored, with_facts
from carbon_pipeline.metering.facts import as_matrix
from carbon_pipeline.registry.ownership import meter_ranges
from tests.builders.exports import day, energies
from tests.metering.formats.build import curve, read
from tests.registry.build import companies, registry, sheet

if TYPE_CHECKING:
    from carbon_pipeline.registry.state import Registry


def ranges(*meters: dict[str, str]) -> pl.DataFrame:
    state: Registry = registry(companies(), *([sheet("电表", *meters)] if meters else []))
    return meter_ranges(state)


def facts(content: str, *meters: dict[str, str]) -> list[tuple[object, ...]]:
    rows = stored(read(content).readings, ranges(*meters))
    assert rows.columns == [*STORED, "waits"]
    return rows.select("row_no", "month", "known", "wh_line", "wh_max", "waits").rows()


def test_stored__energy_is_rounded_interval_by_interval_half_even() -> None:
    halves = {0: "0.0005", 1: "0.0015", 2: "0.0025", 3: "0.00051"}  # 0, 2, 2 and 1 Wh
    assert facts(energies({day(0): halves}, fill="0", T_FACTOR="1")) == [(2, "2025-01", 96, 5, 2, False)]


def test_stored__power_counts_its_hours() -> None:
    row = {"T_FACTOR": "3", "fill": "0", "P1": "1", "P96": "0.002"}
    (found,) = facts(curve(row, kind="P", columns=["T_FACTOR"]))
    assert found[3:5] == (750 + 2, 750)  # 3 kW for a quarter of an hour; 1.5 Wh is 2


def test_stored__registers_have_no_sum() -> None:
    assert facts(curve({"T_FACTOR": "3"}, kind="R", columns=["T_FACTOR"])) == [(2, "2025-01", 96, None, None, False)]


def test_stored__the_register_s_multiplier_of_the_day_or_none() -> None:
    content = energies({day(0): "1", day(1): "1", day(2): ""})
    meters = ({"终止日期": "2025-01-01", "综合倍率": "2"}, {"起始日期": "2025-01-03", "综合倍率": "4"})
    assert facts(content, *meters) == [
        (2, "2025-01", 96, 192_000, 2000, False),
        (3, "2025-01", 96, None, None, True),
        (4, "2025-01", 0, None, -1, False),
    ]
    assert [row[5] for row in facts(content)] == [True, True, True]


@pytest.mark.parametrize("step", [15, 30, 60, 1440])
def test_with_facts__of_rows_in_several_steps(step: int) -> None:
    count = 1440 // step
    rows = pl.DataFrame(
        {"kind": ["E", "E"], "step": [step, 60], "values": [[1_000_000] * count, [2_000_000] * 24], "fact_num": [1, 1], "fact_den": [1, 2]},
        schema_overrides={"step": pl.Int32},
    )
    found = with_facts(rows)
    assert found.select("known", "wh_line", "wh_max").rows() == [(count, count * 1000, 1000), (24, 24_000, 1000)]


def test_as_matrix() -> None:
    assert np.array_equal(as_matrix(pl.Series([[1, 2], [3, -1]])), [[1, 2], [3, -1]])
