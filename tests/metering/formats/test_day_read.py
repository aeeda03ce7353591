from __future__ import annotations

import datetime as dt

import pytest

from carbon_pipeline.metering.formats import FormatProfile
from tests.metering.formats.build import PROFILES, day_read, read, said, set_aside, values


def test_sg_day_read__the_midnight_that_ends_its_date() -> None:
    result = read(day_read("33,44,2024/12/31,1,3725.99,372.59,1241.99,931.49,1179.92,80", "33,44,20250101,5,56.74,,,,,"))
    assert result.profile == "sg_day_read"
    assert result.readings.select("channel", "day", "mult_day", "kind", "step", "mult_num", "mult_den").rows() == [
        ("forward", dt.date(2025, 1, 1), dt.date(2024, 12, 31), "R", 1440, 80, 1),
        ("reverse", dt.date(2025, 1, 2), dt.date(2025, 1, 1), "R", 1440, None, None),
    ]
    assert values(result) == [3_725_990_000]
    assert result.findings.height == 0


def test_sg_day_read__a_profile_may_mean_the_midnight_that_begins_its_date() -> None:
    usual = next(profile for profile in PROFILES if profile.id == "sg_day_read")
    result = read(day_read("33,44,2025-01-01,1,5,,,,,"), [usual.model_copy(update={"midnight": "start"})])
    assert result.readings["day"].to_list() == [dt.date(2025, 1, 1)]


def test_sg_day_read__zones_are_kept_and_a_wrong_sum_is_a_finding() -> None:
    result = read(
        day_read(
            "33,44,2025-01-01,1,10.00,1,2,3,3.95,",
            "33,44,2025-01-02,1,10.00,1,2,3,3.949999,",
            "33,44,2025-01-03,1,10,1,2,3,,",
            "33,44,2025-01-04,1,x,1,2,3,4,",
        ),
    )
    assert result.findings.select("meter_no", "channel", "date_from", "account_no", "reason").rows() == [
        ("44", "forward", dt.date(2025, 1, 3), "33", "zones_differ"),
        ("44", "forward", dt.date(2025, 1, 5), "33", "unreadable_values"),
    ]
    assert said(result.findings["evidence"][0]) == "row 3: 尖+峰+平+谷 = 9.949999, 示数 = 10"
    assert result.zones["row_no"].to_list() == [2, 3, 4, 5]
    assert result.zones["valley"].to_list() == [3_950_000, 3_949_999, None, 4_000_000]
    assert result.readings["values"].to_list() == [[10_000_000]] * 3 + [[-1]]
    assert result.readings["flags"].to_list() == [None, None, None, [4]]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("33,,2025-01-01,1,5,,,,,", "no_meter_no"), ("33,4.4E+12,2025-01-01,1,5,,,,,", "number_damaged"),
        ("33,44,2025-02-29,1,5,,,,,", "bad_date"), ("33,44,2025-01-01,1,5,,,,,八十", "bad_multiplier"),
    ],
)  # fmt: skip
def test_sg_day_read__rows_that_cannot_be_placed(row: str, reason: str) -> None:
    result = read(day_read("33,44,2025-01-01,2,5,,,,,", row))
    assert set_aside(result) == [(3, reason)]
    assert result.ignored == {"other_type": 1}


def test_day_read__a_profile_without_types() -> None:
    own = FormatProfile.model_validate(
        {"id": "own", "title": "own", "layout": "day_read", "columns": {"meter_no": ["m"], "date": ["d"], "value": ["v"]}},
    )
    result = read("m,d,v\n1,2025-01-01,5\n", [own])
    assert result.readings.select("channel", "kind", "mult_num").row(0) == ("forward", "R", 1)
