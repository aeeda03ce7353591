from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
import xlsxwriter

from carbon_pipeline.metering.formats.result import Refusal
from carbon_pipeline.registry.workbook import RawSheet, is_register, looks_like_register, read_register
from carbon_pipeline.sentences.fact import told
from tests.registry.build import A, B, apply, as_csv, companies, reasons

GREEN = f"统一社会信用代码,月份,类型,电量(千瓦时)\n{A},2025-01,绿证,100\n"
METERS = ("电能表资产号", "户号", "综合倍率", "方向", "计费", "起始日期", "终止日期")


def xlsx(sheets: dict[str, list[list[Any]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        page.write_datetime(at, column, cell, date)
                    elif isinstance(cell, str):
                        page.write_string(at, column, cell)
                    elif cell is not None:
                        page.write_number(at, column, cell)
    return out.getvalue()


def read_one(filename: str, content: bytes) -> RawSheet:
    sheets = read_register(filename, content)
    assert isinstance(sheets, list)
    assert len(sheets) == 1
    return sheets[0]


def refusal(filename: str, content: bytes) -> Refusal:
    found = read_register(filename, content)
    assert isinstance(found, Refusal)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_read_register__encodings_of_csv(encoding: str) -> None:
    content = GREEN.replace("\n", "\r\n").encode(encoding)
    sheet = read_one("登记/绿电.csv", content)
    assert is_register("登记/绿电.csv", content)
    assert (sheet.sheet, sheet.filename) == ("绿电", "登记/绿电.csv")
    assert [(row.row_no, sheet.text(row, "类型")) for row in sheet.rows] == [(2, "绿证")]


def test_read_register__rows_are_numbered_as_a_person_counts_lines() -> None:
    text = f'统一社会信用代码,月份,类型,电量(千瓦时),备注\n\n{A},2025-01,绿证,100,"两\n行"\n,,,,\n{A},2025-02,绿证,1\n'
    assert [row.row_no for row in read_one("绿电.csv", text.encode()).rows] == [3, 6]


def test_read_register__titles_above_the_header_and_its_spelling() -> None:
    text = f"瓯海区绿电登记表\n*统一社会信用代码, *月份 ,类型,电量（千瓦时）\n{A},2025-01,绿证,100\n"
    sheet = read_one("绿电.csv", text.encode())
    assert [(row.row_no, sheet.text(row, "电量(千瓦时)")) for row in sheet.rows] == [(3, "100")]


def test_read_register__wrapped_cells_tabs_and_short_rows() -> None:
    text = f'统一社会信用代码\t月份\t类型\t电量(千瓦时)\t作废\n="{A}"\t2025-01\t绿证\n'
    sheet = read_one("绿电.csv", text.encode())
    texts = {title: sheet.text(sheet.rows[0], title) for title in sheet.places}
    assert texts == {"统一社会信用代码": A, "月份": "2025-01", "类型": "绿证", "电量(千瓦时)": "", "作废": ""}
    assert sheet.text(sheet.rows[0], "备注") == ""


def test_read_register__text_beyond_the_header_is_marked() -> None:
    text = GREEN + f"{A},2025-02,绿证,1,2\n{A},2025-03,绿证,1,\n"
    sheet = read_one("绿电.csv", text.encode())
    assert [sheet.has_surplus(row) for row in sheet.rows] == [False, True, False]


def test_read_register__raw_is_the_line() -> None:
    assert read_one("绿电.csv", GREEN.encode()).rows[0].raw == f"{A},2025-01,绿证,100"


def test_read_register__a_file_of_another_name_is_known_by_its_columns() -> None:
    assert read_one("绿电 (1).csv", GREEN.encode()).sheet == "绿电"


def test_read_register__missing_columns_are_named() -> None:
    found = refusal("企业.csv", f"统一社会信用代码,企业名称,镇街,规上,数据中心,两高\n{A},甲,瞿溪街道,是,否,否\n".encode())
    assert (found.reason, told(str(found.detail), "zh")) == ("missing_columns", "企业.csv，企业：行业代码、用地面积(亩)")


def test_read_register__optional_columns_may_be_lacking() -> None:
    text = "电能表资产号,户号,综合倍率,方向,计费,起始日期,终止日期\nM1,3301234567890,1,用电,是,,\n"
    assert read_one("电表.csv", text.encode()).rows[0].row_no == 2


def test_read_register__a_column_twice() -> None:
    found = refusal("绿电.csv", f"统一社会信用代码,月份,类型,电量(千瓦时),月份\n{A},2025-01,绿证,1,2025-02\n".encode())
    assert (found.reason, told(str(found.detail), "zh")) == ("repeated_columns", "绿电.csv，绿电：月份")


def test_read_register__an_open_quotation_mark_does_not_swallow_rows() -> None:
    assert refusal("绿电.csv", f'{GREEN}"{A},2025-02,绿证,1\n'.encode()).reason == "unreadable_csv"


def test_read_register__no_text() -> None:
    assert refusal("绿电.csv", b"\xff\xff\x81").reason == "undecodable"


def test_read_register__broken_workbook() -> None:
    assert refusal("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing").reason == "unreadable_workbook"
    assert not is_register("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing")


def test_read_register__workbook_of_some_sheets_in_any_order() -> None:
    content = xlsx(
        {
            "说明": [["随便"]],
            "绿电": [["统一社会信用代码", "月份", "类型", "电量(千瓦时)"], [A, dt.date(2025, 1, 1), "绿证", 0.1]],
            "户号": [],
            "电表": [["电能表资产号", "户号", "综合倍率", "方向", "计费", "起始日期", "终止日期"]],
        }
    )
    assert is_register("登记.xlsx", content)
    sheets = read_register("登记.xlsx", content)
    assert isinstance(sheets, list)
    assert [(sheet.sheet, len(sheet.rows)) for sheet in sheets] == [("绿电", 1), ("电表", 0)]
    assert sheets[0].text(sheets[0].rows[0], "月份") == "2025-01-01 00:00:00"
    assert sheets[0].text(sheets[0].rows[0], "电量(千瓦时)") == "0.1"


def test_read_register__number_cells_above_fifteen_digits_are_damaged_only_in_code_columns() -> None:
    rows = [
        [*METERS],
        [3300000000000001, 3301234567890, 1, "用电", "是", None, None],
        ["3300000000000001", 3301234567890, 1234567890123456, "用电", "是", 20250105, None],
    ]
    sheet = read_one("登记.xlsx", xlsx({"电表": rows}))
    first, second = sheet.rows
    assert (sheet.damaged(first), sheet.damaged(second)) == ({"电能表资产号"}, frozenset())
    assert sheet.text(second, "户号") == "3301234567890"
    assert sheet.text(second, "起始日期") == "20250105"


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.1, "0.1"), (1e22, "10000000000000000000000"), (1.5e-7, "0.00000015"), (248.7, "248.7"), (120.0, "120"), (0.1 + 0.2, "0.3")],
)
def test_read_register__number_cell_is_the_shortest_decimal_of_its_double(number: float, text: str) -> None:
    rows = [["统一社会信用代码", "月份", "类型", "电量(千瓦时)"], [A, "2025-01", "绿证", number]]
    sheet = read_one("登记.xlsx", xlsx({"绿电": rows}))
    assert sheet.text(sheet.rows[0], "电量(千瓦时)") == text


