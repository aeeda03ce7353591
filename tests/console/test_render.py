"""The same values in every format, and nothing that a spreadsheet could damage."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from decimal import Decimal

import fastexcel
import openpyxl
import polars as pl
import pytest

from carbon_pipeline.console.language import SENTENCES, language
from carbon_pipeline.console.published import in_order
from carbon_pipeline.console.render import as_bytes, print_table

FRAME = pl.DataFrame(
    {
        "code": ["0012345678901", None],
        "tce": [Decimal("1.500"), None],
        "is_trial": [True, False],
        "day": [date(2025, 1, 31), None],
        "count": [3, 0],
        "text": ['say "a,b"', "=1+1"],
    },
    schema_overrides={"tce": pl.Decimal(38, 3)},
)


def test_as_bytes__csv() -> None:
    expected = 'code,tce,is_trial,day,count,text\n0012345678901,1.500,true,2025-01-31,3,"say ""a,b"""\n,,false,,0,=1+1\n'
    assert as_bytes(FRAME, "csv").decode() == expected


def test_as_bytes__json_keeps_exact_numbers_as_text() -> None:
    first, second = json.loads(as_bytes(FRAME, "json"))
    assert first == {"code": "0012345678901", "tce": "1.500", "is_trial": True, "day": "2025-01-31", "count": 3, "text": 'say "a,b"'}
    assert second["tce"] is None


def test_as_bytes__xlsx_has_text_codes_and_no_formulas() -> None:
    sheet = fastexcel.read_excel(as_bytes(FRAME, "xlsx")).load_sheet(0).to_polars()
    assert sheet["code"].to_list() == ["0012345678901", None]
    assert sheet["text"].to_list() == ['say "a,b"', "=1+1"]
    assert sheet["tce"].to_list() == [1.5, None]


def test_as_bytes__an_xlsx_sheet_goes_by_the_name_of_its_table() -> None:
    assert fastexcel.read_excel(as_bytes(FRAME, "xlsx", "tariffs")).sheet_names == ["tariffs"]


def test_as_bytes__xlsx_columns_are_as_wide_as_what_they_hold() -> None:
    frame = pl.DataFrame({"name": ["瓯海甲子鞋业有限公司"], "excess_kwh": [1620635], "raw": ["0.5," * 96]})
    columns = openpyxl.load_workbook(io.BytesIO(as_bytes(frame, "xlsx"))).active.column_dimensions
    widths = [int(columns[letter].width) for letter in "ABC"]
    assert widths == [21, 13, 60]  # a Chinese character is two wide, a name has the filter's button beside it


def test_as_bytes__parquet_keeps_types() -> None:
    assert pl.read_parquet(io.BytesIO(as_bytes(FRAME, "parquet"))).equals(FRAME)


def test_as_bytes__a_table_is_for_people() -> None:
    with pytest.raises(ValueError, match="table"):
        as_bytes(FRAME, "table")


BILLED = pl.DataFrame(
    {
        "account_no": ["3303304001589"],
        "name": ["瓯海丙寅印染有限公司"],
        "rate_cny_per_kwh": [Decimal("0.1000")],
        "kwh": [1620635],
        "step": [1],
    },
    schema_overrides={"rate_cny_per_kwh": pl.Decimal(38, 4)},
)


def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    print_table(BILLED, BILLED.columns, "tariffs", "en")
    return re.sub("\x1b\\[[0-9;]*m", "", capsys.readouterr().out)


@pytest.mark.parametrize("width", [20, 40, 55, 62, 66, 70, 80, 120])
def test_print_table__no_number_is_cut_on_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    shown = printed(monkeypatch, capsys, width)
    assert {"3303304001589", "0.1000", "1620635"} <= set(shown.split())


def test_print_table__headings_break_before_rows_become_blocks(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "rate_cny_per_kwh ┃" in printed(monkeypatch, capsys, 80)
    broken = printed(monkeypatch, capsys, 62)
    assert "per_kwh ┃" in broken
    assert "rate_cny_per_kwh" not in broken
    assert "account_no        3303304001589\n" in printed(monkeypatch, capsys, 40)


def test_in_order__by_text_and_empty_first() -> None:
    frame = pl.DataFrame({"a": ["b", "a", "a", "a"], "n": [1, 10, 9, None]})
    assert in_order(frame, 2).rows() == [("a", None), ("a", 10), ("a", 9), ("b", 1)]


@pytest.mark.parametrize(
    ("chosen", "env", "expected"),
    [
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        (None, {"LANG": "en_GB.UTF-8", "CARBON_LANG": "zh"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        (None, {}, "en"),
    ],
)
def test_language__option_then_variable_then_locale(chosen: str | None, env: dict[str, str], expected: str) -> None:
    assert language(chosen, env) == expected


def test_sentences__both_languages_say_the_same_details() -> None:
    import string  # noqa: PLC0415 - only here

    for zh, en in SENTENCES.values():
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (zh, en)]
        assert names[0] == names[1]
