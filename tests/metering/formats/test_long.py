from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from carbon_pipeline.metering.formats import FormatProfile
from tests.metering.formats.build import METER, flags, long, read, said, set_aside, text, values

ONE = 1_000_000


def test_sg_long__rows_of_a_day_become_one_reading_row() -> None:
    result = read(long("2025-01-05 00:00:00,E,1.5,1", "2025-01-05 23:45,E,2,", "2025/1/6 0:15,E,3,1", "2025-01-05 00:15:00,P,4,1"))
    assert result.rows_read == result.rows_accepted == 4
    assert result.readings.select("day", "kind", "step", "row_no", "mult_num", "mult_den").rows() == [
        (dt.date(2025, 1, 5), "E", 15, 2, 1, 1),
        (dt.date(2025, 1, 6), "E", 15, 4, 1, 1),
        (dt.date(2025, 1, 5), "P", 15, 5, 1, 1),
    ]
    assert values(result, 0) == [1_500_000, *[-1] * 94, 2 * ONE]
    assert values(result, 1)[:3] == [-1, 3 * ONE, -1]
    assert result.readings["flags"].null_count() == 3


def test_sg_long__other_types_are_ignored_whatever_they_hold() -> None:
    result = read(long("x,Q,y,9", "2025-01-05 00:00:00,R,1,1", "2025-01-05 00:00:00,E,1,1"))
    assert (result.ignored, result.rows_accepted, result.rows_quarantined) == ({"other_type": 2}, 1, 0)


def test_sg_long__quality_codes() -> None:
    cells = ["1,1", "2,2", "3,3", "4,", "x,2", "-1,2", "NULL,1", ",2"]
    result = read(long(*(f"2025-01-05 {15 * slot // 60:02d}:{15 * slot % 60:02d}:00,E,{cell}" for slot, cell in enumerate(cells))))
    assert values(result)[:9] == [ONE, 2 * ONE, -1, 4 * ONE, -1, -1, -1, -1, -1]
    assert flags(result) == [0, 2, 3, 0, 4, 5, 0, 0, *[0] * 88]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2025-02-30 00:00:00,E,1,1", "bad_date"), ("昨日,E,1,1", "bad_date"), (",E,1,1", "bad_date"),
        ("2025-01-05 25:00,E,1,1", "bad_date"),
        ("2025-01-05 00:07:00,E,1,1", "off_grid"), ("2025-01-05 00:15:30,E,1,1", "off_grid"), ("2025-01-05 00:15:00,E,1,x", "bad_flag"),
        ("2025-01-05 00:15:00,E,1,7", "bad_flag"), ("2025-01-05 00:15:00,33,,E,1,1", "no_meter_no"),
        ("2025-01-05 00:15:00,33,3.3E+12,E,1,1", "number_damaged"), ("2025-01-05 00:15:00,3.3E+12,33,E,1,1", "number_damaged"),
    ],
)  # fmt: skip
def test_sg_long__rows_that_cannot_be_placed(row: str, reason: str) -> None:
    result = read(long("2025-01-05 00:00:00,E,1,1", row))
    assert set_aside(result) == [(3, reason)]
    assert values(result) == [ONE, *[-1] * 95]


def test_sg_long__the_later_value_stands_and_a_missing_one_replaces_nothing() -> None:
    result = read(long(*(f"2025-01-05 00:00:00,E,{cell}" for cell in ("1,1", "2,2", "NULL,1", "9,3"))))
    assert values(result)[0] == 2 * ONE
    assert flags(result) == [2, *[0] * 95]
    missing = read(long("2025-01-05 00:00:00,E,x,1", "2025-01-05 00:00:00,E,9,3"))
    assert values(missing)[0] == -1
    assert flags(missing) == [3, *[0] * 95]


def test_sg_long__two_accounts_on_one_day_stay_apart() -> None:
    result = read(long("2025-01-05 00:00:00,A,M,E,1,1", "2025-01-05 00:15:00,B,M,E,2,1", "2025-01-05 00:00:00,B,M,E,3,1"))
    assert result.readings.select("account_no", "row_no").rows() == [("B", 3)]
    assert values(result)[:2] == [3 * ONE, 2 * ONE]
    apart = read(long("2025-01-05 00:00:00,A,M,E,1,1", "2025-01-05 00:15:00,B,M,E,2,1"))
    assert apart.readings["account_no"].to_list() == ["A", "B"]


