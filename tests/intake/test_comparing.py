"""How many values of a file are new, changed or the same: cases counted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.intake import comparing, ledger
from tests.builders import register
from tests.builders.county import County
from tests.builders.exports import JAN1, curve, day, day_read, energies, long, wide

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


def counts(county: County, *contents: str) -> list[tuple[int, ...]]:
    """New, changed and same of files that are handed in together."""
    receipts = county.take({f"{index}.csv": content for index, content in enumerate(contents)})
    return [tuple(int(receipt[f"intervals_{what}"]) for what in ("new", "changed", "same")) for receipt in receipts]


def test_values__that_nobody_had(county: County) -> None:
    assert counts(county, wide({day(0): "1", day(1): {3: "", 4: "x"}})) == [(96 + 94, 0, 0)]


def test_values__changed_same_and_new_beside_one_another(county: County) -> None:
    assert counts(county, wide({day(0): {0: "", 1: ""}})) == [(94, 0, 0)]
    assert counts(county, wide({day(0): {0: "5", 2: "7"}})) == [(2, 1, 93)]  # slots 0 and 1 are new, 2 changed


def test_missing_value__neither_replaces_nor_counts(county: County) -> None:
    counts(county, wide({day(0): "1"}))
    assert counts(county, wide({day(0): {0: "", 1: "-3"}})) == [(0, 0, 94)]
    assert counts(county, wide({day(0): "1", day(1): ""})) == [(0, 0, 96)]


def test_value__is_held_against_what_stands_and_not_against_what_stood(county: County) -> None:
    assert counts(county, wide({day(0): {0: "1"}}), wide({day(0): {0: "2"}}), wide({day(0): {0: "01.0", 1: "1.00"}})) == [
        (96, 0, 0),
        (0, 1, 95),
        (0, 1, 95),
    ]
    assert counts(county, wide({day(0): {0: "2.0"}})) == [(0, 1, 95)]


def test_value__of_another_multiplier_has_changed(county: County) -> None:
    counts(county, energies({day(0): "1"}, T_FACTOR="20"))
    assert counts(county, energies({day(0): "1"}, T_FACTOR="40/2")) == [(0, 0, 96)]
    assert counts(county, energies({day(0): "1"}, T_FACTOR="80")) == [(0, 96, 0)]


def test_value__of_the_register_s_multiplier_is_the_same_only_as_another_such(county: County) -> None:
    county.take(register.single())
    counts(county, energies({day(0): "1"}))
    assert counts(county, energies({day(0): {5: "2"}})) == [(0, 1, 95)]
    assert counts(county, energies({day(0): "1"}, T_FACTOR="1")) == [(0, 96, 0)]


def test_kinds_steps_channels_and_meters__are_apart(county: County) -> None:
    usual = {"METER_ASSET_NO": "M1", "DATA_DATE": "2025-01-01", "T_FACTOR": "1", "DATA_POINT_FLAG": "1"}
    columns = ["T_FACTOR", "DATA_POINT_FLAG"]
    first = curve(usual, columns=columns)
    others = [
        curve(usual, kind="P", columns=columns),
        curve(usual, kind="R", columns=columns),
        curve(usual | {"DATA_TYPE": "5"}, columns=columns),
        curve(usual | {"METER_ASSET_NO": "M2"}, columns=columns),
        curve(usual | {"DATA_POINT_FLAG": "2"}, columns=columns),
    ]
    assert counts(county, first, *others) == [(96, 0, 0)] * 5 + [(48, 0, 0)]


def test_rows_of_one_file__from_the_top(county: County) -> None:
    twice = wide({day(0): "1"}) + wide({day(0): {0: "2"}}).splitlines()[1] + "\n"
    assert counts(county, twice) == [(96, 1, 95)]


def test_long_rows__the_later_one_of_an_interval_stands_for_both(county: County) -> None:
    assert counts(county, long("2025-01-01 00:00:00,E,1,1", "2025-01-01 00:00:00,E,2,1", "2025-01-01 00:15:00,E,3,1")) == [(2, 0, 0)]
    assert counts(county, long("2025-01-01 00:00:00,E,2,1", "2025-01-01 00:15:00,E,4,1")) == [(0, 1, 1)]


def test_midnight_registers(county: County) -> None:
    row = "33,D1,2025-01-01,1,{},,,,,80"
    assert counts(county, day_read(row.format(10)), day_read(row.format(10), row.format(11)), day_read(row.format("x"))) == [
        (1, 0, 0),
        (0, 1, 1),
        (0, 0, 0),
    ]


def test_counts__do_not_depend_on_when_rows_are_written(county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = [wide({day(n): {n: str(n)} for n in range(first, first + 3)}) for first in (0, 1, 2, 0)]
    contents[3] += "\n"  # other bytes, so that it is no duplicate
    together = counts(county, *contents)
    monkeypatch.setattr(ledger, "ROWS_A_FLUSH", 1)
    apart = counts(County(tmp_path / "other"), *contents)
    assert together == apart
    assert together[0] == (288, 0, 0)
    assert together[3] == (0, 0, 288)


def test_day__far_from_what_is_held_is_new(county: County) -> None:
    counts(county, wide({JAN1: "1"}))
    assert counts(county, wide({JAN1.replace(year=2024): "1"})) == [(96, 0, 0)]


def test_values__of_many_keys_are_counted_in_parts(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "_KEYS_AT_ONCE", 2)
    days = {day(n): "1" for n in range(5)}
    assert counts(county, wide(days)) == [(5 * 96, 0, 0)]
    assert counts(county, wide({date: {0: "2"} for date in days}), wide(days | {day(3): {7: "2"}})) == [
        (0, 5, 5 * 95),
        (0, 5 + 1, 5 * 96 - 6),
    ]
