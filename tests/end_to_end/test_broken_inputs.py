"""Broken files, rows and cells: each is told by a reason, a sentence and its place, and whatever is good beside it is in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from carbon_pipeline.console.published import published
from carbon_pipeline.intake import uploads
from carbon_pipeline.intake.numbering import number_of, receipt_of_seq
from carbon_pipeline.metering.formats.containers import Limits, expand
from carbon_pipeline.reasons import REASONS, sentence, suggestion
from carbon_pipeline.settings import Settings
from tests.builders import register
from tests.builders.broken import (
    GOOD_NEM,
    cut,
    encrypted,
    gzipped,
    nem12,
    nested,
    packed,
    spoiled_member,
    spoiled_workbook,
    workbook,
)
from tests.builders.county import County
from tests.builders.exports import JAN1, curve, day, day_read, energies, long, sheet, wide
from tests.builders.languages import is_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.builders.county import Row

JAN31 = date(2025, 1, 31)
GOOD = wide({JAN1: "1"}).encode()
BOTH_KINDS = energies({JAN1: "1"}).splitlines()[0] + "," + ",".join(f"P{point}" for point in range(1, 97)) + "\n"
ENTERPRISES = register.sheet("企业", {}).decode()


def says(reason: str, detail: str) -> list[str]:
    """The sentence in both languages, each of which must say what and where, in one line."""
    found = [sentence(reason, "zh", detail=detail), sentence(reason, "en", detail=detail)]
    assert reason in REASONS, f"{reason} has no sentence"
    assert not found[0].isascii()
    assert all(detail in text and "\n" not in text and len(text) > len(detail) + 4 for text in found)
    assert suggestion(reason, "zh")
    assert suggestion(reason, "en")
    return found


# --- whole files ------------------------------------------------------------------------------------------------------

FILES: dict[str, tuple[bytes | str, str, str]] = {
    "nothing.csv": (b"", "empty_file", "the file is empty"),
    "blank.csv": (b"\r\n  \r\n", "empty_file", "the file is empty"),
    "mark_only.csv": (b"\xef\xbb\xbf", "empty_file", "no text"),
    "binary.csv": (bytes(range(256)) * 9, "undecodable", "save it as UTF-8 or GB18030"),
    "latin.csv": ("größe;".encode("latin-1") + b"\xff\xff\n", "undecodable", "utf-8, gb18030"),
    "half_utf16.csv": (GOOD.decode().encode("utf-16")[:-1], "undecodable", "utf-16-le"),
    "unknown.csv": ("时间,电量\n2025-01-01,3\n".encode("gb18030"), "unknown_format", "时间, 电量"),
    "login_page.csv": ("<!DOCTYPE html>\n<html><body>请登录</body></html>", "unknown_format", "<!DOCTYPE html>"),
    "error.csv": ('{"error": "timeout"}', "unknown_format", "timeout"),
    "document.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "unknown_format", "%PDF-1.7"),
    "no_meter_column.csv": (energies({JAN1: "1"}).replace("METER_ASSET_NO", "METER"), "unknown_format", "CONS_NO, METER, DATA_DATE"),
    "95_points.csv": (energies({JAN1: "1"}).replace(",E96", ",X96"), "unknown_format", "METER_ASSET_NO"),
    "two_profiles.csv": (BOTH_KINDS, "ambiguous_format", "sg_curve (P), sg_curve (E)"),
    "cut.zip": (cut(packed({"a.csv": GOOD * 50})), "broken_archive", "cannot be opened"),
    "spoiled.zip/a.csv": (spoiled_member({"a.csv": GOOD}, "a.csv"), "broken_archive", "cannot be unpacked"),
    "secret.zip/a.csv": (encrypted({"a.csv": GOOD}), "encrypted_archive", "password"),
    "empty.zip": (packed({}), "empty_archive", "no file"),
    "deep.zip/4.zip/3.zip/2.zip/1.zip": (nested(GOOD, 5), "archive_too_large", "more than 4 deep"),
    "cut.gz": (cut(gzipped(GOOD)), "broken_archive", "cannot be unpacked"),
    "spoiled.xlsx": (spoiled_workbook(), "broken_spreadsheet", "cannot be opened"),
    "spoiled_from_its_first_byte.xlsx": (b"\0" + spoiled_workbook()[1:], "broken_spreadsheet", "no spreadsheet"),
    "spoiled.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "broken_spreadsheet", "cannot be opened"),
    "other.xlsx": (sheet([["a", "b"], ["c", "d"]]), "unknown_format", "Sheet1"),
    "no_cells.xlsx": (sheet([]), "unknown_format", "Sheet1"),
    "nem_without_days.csv": (nem12(), "broken_nem12", "no 300 record"),
    "nem_without_stream.csv": (nem12(GOOD_NEM[1]), "broken_nem12", "line 2: a 300 record stands before any 200 record"),
    "nem_short.csv": (
        nem12(GOOD_NEM[0], "300,20250105,1,2,3,A,,,20250106000000,"),
        "broken_nem12",
        "line 3: the 300 record holds 3",
    ),
    "nem_stray_quality.csv": (nem12(GOOD_NEM[0], "400,1,48,A,,"), "broken_nem12", "line 3: a 400 record"),
    "nem_7_minutes.csv": (nem12(GOOD_NEM[0].replace(",30,", ",7,"), GOOD_NEM[1]), "broken_nem12", "line 2: the 200 record"),
    "nem_headless.csv": ("\n".join(GOOD_NEM), "broken_nem12", "line 1: the file does not begin with its 100 record"),
    "nem_nameless.csv": (nem12(GOOD_NEM[0].replace("NMI0000009", ""), GOOD_NEM[1]), "broken_nem12", "line 3: NMI"),
    "nem13.csv": (nem12(*GOOD_NEM, header="100,NEM13,202501060000,MDP,RETAIL"), "broken_nem12", "NEM13"),
    "lacks/企业.csv": (ENTERPRISES.replace("镇街", "乡镇"), "missing_columns", "企业.csv, 企业: 镇街"),
    "twice/企业.csv": (ENTERPRISES.replace("镇街", "镇街,镇街", 1), "repeated_columns", "镇街"),
    "quote/企业.csv": (ENTERPRISES.replace("瞿溪街道", '"瞿溪街道'), "unreadable_csv", "quotation marks"),
    "bytes/企业.csv": (ENTERPRISES.encode() + b"\xff\xff", "undecodable", "utf-8, gb18030"),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[County, dict[str, Row]]:
    """Every broken file in one call, with a good file between them and one in a damaged ZIP."""
    county = County(tmp_path_factory.mktemp("files"))
    county.take(register.single())
    given = {_uploaded(name): content for name, (content, *_) in FILES.items()}
    names = list(FILES)
    good = {"good.csv": wide({day(1): "2"}), "half.zip": spoiled_member({"a.csv": GOOD, "b.csv": wide({day(2): "3"}).encode()}, "a.csv")}
    receipts = county.take({**dict(list(given.items())[:9]), **good, **dict(list(given.items())[9:])})
    places = iter(receipts)
    found = {}
    for name in [*names[:9], "good.csv", "half.zip/a.csv", "half.zip/b.csv", *names[9:]]:
        found[name] = next(places)
    assert next(places, None) is None
    return county, found


def in_chinese(county: County, table: str, column: str) -> list[str]:
    """What a table says, in Chinese."""
    told = published(county.store, Settings(county.settings.home, "zh"), table)[column]
    return [text for text in told if text is not None]


def test_broken_files__are_told_in_the_language_of_the_reader(files: tuple[County, dict[str, Row]]) -> None:
    said = in_chinese(files[0], "receipts", "reason")
    assert len(said) > len(FILES)
    assert [text for text in said if not is_in("zh", text.partition(": ")[2])] == []


def _uploaded(name: str) -> str:
    """The file that is handed in: of a ZIP's member the ZIP."""
    return name[: name.index(".zip") + 4] if ".zip" in name else name


