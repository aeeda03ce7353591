"""How much of an upload is new: its values held against those that stood before, value by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from carbon_pipeline.intake.rows import KEY, SEQ_BITS

if TYPE_CHECKING:
    from carbon_pipeline.lake.store import Store


def compare(rows: pl.DataFrame, store: Store) -> dict[int, tuple[int, int, int]]:
    """Count the values of each receipt that are new, changed and the same.

    Args:
        rows: rows of `READINGS` of one or more receipts, not yet in the lake.
        store: the lake, for what is held.

    Returns:
        By receipt number: new, changed, same. A value is the same if the number and the row's multiplier are.
    """
    keys = rows.select(*KEY, receipt=pl.col("seq") // (1 << SEQ_BITS), known=pl.col("known").cast(pl.Int64))
    held_keys = store.read("readings", KEY, rows["month"].unique().to_list())
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
    columns = [*KEY, "seq", "mult_num", "mult_den", "values"]
    if keys.is_empty():
        return store.scan("readings", []).select(columns).collect()
    meters, months = keys["meter_no"].unique().to_list(), keys["day"].dt.strftime("%Y-%m").unique().to_list()
    held = store.scan("readings", months).filter(pl.col("meter_no").is_in(meters)).select(columns).collect()
    return held.join(keys, on=KEY, how="semi")


def _compare_again(rows: pl.DataFrame, held: pl.DataFrame, counts: dict[int, list[int]]) -> None:
    """Walk the rows of keys that come more than once in the order of upload, each against what stood before it."""
    columns = [*KEY, "seq", "mult_num", "mult_den"]
    lines = pl.concat([held.select(*columns, "values"), rows.select(*columns, "values")]).sort("seq", "day")
    first_new = int(rows["seq"].min())  # type: ignore[arg-type]
    standing: dict[tuple[object, ...], tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
    ends = np.cumsum(lines["values"].list.len().to_numpy())
    values = lines["values"].explode(empty_as_null=False).to_numpy()
    start = 0
    for (*key, seq, numerator, denominator), end in zip(lines.select(columns).rows(), ends.tolist(), strict=True):
        new, known = values[start:end], values[start:end] >= 0
        start = end
        old, old_num, old_den = standing.setdefault(tuple(key), tuple(np.full(len(new), -1) for _ in range(3)))  # type: ignore[arg-type]
        ratio = (numerator or 0, denominator or 0)
        if seq >= first_new:
            same = known & (old == new) & (old_num == ratio[0]) & (old_den == ratio[1])
            tally = counts.setdefault(seq >> SEQ_BITS, [0, 0, 0])
            tally[0] += int((known & (old < 0)).sum())
            tally[1] += int((known & (old >= 0) & ~same).sum())
            tally[2] += int(same.sum())
        old[known], old_num[known], old_den[known] = new[known], ratio[0], ratio[1]
