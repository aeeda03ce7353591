"""Eight ways in which the nearest peer gets meter data wrong, each shown not to happen here: from files to published tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.builders import register
from tests.builders.county import County
from tests.builders.exports import JAN1, climb, day, energies, registers, wide

if TYPE_CHECKING:
    from pathlib import Path

JAN31, FEB28 = date(2025, 1, 31), date(2025, 2, 28)
M1 = ("M1", "forward")


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


def reasons(county: County) -> list[str]:
    return [row["reason"] for row in county.show("findings")]


def test_no_reading__is_never_zero_and_the_next_slot_gets_no_double(county: County) -> None:
    """Peer: no reading in a slot -> 0 written without a flag, the next slot gets the double."""
    gap = {40: "", 41: "NULL", 42: "-9999"}  # 45 minutes between 1 and 5 kWh
    county.take(register.single())
    county.take({"a.csv": wide({day(0): "2", day(1): {**gap, 43: "5"}, day(2): "2", day(20): "2"})})
    county.refresh(JAN31)
    days = county.days()
    assert days[*M1, day(1)] == (15, (92 + 2 + 3 + 4 + 5) * 1000, 1440 - 45, 0, 45)  # on the line from 1 to 5: 2, 3, 4
    assert all(days[*M1, day(number)][:2] == (15, 192_000) for number in (0, 2, 20))
    assert not any(days.get((*M1, day(number)), (15, None))[1] for number in range(3, 20))  # more than ten days stay open
    assert {days[*M1, day(number)][1] for number in range(3, 20) if (*M1, day(number)) in days} <= {None}
    (energy,) = county.show("energy")
    assert (energy["import_wh"], energy["coverage"], energy["estimated_share"]) == (
        str(3 * 192_000 + 106_000),
        str((Decimal(4 * 1440 - 45) / (31 * 1440)).quantize(Decimal("0.0001"))),
        str((Decimal(45) / (31 * 1440)).quantize(Decimal("0.0001"))),
    )
    assert county.show("budgets")[0]["alert"] == "no_budget"


def test_no_reading_in_a_month__is_empty_and_not_zero(county: County) -> None:
    county.take(register.single())
    county.take({"a.csv": wide({JAN1: dict.fromkeys(range(96), "")}), "b.csv": wide({date(2025, 2, 1): "0"})})
    county.refresh(FEB28)
    assert [(row["month"], row["import_wh"], row["quantity"]) for row in county.show("energy")] == [("2025-02", "0", "0.000")]
    grades = {row["period"]: (row["status"], row["reason"]) for row in county.show("grades")}
    assert "2025-01" not in grades


def test_first_slot_of_a_new_meter__counts(county: County) -> None:
    """Peer: first slot of a new meter (previous register at most 0.1) -> 0, energy lost at every meter change."""
    meters = [
        {"电能表资产号": "OLD", "综合倍率": "10", "终止日期": "2025-01-01"},
        {"电能表资产号": "NEW", "综合倍率": "20", "起始日期": "2025-01-02"},
    ]
    county.take(register.single(电表=meters))
    county.take({"old.csv": registers({day(0): climb(9000, 0.5), day(1): ["9048.000"]}, "OLD", T_FACTOR="10")})
    county.take({"new.csv": registers({day(1): climb(0, 0.5), day(2): ["48.000"]}, "NEW")})
    county.refresh(JAN31)
    assert county.days()["OLD", "forward", day(0)][:3] == (15, 480_000, 1440)
    assert county.days()["NEW", "forward", day(1)][:3] == (15, 960_000, 1440)  # its first slot, from register 0, is in
    (energy,) = county.show("energy")
    assert energy["import_wh"] == str(480_000 + 960_000)


def test_large_user__is_never_made_zero(county: County) -> None:
    """Peer: a slot above an hourly limit -> 0; without a rating nothing is removed, with one the slot is flagged and estimated."""
    meters = [{"电能表资产号": "BIG"}, {"电能表资产号": "RATED", "额定功率(千瓦)": "1000"}]
    county.take(register.single(电表=[meter | {"综合倍率": "1000"} for meter in meters]))
    peak = {day(0): {50: "900"}}  # 900 kWh in 15 minutes x 1000: 3.6 GW
    county.take({"a.csv": energies(peak, "BIG", "0.1"), "b.csv": energies(peak, "RATED", "0.1")})
    county.refresh(JAN31)
    days = county.days()
    assert days["BIG", "forward", day(0)] == (15, 95 * 100_000 + 900_000_000, 1440, 0, 0)
    assert days["RATED", "forward", day(0)] == (15, 96 * 100_000, 1425, 0, 15)
    flagged = [row for row in county.show("findings") if row["reason"] == "above_rated_power"]
    assert [(row["meter_no"], row["date_from"]) for row in flagged] == [("RATED", "2025-01-01")]
    assert Decimal(county.show("energy")[0]["estimated_share"]) > 0


def test_rollover__is_reckoned_by_the_digits_of_the_register(county: County) -> None:
    """Peer: reset and rollover are ignored, the consumption is lost."""
    county.take(register.single(电表=[{"电能表资产号": "M1", "示数位数": "4"}, {"电能表资产号": "M2"}]))
    dial = [f"{(9990 + index * 0.25) % 10_000:.2f}" for index in range(96)]
    files = {f"{meter}.csv": registers({day(0): dial, day(1): climb(14, 0.25)}, meter, T_FACTOR="80") for meter in ("M1", "M2")}
    county.take(files)
    county.refresh(JAN31)
    days = county.days()
    assert days["M1", "forward", day(0)] == (15, 96 * 20_000, 1440, 0, 0)
    assert days["M2", "forward", day(0)] == (15, 96 * 20_000, 1425, 0, 15)  # digits unknown: missing, estimated and said so
    assert sorted((row["meter_no"], row["reason"]) for row in county.show("findings") if row["reason"].startswith("register_")) == [
        ("M1", "register_rollover"),
        ("M2", "register_decrease"),
    ]


def test_late_and_corrected_files__enter_by_themselves(county: County) -> None:
    """Peer: work resumes after the latest slot, so that late or corrected readings never enter."""
    county.take(register.single())
    county.take({"third.csv": wide({day(2): "3"})})
    county.refresh(JAN31)
    assert county.show("energy")[0]["import_wh"] == str(3 * 96_000)
    late = county.one("first.csv", wide({day(0): "1", day(1): "2"}))
    assert (late["intervals_new"], late["intervals_changed"], late["intervals_same"]) == ("192", "0", "0")
    county.refresh(JAN31)
    assert county.show("energy")[0]["import_wh"] == str(6 * 96_000)
    corrected = county.one("second.csv", wide({day(1): {0: "50", 1: ""}}, fill="2"))
    assert (corrected["intervals_new"], corrected["intervals_changed"], corrected["intervals_same"]) == ("0", "1", "94")
    county.refresh(JAN31)
    assert county.show("energy")[0]["import_wh"] == str(6 * 96_000 + 48_000)  # the empty cell replaced nothing
    assert county.store.read("readings").height == 4  # what stood before stays in history


@pytest.mark.parametrize(("flag", "step", "count"), [("1", 15, 96), ("2", 30, 48), ("3", 60, 24)])
def test_resolution__nothing_is_reckoned_by_the_hour_that_came_finer(county: County, flag: str, step: int, count: int) -> None:
    """Peer: slots are looked up by the hour, half-hour and 15-minute edges are lost."""
    width = 96 // count
    cells = {slot * width: f"0.{slot + 1:03d}" for slot in range(count)}  # 1 Wh, 2 Wh, 3 Wh ...
    del cells[5 * width]  # one interval is missing, and no more than that
    county.take(register.single())
    county.take({"a.csv": energies({day(0): cells}, fill="", DATA_POINT_FLAG=flag)})
    county.refresh(JAN31)
    assert county.days()[*M1, day(0)] == (step, sum(range(1, count + 1)), 1440 - step, 0, step)


def test_restating__a_new_factor_counts_from_its_year_and_issued_results_stay(county: County) -> None:
    """Peer: one global factor without dates, so that restating last year changes history."""
    county.take(register.single())
    county.take({"a.csv": wide({date(2024, 12, 31): "100", JAN1: "100"})})
    county.refresh(date(2024, 12, 31))
    county.refresh(JAN31)
    issued_2024, issued_2025 = county.results(date(2024, 12, 31)), county.results(JAN31)
    tables = county.settings.home / "config" / "factors"
    tables.mkdir(parents=True)
    (tables / "grid_2025.yaml").write_text(GRID_2025, encoding="utf-8")
    county.refresh(FEB28)
    assert county.results(date(2024, 12, 31)) == issued_2024
    assert county.results(JAN31) == issued_2025  # issued results stand as they were until somebody refreshes them
    by_month = {row["month"]: row["tco2_gross"] for row in county.show("energy")}
    assert by_month == {"2024-12": "4.775", "2025-01": "9.600"}  # 9,600 kWh x 0.4974 and x 1
    county.refresh(date(2024, 12, 31))
    assert county.results(date(2024, 12, 31)) == issued_2024  # restated: the factor of 2025 is none of 2024


GRID_2025 = """\
id: grid_2025
title: 2025
carrier: 电力
quantity: kgco2
unit: kgCO2/kWh
year: 2025
valid_from: 2025-01-01
valid_to: null
source: a notice of 2026
confidence: V1
status: in_force
rows:
  - {id: grid.zhejiang.2025, region: 浙江, value: "1"}