@pytest.mark.parametrize("name", FILES)
def test_broken_file__is_refused_with_its_sentence(files: tuple[County, dict[str, Row]], name: str) -> None:
    _, reason, where = FILES[name]
    receipt = files[1][name]
    code, _, detail = receipt["reason"].partition(": ")
    assert (receipt["status"], code) == ("refused", reason)
    assert receipt["filename"] == (name if ".zip" in name else name.rpartition("/")[2])
    assert {receipt[f"rows_{what}"] for what in ("read", "accepted", "quarantined", "ignored")} == {""}
    assert where in detail
    assert all(where in text for text in says(code, detail))


def test_broken_files__leave_the_good_ones_in(files: tuple[County, dict[str, Row]]) -> None:
    county, receipts = files
    assert [receipts[name]["status"] for name in ("good.csv", "half.zip/a.csv", "half.zip/b.csv")] == ["accepted", "refused", "accepted"]
    county.refresh(JAN31)
    assert county.show("energy")[0]["import_wh"] == str(5 * 96_000)
    assert county.show("quarantine") == []


def test_broken_file__is_read_anew_when_it_comes_again(files: tuple[County, dict[str, Row]]) -> None:
    county, receipts = files
    again = county.one("unknown_again.csv", FILES["unknown.csv"][0])
    assert (again["status"], again["sha256"]) == ("refused", receipts["unknown.csv"]["sha256"])