def test_read_register__empty_rows_above_and_between_count() -> None:
    rows: list[list[Any]] = [[], ["统一社会信用代码", "月份", "类型", "电量(千瓦时)"], [], [A, "2025-01", "绿证", 1]]
    assert [row.row_no for row in read_one("登记.xlsx", xlsx({"绿电": rows})).rows] == [4]


def test_read_register__one_bad_sheet_refuses_the_workbook() -> None:
    content = xlsx({"户号": [["户号", "统一社会信用代码", "起始日期", "份额"], ["1", A, "", ""]], "绿电": [["月份"], ["2025-01"]]})
    assert told(str(refusal("登记.xlsx", content).detail), "en") == "登记.xlsx, 户号: 终止日期"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("电表", ["电能表资产号", "户号", "数据日期", "示数类型", "示数", "综合倍率"]),
        ("curve", ["CONS_NO", "METER_ASSET_NO", "DATA_DATE", "DATA_TYPE", "P1"]),
        ("登记说明", ["备注", "内容"]),
        ("企业", []),
    ],
)
def test_looks_like_register__meter_exports_and_notes_do_not(name: str, header: list[str]) -> None:
    assert not looks_like_register(name, header)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize("shift", range(4))
def test_is_register__a_long_file_is_judged_by_its_beginning(encoding: str, shift: int) -> None:
    # 上 is 4E0A: in UTF-16 it holds the byte of a line end
    content = as_csv("绿电", [{"统一社会信用代码": A + "x" * shift, "类型": "上上上"}] * 5000)
    assert is_register("绿电.csv", content.decode().encode(encoding)[: 1 << 16])


