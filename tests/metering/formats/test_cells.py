from __future__ import annotations

import datetime as dt
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.metering.formats.cells import as_code, as_date, as_minute, as_ratio, folded, is_damaged, normalise_header, unwrap
from tests.metering.formats.build import curve, read


@pytest.mark.parametrize("midnight", ["", " 00:00:00"])
@pytest.mark.parametrize("written", ["2025-01-05", "2025/1/5", "20250105"])
def test_as_date__three_spellings_with_or_without_midnight(written: str, midnight: str) -> None:
    assert as_date(written + midnight) == dt.date(2025, 1, 5)


@pytest.mark.parametrize(
    "written",
    ["2025-02-30", "2025-13-01", "20250230", "昨日", "2025-01", "2025-01-05 00:15:00", "2025-1/5", "45662", ""],
)
def test_as_date__no_such_date(written: str) -> None:
    assert as_date(written) is None


def test_as_date__day_first_is_a_matter_of_the_profile() -> None:
    assert as_date("5/1/2025", "dmy") == dt.date(2025, 1, 5)
    assert as_date("05/01/2025", "mdy") == dt.date(2025, 5, 1)
    assert as_date("05/01/2025") is None


def test_as_minute__clock_times() -> None:
    assert as_minute("2025-01-05 00:15:00") == dt.datetime(2025, 1, 5, 0, 15)  # noqa: DTZ001  local days
    assert as_minute("2025/1/5 7:30") == dt.datetime(2025, 1, 5, 7, 30)  # noqa: DTZ001
    assert as_minute("20250105T23:45:00") == dt.datetime(2025, 1, 5, 23, 45)  # noqa: DTZ001
    assert as_minute("2025-01-05") == dt.datetime(2025, 1, 5)  # noqa: DTZ001
    assert as_minute("2025-12-31 24:00") == dt.datetime(2026, 1, 1)  # noqa: DTZ001
    assert as_minute("2025-01-05 24:15") is None
    assert as_minute("2025-01-05 12:60") is None
    assert as_minute("2025-02-29 12:00") is None


def test_as_ratio__exact() -> None:
    assert as_ratio("20") == 20
    assert as_ratio("100/5") == 20
    assert as_ratio("100/3") == Fraction(100, 3)
    assert as_ratio("0.1") == Fraction(1, 10)


@pytest.mark.parametrize(
    "written", ["一百", "0", "-20", "100/0", "0/5", "1/2/3", "1e3", "+5", "", "/5", "1,000", "10000000000001", "9" * 20]
)
def test_as_ratio__no_multiplier(written: str) -> None:
    assert as_ratio(written) is None


def test_as_code__what_a_spreadsheet_makes_of_it() -> None:
    assert [as_code(text) for text in ("1", "01", "1.0", "１", "5", "0", "x", "1.5")] == ["1", "1", "1", "1", "5", "0", "x", "1.5"]


@pytest.mark.parametrize(
    ("cell", "damaged"),
    [("3.30E+12", True), ("3E+12", True), ("3.3e-5", True), ("3E12", False), ("33E", False), ("33", False)],
)
def test_is_damaged__exponents(cell: str, *, damaged: bool) -> None:
    assert is_damaged(pl.Series([cell]), None).to_list() == [damaged]


def test_is_damaged__number_cells_above_15_digits() -> None:
    cells = pl.Series(["338444435015020", "3384444350150201", "3384444350150201"])
    assert is_damaged(cells, pl.Series([True, True, False])).to_list() == [False, True, False]


@given(st.text(alphabet="0123456789 AB张", min_size=1).map(str.strip).filter(bool))
def test_unwrap__gives_back_what_was_wrapped(code: str) -> None:
    assert unwrap(f'="{code}"') == unwrap(code) == code


def test_normalise_header__spellings() -> None:
    assert normalise_header(' ="Cons_No" ') == "cons_no"
    assert normalise_header("00：15") == "00:15"
    assert normalise_header("1899-12-31 00:15:00") == "00:15"
    assert normalise_header("1904-01-01 00:15:00") == "00:15"
    assert normalise_header("户 \u3000号\u200b") == normalise_header("\ufeff户\n号") == "户号"


@pytest.mark.parametrize("written", ["'339A1", "`339A1", "339A1\u200b", "\ufeff339A1", "‘339A1", "\u200e'339A1\u00a0", "３３９Ａ１"])
def test_folded__a_number_is_what_is_seen_without_the_mark_for_spreadsheets(written: str) -> None:
    assert folded(pl.Series([written, "7", None])).to_list() == ["339A1", "7", None]
    row = "户号,电能表资产号,数据日期,示数类型,示数\n33,{},2025-01-05,1,5\n"
    assert read(row.format(written)).readings["meter_no"].to_list() == ["339A1"]
    assert read(curve({"METER_ASSET_NO": written})).readings["meter_no"].to_list() == ["339A1"]