def test_broken_member__of_a_long_path_is_refused_and_holds_up_no_other(tmp_path: Any) -> None:
    county = County(tmp_path)
    path = "/".join(["瓯海区供电局电能表日冻结数据"] * 9) + ".csv"
    receipts = county.take({"all.zip": packed({path: b"nothing,known\n1,2\n", "鿿.csv": wide({day(0): "1"}).encode()})})
    assert [(row["filename"], row["status"]) for row in receipts] == [(f"all.zip/{path}", "refused"), ("all.zip/鿿.csv", "accepted")]


def test_zip_bomb__stops_at_the_bound(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "expand", partial(expand, limits=Limits(file_bytes=20_000, total_bytes=30_000, members=4)))
    bomb = {"1.csv": b"0" * 10_000_000, "2.csv": GOOD, "3.csv": b"1" * 19_000, "4.csv": b"2" * 19_000, "5.csv": b"3", "6.csv": b"4"}
    receipts = County(tmp_path).take({"bomb.zip": packed(bomb), "good.csv": wide({day(1): "2"})})
    codes = [receipt["reason"].partition(":")[0] for receipt in receipts]
    assert codes == ["archive_too_large", "", "unknown_format", "archive_too_large", "archive_too_large", "archive_too_large", ""]
    assert "more than 4 files" in receipts[4]["reason"]
    assert all(says(*receipt["reason"].split(": ", 1)) for receipt in receipts if receipt["reason"])


def test_header_alone__is_a_file_without_rows(tmp_path: Any) -> None:
    receipt = County(tmp_path).one("header.csv", GOOD.split(b"\n")[0])
    assert (receipt["status"], receipt["rows_read"], receipt["intervals_new"]) == ("accepted", "0", "0")


def test_readings__without_any_register_are_kept_and_every_table_can_be_shown(tmp_path: Any) -> None:
    county = County(tmp_path)
    county.take({"a.csv": GOOD, "b.csv": energies({JAN1: "1"}, "M2")})
    county.refresh(JAN31)
    assert [row["filename"] for row in county.show("quarantine")] == ["b.csv"]
    (finding,) = county.show("findings")
    assert [finding[name] for name in ("meter_no", "reason", "date_from", "date_to")] == [
        "M1",
        "unregistered_meter",
        "2025-01-01",
        "2025-01-01",
    ]
    assert county.show("energy") == []
    county.take(register.single())
    county.refresh(JAN31)
    assert county.show("energy")[0]["import_wh"] == "96000"


# --- rows of exports --------------------------------------------------------------------------------------------------

