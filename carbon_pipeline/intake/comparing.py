"""How much of an upload is new: its values held against those that stood before, value by value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.intake.numbering import receipt_of_seq
from carbon_pipeline.intake.rows import KEY
from carbon_pipeline.lake.months import months_with
from carbon_pipeline.lake.tables import READINGS
from carbon_pipeline.metering.facts import MISSING, as_matrix

if TYPE_CHECKING:
    from carbon_pipeline.lake.store import Store

_STANDING: Final = ["values", "parts", "mult_num", "mult_den"]
"""What stands at a place of a day: the value, of how many parts it is the sum, and the multiplier it came with."""
_COMPARED: Final = [*KEY, "seq", *_STANDING]
_NOTHING: Final = pl.DataFrame(schema={name: READINGS.schema[name] for name in _COMPARED})
_KEYS_AT_ONCE: Final = 4096
"""Bounds the memory when a month is sent again."""


def compare(rows: pl.DataFrame, store: Store) -> dict[int, tuple[int, int, int]]:
    """Count the values of each receipt that are new, changed and the same.

    Args:
        rows: rows of `READINGS` of one or more receipts, not yet in the lake.
        store: the lake, for what is held.

    Returns:
        By receipt number: new, changed, same. A value is the same if the number and the row's multiplier are.
    """
    keys = rows.select(*KEY, receipt=receipt_of_seq(), known=pl.col("known").cast(pl.Int64))
    held_keys = _of_days(store, rows["day"]).select(KEY).collect()
    is_met_again = _may_be_met_again(keys.select(KEY), held_keys)
    fresh = keys.filter(~is_met_again).group_by("receipt").agg(pl.col("known").sum())
    counts = {number: [known, 0, 0] for number, known in fresh.rows()}
    again = rows.filter(is_met_again)
    if again.height:
        _compare_again(again, _held(store, held_keys.join(again.select(KEY), on=KEY, how="semi").unique()), counts)
    return {number: (new, changed, same) for number, (new, changed, same) in counts.items()}


def _may_be_met_again(keys: pl.DataFrame, held: pl.DataFrame) -> pl.Series:
    """Tell which keys come twice or are held, by their hashes: quick, and one too many costs a look but changes no count."""
    hashes = keys.hash_rows()
    return hashes.is_duplicated() | hashes.is_in(held.hash_rows().implode())


def _held(store: Store, keys: pl.DataFrame) -> pl.DataFrame:
    if keys.is_empty():
        return _NOTHING
    meters = keys["meter_no"].unique().to_list()
    held = _of_days(store, keys["day"]).filter(pl.col("meter_no").is_in(meters)).select(_COMPARED).collect()
    return held.join(keys, on=KEY, how="semi")


def _of_days(store: Store, days: pl.Series) -> pl.LazyFrame:
    """What the lake holds from the first of some days to the last: of the rest of these months not even keys are read."""
    months = months_with(days)
    return store.scan("readings", months).filter(pl.col("day").is_between(days.min(), days.max()))


def _compare_again(rows: pl.DataFrame, held: pl.DataFrame, counts: dict[int, list[int]]) -> None:
    """Hold each row of keys that come more than once against what stood before it, in the order of upload."""
    lines = pl.concat([held, rows.select(_COMPARED)]).sort("seq", "day")
    lines = lines.with_columns(key=pl.struct(KEY).rank("dense"), turn=pl.int_range(pl.len()).over(KEY))
    first_new = int(rows["seq"].min())  # type: ignore[arg-type]
    for _, alike in lines.group_by("step", pl.col("key") // _KEYS_AT_ONCE):
        for number, *found in _in_turns(alike, first_new).rows():
            counts[number] = [before + more for before, more in zip(counts.get(number, [0, 0, 0]), found, strict=True)]


def _in_turns(lines: pl.DataFrame, first_new: int) -> pl.DataFrame:
    """Values that are new, changed and the same by receipt, of rows of one step: the first row of every key, then every second."""
    keys, place = np.unique(lines["key"].to_numpy(), return_inverse=True)
    standing = np.full((len(_STANDING), len(keys), lines["values"].list.len()[0]), MISSING)
    told = []
    for turn in lines["turn"].unique().sort():
        is_now = lines["turn"] == turn
        batch, at = lines.filter(is_now), place[is_now.to_numpy()]
        values = as_matrix(batch["values"])
        ratio = (batch[name].fill_null(0).to_numpy()[:, None] for name in _STANDING[1:])
        old, new, known = standing[:, at], np.stack(np.broadcast_arrays(values, *ratio)), values >= 0
        is_equal = (old[0] * new[1] == new[0] * old[1]) & (old[2:] == new[2:]).all(axis=0)  # means of parts, without a division
        is_new, is_same = known & (old[0] < 0), known & is_equal
        found = {"new": is_new, "changed": known & ~is_new & ~is_same, "same": is_same}
        tally = {name: pl.Series(np.count_nonzero(hits, axis=1)) for name, hits in found.items()}
        told.append(batch.select("seq", **tally).filter(pl.col("seq") >= first_new))
        standing[:, at] = np.where(known, new, old)
    return pl.concat(told).group_by(receipt=receipt_of_seq()).agg(pl.col("new", "changed", "same").sum())
