from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.metering.formats import READINGS, FormatProfile, ReadResult
from carbon_pipeline.registry import cells as register
from tests.metering.formats.build import CLOCK, DAY, METER, PROFILES, curve, day_wide, flags, read, refused, said, set_aside, text, values

pytestmark = pytest.mark.usefixtures("_either_way")

ONE = 1_000_000


def _multiplier(result: ReadResult) -> tuple[int | None, int | None]:
    return result.readings["mult_num"][0], result.readings["mult_den"][0]


def test_sg_curve__a_row_of_energy() -> None:
    result = read(curve({"E1": "0.2052", "E96": "3", "T_FACTOR": "80"}, columns=["T_FACTOR"]))
    assert result.readings.schema == READINGS
    row = result.readings.row(0, named=True)
    assert (row["meter_no"], row["account_no"], row["channel"]) == (METER, "3300001", "forward")
    assert (row["day"], row["mult_day"], row["kind"], row["step"], row["row_no"]) == (dt.date(2025, 1, 5), dt.date(2025, 1, 5), "E", 15, 2)
    assert values(result) == [205_200, *[ONE] * 94, 3 * ONE]
    assert flags(result) is None
    assert _multiplier(result) == (80, 1)
    assert (result.rows_read, result.rows_accepted, result.rows_quarantined, result.rows_ignored) == (1, 1, 0, 0)


def test_sg_curve__chinese_names_in_gb18030_equal_code_names_in_utf8() -> None:
    coded = curve({"E5": "2.5"}, {"E5": "x"})
    chinese = coded
    for code, name in (("CONS_NO", "户号"), ("METER_ASSET_NO", "电能表资产号"), ("DATA_DATE", "数据日期"), ("DATA_TYPE", "数据类型")):
        chinese = chinese.replace(code, name)
    for encoding in ("gb18030", "utf-8-sig", "utf-16", "utf-16-be"):
        assert read(chinese.encode(encoding)).readings.equals(read(coded).readings)


@pytest.mark.parametrize(
    ("kind", "code", "channel"),
    [("P", "1", "forward"), ("E", "1", "forward"), ("E", "5", "reverse"), ("R", "5", "reverse")],
)
def test_sg_curve__types_that_count(kind: str, code: str, channel: str) -> None:
    assert read(curve({"DATA_TYPE": code}, kind=kind)).readings["channel"].to_list() == [channel]


@pytest.mark.parametrize(("kind", "code"), [("P", "5"), ("P", "2"), ("E", "6"), ("R", "2"), ("E", ""), ("E", "x")])
def test_sg_curve__another_type_is_ignored_whatever_else_it_holds(kind: str, code: str) -> None:
    result = read(curve({"DATA_TYPE": code, "METER_ASSET_NO": "3.3E+12", "DATA_DATE": "昨日", "TV": "x"}, kind=kind, columns=["TV"]))
    assert (result.ignored, result.rows_quarantined, result.rows_accepted) == ({"other_type": 1}, 0, 0)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"METER_ASSET_NO": ""}, "no_meter_no"), ({"METER_ASSET_NO": "NULL"}, "no_meter_no"),
        ({"METER_ASSET_NO": "3.30E+12"}, "number_damaged"), ({"CONS_NO": "3.3E+12"}, "number_damaged"),
        ({"DATA_DATE": ""}, "bad_date"), ({"DATA_DATE": "2025-02-30"}, "bad_date"),
        ({"DATA_POINT_FLAG": "x"}, "bad_flag"), ({"DATA_POINT_FLAG": "4"}, "bad_flag"), ({"DATA_WHOLE_FLAG": "11"}, "bad_flag"),
        ({"DATA_WHOLE_FLAG": "2" * 96}, "bad_flag"), ({"TV": "一百"}, "bad_multiplier"), ({"TA": "100/0"}, "bad_multiplier"),
        ({"T_FACTOR": "0"}, "bad_multiplier"), ({"T_FACTOR": "-80"}, "bad_multiplier"),
    ],
)  # fmt: skip
def test_sg_curve__rows_that_cannot_be_placed(wrong: dict[str, str], reason: str) -> None:
    good = {"T_FACTOR": "80"}
    result = read(curve(good, good | wrong, good, columns=["DATA_POINT_FLAG", "DATA_WHOLE_FLAG", "TV", "TA", "T_FACTOR"]))
    assert set_aside(result) == [(3, reason)]
    assert result.readings["row_no"].to_list() == [2, 4]
    assert result.quarantine["raw"][0] == result.raw_line(3)
    assert result.raw_line(3).startswith(",".join([wrong.get("CONS_NO", "3300001"), wrong.get("METER_ASSET_NO", METER)]))
    assert result.rows_accepted + result.rows_quarantined + result.rows_ignored == result.rows_read == 3


