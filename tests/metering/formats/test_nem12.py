from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metering.formats.build import flags, read, refused, said, set_aside, values

ONE = 1_000_000
HEAD = "100,NEM12,202501060000,MDP,RETAIL"


def _stream(suffix: str = "E1", unit: str = "kWh", step: int = 30, nmi: str = "NMI0000001") -> str:
    return f"200,{nmi},E1B1Q1,1,{suffix},N1,SERIAL1,{unit},{step},"


def _day(cells: list[str], quality: str = "A", date: str = "20250105") -> str:
    return f"300,{date},{','.join(cells)},{quality},,,20250106000000,"


def _file(*lines: str) -> str:
    return "\n".join([HEAD, *lines, "900"]) + "\n"


def test_nem12__streams_of_one_connection_point() -> None:
    ones = ["1"] * 48
    streams = [_stream("E1"), _stream("B1"), _stream("E2"), _stream("Q1", "kVArh")]
    days = [_day(["0.5", *ones[1:]]), *[_day(ones)] * 3]
    result = read(_file(*(line for pair in zip(streams, days, strict=True) for line in pair)))
    assert result.profile == "nem12"
    assert result.readings.select("meter_no", "account_no", "channel", "day", "step", "row_no").rows() == [
        ("NMI0000001", "NMI0000001", "forward", dt.date(2025, 1, 5), 30, 3),
        ("NMI0000001", "NMI0000001", "reverse", dt.date(2025, 1, 5), 30, 5),
        ("NMI0000001-2", "NMI0000001", "forward", dt.date(2025, 1, 5), 30, 7),
    ]
    assert values(result) == [500_000, *[ONE] * 47]
    assert (result.rows_read, result.ignored) == (4, {"other_type": 1})


@pytest.mark.parametrize(("unit", "micros"), [("kWh", 1_500_000), ("KWH", 1_500_000), ("Wh", 1500), ("MWh", 1_500_000_000)])
def test_nem12__units(unit: str, micros: int) -> None:
    assert values(read(_file(_stream(unit=unit), _day(["1.5"] * 48)))) == [micros] * 48


def test_nem12__five_minutes_come_to_the_grid() -> None:
    result = read(_file(_stream(step=5), _day([".048", ".044", ".042", *["0"] * 285])))
    assert result.readings["step"].to_list() == [15]
    assert values(result) == [134_000, *[0] * 95]


def test_nem12__qualities_of_intervals() -> None:
    result = read(_file(_stream(), _day(["2"] * 46 + ["", "x"], "V"), "400,1,1,S14,,", "400,2,2,N,,", "400,3,4,F52,71,", "400,5,48,A,,"))
    assert values(result) == [2 * ONE, -1, *[2 * ONE] * 44, -1, -1]
    assert flags(result) == [2, 3, 2, 2, *[0] * 43, 4]


@pytest.mark.parametrize("stray", ["", '"', '"x'], ids=["none", "never closed", "never closed, with text"])
def test_nem12__quotation_marks_do_not_reach_over_a_line_end(stray: str) -> None:
    lines = [_stream() + stray, _day(['"1"', *["1"] * 47]), _day(["2"] * 48, date="20250106") + stray]
    result = read(_file(*lines))
    assert result.readings["row_no"].to_list() == [3, 4]
    assert values(result)[:2] == [1_000_000, 1_000_000]
    assert result.readings["values"][1].to_list() == [2_000_000] * 48


def test_nem12__a_connection_point_in_full_width_letters() -> None:
    assert read(_file(_stream(nmi="ＮＭＩ１"), _day(["1"] * 48))).readings["meter_no"].to_list() == ["NMI1"]


def test_nem12__every_cell_quoted() -> None:
    plain = _file(_stream(), _day(["0.5"] * 48))
    quoted = "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in plain.splitlines())
    assert read(quoted).profile == "nem12"
    assert read(quoted).readings.equals(read(plain).readings)


@pytest.mark.parametrize("text", ["1e3", "+2", "1E+02", "1_0", "１", "inf", "NaN", "5.", "", "-", "9" * 400])
def test_nem12__what_is_no_number_is_missing(text: str) -> None:
    result = read(_file(_stream(), _day([text, " 1.5 ", "-0", ".5", *["1"] * 44])))
    assert values(result) == [-1, 1_500_000, 0, 500_000, *[ONE] * 44]
    assert flags(result) == ([4, *[0] * 47] if text else None)


def test_nem12__a_text_is_told_from_a_cell_without_a_value() -> None:
    result = read(_file(_stream(), _day(["1e3", "", *["1"] * 46])))
    assert flags(result) == [4, *[0] * 47]
    assert said(result.findings["evidence"][0]) == "intervals: 1, from row 3 on"


@given(st.decimals(0, 10**9, places=7), st.sampled_from([("kWh", 0), ("Wh", -3), ("MWh", 3)]))
def test_nem12__the_digits_are_rounded_once(number: Decimal, unit: tuple[str, int]) -> None:
    name, tens = unit
    exact = int((number.scaleb(tens) * 10**6).to_integral_value(ROUND_HALF_EVEN))
    assert values(read(_file(_stream(unit=name), _day([f"{number:f}"] * 48)))) == [exact] * 48


def test_nem12__negative_energy_is_missing() -> None:
    result = read(_file(_stream(), _day(["-1", *["1"] * 47])))
    assert values(result)[0] == -1
    assert flags(result) == [5, *[0] * 47]


def test_nem12__a_record_that_does_not_fit_is_set_aside_with_its_quality_records() -> None:
    short = "300,20250104,V,,,20250106000000,"
    result = read(_file(_stream(), short, "400,1,96,A,,", _day(["1"] * 48), _day(["1"] * 48, date="20250230")))
    assert set_aside(result) == [(3, "wrong_interval_count"), (6, "bad_date")]
    assert said(result.quarantine["detail"][0]) == "the 300 record holds 0 values where 30 minutes make 48"
    assert result.readings["row_no"].to_list() == [5]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (_file(_stream(step=15), _day(["1"] * 48)), "line 3: the 300 record holds 48 values where 15 minutes make 96"),
        (_file(_stream(step=30), _day(["1"] * 96)), "line 3: the 300 record holds 96 values where 30 minutes make 48"),
        (_file(_stream(step=15), _day(["1"] * 96, "V"), "400,1,48,A,,"), "line 3: the 400 records cover 48 of 96 intervals"),
        (_file(_stream(), _day(["1"] * 48, "V"), "400,49,96,A,,"), "the 400 record covers 49 to 96, the day has 48 intervals"),
        (_file(_stream(step=10), _day(["1"] * 144)), "line 3: IntervalLength: 10 minutes"),
        (_file(_stream(nmi=""), _day(["1"] * 48)), "line 3: NMI: the 200 record above names none"),
        (_file(), "the file holds no 300 record"),
        (_file(_day(["1"] * 48)), "line 2: a 300 record stands before any 200 record"),
        (_file(_stream(), "400,1,48,A,,"), "line 3: a 400 record stands before any 300 record"),
        (_file("200,NMI,E1,1,E1,N1,S,kWh"), "line 2: the 200 record names no interval length"),
        ("\n" + _stream() + "\n" + _day(["1"] * 48), "line 2: the file does not begin with its 100 record"),
        ("100,NEM13,202501060000,MDP,RETAIL\n900\n", "NEM13 holds accumulated reads"),
    ],
)
def test_nem12__refused(text: str, says: str) -> None:
    refusal = refused(text)
    assert refusal.reason == "broken_nem12"
    assert says in said(refusal.detail)
