"""Which reading stands: kinds, steps, corrections, whole days between midnights."""

from __future__ import annotations

from carbon_pipeline.metering.standing import Row, Timeline, stand
from tests.metering.build import curve, flat, midnight, row


def standing(*rows: Row) -> Timeline:
    return stand(rows, lambda _: None, 96)


def test_stand__a_later_value_takes_the_place_of_an_earlier_and_a_missing_one_of_none() -> None:
    line = standing(flat("E", 0, 1.0), row("E", 0, [2.0, None, 3.0]))
    assert line.wh[:4].tolist() == [2000, 1000, 3000, 1000]


def test_stand__register_before_energy_before_power_each_filling_the_gaps() -> None:
    registers = row("R", 0, [100.0, 101.0, None, 103.0])
    energy = row("E", 0, [9.0, None, 7.0, 7.0])
    line = standing(flat("P", 0, 4.0), energy, registers)
    assert line.wh[:5].tolist() == [1000, 1000, 7000, 7000, 1000]  # R, P (4 kW x 1/4 h), E, E, P


def test_stand__the_step_with_most_minutes_before_23_00_wins() -> None:
    hourly = flat("E", 0, 4.0, step=60)
    half = row("E", 0, [1.0] * 40)
    assert standing(half, hourly).steps.tolist() == [60]
    assert standing(hourly, flat("E", 0, 1.0)).steps.tolist() == [15]  # equal minutes and kind: the finer
    assert standing(hourly, flat("P", 0, 1.0)).steps.tolist() == [60]  # equal minutes: energy before power


def test_stand__the_last_hour_does_not_choose() -> None:
    quarter = row("E", 0, [1.0] * 92)
    assert standing(flat("P", 0, 1.0, step=60), quarter).steps.tolist() == [15]


def test_stand__a_register_curve_needs_the_next_days_first_point() -> None:
    assert standing(curve(0, 10.0, 0.5)).wh[-1] == -1
    line = standing(curve(0, 10.0, 0.5), row("R", 1, [58.0]))
    assert line.wh[:96].tolist() == [500] * 96
    assert standing(curve(0, 10.0, 0.5), midnight(0, 58.0)).wh[:96].tolist() == [500] * 96


def test_stand__two_midnights_and_nothing_between_make_one_interval() -> None:
    line = standing(midnight(-1, 100.0, ratio=(80, 1)), midnight(0, 103.25, ratio=(80, 1)), midnight(1, 103.25, ratio=(80, 1)))
    assert line.steps.tolist() == [0, 1440, 1440, 1440]  # a daily read alone is no row of its day
    assert line.wh.tolist() == [260_000, 0, -1]


def test_stand__a_daily_read_alone_takes_yesterdays_step() -> None:
    line = standing(flat("E", 0, 4.0, step=60), midnight(1, 100.0), midnight(2, 101.0))
    assert line.steps.tolist() == [60, 60, 1440, 1440]


def test_stand__a_day_with_anything_measured_is_no_whole_day() -> None:
    line = standing(midnight(-1, 100.0), midnight(0, 103.0), row("E", 0, [0.5]))
    assert line.steps[1] == 15
    assert line.wh[line.offsets[1]] == 500


def test_stand__whole_day_fails_where_the_multiplier_changes() -> None:
    line = standing(midnight(-1, 100.0, ratio=(80, 1)), midnight(0, 103.0, ratio=(100, 1)))
    assert (line.wh < 0).all()


def test_stand__a_day_without_a_row_takes_yesterdays_step() -> None:
    line = standing(flat("E", 0, 4.0, step=60), flat("E", 2, 1.0))
    assert line.steps.tolist() == [60, 60, 15]
    assert (line.wh[24:48] < 0).all()


def test_stand__with_nothing_measured_the_highest_kind_and_its_finest_row_name_the_step() -> None:
    empty = row("E", 0, [], step=60)
    assert standing(row("P", 0, []), empty).steps.tolist() == [60]
    assert standing(empty, row("E", 0, [])).steps.tolist() == [15]


def test_stand__a_register_of_another_step_counts_for_intervals() -> None:
    quarters = row("R", 0, [10.0, 11.0, 12.0, 13.0, None, 15.0, 16.0, 17.0, 18.0, 19.0])
    hours = row("R", 0, [None, 13.9, 17.5], step=60)
    line = standing(quarters, hours)
    assert line.steps.tolist() == [15]
    assert line.wh[:9].tolist() == [1000, 1000, 1000, 900, 1100, 1000, 1000, 1000, 1000]  # at 02:00 the quarter row is finer


def test_stand__hours_win_where_registers_cover_more_minutes_by_the_hour() -> None:
    quarters = row("R", 0, [10.0, 11.0, 12.0, None, 14.0])
    line = standing(quarters, row("R", 0, [10.0], step=60))
    assert line.steps.tolist() == [60]
    assert line.wh[0] == 4000


def test_stand__a_row_without_any_value_displaces_nothing() -> None:
    quarters = row("R", 0, [10.0, 11.0, 12.0, None, 14.0])
    line = standing(quarters, row("R", 0, [], step=60), row("E", 0, [], step=30))
    assert line.steps.tolist() == [15]
    assert line.wh[:4].tolist() == [1000, 1000, -1, -1]