@pytest.mark.parametrize(
    ("given_ratios", "expected"),
    [
        ({"TV": "100", "TA": "80", "T_FACTOR": "7"}, (8000, 1)), ({"TV": "100/100", "TA": "800/5"}, (160, 1)),
        ({"TV": "100/3", "TA": "1"}, (100, 3)), ({"TV": "20.123457", "TA": "30.123457"}, (20123457 * 30123457, 10**12)),
        ({"TV": "100", "T_FACTOR": "7"}, (7, 1)), ({"T_FACTOR": "0.5"}, (1, 2)), ({"TV": "100"}, (None, None)), ({}, (None, None)),
    ],
)  # fmt: skip
def test_sg_curve__multiplier(given_ratios: dict[str, str], expected: tuple[int | None, int | None]) -> None:
    assert _multiplier(read(curve(given_ratios, columns=["TV", "TA", "T_FACTOR"]))) == expected


def test_sg_curve__without_any_multiplier_column_waits_for_the_register() -> None:
    result = read(curve({}))
    assert _multiplier(result) == (None, None)
    assert result.rows_accepted == 1


def test_sg_curve__point_flags_take_every_second_or_fourth_column() -> None:
    numbered = {f"E{point}": str(point) for point in range(1, 97)}
    result = read(curve(*(numbered | {"DATA_POINT_FLAG": flag} for flag in ("3", "1", "2", "")), columns=["DATA_POINT_FLAG"]))
    assert result.readings["step"].to_list() == [60, 15, 30, 15]
    assert values(result, 0) == [point * ONE for point in range(1, 97, 4)]
    assert values(result, 2) == [point * ONE for point in range(1, 97, 2)]
    assert len(values(result, 1)) == len(values(result, 3)) == 96


def test_sg_curve__presence_flags() -> None:
    flagged = {"P1": "-5", "P2": "7", "DATA_WHOLE_FLAG": "00" + "1" * 94}
    result = read(curve(flagged, {"DATA_WHOLE_FLAG": ""}, kind="P", columns=["DATA_WHOLE_FLAG"]))
    assert values(result)[:3] == [-1, -1, ONE]
    assert flags(result) == [6, 6, *[0] * 94]
    assert flags(result, 1) is None
    assert result.findings.height == 0


def test_sg_curve__negative_power_is_zero_and_a_finding() -> None:
    result = read(curve({"P3": "-0.25", "P4": "-1.5", "P5": "-9999"}, {"DATA_DATE": "2025-01-06"}, kind="P"))
    assert values(result)[:5] == [ONE, ONE, 0, 0, -1]
    assert flags(result) is None
    found = result.findings.row(0, named=True)
    assert (found["meter_no"], found["channel"], found["reason"]) == (METER, "forward", "negative_power")
    assert found["date_from"] == found["date_to"] == dt.date(2025, 1, 5)
    assert "-1.5 kW" in said(found["evidence"])


@pytest.mark.parametrize("kind", ["E", "R"])
def test_sg_curve__cells_that_are_missing_with_a_reason(kind: str) -> None:
    cells = ["NaN", "#N/A", "--", "abc", "1e3", "+5", '"1,234"', "-2", "", "NULL", "-9999", ".5"]
    result = read(curve({f"{kind}{point}": cell for point, cell in enumerate(cells, start=1)}, kind=kind))
    assert values(result) == [-1] * 12 + [ONE] * 84
    assert flags(result) == [4, 4, 4, 4, 4, 4, 4, 5, 0, 0, 0, 4, *[0] * 84]
    assert result.rows_quarantined == 0


def test_sg_curve__wrapped_cells() -> None:
    wrapped = {"CONS_NO": '="3300001"', "METER_ASSET_NO": '"=""3390001"""', "DATA_TYPE": '="1"', "E1": '="2.5"', "E2": '"7"'}
    result = read(curve(wrapped))
    assert result.readings.select("account_no", "meter_no").row(0) == ("3300001", METER)
    assert values(result)[:2] == [2_500_000, 7 * ONE]


def test_sg_curve__numbers_in_full_width_letters_are_those_of_the_register() -> None:
    wide = {"METER_ASSET_NO": "Ｍ１-二", "CONS_NO": "３３０\u3000"}
    found = read(curve(wide, {"METER_ASSET_NO": "M1-二", "CONS_NO": "330"}, {"METER_ASSET_NO": "３.3E+15"}))
    assert found.readings.select("meter_no", "account_no").rows() == [("M1-二", "330")] * 2
    assert set_aside(found) == [(4, "number_damaged")]
    assert register.code(wide["METER_ASSET_NO"]) == "M1-二"


