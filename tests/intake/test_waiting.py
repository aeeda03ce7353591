"""Rows that wait for the register's multiplier: shown while they wait, taken up by themselves, shown again when it is withdrawn."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.builders import register
from tests.builders.county import County
from tests.builders.exports import day, day_read, energies, long, registers

if TYPE_CHECKING:
    from pathlib import Path

JAN31 = date(2025, 1, 31)


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


def waiting(county: County) -> list[tuple[str, str, str]]:
    return [(row["filename"], row["row_no"], row["reason"]) for row in county.show("quarantine")]


def imported(county: County) -> list[str]:
    county.refresh(JAN31)
    return [row["import_wh"] for row in county.show("energy")]


def test_row__waits_is_taken_up_and_waits_again(county: County) -> None:
    receipt = county.one("a.csv", energies({day(0): "1", day(1): "1"}))
    assert [receipt[f"rows_{what}"] for what in ("read", "accepted", "quarantined", "ignored")] == ["2", "0", "2", "0"]
    assert (receipt["status"], receipt["intervals_new"]) == ("partly", "192")
    assert waiting(county) == [("a.csv", "2", "no_multiplier"), ("a.csv", "3", "no_multiplier")]
    assert county.show("quarantine")[0]["raw"].startswith("3301234567890,M1,2025-01-01,1,1,1")
    county.take(register.single({}, {"综合倍率": "2"}))
    assert waiting(county) == []
    assert imported(county) == [str(2 * 2 * 96_000)]
    assert county.show("receipts")[0]["rows_quarantined"] == "2"  # the receipt keeps what it said
    county.take({"电表.csv": register.sheet("电表", {"电能表资产号": "M1", "作废": "是"})})
    assert waiting(county) == [("a.csv", "2", "no_multiplier"), ("a.csv", "3", "no_multiplier")]
    assert imported(county) == []


def test_row__waits_only_on_days_that_the_register_does_not_know(county: County) -> None:
    county.take(register.single({}, {"起始日期": "2025-01-02", "终止日期": "2025-01-03"}))
    receipt = county.one("a.csv", energies({day(number): "1" for number in range(4)}))
    assert (receipt["rows_accepted"], receipt["rows_quarantined"]) == ("2", "2")
    assert [row_no for _, row_no, _ in waiting(county)] == ["2", "5"]
    assert imported(county) == [str(2 * 96_000)]


def test_row__that_never_waited_comes_into_quarantine_when_its_multiplier_is_withdrawn(county: County) -> None:
    county.take(register.single())
    assert county.one("a.csv", energies({day(0): "1"}))["status"] == "accepted"
    county.take({"电表.csv": register.sheet("电表", {"电能表资产号": "M1", "作废": "是"})})
    assert waiting(county) == [("a.csv", "2", "no_multiplier")]


def test_row__with_its_own_multiplier_waits_for_nothing(county: County) -> None:
    receipt = county.one("a.csv", energies({day(0): "1"}, T_FACTOR="3"))
    assert (receipt["status"], waiting(county)) == ("accepted", [])
    county.take(register.single({}, {"综合倍率": "70"}))
    assert imported(county) == [str(3 * 96_000)]  # the row's own stands before the register's


def test_row__taken_up_keeps_its_first_place(county: County) -> None:
    county.take({"first.csv": energies({day(0): "5"})})
    county.take({"second.csv": energies({day(0): {0: "1"}}, fill="", T_FACTOR="1")})
    county.take(register.single())
    assert imported(county) == [str(95 * 5000 + 1000)]  # the later file's one value stands over the row taken up


def test_row__that_cannot_be_placed_does_not_leave_with_those_that_waited(county: County) -> None:
    text = energies({day(0): "1", day(1): "1"}).replace("2025-01-02", "2025-02-30")
    receipt = county.one("a.csv", text)
    assert (receipt["rows_accepted"], receipt["rows_quarantined"]) == ("0", "2")
    county.take(register.single())
    assert waiting(county) == [("a.csv", "3", "bad_date")]


def test_midnight_register__needs_the_multiplier_of_its_data_day(county: County) -> None:
    rows = [f"33,M1,2025-01-0{number},1,{number * 10},,,,," for number in (1, 2, 3)]
    county.take(register.single({}, {"综合倍率": "3", "终止日期": "2025-01-02"}))
    receipt = county.one("reads.csv", day_read(*rows))
    assert (receipt["rows_accepted"], waiting(county)) == ("2", [("reads.csv", "4", "no_multiplier")])
    assert imported(county) == [str(30_000)]  # from the end of day 1 to the end of day 2


def test_register_curve__counts_from_the_moment_it_is_taken_up(county: County) -> None:
    county.take({"a.csv": registers({day(0): ["1"] * 96, day(1): ["5"]})})
    assert len(waiting(county)) == 2
    county.take(register.single({}, {"综合倍率": "10"}))
    assert imported(county) == [str(40_000)]


def test_long_rows__never_wait(county: County) -> None:
    receipt = county.one("l.csv", long("2025-01-01 00:00:00,E,1,1"))  # primary values
    assert (receipt["status"], waiting(county)) == ("accepted", [])


def test_files_of_several_calls__wait_under_their_own_receipts(county: County) -> None:
    county.take({"a.csv": energies({day(0): "1"}), "b.csv": energies({day(0): "1"}, "M2")})
    county.take({"c.csv": energies({day(1): "1"}, "M2")})
    county.take(register.single({}, {"电能表资产号": "M2"}))
    assert waiting(county) == [("a.csv", "2", "no_multiplier")]
    assert county.show("quarantine")[0]["receipt_id"] == "R00000001"
