"""Settling in pieces is settling at once: whole days, fleets, windows and corrections agree with one channel at a time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from carbon_pipeline.intake.numbering import seq_of
from carbon_pipeline.intake.rows import stored
from carbon_pipeline.lake.store import Store
from carbon_pipeline.lake.tables import READING_COLUMNS, READINGS
from carbon_pipeline.metering.channels import channel_days, limits_of
from carbon_pipeline.metering.held import Held
from carbon_pipeline.metering.planning import due, fingerprinted, plans
from carbon_pipeline.metering.register_ranges import with_multipliers
from carbon_pipeline.metering.settlement import settle
from carbon_pipeline.rules import Rules, ValidationRule
from carbon_pipeline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RULE = Rules.load(Settings.load()).validation
FIRST = date(2025, 1, 1)
RANGES = pl.DataFrame(
    {
        "meter_no": ["a", "b", "b"],
        "date_from": [None, None, FIRST + timedelta(days=40)],
        "date_to": [None, FIRST + timedelta(days=39), None],
        "multiplier_num": [1, 80, 100],
        "multiplier_den": [1, 1, 1],
        "bound_uw": [-1, 40_000_000_000, 50_000_000_000],
        "digits": [None, 6, 6],
    },
    schema={
        "meter_no": pl.String,
        "date_from": pl.Date,
        "date_to": pl.Date,
        "multiplier_num": pl.Int64,
        "multiplier_den": pl.Int64,
        "bound_uw": pl.Int64,
        "digits": pl.Int64,
    },
)


def random_rows(seed: int, *, registers: bool) -> pl.DataFrame:
    """Seventy days of three meters with missing values, missing days, corrections, changes of step and of multiplier."""
    rng = np.random.default_rng(seed)
    lines = []
    for meter_no in ("a", "b", "c"):
        dial = 1000
        for k in range(70):
            usage = rng.integers(0, 100, 96) * 1000
            curve = dial + np.concatenate([[0], np.cumsum(usage)[:-1]])
            dial += int(usage.sum())
            if rng.random() < 0.08 or (meter_no == "c" and 20 <= k < 33):
                continue
            for again in range(1 + (rng.random() < 0.05)):
                kind = "R" if registers and meter_no == "b" else "P" if meter_no == "a" and k % 9 == 0 else "E"
                step = 60 if rng.random() < 0.05 else 15
                values = (curve if kind == "R" else usage + again)[:: step // 15].copy()
                if rng.random() < 0.25:
                    start = rng.integers(0, len(values))
                    values[start : start + rng.integers(1, 30)] = -1
                ratio = None if meter_no == "b" else 3
                day = FIRST + timedelta(days=k)
                identity = (meter_no, "forward", day, kind, step, len(lines) + 2)
                lines.append((*identity, None, ratio, ratio and 2, day, 1, values.tolist(), None))
    rng.shuffle(lines)  # type: ignore[arg-type]
    return pl.DataFrame(lines, schema=READING_COLUMNS, orient="row")


def put(store: Store, rows: pl.DataFrame, receipt: int) -> None:
    numbered = stored(rows, RANGES).with_columns(seq=seq_of(pl.col("row_no"), receipt))
    store.append("readings", numbered.select(READINGS.schema.names()))


def days_of(store: Store) -> pl.DataFrame:
    return store.read("meter_days").sort("meter_no", "channel", "day")


def assert_settled(store: Store, rule: ValidationRule) -> None:
    """Days and findings are those of every channel settled from all its rows, without any short cut."""
    rows = with_multipliers(store.read("readings"), RANGES)
    days, findings = channel_days(rows, limits_of(RANGES), rule)
    assert_frame_equal(days_of(store), days.sort("meter_no", "channel", "day"))
    assert_frame_equal(store.read("settlement_findings").sort(pl.all()), findings.sort(pl.all()))


@pytest.fixture(params=[1_000_000, 90], ids=["at once", "a meter at a time"])
def _rows_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carbon_pipeline.metering.planning._ROWS_AT_ONCE", request.param)


@pytest.mark.usefixtures("_rows_at_once")
@pytest.mark.parametrize("registers", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_settle__in_any_pieces_equals_one_channel_at_a_time(tmp_path: Path, seed: int, registers: bool) -> None:  # noqa: FBT001
    rows = random_rows(seed, registers=registers)
    pieces = Store(tmp_path / "pieces")
    cuts = [0, 60, 61, 120, 150, rows.height]
    for receipt, (a, b) in enumerate(pairwise(cuts), start=1):
        put(pieces, rows[a:b], receipt)
        settle(pieces, RANGES, RULE)
    assert_settled(pieces, RULE)


@pytest.mark.parametrize("registers", [False, True])
@pytest.mark.parametrize("late", [False, True])
def test_settle__day_by_day_equals_one_channel_at_a_time(tmp_path: Path, late: bool, registers: bool) -> None:  # noqa: FBT001
    rule = RULE.model_copy(update={"like_weeks": 1, "longest_spike_points": 4})  # what can be reached lies nearer than the history
    rows = random_rows(3, registers=registers).sort("day", maintain_order=True)
    store = Store(tmp_path)
    last = 55 if late else 70
    held_back = rows["day"].is_between(FIRST + timedelta(days=last - 5), FIRST + timedelta(days=last))
    put(store, rows.filter(~held_back), 1)
    settle(store, RANGES, rule)
    for receipt, day in enumerate(rows.filter(held_back)["day"].unique().sort(), start=2):
        put(store, rows.filter(pl.col("day") == day), receipt)
        settle(store, RANGES, rule)
    assert_settled(store, rule)


def test_settle__a_changed_rule_reckons_everything_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    put(store, random_rows(1, registers=True), 1)
    settle(store, RANGES, RULE)
    assert settle(store, RANGES, RULE.model_copy(update={"short_gap_minutes": 60})).channels == 3


def test_settle__nothing_new_reckons_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    put(store, random_rows(1, registers=True), 1)
    assert settle(store, RANGES, RULE).channels == 3
    assert settle(store, RANGES, RULE).channels == 0


def test_settle__a_changed_register_reckons_its_meter_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    put(store, random_rows(1, registers=False), 1)
    settle(store, RANGES, RULE)
    doubled = RANGES.with_columns(multiplier_num=pl.col("multiplier_num") * pl.when(pl.col("meter_no") == "b").then(2).otherwise(1))
    before = days_of(store)
    assert settle(store, doubled, RULE).channels == 1
    after = days_of(store)
    assert_frame_equal(before.filter(pl.col("meter_no") != "b"), after.filter(pl.col("meter_no") != "b"))
    assert not before.equals(after)


def test_settle__a_withdrawn_multiplier_leaves_no_days(tmp_path: Path) -> None:
    store = Store(tmp_path)
    put(store, random_rows(1, registers=False), 1)
    settle(store, RANGES, RULE)
    settle(store, RANGES.filter(pl.col("meter_no") != "b"), RULE)
    assert days_of(store)["meter_no"].unique().sort().to_list() == ["a", "c"]


def register_rows(seed: int, days: int) -> pl.DataFrame:
    """Curves of one meter with spikes, falls, rollovers and lost points, a row a day."""
    rng = np.random.default_rng(seed)
    dial, lines = 999_000_000_000, []
    for k in range(days):
        curve = (dial + np.cumsum(rng.integers(0, 200, 96)) * 1000) % 1_000_000_000_000
        dial = int(curve[-1]) + 5000
        if rng.random() < 0.1:
            curve[rng.integers(0, 96)] += rng.integers(-500, 500) * 1_000_000
        if rng.random() < 0.05:
            start = rng.integers(0, 90)
            curve[start : start + rng.integers(1, 60)] = -1
        if rng.random() < 0.03:
            dial = 1_000_000
        if rng.random() < 0.04:
            continue
        day = FIRST + timedelta(days=k)
        values = np.maximum(curve, -1).tolist()
        lines.append(("b", "forward", day, "R", 15, k + 2, None, None, None, day, 1, values, None))
    return pl.DataFrame(lines, schema=READING_COLUMNS, orient="row")


@pytest.mark.parametrize("seed", range(2))
def test_settle__registers_day_by_day_equal_all_at_once(tmp_path: Path, seed: int) -> None:
    rows = register_rows(seed, 112)
    store = Store(tmp_path)
    put(store, rows.filter(pl.col("day") < FIRST + timedelta(days=90)), 1)
    settle(store, RANGES, RULE)
    late = rows.filter(pl.col("day") >= FIRST + timedelta(days=90))
    for receipt, day in enumerate(late["day"].unique().sort(), start=2):
        put(store, late.filter(pl.col("day") == day), receipt)
        settle(store, RANGES, RULE)
    assert_settled(store, RULE)


def dial(day: int, step: int, above: int = 0) -> tuple[object, ...]:
    """A register that climbs by 24 kWh a day, a row of a day; `above` kWh too high."""
    values = [(1000 + 24 * day + above) * 1_000_000 + k * step * 1_000_000 // 60 for k in range(1440 // step)]
    on = FIRST + timedelta(days=day)
    return ("a", "forward", on, "R", step, day + 2, None, 1, 1, on, 1, values, None)


def frame(*lines: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(lines, schema=READING_COLUMNS, orient="row")


@pytest.mark.parametrize(("step", "days"), [(15, 1), (30, 2), (60, 4)])
def test_settle__a_spike_is_known_as_one_when_the_day_behind_it_has_come(tmp_path: Path, step: int, days: int) -> None:
    rows = [dial(k, step) for k in range(120)] + [dial(120 + k, step, above=10_000) for k in range(days)] + [dial(120 + days, step)]
    store = Store(tmp_path)
    for receipt, part in enumerate((rows[:-1], rows[-1:]), start=1):
        put(store, frame(*part), receipt)
        settle(store, RANGES, RULE)
    assert_settled(store, RULE)
    assert set(days_of(store)["wh"].head(120)) == {24_000}
    assert store.read("settlement_findings")["reason"].to_list() == ["register_spike"]


def test_settle__old_registers_cut_a_gap_that_a_new_reading_closes_after_months(tmp_path: Path) -> None:
    def energy(day: int) -> tuple[object, ...]:
        on = FIRST + timedelta(days=day)
        return ("a", "forward", on, "E", 15, day + 2, None, 1, 1, on, 1, [1_000_000] * 96, None)

    def midnight(day: int, kwh: int) -> tuple[object, ...]:
        before = FIRST + timedelta(days=day - 1)
        return ("a", "forward", FIRST + timedelta(days=day), "R", 1440, day + 500, None, 1, 1, before, 1, [kwh * 1_000_000], None)

    store = Store(tmp_path)
    put(store, frame(*(energy(k) for k in range(9)), midnight(12, 5000), midnight(31, 9000)), 1)
    settle(store, RANGES, RULE)
    put(store, frame(*(energy(k) for k in range(155, 160))), 2)
    settle(store, RANGES, RULE)
    assert_settled(store, RULE)
    assert days_of(store)["wh"].slice(12, 19).sum() == 4_000_000


WEEK_BACK = RULE.model_copy(update={"like_weeks": 1})
"""With like days of one week only, 32 days of energy and 40 of registers are looked at when a day comes."""


def usage(day: int) -> NDArray[np.int64]:
    return np.random.default_rng(day).integers(1, 100, 96) * 1000


def settled_with_a_day_more(store: Store, lines: list[tuple[object, ...]]) -> None:
    for receipt, part in enumerate((lines[:-1], lines[-1:]), start=1):
        put(store, frame(*part), receipt)
        settle(store, RANGES, WEEK_BACK)


def test_settle__like_days_of_a_long_run_may_lie_before_what_is_looked_at(tmp_path: Path) -> None:
    def energy(day: int) -> tuple[object, ...]:
        on, values = FIRST + timedelta(days=day), usage(day)
        if 60 <= day < 96:
            values[-12:] = -1
        return ("a", "forward", on, "E", 15, day + 2, None, 1, 1, on, 1, values.tolist(), None)

    store = Store(tmp_path)
    settled_with_a_day_more(store, [energy(k) for k in range(97)])
    assert_settled(store, WEEK_BACK)


def test_plans__one_late_row_does_not_make_the_others_look_back(tmp_path: Path) -> None:
    def energy(meter_no: str, day: int) -> tuple[object, ...]:
        on = FIRST + timedelta(days=day)
        return (meter_no, "forward", on, "E", 15, day + 2, None, 1, 1, on, 1, [1000] * 96, None)

    store = Store(tmp_path)
    put(store, frame(*(energy(meter, k) for meter in "abc" for k in range(300) if (meter, k) != ("a", 5))), 1)
    settle(store, RANGES, RULE)
    put(store, frame(energy("a", 5), *(energy(meter, 300) for meter in "abc")), 2)
    held = Held(store)
    ranges = held.keyed(RANGES)
    near, far = plans(held, due(fingerprinted(held, ranges, RULE)), ranges, RULE)
    assert near.work["meter_no"].to_list() == ["b", "c"]
    assert near.plain.height < 2 * 100
    assert far.work["meter_no"].to_list() == ["a"]
    settle(store, RANGES, RULE)
    assert_settled(store, RULE)


def test_settle__registers_without_a_stretch_of_whole_days_are_reckoned_from_all_their_rows(tmp_path: Path) -> None:
    curve = np.cumsum(np.concatenate([usage(k) for k in range(121)])).reshape(-1, 96)

    def register(day: int) -> tuple[object, ...]:
        on = FIRST + timedelta(days=day)
        return ("a", "forward", on, "R", 15, day + 2, None, 1, 1, on, 1, curve[day].tolist(), None)

    store = Store(tmp_path)
    settled_with_a_day_more(store, [register(k) for k in range(121) if k % 5])
    assert_settled(store, WEEK_BACK)