COLUMNS = ("DATA_POINT_FLAG", "DATA_WHOLE_FLAG", "TV", "TA", "T_FACTOR")
CURVE_ROWS: dict[str, tuple[dict[str, str], str, str]] = {
    "no meter number": ({"METER_ASSET_NO": ""}, "no_meter_no", "METER_ASSET_NO"),
    "missing code for a meter": ({"METER_ASSET_NO": "NULL"}, "no_meter_no", "METER_ASSET_NO"),
    "Feb 30": ({"DATA_DATE": "2025-02-30"}, "bad_date", "DATA_DATE: 2025-02-30"),
    "13th month": ({"DATA_DATE": "2025-13-01"}, "bad_date", "DATA_DATE: 2025-13-01"),
    "day first": ({"DATA_DATE": "06.01.2025"}, "bad_date", "DATA_DATE: 06.01.2025"),
    "no date": ({"DATA_DATE": ""}, "bad_date", "DATA_DATE"),
    "noon": ({"DATA_DATE": "2025-01-06 12:00:00"}, "bad_date", "12:00:00"),
    "point flag of letters": ({"DATA_POINT_FLAG": "x"}, "bad_flag", "DATA_POINT_FLAG: x"),
    "point flag of 288": ({"DATA_POINT_FLAG": "9"}, "bad_flag", "DATA_POINT_FLAG: 9"),
    "presence flags too few": ({"DATA_WHOLE_FLAG": "101"}, "bad_flag", "DATA_WHOLE_FLAG: 101"),
    "presence flags of letters": ({"DATA_WHOLE_FLAG": "y" * 96}, "bad_flag", "DATA_WHOLE_FLAG: yyy"),
    "multiplier of letters": ({"T_FACTOR": "x"}, "bad_multiplier", "T_FACTOR: x"),
    "multiplier 0": ({"T_FACTOR": "0"}, "bad_multiplier", "T_FACTOR: 0"),
    "multiplier below 0": ({"T_FACTOR": "-5"}, "bad_multiplier", "T_FACTOR: -5"),
    "multiplier with an exponent": ({"T_FACTOR": "1e3"}, "bad_multiplier", "T_FACTOR: 1e3"),
    "multiplier with a comma": ({"T_FACTOR": '"1,000"'}, "bad_multiplier", "T_FACTOR: 1,000"),
    "multiplier beyond reckoning": ({"T_FACTOR": "9223372036854775807"}, "bad_multiplier", "T_FACTOR: 9223372036854775807"),
    "ratios beyond reckoning": ({"TV": "9000000000", "TA": "9000000000"}, "bad_multiplier", "TV: 9000000000"),
    "ratio over 0": ({"TV": "100/0"}, "bad_multiplier", "TV: 100/0"),
    "ratio of three": ({"TA": "100/5/2"}, "bad_multiplier", "TA: 100/5/2"),
    "damaged meter": ({"METER_ASSET_NO": "3.39E+12"}, "number_damaged", "METER_ASSET_NO: 3.39E+12"),
    "damaged account": ({"CONS_NO": "3.3E+12"}, "number_damaged", "CONS_NO: 3.3E+12"),
    "damaged and wrapped": ({"METER_ASSET_NO": '"=""3.39E+12"""'}, "number_damaged", "METER_ASSET_NO: 3.39E+12"),
    "no multiplier anywhere": ({"METER_ASSET_NO": "NEW", "T_FACTOR": ""}, "no_multiplier", "NEW"),
    "surplus cells": ({"E96": "1,7,8"}, "surplus_cells", "more cells than the header"),
}
LONG = long(
    "2025-01-01 00:00:00,E,1,1",
    "2025-02-30 00:00:00,E,1,1",
    "2025-01-01 25:00:00,E,1,1",
    "2025-01-01 00:07:00,E,1,1",
    "2025-01-01 00:15:00,E,1,9",
    "2025-01-01 00:30:00,Q,x,",
    "2025-01-01 00:45:00,E,2,2",
)
DAY_READ = day_read(
    "33,D1,2025-01-01,1,10,,,,,80",
    "33,,2025-01-02,1,10,,,,,80",
    "",
    "33,D1,2025-01-02,1,11,,,,,x",
    "33,D1,2025-01-03,9,x,,,,,x",
    "33,D1,2025-01-03,1,12,,,,,80",
)
NEM = nem12(*GOOD_NEM, "300,20250106,1,2,3,A,,,20250106000000,", GOOD_NEM[1].replace("20250105", "20250230"))
CELLS_XLSX = [line.split(",") for line in energies({day(n): "1" for n in range(3)}, T_FACTOR="1").splitlines()]
TITLED = "某县电量导出\r\n\r\n" + wide({day(n): "1" for n in range(3)}).replace("2025-01-02", "2025-01-32").replace("\n", "\r\n")
QUOTED = day_read(
    "33,D2,2025-01-01,1,10,,,,,80", '33,D2,2025-01-02,1,11,,,,,"\n80"', "33,D2,2025-02-29,1,12,,,,,80", "33,D2,2025-01-03,1,12,,,,,80"
)
OTHER_ROWS: dict[str, tuple[bytes | str, list[tuple[int, str, str]], tuple[int, int, int]]] = {
    "long.csv": (
        LONG,
        [
            (3, "bad_date", "DATA_TIME: 2025-02-30"),
            (4, "bad_date", "25:00:00"),
            (5, "off_grid", "DATA_TIME: 2025-01-01 00:07:00"),
            (6, "bad_flag", "QUALITY_CODE: 9"),
        ],
        (2, 4, 1),
    ),
    "day_read.csv": (DAY_READ, [(3, "no_meter_no", "电能表资产号"), (5, "bad_multiplier", "综合倍率: x")], (2, 2, 1)),
    "titled.csv": (TITLED, [(5, "bad_date", "date: 2025-01-32")], (2, 1, 0)),
    "line_break_in_a_cell.csv": (QUOTED, [(5, "bad_date", "数据日期: 2025-02-29")], (3, 1, 0)),
    "nem12.csv": (NEM, [(4, "wrong_interval_count", "3 values"), (5, "bad_date", "IntervalDate: 20250230")], (1, 2, 0)),
    "sheet.xlsx": (
        sheet([CELLS_XLSX[0], CELLS_XLSX[1], [], [CELLS_XLSX[2][0], 1234567890123456789, *CELLS_XLSX[2][2:]], CELLS_XLSX[3]]),
        [(4, "number_damaged", "METER_ASSET_NO: 1234567890123")],
        (2, 1, 0),
    ),
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[County, dict[str, Row], dict[str, list[Row]]]:
    """A file for each kind of broken row, which stands between two good ones; receipts and quarantine by file."""
    county = County(tmp_path_factory.mktemp("rows"))
    usual = {"T_FACTOR": "2"}
    given: dict[str, bytes | str] = {
        f"{name}.csv": curve(usual, usual | {"DATA_DATE": "2025-01-06"} | broken, usual | {"DATA_DATE": "2025-01-07"}, columns=COLUMNS)
        for name, (broken, *_) in CURVE_ROWS.items()
    }
    given |= {name: content for name, (content, *_) in OTHER_ROWS.items()}
    receipts = {receipt["filename"]: receipt for receipt in county.take(given)}
    quarantine: dict[str, list[Row]] = {name: [] for name in given}
    for row in county.show("quarantine"):
        quarantine[row["filename"]].append(row)
    return county, receipts, quarantine


@pytest.mark.parametrize("name", CURVE_ROWS)
def test_broken_row__is_set_aside_and_its_neighbours_are_in(rows: tuple[County, dict[str, Row], dict[str, list[Row]]], name: str) -> None:
    county, receipts, quarantine = rows
    _, reason, where = CURVE_ROWS[name]
    receipt = receipts[f"{name}.csv"]
    assert (receipt["status"], receipt["reason"]) == ("partly", "")
    assert [receipt[f"rows_{what}"] for what in ("read", "accepted", "quarantined", "ignored")] == ["3", "2", "1", "0"]
    (row,) = quarantine[f"{name}.csv"]
    assert (row["receipt_id"], row["row_no"], row["reason"]) == (receipt["receipt_id"], "3", reason)
    assert where in row["detail"]
    assert all(where in text for text in says(row["reason"], row["detail"]))
    assert _in_lake(county, receipt) == [2, 4] if reason != "no_multiplier" else [2, 3, 4]


@pytest.mark.parametrize("name", OTHER_ROWS)
def test_broken_rows__of_other_layouts(rows: tuple[County, dict[str, Row], dict[str, list[Row]]], name: str) -> None:
    _, receipts, quarantine = rows
    _, expected, counts = OTHER_ROWS[name]
    receipt = receipts[name]
    assert tuple(int(receipt[f"rows_{what}"]) for what in ("accepted", "quarantined", "ignored")) == counts
    assert (receipt["status"], int(receipt["rows_read"])) == ("partly", sum(counts))
    assert [(int(row["row_no"]), row["reason"]) for row in quarantine[name]] == [(row_no, reason) for row_no, reason, _ in expected]
    for row, (*_, where) in zip(quarantine[name], expected, strict=True):
        assert where in row["detail"]
        assert row["raw"]
        says(row["reason"], row["detail"])


def test_broken_rows__are_told_in_the_language_of_the_reader(rows: tuple[County, dict[str, Row], dict[str, list[Row]]]) -> None:
    said = in_chinese(rows[0], "quarantine", "detail")
    assert len(said) > len(CURVE_ROWS)
    assert [text for text in said if not is_in("zh", text)] == []


def test_unclosed_quote__spoils_its_own_line_only(tmp_path: Any) -> None:
    county = County(tmp_path)
    usual = {"T_FACTOR": "2"}
    text = curve(usual, {"DATA_DATE": "2025-01-06", "E50": '"1'} | usual, usual | {"DATA_DATE": "2025-01-07"}, columns=COLUMNS)
    receipt = county.one("quote.csv", text)
    assert (receipt["rows_read"], receipt["rows_accepted"]) == ("3", "3")
    assert county.store.read("readings").sort("day")["known"].to_list() == [96, 49, 96]  # what came after the quote is missing, not wrong


def _in_lake(county: County, receipt: Row) -> list[int]:
    number = number_of(receipt["receipt_id"])
    return sorted(county.store.read("readings").filter(receipt_of_seq() == number)["row_no"].to_list())


# --- cells ------------------------------------------------------------------------------------------------------------

PLAIN, INVALID, NO_NUMBER, NEGATIVE, ABSENT = 0, 3, 4, 5, 6
BAD_CELLS = {
    "": PLAIN, "NULL": PLAIN, "-9999": PLAIN, "NaN": NO_NUMBER, "#N/A": NO_NUMBER, "--": NO_NUMBER, "1e5": NO_NUMBER, "+1": NO_NUMBER,
    '"1,000"': NO_NUMBER, "abc": NO_NUMBER, "inf": NO_NUMBER, "１": NO_NUMBER, "1.": NO_NUMBER, ".5": NO_NUMBER, "0x10": NO_NUMBER,
    "1_000": NO_NUMBER, "1 000": NO_NUMBER, "true": NO_NUMBER, "9" * 21: NO_NUMBER, "-5": NEGATIVE, "-0.000001": NEGATIVE,
}  # fmt: skip
GOOD_CELLS = {'="7"': 7_000_000, '"=""7"""': 7_000_000, " 7 ": 7_000_000, "-0": 0, "1.23456789": 1_234_568, "0.0000005": 0, "0.0000015": 2}


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, int, int | None, int]]:
    """By cell: the row's status, the value, its flag, and how many of the 96 values are known."""
    county = County(tmp_path_factory.mktemp("cells"))
    texts = [*BAD_CELLS, *GOOD_CELLS]
    files = {f"{index:02d}.csv": energies({JAN1: {7: text}}, f"C{index:02d}", T_FACTOR="1") for index, text in enumerate(texts)}
    statuses = [receipt["status"] for receipt in county.take(files)]
    held = county.store.read("readings", ["meter_no", "values", "flags", "known"]).sort("meter_no").rows()
    found = zip(texts, statuses, held, strict=True)
    return {text: (status, values[7], flags and flags[7], known) for text, status, (_, values, flags, known) in found}


