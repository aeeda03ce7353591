"""Validation and estimation of one channel, numbers worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from carbon_pipeline.metering.estimation import Quality
from carbon_pipeline.metering.meter_days import Limits, Settled, settle_channel
from carbon_pipeline.rules import Rules
from carbon_pipeline.settings import Settings
from tests.metering.build import curve, flat, midnight, row

if TYPE_CHECKING:
    from carbon_pipeline.metering.standing import Row

NOTHING = Limits()
RULE = Rules.load(Settings.load()).validation


def settled(*rows: Row, limits: Limits = NOTHING) -> Settled:
    return settle_channel(rows, limits, RULE)


def day(result: Settled, index: int) -> tuple[int, int, int, int]:
    days = result.days()
    return tuple(int(days[c][index]) for c in ("wh", "measured_min", "shaped_min", "estimated_min"))  # type: ignore[return-value]


def test_settle__short_gap_lies_on_the_line_between_its_neighbours() -> None:
    values: list[float | None] = [1.0, None, None, 2.0] + [1.0] * 92
    result = settled(row("E", 0, values))
    assert result.estimates.wh[:4].tolist() == [1000, 1333, 1667, 2000]
    assert day(result, 0) == (1000 + 1333 + 1667 + 2000 + 92_000, 1410, 0, 30)


def test_settle__line_rounds_half_even() -> None:
    result = settled(row("E", 0, [0.001, None, 0.002] + [1.0] * 93))
    assert result.estimates.wh[1] == 2  # 1.5 Wh
    result = settled(row("E", 0, [0.002, None, 0.003] + [1.0] * 93))
    assert result.estimates.wh[1] == 2  # 2.5 Wh


def test_settle__two_hours_are_short_and_a_quarter_more_is_not() -> None:
    eight = settled(row("E", 0, [1.0] + [None] * 8 + [1.0] * 87))
    nine = settled(row("E", 0, [1.0] + [None] * 9 + [1.0] * 86))
    assert (eight.estimates.quality[1:9] == Quality.INTERPOLATED).all()
    assert (nine.estimates.quality[1:10] == Quality.MISSING).all()


def test_settle__longer_gap_takes_the_mean_of_up_to_four_like_days() -> None:
    history = [flat("E", -7 * k, float(k)) for k in range(1, 9)]
    gap = row("E", 0, [5.0] + [None] * 12 + [5.0] * 83)
    result = settled(*history, gap)
    at = result.timeline.offsets[-2]
    assert result.estimates.wh[at + 1] == 2500  # (1 + 2 + 3 + 4) / 4 kWh, the nearest four
    assert result.estimates.quality[at + 1] == Quality.LIKE_DAY


def test_settle__like_day_mean_rounds_half_even() -> None:
    gap = row("E", 0, [5.0] + [None] * 12 + [5.0] * 83)
    result = settled(flat("E", -7, 0.001), flat("E", -14, 0.002), gap)
    assert result.estimates.wh[result.timeline.offsets[-2] + 1] == 2  # 1.5 Wh


def test_settle__gap_between_steps_takes_like_days_however_short() -> None:
    result = settled(flat("E", -7, 2.0), row("E", 0, [1.0] * 95), flat("E", 1, 4.0, step=60))
    at = result.timeline.offsets[8] - 1
    assert result.estimates.wh[at] == 2000
    assert result.estimates.quality[at] == Quality.LIKE_DAY


def test_settle__more_than_ten_days_stay_missing() -> None:
    history = [flat("E", d, 1.0) for d in range(-7, 0)]
    ten = settled(*history, flat("E", 10, 1.0))
    eleven = settled(*history, row("E", 0, [None] * 95 + [1.0]), flat("E", 11, 1.0))
    assert (ten.estimates.quality[7 * 96 : 14 * 96] == Quality.LIKE_DAY).all()
    assert (ten.estimates.quality[14 * 96 : 17 * 96] == Quality.LIKE_DAY).all()  # days 7 to 9 look 14 days back
    assert (eleven.estimates.quality[7 * 96 : 8 * 96 - 1] == Quality.MISSING).sum() == 0
    longer = settled(*history, row("E", 10, [None, 1.0]))
    assert (longer.estimates.quality[7 * 96 : 17 * 96 + 1] == Quality.MISSING).all()


def test_settle__nothing_before_the_first_and_after_the_last() -> None:
    result = settled(row("E", 0, [None, None, 1.0, 1.0]))
    assert day(result, 0) == (2000, 30, 0, 0)


def test_settle__estimates_are_no_like_days() -> None:
    gap_then = row("E", -7, [5.0] + [None] * 12 + [5.0] * 83)
    gap_now = row("E", 0, [5.0] + [None] * 12 + [5.0] * 83)
    result = settled(flat("E", -14, 3.0), gap_then, gap_now)
    assert result.estimates.wh[result.timeline.offsets[-2] + 1] == 3000


def test_settle__piece_between_registers_up_to_two_hours_is_spread_evenly() -> None:
    values: list[float | None] = [9.0, 10.0, None, None, 10.01, 10.01] + [11.0] * 90
    result = settled(row("R", 0, values))
    assert result.estimates.wh[:5].tolist() == [1000, 4, 3, 3, 0]  # 10 Wh over three quarters, the rest to the earlier
    assert (result.estimates.quality[1:4] == Quality.REGISTER_SHAPED).all()


def test_settle__longer_piece_takes_the_shape_of_like_days() -> None:
    before = row("E", -7, [1.0] * 48 + [3.0] * 48)
    energy = row("E", 0, [2.0] + [None] * 95)
    after = row("E", 1, [2.0])
    registers = [row("R", 0, [None, 100.0]), row("R", 1, [291.0])]
    result = settled(before, energy, after, *registers)
    at = result.timeline.offsets[7]
    # 95 intervals, 47 x 1 kWh + 48 x 3 kWh = 191 kWh of like days for 191 kWh metered
    assert result.estimates.wh[at + 1] == 1000
    assert result.estimates.wh[at + 95] == 3000
    assert day(result, 7) == (193_000, 15, 1425, 0)


def test_settle__piece_longer_than_31_days_counts_as_estimated() -> None:
    result = settled(midnight(-1, 0.0), midnight(0, 1.0), midnight(32, 33.0), midnight(33, 34.0))
    assert day(result, 0) == (1000, 1440, 0, 0)
    assert day(result, 1) == (1000, 0, 0, 1440)  # 32 days of 1 kWh
    shorter = settled(midnight(-1, 0.0), midnight(0, 1.0), midnight(31, 32.0), midnight(32, 33.0))
    assert day(shorter, 1) == (1000, 0, 1440, 0)


def test_settle__interval_above_the_bound_is_removed_and_lower_kinds_do_not_fill_it() -> None:
    limits = Limits(((0, 0, 5_000_000_000, None),))  # 5 kW: 1.25 kWh a quarter
    result = settled(row("E", 0, [1.25, 1.251, 1.0] + [1.0] * 93), flat("P", 0, 4.0), limits=limits)
    assert result.removed[:3].tolist() == [False, True, False]
    assert result.estimates.wh[1] == 1125
    assert result.findings()[0][0] == "above_rated_power"


def test_settle__piece_above_the_bound_is_left_to_the_line() -> None:
    limits = Limits(((0, 0, 5_000_000_000, None),))
    registers = row("R", 0, [10.0, 10.5, 20.0, 20.5] + [20.5] * 92)
    result = settled(registers, limits=limits)
    assert result.estimates.wh[:3].tolist() == [500, 500, 500]
    assert result.estimates.quality[1] == Quality.INTERPOLATED


def test_settle__spike_leaves_a_gap_with_a_metered_total() -> None:
    registers = curve(0, 10.0, 1.0)
    registers.values[50] = 999_000_000
    result = settled(registers, row("R", 1, [106.0]))
    assert result.estimates.wh[49:51].tolist() == [1000, 1000]
    assert (result.estimates.quality[49:51] == Quality.REGISTER_SHAPED).all()
    assert day(result, 0) == (96_000, 1410, 30, 0)


def test_days__sums_of_parts_are_the_whole() -> None:
    rng = np.random.default_rng(7)
    rows = [row("E", d, [None if rng.random() < 0.2 else float(rng.integers(0, 9)) for _ in range(96)]) for d in range(30)]
    result = settled(*rows)
    days = result.days()
    assert days["wh"].clip(0).sum() == result.estimates.wh.clip(0).sum()
    assert ((days["measured_min"] + days["shaped_min"] + days["estimated_min"]) <= 1440).all()
