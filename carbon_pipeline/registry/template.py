"""The empty register workbook: seven sheets with drop-down lists, an example line each, and a page that explains them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from carbon_pipeline.registry.sheets import EXAMPLE_MARK, SHEETS, WITHDRAWN_TITLE, Column, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HELP_SHEET: Final = "填写说明"
FIRST_ROW, LAST_ROW = 1, 5000
_LONGEST_LIST: Final = 255
"""Characters that a spreadsheet allows a drop-down list of words."""

_WIDTH: Final = 18
_CODE_WIDTH: Final = 24
_HELP_WIDTHS: Final = (14, 22, 12, 70)

_UNITS: Final = ("千克", "吨", "万吨", "立方米", "万立方米", "千瓦时", "万千瓦时", "兆焦", "吉焦", "百万千焦")

_EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "企业": ("91330304MA7C0000XX", "2025-01-01", "瓯海某某机械有限公司", "3311", "瞿溪街道", "是", "12.5", "否", "否", "B"),
    "户号": ("3301234567890", "91330304MA7C0000XX", "2025-01-01", "", "1", "630"),
    "电表": ("3330001234567890", "3301234567890", "120", "用电", "是", "2025-01-01", "", "6", "500", "", ""),
    "经济指标": ("91330304MA7C0000XX", "2025-01", "248.70", "566.94", "54.80", "37", "6.37"),
    "其他能源": ("91330304MA7C0000XX", "2025-01", "天然气", "7304.3", "立方米", "燃料"),
    "绿电": ("91330304MA7C0000XX", "2025-01", "绿证", "17387"),
    "用能预算": ("91330304MA7C0000XX", "2025", "272.16", "等价值", "2025-01-01", "瓯发改〔2025〕1号"),
}

_NOTES: Final[dict[str, str]] = {
    "统一社会信用代码": "18 位，按 GB 32100-2015 核对校验码",
    "生效日期": "空白表示自始有效；同一企业或预算可有多行，按日期生效",
    "企业名称": "全称，与营业执照一致",
    "镇街": "所在镇或街道",
    "行业代码": "GB/T 4754-2017 小类，4 位数字",
    "用地面积(亩)": "不详可空",
    "亩均等级": "可空",
    "户号": "10 位或 13 位，按后 10 位识别",
    "起始日期": "空白表示自始有效",
    "终止日期": "含当日；空白表示至今有效",
    "份额": "0 至 1；空白为 1；同一户号任何一天合计不超过 1",
    "合同容量(千伏安)": "大于 0；不详请空白，勿填 0",
    "电能表资产号": "与采集系统一致，按文本填写",
    "综合倍率": "电流互感器变比 × 电压互感器变比，大于 0",
    "方向": "用电、上网或发电",
    "计费": "否 = 内部分表，不计入合计",
    "示数位数": "小数点前的位数，用于识别示数翻转",
    "额定功率(千瓦)": "大于 0；不详请空白，勿填 0",
    "受电户号": "发电或上网电表供给的户号；空白为本户号",
    "通道": "发电或上网电表计量所用通道；空白为正向",
    "期间": "年 2025、季 2025Q1、月 2025-03，或当年累计 2025-01..2025-06",
    "增加值(万元)": "可为负；不详请空白，勿填 0",
    "产值(万元)": "不详请空白，勿填 0",
    "税收(万元)": "可为负；不详请空白，勿填 0",
    "从业人数": "不详请空白",
    "研发费用(万元)": "不详请空白",
    "月份": "如 2025-01",
    "能源品种": "不含电力；没有消费请填 0，不填表示未报",
    "数量": "不小于 0",
    "单位": "须与能源品种相符，例如天然气用立方米，不用吨",
    "电量(千瓦时)": "不小于 0",
    "年度": "4 位数字",
    "预算(吨标准煤)": "大于 0",
    "口径": "等价值或当量值",
    "文号": "下达预算的文件，可空",
    WITHDRAWN_TITLE: "填 是 则撤销该行主键对应的记录，其余单元格可空",
}

_RULES: Final = (
    "带 * 的列为主键：主键相同的新行替换旧行，旧行留有历史；同一张表内主键重复，后一行不予采用。",
    "可只填有变动的行；没有出现的行保持不变。",
    "有问题的行单独退回并写明原因，其余行照常采用。",
    "日期可写作 2025-01-05、2025/1/5 或 20250105。",
    "代码列请保持文本格式：超过 15 位的数字会被电子表格改坏，改坏的行不予采用。",
    f"首格以“{EXAMPLE_MARK}”开头的行是样例，不作数据。",
)


def write_template(carriers: Sequence[str] = (), streets: Sequence[str] = ()) -> bytes:
    """Make the empty workbook.

    Args:
        carriers: energy carriers 能源品种 that have coefficients, for the drop-down list.
        streets: towns and streets 镇街 of the county, likewise.

    Returns:
        The bytes of an .xlsx file.
    """
    choices = {"能源品种": tuple(carriers), "镇街": tuple(streets), "单位": _UNITS}
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        styles = _styles(book)
        _write_help(book.add_worksheet(HELP_SHEET), styles)
        for sheet in SHEETS:
            _write_sheet(book.add_worksheet(sheet.name), sheet, choices, styles)
        book.worksheets()[1].activate()
    return out.getvalue()


def _styles(book: xlsxwriter.Workbook) -> dict[str, Any]:
    return {
        "key": book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1}),
        "plain": book.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1}),
        "text": book.add_format({"num_format": "@"}),
        "example": book.add_format({"num_format": "@", "italic": True, "font_color": "#808080"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _write_sheet(page: Any, sheet: Sheet, choices: Mapping[str, Sequence[str]], styles: dict[str, Any]) -> None:  # noqa: ANN401
    withdrawn = Column(WITHDRAWN_TITLE, "", str, is_optional=True, choices=("是",))
    page.freeze_panes(FIRST_ROW, 0)
    for at, column in enumerate((*sheet.columns, withdrawn)):
        page.set_column(at, at, _CODE_WIDTH if column.is_code else _WIDTH, styles["text"])
        page.write_string(0, at, f"*{column.title}" if column.is_key else column.title, styles["key" if column.is_key else "plain"])
        if note := _NOTES.get(column.title):
            page.write_comment(0, at, note)
        listed = list(choices.get(column.title, column.choices))
        if listed and len(",".join(listed)) <= _LONGEST_LIST:
            page.data_validation(FIRST_ROW, at, LAST_ROW, at, {"validate": "list", "source": listed, "error_type": "warning"})
    for at, text in enumerate(_EXAMPLES[sheet.name]):
        page.write_string(FIRST_ROW, at, f"{EXAMPLE_MARK} {text}" if at == 0 else text, styles["example"])


def _write_help(page: Any, styles: dict[str, Any]) -> None:  # noqa: ANN401
    for at, width in enumerate(_HELP_WIDTHS):
        page.set_column(at, at, width, styles["wrap"])
    for row, rule in enumerate(_RULES):
        page.merge_range(row, 0, row, len(_HELP_WIDTHS) - 1, rule, styles["wrap"])
    first = len(_RULES) + 1
    for at, title in enumerate(("工作表", "列", "是否必填", "说明")):
        page.write_string(first, at, title, styles["plain"])
    columns = [(sheet, column) for sheet in SHEETS for column in sheet.columns]
    for row, (sheet, column) in enumerate(columns, start=first + 1):
        note = _NOTES.get(column.title) or " / ".join(column.choices)
        cells = (sheet.name, f"*{column.title}" if column.is_key else column.title, _duty(column), note)
        for at, text in enumerate(cells):
            page.write_string(row, at, text, styles["wrap"])


def _duty(column: Column) -> str:
    if column.is_optional:
        return "可无此列"
    return "必填" if column.is_filled else "可空"