@pytest.mark.parametrize("text", BAD_CELLS)
def test_bad_cell__is_a_missing_interval_and_its_row_is_in(cells: Mapping[str, tuple[str, int, int | None, int]], text: str) -> None:
    status, value, flag, known = cells[text]
    assert (status, value, flag or PLAIN, known) == ("accepted", -1, BAD_CELLS[text], 95)


@pytest.mark.parametrize("text", GOOD_CELLS)
def test_odd_cell__that_is_a_number(cells: Mapping[str, tuple[str, int, int | None, int]], text: str) -> None:
    assert cells[text] == ("accepted", GOOD_CELLS[text], None, 96)


def test_spoiled_number__that_is_more_than_any_grid_carries_is_missing(tmp_path: Any) -> None:
    county = County(tmp_path)
    county.take(register.single())
    receipt = county.one("a.csv", energies({JAN1: {7: "999999999999"}}, T_FACTOR="99999999"))
    assert (receipt["status"], receipt["intervals_new"]) == ("accepted", "95")
    county.refresh(JAN31)
    assert county.show("energy")[0]["import_wh"] == str(96 * 99_999_999_000)  # the spoiled one is estimated from its neighbours
    assert Decimal(county.show("energy")[0]["estimated_share"]) > 0


def test_multiplier__of_more_decimals_than_six_is_rounded_like_any_number(tmp_path: Any) -> None:
    county = County(tmp_path)
    county.take(register.single())
    county.take({"a.csv": energies({JAN1: "1"}, T_FACTOR="0.30000000000000004")})
    county.refresh(JAN31)
    assert county.show("energy")[0]["import_wh"] == str(96 * 300)


