from __future__ import annotations

import pytest

from carbon_pipeline.metering.formats import Source
from carbon_pipeline.metering.formats.batch import read_exports
from carbon_pipeline.metering.formats.result import Refusal
from tests.metering.formats.build import PROFILES, curve, day_read, day_wide, read, refused, said, sheet, values

pytestmark = pytest.mark.usefixtures("_either_way")

ENERGY, POWER = curve({"E1": "2"}), curve({"DATA_DATE": "2025-01-06", "P1": "8"}, kind="P")
WITHOUT_FACTOR = curve({"DATA_DATE": "2025-01-07"})
WITH_FACTOR = curve({"DATA_DATE": "2025-01-07", "T_FACTOR": "10"}, columns=["T_FACTOR"])


def _rows(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.splitlines()]


@pytest.mark.parametrize("follower", [POWER, WITH_FACTOR, day_wide({}), day_read("1,M1,2025-01-05,1,5,,,,,1")])
@pytest.mark.parametrize("end", ["\n", ""])
def test_other_header__two_exports_in_one_file_are_not_read_by_the_first_header(follower: str, end: str) -> None:
    """Power would count as energy, a multiplier as the first interval, with no word about it."""
    found = refused(ENERGY.removesuffix("\n") + end + follower)
    assert found.reason == "several_headers"
    assert said(found.detail).startswith("line 3: " if end else "line 2: ")


def test_other_header__in_a_sheet_too() -> None:
    assert refused(sheet([*_rows(ENERGY), [], *_rows(POWER)])).reason == "several_headers"


def test_other_header__in_small_files_read_together() -> None:
    sources = [Source(filename=f"{number}.csv", packed=text.encode()) for number, text in enumerate([ENERGY, ENERGY + POWER])]
    first, second = read_exports(sources, PROFILES, lambda readings: readings)
    assert not isinstance(first, Refusal)
    assert isinstance(second, Refusal)
    assert second.reason == "several_headers"


@pytest.mark.parametrize("end", ["\n", ""])
def test_other_header__the_same_one_again_is_a_row_that_cannot_be_placed(end: str) -> None:
    result = read(ENERGY.removesuffix("\n") + end + WITHOUT_FACTOR)
    assert result.rows_read == 3 - (not end)
    assert values(result, -1) == [1_000_000] * 96


def test_other_header__names_in_another_language_below_those_of_the_code_are_no_other_header() -> None:
    header, row = ENERGY.splitlines()
    names = "户号,电能表资产号,数据日期,数据类型," + ",".join(f"第{n}点" for n in range(1, 97))
    result = read(f"{header}\n{names}\n{row}")
    assert (result.rows_read, result.rows_ignored, values(result)[0]) == (2, 1, 2_000_000)


def _with_a_header_filled_up(names: str) -> str:
    """As a spreadsheet saves two exports below one another: all that stands where the values should is nothing."""
    header, row = WITH_FACTOR.splitlines()
    return "\n".join([header, row, names + "," * (header.count(",") - names.count(",")), row])


@pytest.mark.parametrize("names", ["date,Usage_kWh", "户号,电能表资产号,数据日期,示数类型,示数"])
def test_other_header__filled_up_with_empty_cells(names: str) -> None:
    assert refused(_with_a_header_filled_up(names)).reason == "several_headers"


def test_other_header__a_name_alone_is_none() -> None:
    result = read(_with_a_header_filled_up("METER_ASSET_NO"))
    assert result.rows_quarantined + result.rows_ignored == 1
