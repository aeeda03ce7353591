"""One intake: every file of an upload is applied and counted by itself, and has the receipt that says what became of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.intake.session import NoFileError, OwnHomeError, ingest
from tests import small_district
from tests.builders import register
from tests.builders.broken import packed, workbook
from tests.builders.county import County

if TYPE_CHECKING:
    from pathlib import Path

A, B = register.A, register.company(2)
NAMES = ("rows_read", "rows_accepted", "rows_quarantined")


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


def enterprises(*codes: str) -> bytes:
    return register.sheet("企业", *({"统一社会信用代码": code} for code in codes))


def as_book(sheet: bytes) -> bytes:
    return workbook({"企业": [line.split(",") for line in sheet.decode().splitlines()]})


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["企业.csv", "企业.xlsx"])
def test_zip__two_members_of_one_name_are_both_taken_and_counted(county: County, name: str) -> None:
    sheets = [enterprises(A), enterprises(B, "no code")]
    members = [(name, as_book(sheet) if name.endswith("xlsx") else sheet) for sheet in sheets]
    receipts = county.take({"all.zip": packed(members)})
    assert [receipt["status"] for receipt in receipts] == ["accepted", "partly"]
    assert [[receipt[count] for count in NAMES] for receipt in receipts] == [["1", "1", "0"], ["2", "1", "1"]]
    assert sorted(county.store.read("register_enterprises")["enterprise_id"]) == sorted([A, B])
    assert county.store.read("register_history").sort("receipt_id").select("receipt_id", "key").rows() == [
        ("R00000001", f'["{A}", null]'),
        ("R00000002", f'["{B}", null]'),
    ]
    (row,) = county.show("quarantine")
    assert (row["receipt_id"], row["filename"], row["row_no"]) == ("R00000002", f"all.zip/{name}", "3")


def test_home__handed_in_itself_is_refused_and_nothing_is_taken(county: County) -> None:
    files = county.put(register.single())
    county.hand_in(files[:1])
    with pytest.raises(OwnHomeError, match="is the home itself"):
        county.hand_in([*files, county.settings.home / ".." / county.settings.home.name])
    assert len(county.show("receipts")) == 1


def test_workbook__a_register_of_which_no_sheet_has_its_name_is_told_so(county: County) -> None:
    """It is no register by name, and was told to look for a format profile."""
    titles = ["统一社会信用代码", "月份", "类型", "电量(千瓦时)"]
    receipt = county.one("台账.xlsx", workbook({"Sheet1": [titles, ["x", "2025-01", "绿证", "1"]]}))
    assert receipt["status"] == "refused"
    assert receipt["reason"].startswith("misnamed_sheet: ")
    assert "'Sheet1' must be named '绿电'" in receipt["reason"]
    assert county.one("别的.xlsx", workbook({"Sheet1": [["a", "b"]]}))["reason"].startswith("unknown_format: ")


def test_then__is_done_once_the_exports_are_read_and_what_goes_wrong_in_it_spoils_none_of_them(county: County) -> None:
    done: list[bool] = []

    def fail() -> None:
        done.append(True)
        raise RuntimeError

    receipts = ingest(county.store, county.settings, small_district.write(county.folder), then=fail)
    assert set(receipts["status"]) <= {"accepted", "partly"}
    assert done == [True]


def test_pipe__is_told_to_be_none_of_files_and_nobody_waits_for_it(county: County) -> None:
    files = county.put(register.single())
    os.mkfifo(pipe := county.folder / "管道.csv")
    with pytest.raises(NoFileError, match=r"管道\.csv is a pipe or a device"):
        county.hand_in([*files, pipe])
    assert not county.store.exists("receipts")
