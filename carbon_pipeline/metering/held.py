"""What the lake holds for settling: rows of readings without their values, the values of some of them, and days settled before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.lake.months import months_with
from carbon_pipeline.metering.register_ranges import CHANNEL
from carbon_pipeline.periods import month_of

if TYPE_CHECKING:
    from datetime import date

    from carbon_pipeline.lake.store import Store

ROW: Final = [
    *CHANNEL,
    "day",
    "kind",
    "step",
    "mult_num",
    "mult_den",
    "mult_day",
    "parts",
    "seq",
    "known",
    "fact_num",
    "fact_den",
    "wh_max",
    "wh_line",
    "longest_gap",
]
"""Columns of a row without its values."""

_CHANNELS: Final = pl.Enum(["forward", "reverse"])
_KINDS: Final = pl.Enum(["E", "P", "R"])


class Held:
    """The lake, seen by one settling.

    Meter numbers are categories of one Enum in every frame that comes from here: they sort as their texts do, and a join of a
    million of them costs a tenth.

    Attributes:
        state: every channel as it was settled last (`settled_channels`).
        fresh: rows that came since.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        state, fresh = store.read("settled_channels"), store.scan("readings")
        if (last := state["seq"].max()) is not None:
            fresh = fresh.filter(pl.col("seq") > last)
        rows = fresh.select(ROW).collect()
        self._meters = pl.Enum(pl.concat([state["meter_no"], rows["meter_no"]]).unique().sort())
        self.state, self.fresh = self.keyed(state), self.keyed(rows)

    def keyed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame with meter numbers, channels and kinds as categories; rows of meters that the lake has nothing of drop out."""
        categories = {"meter_no": self._meters, "channel": _CHANNELS, "kind": _KINDS}
        keyed = frame.with_columns(
            pl.col(name).cast(kind, strict=name != "meter_no") for name, kind in categories.items() if name in frame.columns
        )
        return keyed.drop_nulls("meter_no")

    def rows(self, of: pl.DataFrame, first_day: date | None = None) -> pl.DataFrame:
        """Rows of some channels, from a day on."""
        rows = self._store.scan("readings")
        if first_day is not None:
            rows = rows.filter(pl.col("month") >= month_of(first_day), pl.col("day") >= first_day)
        return self.keyed(rows.select(ROW).collect()).join(of, on=CHANNEL, how="semi")

    def with_values(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with their values; row groups that hold none of their meters are passed over."""
        keys, meters = [*CHANNEL, "day", "seq"], rows["meter_no"].unique().cast(pl.String).to_list()
        wanted = pl.col("meter_no").is_in(meters) & pl.col("seq").is_in(rows["seq"].unique().implode())
        found = self._store.pick("readings", keys, "values", months_with(rows["day"]), wanted)
        return rows.join(self.keyed(found), on=keys)

    def days(self, first_day: date) -> pl.DataFrame:
        """Days as settled before, from a day on: meter_no, channel, day, step, measured_min."""
        months = self._store.months("meter_days", first=month_of(first_day))
        days = self._store.read("meter_days", [*CHANNEL, "day", "step", "measured_min"], months)
        return self.keyed(days.filter(pl.col("day") >= first_day))


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with its channels as the lake keeps them."""
    return frame.with_columns(pl.col(CHANNEL).cast(pl.String))
