from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from carbon_pipeline.metering.formats import FormatProfile, load_profiles, profiles_of
from carbon_pipeline.metering.formats.detect import Text, decode
from carbon_pipeline.settings import ConfigError, packaged_config
from tests.metering.formats.build import PROFILES, curve, day_wide, read, refused, said, sheet

NEW_COUNTY = """
id: my_county
title: 某县日电量
layout: wide
columns: {meter_no: [表号], date: [日期]}
values: {E: ["{hh}:{mm}"]}
points: 48
step: 30
first_point: "00:15"
stamp: end
"""

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_profiles__the_six_that_ship() -> None:
    assert [profile.id for profile in PROFILES] == ["day_wide", "nem12", "sg_curve", "sg_day_read", "sg_long", "steel_uci"]


def test_profiles__a_new_county_only_adds_a_file(tmp_path: Path) -> None:
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "my_county.yaml").write_text(NEW_COUNTY, encoding="utf-8")
    (tmp_path / "formats" / "sg_long.yaml").write_text("{id: nem12, title: replaced, layout: nem12}", encoding="utf-8")
    profiles = profiles_of([packaged_config(), tmp_path])
    assert len(profiles) == len(PROFILES) + 1
    assert next(profile.title for profile in profiles if profile.id == "nem12") == "replaced"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("layout: [", "not readable as YAML"),
        ("id: x", "title: Field required"),
        (NEW_COUNTY.replace("points: 48", "points: 47"), "47 points of 30 minutes are not a day"),
        (NEW_COUNTY.replace("step: 30", "step: 7"), "step 7 cannot be laid on the 15-minute grid"),
        (NEW_COUNTY.replace('"00:15"', '"24:15"'), "first_point '24:15' is not a clock time"),
        (NEW_COUNTY.replace('"00:15"', '"00:07"'), "first_point 00:07 is not on the grid"),
        (NEW_COUNTY.replace("date: [日期]", "stamp: [日期]"), "a wide profile needs the column date"),
        (NEW_COUNTY.replace("meter_no: [表号], ", ""), "meter_no must be a column or a constant"),
        (NEW_COUNTY.replace('values: {E: ["{hh}:{mm}"]}', ""), "needs the patterns of its value columns"),
        (NEW_COUNTY.replace("date: [日期]", "date: [日期], day: [日]"), "day is no role of a column"),
        (NEW_COUNTY + "timezone: Asia/Wenzhou", "'Asia/Wenzhou' is no time zone"),
        (NEW_COUNTY + 'types: {E: {"1": forward}}', "types need the column data_type"),
        (NEW_COUNTY + "colour: red", "colour: Extra inputs are not permitted"),
        ("{id: x, title: x, layout: long, columns: {meter_no: [m], stamp: [t], value: [v]}}", "needs kind or measure_types"),
    ],
)
def test_profiles__a_wrong_file_is_named_with_its_reason(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"wrong\.yaml") as error:
        load_profiles(tmp_path)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_profiles__two_files_of_a_folder_with_one_id(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(NEW_COUNTY, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"b\.yaml and .*a\.yaml both have the id"):
        load_profiles(tmp_path)


def test_recognise__more_columns_and_another_order_are_fine() -> None:
    header, row = curve({}).splitlines()
    swapped = "\n".join("新列," + ",".join(reversed(line.split(","))) for line in (header, row))
    assert read(swapped).readings.drop("row_no").equals(read(curve({})).readings.drop("row_no"))


def test_recognise__no_profile_fits() -> None:
    refusal = refused("备注,内容\n说明,这不是电表数据\n")
    assert refusal.reason == "unknown_format"
    assert said(refusal.detail) == "备注, 内容"
    assert refused(curve({}).replace("E96", "E97")).reason == "unknown_format"


@pytest.mark.parametrize("column", ["数据类型", "综合倍率", "TV", "电流变比", "点数标志", "DATA_WHOLE_FLAG", "质量码", " t_factor "])
@pytest.mark.parametrize("make", [str, lambda text: sheet([line.split(",") for line in text.splitlines()])], ids=["text", "sheet"])
def test_recognise__a_column_that_changes_what_values_mean_must_be_known(column: str, make: Callable[[str], bytes | str]) -> None:
    header, row = day_wide({}).splitlines()
    refusal = refused(make(f"{header},{column}\n{row},5\n"))
    assert refusal.reason == "unknown_format"
    assert f"day_wide does not know {column.strip()}" in said(refusal.detail)
    assert read(make(f"{header},用户名称,合计,备注\n{row},某厂,96,\n")).rows_accepted == 1


def test_recognise__a_further_column_of_a_kind_that_is_known_does_no_harm() -> None:
    header, row = curve({}, columns=["T_FACTOR"]).splitlines()
    assert read(f"{header},QUALITY_CODE,示数类型\n{row},1,5\n").profile == "sg_curve"


def test_recognise__a_column_of_another_profile_leaves_the_one_that_knows_it() -> None:
    own = "{id: own, title: x, layout: wide, columns: {meter_no: [meter_no], date: [date], factor: [倍率]}, is_secondary: true}"
    profile = FormatProfile.model_validate(yaml.safe_load(own) | {"values": {"E": ["T{hh}{mm}"]}, "delimiters": [","]})
    header, row = day_wide({}).splitlines()
    found = read(f"{header},倍率\n{row},20\n", [*PROFILES, profile])
    assert (found.profile, found.readings["mult_num"].to_list()) == ("own", [20])
    assert refused(f"{header},倍率\n{row},20\n".replace(",", ";"), [*PROFILES, profile]).reason == "unknown_format"


def test_recognise__a_column_twice_is_refused_where_it_counts() -> None:
    head, row = day_wide({}).splitlines()
    for make in (lambda lines: "\n".join(map(",".join, lines)), sheet):
        twice = refused(make([[*head.split(","), " Date"], [*row.split(","), "2025-01-06"]]))
        assert (twice.reason, said(twice.detail)) == ("repeated_columns", "more than once: date")
        assert read(make([[*head.split(","), "备注", "备注"], [*row.split(","), "a", "b"]])).rows_read == 1


def test_recognise__two_profiles_fit() -> None:
    twin = next(profile for profile in PROFILES if profile.id == "sg_curve").model_copy(update={"id": "twin"})
    refusal = refused(curve({}), [*PROFILES, twin])
    assert refusal.reason == "ambiguous_format"
    assert "sg_curve (E), twin (E)" in said(refusal.detail)


def test_recognise__two_kinds_in_one_file() -> None:
    header, row = curve({}).splitlines()
    powers = ",".join(f"P{point}" for point in range(1, 97))
    assert refused(f"{header},{powers}\n{row}{',1' * 96}\n").reason == "ambiguous_format"


def test_recognise__an_encoding_that_the_profile_does_not_have() -> None:
    only = FormatProfile.model_validate(next(p for p in PROFILES if p.id == "sg_curve").model_dump() | {"encodings": ["gb18030"]})
    chinese = curve({}).replace("CONS_NO", "户号")
    assert read(chinese.encode("gb18030"), [only]).rows_read == 1
    assert refused(chinese, [only]).reason == "unknown_format"


@pytest.mark.parametrize("content", [b"", b" \r\n\r\n", b"\xef\xbb\xbf"])
def test_recognise__nothing_to_read(content: bytes) -> None:
    assert refused(content).reason == "empty_file"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_decode__every_encoding(encoding: str) -> None:
    text = "户号,数据\n1,中文\n"
    found = decode(text.encode(encoding))
    assert isinstance(found, Text)
    assert found.data.decode() == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_decode__lines_that_end_with_a_return_alone_though_a_line_feed_stands_somewhere(encoding: str) -> None:
    """The last line of an old Mac's file may end otherwise; its first rows were cells of the header, and gone without a word."""
    header, *rows = "户号,电能表资产号,数据日期,示数类型,示数", "1,M1,2025-01-01,1,5", "1,M1,2025-01-02,1,6", "1,M1,2025-01-03,1,7"
    for text in ("\r".join([header, *rows]) + "\n", "\r".join([header, *rows[:1]]) + "\n" + "\r\n".join(rows[1:])):
        result = read(text.encode(encoding))
        assert (result.rows_read, result.rows_accepted) == (3, 3)


def test_decode__a_return_before_another_or_in_quotation_marks_ends_no_line() -> None:
    for text in ("a,b\r\r\n1,2\r\r\n", '"a\rb",c\n1,2\n', "a,b\n1,\r2\n"):
        found = decode(text.encode())
        assert isinstance(found, Text)
        assert found.data.decode() == text


def test_decode__bytes_that_are_no_text() -> None:
    assert refused(b"\xff\x00\x81\xfe\n\x81\xff").reason == "undecodable"
