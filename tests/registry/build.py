"""Register sheets made by hand: a row is what it says, the rest is filled with what is always right."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from carbon_pipeline.registry.credit_code import check_character
from carbon_pipeline.registry.reference import Reference
from carbon_pipeline.registry.sheets import BY_NAME, WITHDRAWN_TITLE
from carbon_pipeline.registry.state import Registry
from carbon_pipeline.registry.upsert import ApplyResult, apply_sheets
from carbon_pipeline.registry.workbook import RawSheet, read_register

if TYPE_CHECKING:
    from collections.abc import Sequence

REFERENCE = Reference(frozenset({"1311", "1711", "3311"}), {"原煤": "kg", "天然气": "m3", "热力": "MJ"})

Row = dict[str, str]


def company(number: int) -> str:
    """A valid credit code."""
    body = f"91330304MA7C{number:04d}X"
    return body + check_character(body)


A, B, C = company(1), company(2), company(3)

_FILLED: dict[str, Row] = {
    "企业": {
        "统一社会信用代码": A,
        "企业名称": "瓯海甲公司",
        "行业代码": "3311",
        "镇街": "瞿溪街道",
        "规上": "是",
        "用地面积(亩)": "12.5",
        "数据中心": "否",
        "两高": "否",
    },
    "户号": {"户号": "3301234567890", "统一社会信用代码": A},
    "电表": {"电能表资产号": "M1", "户号": "3301234567890", "综合倍率": "120", "方向": "用电", "计费": "是"},
    "经济指标": {"统一社会信用代码": A, "期间": "2025-01", "增加值(万元)": "248.70"},
    "其他能源": {"统一社会信用代码": A, "月份": "2025-01", "能源品种": "原煤", "数量": "1.5", "单位": "吨", "用途": "燃料"},
    "绿电": {"统一社会信用代码": A, "月份": "2025-01", "类型": "绿证", "电量(千瓦时)": "100"},
    "用能预算": {"统一社会信用代码": A, "年度": "2025", "预算(吨标准煤)": "272.16", "口径": "等价值", "文号": "瓯发改〔2025〕1号"},
}


def as_csv(name: str, rows: Sequence[Row]) -> bytes:
    """The bytes of a CSV file of one sheet, all its columns in order."""
    titles = [*(column.title for column in BY_NAME[name].columns), WITHDRAWN_TITLE]
    out = io.StringIO()
    writer = csv.DictWriter(out, titles, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def sheet(name: str, *rows: Row) -> RawSheet:
    """A sheet of rows, each filled up with what is always right."""
    read = read_register(f"{name}.csv", as_csv(name, [_FILLED[name] | row for row in rows]))
    assert isinstance(read, list)
    return read[0]


def companies(*codes: str) -> RawSheet:
    """The sheet 企业 with these enterprises."""
    return sheet("企业", *({"统一社会信用代码": code} for code in codes))


def apply(*sheets: RawSheet, to: Registry | None = None) -> ApplyResult:
    """Take sheets into a register, by default an empty one."""
    return apply_sheets(to or Registry.empty(), sheets, REFERENCE)


def registry(*sheets: RawSheet, to: Registry | None = None) -> Registry:
    """The register after sheets of which every row is good."""
    result = apply(*sheets, to=to)
    assert result.quarantine.is_empty(), result.quarantine
    return result.registry


def reasons(result: ApplyResult) -> list[tuple[str, int, str]]:
    """Sheet, line and reason of what was set aside."""
    return [(name, row_no, reason) for _, name, row_no, reason, *_ in result.quarantine.rows()]
