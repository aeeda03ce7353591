"""An account that a file names for a meter and the register does not: a finding, whatever came first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.builders import register
from tests.builders.county import County
from tests.builders.exports import day, energies

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "3301234567891"
MOVED = register.sheets(
    企业=[{}],
    户号=[{}, {"户号": OTHER}],
    电表=[
        {"电能表资产号": register.METER, "综合倍率": "1", "终止日期": "2025-01-10"},
        {"电能表资产号": register.METER, "综合倍率": "1", "户号": OTHER, "起始日期": "2025-01-11"},
    ],
)
EXPORT = {"a.csv": energies({day(k): "1" for k in range(20)}, T_FACTOR="1")}


def differing(county: County) -> list[tuple[str, str, str]]:
    county.refresh(date(2025, 2, 28))
    found = [row for row in county.show("findings") if row["reason"] == "account_differs"]
    return [(row["date_from"], row["date_to"], row["evidence"].rpartition(": ")[2]) for row in found]


@pytest.mark.parametrize("parts", [(MOVED, EXPORT), (EXPORT, MOVED)], ids=["register first", "export first"])
def test_account_findings__do_not_depend_on_what_came_first(tmp_path: Path, parts: tuple[dict[str, bytes | str], ...]) -> None:
    county = County(tmp_path)
    for part in parts:
        county.take(part)
    assert differing(county) == [("2025-01-11", "2025-01-20", f"file {register.ACCOUNT}, register {OTHER}")]


def test_account_findings__end_when_the_register_says_what_the_file_does(tmp_path: Path) -> None:
    county = County(tmp_path)
    county.take(MOVED | EXPORT)
    county.take({"电表.csv": register.sheet("电表", {"电能表资产号": register.METER, "综合倍率": "1", "起始日期": "2025-01-11"})})
    assert differing(county) == []


def test_account_findings__thirteen_digits_are_the_old_ten(tmp_path: Path) -> None:
    county = County(tmp_path)
    county.take(register.single() | {"a.csv": energies({day(0): "1"}, T_FACTOR="1", CONS_NO=register.ACCOUNT[-10:])})
    assert differing(county) == []