def test_flagged_cells__are_missing_with_their_reason(tmp_path: Any) -> None:
    county = County(tmp_path)
    whole = "1" * 7 + "0" + "1" * 88
    county.take({"a.csv": energies({JAN1: "1"}, T_FACTOR="1", DATA_WHOLE_FLAG=whole)})
    county.take({"b.csv": long("2025-01-01 00:00:00,E,1,3", "2025-01-01 00:15:00,E,2,2")})
    held = {row["meter_no"]: row for row in county.store.read("readings").to_dicts()}
    assert (held["M1"]["values"][6:9], held["M1"]["flags"][6:9]) == ([1_000_000, -1, 1_000_000], [0, ABSENT, 0])
    assert (held["3390001"]["values"][:2], held["3390001"]["flags"][:2]) == ([-1, 2_000_000], [INVALID, 2])


def test_negative_power__is_0_forward_and_a_finding(tmp_path: Any) -> None:
    county = County(tmp_path)
    county.take(register.single())
    usual = {"CONS_NO": register.ACCOUNT, "METER_ASSET_NO": register.METER, "DATA_DATE": "2025-01-01", "T_FACTOR": "4"}
    county.take({"a.csv": curve(usual | {"P1": "-0.5"}, kind="P", columns=["T_FACTOR"])})
    county.refresh(JAN31)
    assert county.show("energy")[0]["import_wh"] == str(95 * 1000)
    (finding,) = [row for row in county.show("findings") if row["reason"] == "negative_power"]
    assert (finding["meter_no"], finding["date_from"]) == ("M1", "2025-01-01")


