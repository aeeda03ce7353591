"""Wide files: a row is one meter and day, a column one point of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from carbon_pipeline.metering.formats import frames, placing
from carbon_pipeline.metering.formats.cells import as_code, as_reading_date, over_distinct
from carbon_pipeline.metering.formats.placing import Check
from carbon_pipeline.metering.formats.result import FLAG_OK, READINGS, ReadResult
from carbon_pipeline.metering.formats.values import NONE, Block, settle_signs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from carbon_pipeline.metering.formats.detect import Layout
    from carbon_pipeline.metering.formats.profiles import FormatProfile, Kind
    from carbon_pipeline.metering.formats.tables import Table


def read_wide(table: Table, layout: Layout) -> ReadResult:
    """Read a wide file: ignore other types, quarantine what cannot be placed, lay the values on their days."""
    profile, kind = layout.profile, layout.kind
    if kind is None:
        message = f"a wide layout of {profile.id} names no kind"
        raise ValueError(message)
    texts = table.texts(layout)
    channel = placing.channel_of(texts, profile, kind)
    ignored = channel.is_null()
    rows, steps, checks = _rows(texts, table, layout, channel)
    whole = texts["whole_flag"]
    set_aside = placing.quarantine(table, layout, checks, ignored)
    placed = placing.is_placed(table, ignored, set_aside)
    if not placed.all():
        rows, steps, whole, kept = rows.filter(placed), steps.filter(placed), whole.filter(placed), table.filter(placed)
    else:
        kept = table
    block = _unused_as_gaps(kept.values(layout.values, profile.missing), steps, profile.step)
    block, lowest = settle_signs(kind, block, _absent(whole, len(layout.values)), (rows["channel"] == "reverse").to_numpy())
    return ReadResult(
        profile=profile.id,
        rows_read=table.height,
        readings=_by_step(rows, block, steps, profile, kind),
        quarantine=set_aside,
        ignored={placing.OTHER_TYPE: int(ignored.sum())} if ignored.any() else {},
        findings=frames.negative_power(rows, lowest),
        raw_line=table.raw_line,
    )


def _unused_as_gaps(block: Block, steps: pl.Series, finest: int) -> Block:
    """Rows of fewer points use every second or fourth position; whatever stands between them is nothing."""
    strides = (steps // finest).to_numpy()
    if (strides == 1).all():
        return block
    unused = np.arange(block.micros.shape[1]) % strides[:, None] != 0
    return Block(np.where(unused, NONE, block.micros), np.where(unused, FLAG_OK, block.flags).astype(np.uint8))


def _rows(texts: pl.DataFrame, table: Table, layout: Layout, channel: pl.Series) -> tuple[pl.DataFrame, pl.Series, list[Check]]:
    """Give the rows' identity, their steps, and the checks."""
    profile = layout.profile
    written, flag, whole = texts["date"], texts["point_flag"], texts["whole_flag"]
    day = over_distinct(written, lambda text: as_reading_date(text, profile.date_order), pl.Date())
    steps = over_distinct(flag, lambda text: _step(text, profile, layout.kind), pl.Int64())
    multiplier, ratio_checks = placing.multipliers(texts, layout)
    checks = [
        *placing.code_checks(texts, table, layout),
        Check("bad_date", day.is_null(), "date", written),
        Check("bad_flag", flag.is_not_null() & steps.is_null(), "point_flag", flag),
        Check("bad_flag", _is_no_presence(table, layout, whole), "whole_flag", whole),
        *ratio_checks,
    ]
    rows = pl.DataFrame(
        {
            "meter_no": texts["meter_no"],
            "account_no": texts["account_no"],
            "channel": channel,
            "day": day,
            "mult_day": day,
            "row_no": table.row_no,
            "mult_num": multiplier["mult_num"],
            "mult_den": multiplier["mult_den"],
        },
    )
    return rows, steps.fill_null(profile.step), checks


def _step(flag: str, profile: FormatProfile, kind: Kind | None) -> int | None:
    """Minutes between the points of a row; None where no instant of that step is the one that its first register stands at."""
    step = profile.point_steps.get(as_code(flag))
    return None if step and kind == "R" and profile.first_minute % step else step


def _is_no_presence(table: Table, layout: Layout, whole: pl.Series) -> pl.Series:
    """Find presence flags that are not one 0 or 1 per point, or were squeezed through a number cell."""
    bad = ~whole.str.contains(f"^[01]{{{layout.profile.points}}}$").fill_null(value=True)
    numbers = table.numeric(layout, "whole_flag")
    return bad if numbers is None else bad | (numbers & whole.is_not_null())


def _absent(whole: pl.Series, points: int) -> NDArray[np.bool_] | None:
    if whole.null_count() == whole.len():
        return None
    marks = np.frombuffer("".join(whole.fill_null("1" * points)).encode(), np.uint8)
    return np.equal(marks.reshape(-1, points), ord("0"))


def _by_step(rows: pl.DataFrame, block: Block, steps: pl.Series, profile: FormatProfile, kind: Kind) -> pl.DataFrame:
    parts = []
    for step in sorted(steps.unique()):
        of_step = (steps == step).to_numpy()
        if of_step.all():
            parts += _on_days(rows, block, step, profile, kind)
        else:
            parts += _on_days(rows.filter(pl.Series(of_step)), block.take(of_step), step, profile, kind)
    if not parts:
        return pl.DataFrame(schema=READINGS)
    return parts[0] if len(parts) == 1 else pl.concat(parts).sort("row_no", "day")


def _on_days(rows: pl.DataFrame, block: Block, step: int, profile: FormatProfile, kind: Kind) -> list[pl.DataFrame]:
    """Take the points that stand in rows of this step, and part them at midnight."""
    stride = step // profile.step
    if stride > 1:
        block = Block(np.ascontiguousarray(block.micros[:, ::stride]), np.ascontiguousarray(block.flags[:, ::stride]))
    first = profile.first_minute - (profile.step if profile.stamp == "end" and kind != "R" else 0)
    return frames.over_midnight(rows, block, kind, step, first // step)