def test_sg_curve__row_numbers_are_lines_of_the_file() -> None:
    lines = curve({"DATA_TYPE": "9"}, {"DATA_DATE": "x"}, {"METER_ASSET_NO": '"33\n90"'}, {"DATA_DATE": "y"}).split("\n")
    lines[2:2] = ["", "," * 99]
    result = read("\r\n".join(lines))
    assert result.rows_read == 4
    assert set_aside(result) == [(5, "bad_date"), (8, "bad_date")]
    assert result.raw_line(8).split(",")[2] == "y"


def test_sg_curve__a_row_with_surplus_cells_is_not_guessed_at() -> None:
    result = read(curve({"E1": "1,234.5"}, {}, {"E96": "1,,"}))
    assert set_aside(result) == [(2, "surplus_cells")]
    assert result.readings["row_no"].to_list() == [3, 4]


def test_sg_curve__a_stray_quote_spoils_its_own_line_only() -> None:
    result = read(curve({"E1": '"5'}, {}, {}))
    assert result.rows_read == 3
    assert result.readings["row_no"].to_list() == [2, 3, 4]


def test_sg_curve__a_short_row_lacks_its_last_values() -> None:
    lines = curve({}, {}).splitlines()
    lines[2] = ",".join(lines[2].split(",")[:6])
    result = read("\n".join(lines))
    assert values(result, 1) == [ONE, ONE, *[-1] * 94]


@pytest.mark.parametrize("delimiter", [";", "|", "\t"])
def test_sg_curve__other_delimiters(delimiter: str) -> None:
    assert read(curve({}).replace(",", delimiter)).readings.equals(read(curve({})).readings)


def test_sg_curve__header_alone_and_old_line_ends() -> None:
    assert read(curve()).rows_read == 0
    assert read(curve({}, {}).replace("\n", "\r")).rows_read == 2


@pytest.mark.parametrize("date", ["0001-01-01", "1899-12-31", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_date__on_which_no_meter_can_have_counted(date: str) -> None:
    result = read(curve({}, {"DATA_DATE": date}, {"DATA_DATE": "2000-01-01"}, {"DATA_DATE": "2099-12-31"}))
    assert set_aside(result) == [(3, "bad_date")]
    assert result.readings["row_no"].to_list() == [2, 4, 5]


@pytest.mark.parametrize("mark", [" ", "\t", "\v", "\f", "\r", "\u00a0", "\u3000"])
def test_cells__are_stripped_of_any_blank(mark: str) -> None:
    plain = curve({"METER_ASSET_NO": METER}, {"METER_ASSET_NO": "M2"})
    for line_end in ("\n", "\r\n"):
        content = plain.replace("M2", f"{mark}M2{mark}").replace("\n", line_end)
        assert read(content).readings["meter_no"].to_list() == [METER, "M2"]


@pytest.mark.parametrize("blank", ["", ",,,", " ", "\t \u3000", " , ,"])
@pytest.mark.parametrize("other", ["1", "x", "1e3"], ids=["all numbers", "a text", "an exponent"])
def test_lines__without_anything_are_no_rows_but_count_as_lines(blank: str, other: str) -> None:
    lines = curve({}, {"E5": other}).rstrip("\n").split("\n")
    result = read("\n".join([lines[0], lines[1], blank, lines[2], blank, ""]))
    assert result.rows_read == 2
    assert result.readings["row_no"].to_list() == [2, 4]


def test_line__without_a_meter_but_with_a_value_is_a_row() -> None:
    lines = day_wide({}).rstrip("\n").split("\n")
    width = lines[0].count(",")
    result = read("\n".join([lines[0], lines[1], "," * width + "1", ""]))
    assert (result.rows_read, set_aside(result)) == (2, [(3, "no_meter_no")])


def test_quotation_mark__never_closed_at_the_end_of_a_file() -> None:
    result = read(curve({}, {}).rstrip("\n")[:-1] + '"')
    assert (result.rows_read, result.rows_accepted) == (2, 2)
    assert values(result)[:95] == [ONE] * 95
    assert result.readings["values"][1].to_list() == [*[ONE] * 95, -1]


def test_ratio__with_a_line_break_in_it() -> None:
    result = read(curve({"TV": '"10\n0"', "TA": "2"}, {"TV": '"100\n/1"', "TA": "2"}, columns=["T_FACTOR", "TV", "TA"]))
    assert set_aside(result) == [(2, "bad_multiplier")]
    assert _multiplier(result) == (200, 1)


@pytest.mark.parametrize("irregular", [False, True])
def test_cell__with_a_carriage_return_in_it_reads_as_with_a_blank(irregular: bool) -> None:  # noqa: FBT001
    content = curve({"CONS_NO": "33\r01", "DATA_DATE": "2025\r1-05"}, {"CONS_NO": "33\r01"}) + ("\n\n" if irregular else "")
    result = read(content)
    assert result.quarantine["detail"].to_list() == ["DATA_DATE: 2025 1-05"]
    assert result.readings["account_no"].to_list() == ["33 01"]


def test_day_wide__clock_names_with_or_without_a_colon() -> None:
    colon = day_wide({"date": "20250105", "07:15": "2"}, names=[f"{name[1:3]}:{name[3:]}" for name in CLOCK])
    plain = day_wide({"T0715": "2"})
    assert read(colon).readings.equals(read(plain).readings)
    assert values(read(plain))[29] == 2 * ONE
    assert _multiplier(read(plain)) == (1, 1)


def test_day_wide__more_points_than_the_profile_knows_are_not_misread() -> None:
    fine = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 1440, 5)]
    assert refused(day_wide({}, names=fine)).reason == "unknown_format"