def test_read_register__a_title_does_not_decide_the_delimiter() -> None:
    text = f"绿电登记, 2025 年, 瓯海区\n\n统一社会信用代码\t月份\t类型\t电量(千瓦时)\n{A}\t2025-01\t绿证\t100\n"
    assert read_one("绿电.csv", text.encode()).rows[0].row_no == 4


def test_read_register__a_workbook_and_its_sheets_as_csv_say_the_same() -> None:
    rows = {
        "企业": [["统一社会信用代码", "企业名称", "行业代码", "镇街", "规上", "用地面积(亩)", "数据中心", "两高"]],
        "户号": [["户号", "统一社会信用代码", "起始日期", "终止日期", "份额"]],
    }
    rows["企业"] += [[A, "甲", "3311", "瞿溪街道", "是", "47.98", "否", "否"], [B, "乙", "9999", "瞿溪街道", "是", "1", "否", "否"]]
    rows["户号"] += [["3301234567890", A, "2025-01-05", "", "0.37"], ["3301234567891", B, "", "", ""]]
    typed: dict[str, list[list[Any]]] = {name: [list(row) for row in lines] for name, lines in rows.items()}
    typed["企业"][1][5] = 47.98
    typed["户号"][1][0], typed["户号"][1][2], typed["户号"][1][4] = 3301234567890, dt.date(2025, 1, 5), 0.37
    whole = read_register("登记.xlsx", xlsx(typed))
    assert isinstance(whole, list)
    parts = [read_one(f"{name}.csv", "\n".join(map(",".join, lines)).encode("gb18030")) for name, lines in rows.items()]
    first, second = apply(*whole), apply(*parts)
    assert first.registry == second.registry
    assert reasons(first) == reasons(second) == [("企业", 3, "unknown_industry"), ("户号", 3, "unknown_enterprise")]


def test_read_register__a_workbook_with_a_broken_page() -> None:
    whole, broken = io.BytesIO(xlsx({"绿电": [["统一社会信用代码", "月份", "类型", "电量(千瓦时)"]]})), io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<worksheet><sheetData><row><c r=" if name.endswith("sheet1.xml") else old.read(name))
    assert not is_register("登记.xlsx", broken.getvalue())
    assert refusal("登记.xlsx", broken.getvalue()).reason == "unreadable_workbook"


def test_read_register__an_error_cell_is_what_it_shows_and_not_empty() -> None:
    """An empty share would be the whole account, an empty end date an open one."""
    titles = ("户号", "统一社会信用代码", "起始日期", "终止日期", "份额")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("户号")
        page.write_row(0, 0, titles)
        for line, place in enumerate((0, 3, 4), start=1):
            page.write_row(line, 0, (f"330{line}", A))
            page.write_formula(line, place, "=VLOOKUP(A1,Z:Z,1,0)", None, "#N/A")
    sheets = read_register("台账.xlsx", out.getvalue())
    assert isinstance(sheets, list)
    found = apply(companies(A), *sheets)
    assert [row[2:5] for row in found.quarantine.rows()] == [
        (2, "missing_value", "户号=#N/A"),
        (3, "bad_date", "终止日期=#N/A"),
        (4, "bad_number", "份额=#N/A"),
    ]


def test_read_register__a_title_with_something_invisible_in_it() -> None:
    content = GREEN.replace("月份", "\u200b月份").replace("类型", "类 型\ufeff").encode()
    assert is_register("a.csv", content)
    sheet = read_one("a.csv", content)
    assert [sheet.text(row, "类型") for row in sheet.rows] == ["绿证"]


def test_misnamed__a_sheet_under_another_name_is_not_passed_over_without_a_word() -> None:
    titles = ["统一社会信用代码", "月份", "类型", "电量(千瓦时)"]
    good, other = {"绿电": [titles, [A, "2025-01", "绿证", 1]]}, {"2.电表信息": [["电表"], list(METERS)]}
    found = refusal("台账.xlsx", xlsx(good | other))
    assert found.reason == "misnamed_sheet"
    assert told(str(found.detail), "en") == "台账.xlsx: '2.电表信息' must be named '电表'"
    for copies in ({"绿电 (2)": [titles], "说明": [["电表"]]}, {}):
        sheets = read_register("台账.xlsx", xlsx(good | copies))
        assert isinstance(sheets, list)
        assert [sheet.sheet for sheet in sheets] == ["绿电"]
