"""Rows of readings on their way into the lake: their place in the order of uploads, and the facts that settling asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.lake.months import month_column
from carbon_pipeline.lake.tables import READINGS
from carbon_pipeline.metering.facts import as_matrix, facts_of, row_ratios
from carbon_pipeline.metering.register_ranges import CHANNEL, own_denominator, with_multipliers

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FACTS: Final = {"known": "known", "wh_max": "peak", "wh_line": "line", "longest_gap": "longest"}
"""Columns of the lake -> attributes of `RowFacts`."""
STORED: Final = [name for name in READINGS.schema.names() if name != "seq"]
"""Columns of a row before it is numbered."""
KEY: Final = [*CHANNEL, "day", "kind", "step"]


def stored(readings: pl.DataFrame, ranges: pl.DataFrame) -> pl.DataFrame:
    """Rows of files as the lake keeps them, not yet numbered.

    Args:
        readings: rows as format readers give them.
        ranges: multipliers of the register as it stands, see `with_multipliers`.

    Returns:
        Rows of `READINGS` without `seq` in the same order, with `waits`: whether the row needs a multiplier that the register lacks.
    """
    rows = readings.with_columns(month=month_column(readings["day"]))
    if rows["mult_num"].null_count():
        rows = rows.with_row_index("at")
        known = with_multipliers(rows.select("at", "meter_no", "mult_num", "mult_den", "mult_day", "parts"), ranges)
        rows = rows.join(known.select("at", fact_num="numerator", fact_den="denominator"), on="at", how="left", maintain_order="left")
    else:
        rows = rows.with_columns(fact_num="mult_num", fact_den=own_denominator())
    return with_facts(rows).with_columns(waits=pl.col("fact_num").is_null()).select(*STORED, "waits")


def with_facts(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `known`, `wh_max`, `wh_line` and `longest_gap`; Wh stay empty for registers and where the multiplier is unknown."""
    facts = {name: np.zeros(rows.height, np.int64) for name in _FACTS}
    for step in rows["step"].unique().sort().to_list():
        at = (rows["step"] == step).arg_true().to_numpy()
        batch = rows if len(at) == rows.height else rows[at]
        for name, found in _facts(batch, step).items():
            facts[name][at] = found
    summed = (pl.col("kind") != "R") & pl.col("fact_num").is_not_null()
    return rows.with_columns(**{name: pl.Series(found) for name, found in facts.items()}).with_columns(
        wh_max=pl.when(summed).then("wh_max"), wh_line=pl.when(summed & (pl.col("wh_line") >= 0)).then("wh_line")
    )


def _facts(batch: pl.DataFrame, step: int) -> dict[str, NDArray[np.int64]]:
    """Facts of rows of one step, by column of the lake."""
    values = as_matrix(batch["values"])
    power, register = ((batch["kind"] == kind).to_numpy() for kind in ("P", "R"))
    ratios = row_ratios(power, step, *(batch[name].fill_null(1).to_numpy() for name in ("fact_num", "fact_den")))
    found = facts_of(values, *ratios)
    facts: dict[str, NDArray[np.int64]] = {column: getattr(found, fact) for column, fact in _FACTS.items()}
    if register.any():  # points of a dial have no Wh of their own
        facts["known"][register] = np.count_nonzero(values[register] >= 0, axis=1)
    return facts