# --- a county of its own ------------------------------------------------------------------------------------------------


def _county(**changes: object) -> FormatProfile:
    base: dict[str, object] = {
        "id": "county", "title": "a county's own", "layout": "wide", "columns": {"meter_no": ["表号"], "date": ["日期"]},
        "values": {"E": ["{hh}:{mm}"]}, "points": 48, "step": 30, "stamp": "end", "first_point": "00:30",
    }  # fmt: skip
    return FormatProfile.model_validate(base | changes)


def _county_file(names: list[str], cells: list[str], day: str = DAY) -> str:
    return text([["表号", "日期", *names], [METER, day, *cells]])


def _clock(first: int, step: int) -> list[str]:
    return [f"{(first + index * step) // 60:02d}:{(first + index * step) % 60:02d}" for index in range(1440 // step)]


def test_county__48_points_stamped_at_their_end_stay_on_their_day() -> None:
    cells = [str(index) for index in range(48)]
    result = read(_county_file(_clock(30, 30), cells), [*PROFILES, _county()])
    assert result.profile == "county"
    assert result.readings.select("day", "step").rows() == [(dt.date(2025, 1, 5), 30)]
    assert values(result) == [index * ONE for index in range(48)]
    midnight = [*_clock(30, 30)[:-1], "00:00"]
    assert read(_county_file(midnight, cells), [_county()]).readings.equals(result.readings)


def test_county__points_past_midnight_are_the_next_days() -> None:
    profile = _county(points=96, step=15, stamp="start", first_point="00:15")
    result = read(_county_file(_clock(15, 15), [str(index) for index in range(1, 97)]), [profile])
    assert result.readings.select("day", "mult_day", "row_no").rows() == [
        (dt.date(2025, 1, 5), dt.date(2025, 1, 5), 2),
        (dt.date(2025, 1, 6), dt.date(2025, 1, 5), 2),
    ]
    assert values(result, 0) == [-1, *[index * ONE for index in range(1, 96)]]
    assert values(result, 1) == [96 * ONE, *[-1] * 95]
    assert result.rows_accepted == 1


def test_county__a_register_has_an_instant_not_an_interval() -> None:
    profile = _county(points=96, step=15, stamp="end", first_point="00:15", values={"R": ["{hh}:{mm}"]})
    result = read(_county_file(_clock(15, 15), ["5"] * 96), [profile])
    assert [values(result, 0)[0], values(result, 0)[1]] == [-1, 5 * ONE]
    assert values(result, 1)[:2] == [5 * ONE, -1]


def test_county__negative_power_of_the_reverse_channel_is_no_reading() -> None:
    changes = {"columns": {"meter_no": ["表号"], "date": ["日期"], "data_type": ["类型"]}, "types": {"P": {"1": "forward", "5": "reverse"}}}
    profile = _county(values={"P": ["P{n}"]}, first_point="00:00", stamp="start", **changes)
    rows = [["表号", "日期", "类型", *[f"P{point}" for point in range(1, 49)]], *[[METER, DAY, code, "-2", *["1"] * 47] for code in "15"]]
    result = read(text(rows), [profile])
    assert [(values(result, row)[0], flags(result, row)) for row in (0, 1)] == [(0, None), (-1, [5, *[0] * 47])]
    assert result.findings["channel"].to_list() == ["forward", "reverse"]
    told = ["row 2: lowest power -2 kW, reckoned as 0", "row 3: lowest power -2 kW, no reading"]
    assert [said(one) for one in result.findings["evidence"]] == told


def test_county__registers_between_the_instants_of_their_step_are_not_moved() -> None:
    changes = {"optional": {"point_flag": ["点数"]}, "point_steps": {"1": 15, "2": 30}, "values": {"R": ["R{n}"]}}
    profile = _county(points=96, step=15, stamp="start", first_point="00:15", **changes)
    names = [f"R{point}" for point in range(1, 97)]
    rows = [["表号", "日期", "点数", *names], *[[METER, DAY, flag, *["5"] * 96] for flag in "12"]]
    assert set_aside(read(text(rows), [profile])) == [(3, "bad_flag")]


def test_county__an_end_stamp_of_midnight_ends_the_day_before() -> None:
    profile = _county(points=96, step=15, stamp="end", first_point="00:00")
    result = read(_county_file(_clock(0, 15), ["7", *["1"] * 95]), [profile])
    assert result.readings["day"].to_list() == [dt.date(2025, 1, 4), dt.date(2025, 1, 5)]
    assert values(result, 0)[-1] == 7 * ONE
    assert values(result, 1) == [*[ONE] * 95, -1]


def test_county__five_minutes_are_summed_exactly() -> None:
    profile = _county(points=288, step=5, stamp="start", first_point="00:00")
    result = read(_county_file(_clock(0, 5), ["0.1", "0.2", "0.0000005", "x", *["1"] * 284]), [profile])
    assert result.readings["step"].to_list() == [15]
    assert values(result)[:3] == [300_000, -1, 3 * ONE]
    assert flags(result) == [0, 4, *[0] * 94]


def test_county__power_of_five_minutes_is_kept_as_the_sum_of_its_parts() -> None:
    profile = _county(points=288, step=5, stamp="start", first_point="00:00", values={"P": ["{hh}:{mm}"]})
    result = read(_county_file(_clock(0, 5), ["0.0005", "0", "0", *["1"] * 285]), [profile])
    assert result.readings.select("kind", "step", "parts").rows() == [("P", 15, 3)]
    assert values(result)[:2] == [500, 3 * ONE]


def test_county__24_points_and_a_title_line_and_day_first_dates() -> None:
    profile = _county(points=24, step=60, stamp="start", first_point="00:00", date_order="dmy", missing=["", "nan"])
    result = read("Some offices,,,\n" + _county_file(_clock(0, 60), ["nan", "32.10000229", *["1"] * 22], "05/01/2025"), [profile])
    assert result.readings.select("day", "step", "row_no").rows() == [(dt.date(2025, 1, 5), 60, 3)]
    assert values(result)[:2] == [-1, 32_100_002]
    assert flags(result) is None


# --- the two ways of reading values ---------------------------------------------------------------------------------------

_plain = st.from_regex(r"[0-9]{1,6}(\.[0-9]{1,6})?", fullmatch=True)
_odd = st.one_of(
    st.sampled_from(["", "NULL", "-9999", "-1.5", "-0.0", "1e3", "NaN", "+1", ".5", "5.", "inf", "1234567.891"]),
    st.sampled_from(["99999999999", "0.00000049", "0.0000005", "0.0000015", "-0.0000004", " 7 ", "1_0"]),
    st.from_regex(r"[0-9]{1,6}\.[0-9]{7,9}", fullmatch=True),
)


@given(st.lists(st.one_of(_plain, _odd), min_size=1, max_size=20), st.sampled_from(["E", "P", "R"]))
def test_fast_and_slow_way_agree(cells: list[str], kind: str) -> None:
    """A plus in a column that nobody reads makes the whole file take the slow way."""
    row = {f"{kind}{point}": cell for point, cell in enumerate(cells, start=1)}
    fast, slow = (read(curve(row | {"NOTE": note}, kind=kind, columns=["NOTE"])) for note in ("", "+"))
    assert fast.readings.equals(slow.readings)
    assert fast.findings.equals(slow.findings)


@pytest.mark.parametrize("code", ["-9999", "-9999.0", "-9999.0000"])
def test_missing_code__counts_however_many_decimals_it_has(code: str) -> None:
    found = read(curve({"P2": code}, kind="P"))
    assert values(found)[:3] == [ONE, -1, ONE]
    assert found.findings.is_empty()