"""


def test_no_interval_stands_twice(county: County) -> None:
    """Peer: no unique key on meter and slot, duplicate rows are possible."""
    county.take(register.single())
    first = wide({day(0): "1", day(1): "2"})
    overlapping = wide({day(1): "2", day(2): "3"})
    receipts = county.take({"a.csv": first, "again.csv": first, "b.csv": overlapping, "c.csv": wide({day(2): "3", day(2): "3"})})
    assert [row["status"] for row in receipts] == ["accepted", "duplicate", "accepted", "accepted"]
    assert [(row["intervals_new"], row["intervals_same"]) for row in receipts] == [("192", "0"), ("", ""), ("96", "96"), ("0", "96")]
    twice = county.one("twice.csv", wide({day(3): "4"}) + wide({day(3): "4"}).splitlines()[1] + "\n")
    assert (twice["rows_accepted"], twice["intervals_new"], twice["intervals_same"]) == ("2", "96", "96")
    county.refresh(JAN31)
    assert [days[1] for days in county.days().values()] != []
    assert county.show("energy")[0]["import_wh"] == str((1 + 2 + 3 + 4) * 96_000)
    county.take({"once_more.csv": overlapping})
    county.refresh(JAN31)
    assert county.show("energy")[0]["import_wh"] == str((1 + 2 + 3 + 4) * 96_000)