def test_sg_long__negative_power() -> None:
    cells = ["05 00:00:00,P,-1.25,1", "05 00:15:00,P,-3,3", "05 00:30:00,P,-2,2", "06 00:00:00,P,1,1"]
    result = read(long(*(f"2025-01-{cell}" for cell in cells)))
    assert values(result)[:3] == [0, -1, 0]
    assert flags(result) == [0, 3, 2, *[0] * 93]
    assert result.findings.select("meter_no", "date_from", "reason").rows() == [(METER, dt.date(2025, 1, 5), "negative_power")]
    assert "-2 kW" in said(result.findings["evidence"][0])


STEEL_HEADER = "date,Usage_kWh,Lagging_Current_Reactive.Power_kVarh,NSM,WeekStatus"


def test_steel_uci__midnight_of_a_date_is_that_days_end() -> None:
    rows = [f"01/02/2018 {15 * slot // 60 % 24:02d}:{15 * slot % 60:02d},{slot}.5,1,0,Weekday" for slot in range(1, 97)]
    result = read("\ufeff" + "\r\n".join([STEEL_HEADER, *rows, "2/2/2018 0:15,7,1,900,Weekday"]) + "\r\n")
    assert result.profile == "steel_uci"
    assert result.readings.select("meter_no", "account_no", "day").rows() == [
        ("UCI-STEEL-1", "UCI-STEEL", dt.date(2018, 2, 1)),
        ("UCI-STEEL-1", "UCI-STEEL", dt.date(2018, 2, 2)),
    ]
    assert values(result, 0) == [slot * ONE + 500_000 for slot in range(1, 97)]
    assert values(result, 1)[:2] == [7 * ONE, -1]


def _profile(**changes: object) -> FormatProfile:
    columns = {"meter_no": ["m"], "stamp": ["t"], "value": ["v"]}
    base: dict[str, object] = {"id": "own", "title": "own", "layout": "long", "columns": columns, "kind": "E", "step": 30}
    return FormatProfile.model_validate(base | changes)


def test_long__step_of_the_profile() -> None:
    result = read("t,m,v\n2025-01-05 00:30,1,5\n2025-01-05 00:15,1,5\n", [_profile()])
    assert values(result) == [-1, 5 * ONE, *[-1] * 46]
    assert set_aside(result) == [(3, "off_grid")]
    fine = read(text([["t", "m", "v"], *([f"2025-01-05 00:{minute:02d}", "1", "0.1"] for minute in range(0, 25, 5))]), [_profile(step=5)])
    assert values(fine)[:2] == [300_000, -1]


def test_long__registers_stand_at_their_stamp() -> None:
    result = read("t,m,v\n2025-01-05 00:30,1,5\n2025-01-05 24:00,1,6\n", [_profile(kind="R", stamp="end")])
    assert result.readings.select("kind", "day").rows() == [("R", dt.date(2025, 1, 5)), ("R", dt.date(2025, 1, 6))]
    assert [values(result, 0)[1], values(result, 1)[0]] == [5 * ONE, 6 * ONE]


def test_long__rows_without_a_multiplier_wait_one_by_one() -> None:
    profile = _profile(is_secondary=True, optional={"factor": ["f"]})
    result = read("t,m,v,f\n2025-01-05 00:00,1,5,\n2025-01-05 00:30,1,6,\n2025-01-05 01:00,1,7,80\n2025-01-05 01:30,1,8,80\n", [profile])
    ratios = [None if num is None else Fraction(num, den) for num, den in result.readings.select("mult_num", "mult_den").rows()]
    assert list(zip(result.readings["row_no"].to_list(), ratios, strict=True)) == [(2, None), (3, None), (4, 80)]
    assert values(result, 2)[:4] == [-1, -1, 7 * ONE, 8 * ONE]