# --- rows of the register ---------------------------------------------------------------------------------------------

B, C = register.company(2), register.company(3)
REGISTER_ROWS: dict[str, list[tuple[dict[str, str], str, str]]] = {
    "企业": [
        ({"统一社会信用代码": register.A[:-1] + ("0" if register.A[-1] != "0" else "1")}, "wrong_check_digit", register.A[:-1]),
        ({"统一社会信用代码": "9.13E+17"}, "number_damaged", "统一社会信用代码=9.13E+17"),
        ({"统一社会信用代码": ""}, "missing_value", "统一社会信用代码"),
        ({"统一社会信用代码": B, "行业代码": "9999"}, "unknown_industry", "行业代码=9999"),
        ({"统一社会信用代码": C, "规上": "也许"}, "bad_choice", "规上=也许"),
        ({"统一社会信用代码": register.company(4), "用地面积(亩)": "-1"}, "negative_quantity", "用地面积(亩)=-1"),
        ({"统一社会信用代码": register.company(5), "生效日期": "2025-02-30"}, "bad_date", "生效日期=2025-02-30"),
        ({"企业名称": "又一行"}, "duplicate_key", "(row 2)"),
    ],
    "户号": [
        ({"户号": "3309999999991", "统一社会信用代码": register.company(9)}, "unknown_enterprise", "统一社会信用代码="),
        ({"户号": "3309999999992", "起始日期": "2025-02-01", "终止日期": "2025-01-01"}, "range_reversed", "2025-02-01..2025-01-01"),
        ({"户号": "1234567890", "起始日期": "2025-01-01"}, "range_overlap", "2025-01-01.. / .."),
        ({"户号": "3309999999993", "份额": "1.01"}, "share_above_one", "份额 add up to 1.01"),
        ({"户号": "3.3E+12"}, "number_damaged", "户号=3.3E+12"),
        ({"户号": "3309999999994", "合同容量(千伏安)": "0"}, "not_positive", "合同容量(千伏安)=0"),
    ],
    "电表": [
        ({"电能表资产号": "M2", "综合倍率": "0"}, "not_positive", "综合倍率=0"),
        ({"电能表资产号": "M3", "综合倍率": "1,000"}, "bad_number", "综合倍率=1,000"),
        ({"电能表资产号": "M4", "综合倍率": ""}, "missing_value", "综合倍率"),
        ({"电能表资产号": "M5", "方向": "倒送"}, "bad_choice", "方向=倒送"),
        ({"电能表资产号": "M6", "示数位数": "4.5"}, "bad_number", "示数位数=4.5"),
        ({"起始日期": "2025-01-05"}, "range_overlap", "2025-01-05.. / .."),
        ({"电能表资产号": "M7", "作废": "是"}, "nothing_to_withdraw", "M7"),
    ],
    "经济指标": [
        ({"期间": "2025-13"}, "bad_period", "期间=2025-13"),
        ({"期间": "2025-03..2025-06"}, "bad_period", "2025-03..2025-06"),
        ({"期间": "2025-02", "增加值(万元)": "1e3"}, "bad_number", "增加值(万元)=1e3"),
    ],
    "其他能源": [
        ({"能源品种": "天然气", "单位": "吨"}, "wrong_dimension", "天然气: 单位=吨"),
        ({"能源品种": "木柴"}, "unknown_carrier", "能源品种=木柴"),
        ({"月份": "2025-02", "单位": "筐"}, "unknown_unit", "单位=筐"),
        ({"月份": "2025-03", "数量": ""}, "missing_value", "数量"),
    ],
    "绿电": [
        ({"类型": "核电"}, "bad_choice", "类型=核电"),
        ({"月份": "2025-02", "电量(千瓦时)": "-1"}, "negative_quantity", "电量(千瓦时)=-1"),
    ],
    "用能预算": [
        ({"年度": "2026", "预算(吨标准煤)": "0"}, "not_positive", "预算(吨标准煤)=0"),
        ({"年度": "25"}, "bad_period", "年度=25"),
        ({"年度": "2027", "口径": "标准煤"}, "bad_choice", "口径=标准煤"),
    ],
}
REGISTER_CASES = [(name, index) for name, broken in REGISTER_ROWS.items() for index in range(len(broken))]


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> tuple[County, dict[str, Row], list[Row]]:
    """A folder of seven sheets, in each a good row and below it the broken ones."""
    county = County(tmp_path_factory.mktemp("register"))
    usual = {"电表": {"电能表资产号": "M1"}}
    rows = {name: [usual.get(name, {}), *(usual.get(name, {}) | row for row, *_ in broken)] for name, broken in REGISTER_ROWS.items()}
    folder = county.put({f"{name}.csv": register.sheet(name, *of_sheet) for name, of_sheet in rows.items()})[0].parent
    receipts = county.hand_in([folder])
    return county, {receipt["filename"]: receipt for receipt in receipts}, county.show("quarantine")


@pytest.mark.parametrize(("name", "index"), REGISTER_CASES)
def test_broken_register_row__is_set_aside(registered: tuple[County, dict[str, Row], list[Row]], name: str, index: int) -> None:
    _, reason, where = REGISTER_ROWS[name][index]
    (row,) = [row for row in registered[2] if row["sheet"] == name and row["row_no"] == str(index + 3)]
    assert (row["filename"], row["reason"]) == (f"{name}.csv", reason)
    assert where in row["detail"]
    assert all(where in text for text in says(reason, row["detail"]))


@pytest.mark.parametrize("name", REGISTER_ROWS)
def test_broken_register_rows__leave_the_good_one_in(registered: tuple[County, dict[str, Row], list[Row]], name: str) -> None:
    county, receipts, quarantine = registered
    broken = len(REGISTER_ROWS[name])
    receipt = receipts[f"{name}.csv"]
    assert (receipt["status"], receipt["profile"]) == ("partly", "register")
    assert [receipt[f"rows_{what}"] for what in ("read", "accepted", "quarantined", "ignored")] == [str(broken + 1), "1", str(broken), "0"]
    assert len([row for row in quarantine if row["sheet"] == name]) == broken
    tables = {"企业": "enterprises", "户号": "accounts", "电表": "meters", "经济指标": "economics", "其他能源": "fuels"}
    table = (tables | {"绿电": "green", "用能预算": "budgets"})[name]
    assert county.store.read(f"register_{table}").height == 1


def test_broken_register_rows__are_told_in_the_language_of_the_reader(registered: tuple[County, dict[str, Row], list[Row]]) -> None:
    said = in_chinese(registered[0], "quarantine", "detail")
    assert len(said) == len(REGISTER_CASES)
    assert [text for text in said if not is_in("zh", text)] == []


def test_register_workbook__a_code_in_a_number_cell_has_lost_its_digits(tmp_path: Any) -> None:
    titles = register.sheet("户号", {}).decode().splitlines()[0].split(",")
    lines = [titles, [3301234567890123, register.A, "", "", "", ""], ["3301234567890", register.A, "", "", "", ""]]
    county = County(tmp_path)
    county.take({"企业.csv": register.sheet("企业", {})})
    receipt = county.one("台账.xlsx", workbook({"户号": lines}))
    (row,) = county.show("quarantine")
    assert (receipt["status"], row["sheet"], row["row_no"], row["reason"]) == ("partly", "户号", "2", "number_damaged")
    assert "户号=3301234567890123" in row["detail"]
    assert county.store.read("register_accounts")["account_no"].to_list() == ["3301234567890"]
