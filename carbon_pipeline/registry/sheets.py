"""The seven sheets of the register workbook: their columns, keys and what each cell may hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from carbon_pipeline.registry import cells

if TYPE_CHECKING:
    from collections.abc import Callable

WITHDRAWN_TITLE: Final = "作废"
"""Optional column of every sheet: 是 withdraws the row of that key."""

YES_NO: Final = {"是": True, "否": False}
DIRECTIONS: Final = {"用电": "consumption", "上网": "feed_in", "发电": "generation"}
CHANNELS: Final = {"正向": "forward", "反向": "reverse"}
CLASSES: Final = ("A", "B", "C", "D")
USES: Final = ("燃料", "原料")
GREEN_KINDS: Final = ("绿电交易", "绿证", "光伏自用")
BASES: Final = ("等价值", "当量值")


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Attributes:
        title: what the header says.
        field: column of the register's frame.
        read: cell text -> value; raises `Problem`.
        is_key: part of the row's key.
        is_filled: an empty cell is a problem; else it is null, or `default`.
        is_optional: the sheet may lack the column.
        is_code: a number that people call by its digits; a spreadsheet can damage it.
        choices: the words that the cell may hold, for drop-down lists.
        default: value of an empty cell.
    """

    title: str
    field: str
    read: Callable[[str], Any]
    is_key: bool = False
    is_filled: bool = True
    is_optional: bool = False
    is_code: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None


@dataclass(frozen=True)
class Sheet:
    """One sheet and the frame that it fills."""

    name: str
    table: str
    columns: tuple[Column, ...]

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Titles that a file must have."""
        return tuple(column.title for column in self.columns if not column.is_optional)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """Every title that the sheet knows, 作废 included."""
        return (*(column.title for column in self.columns), WITHDRAWN_TITLE)

    @cached_property
    def account_fields(self) -> dict[str, str]:
        """Fields that hold an account number -> field by which it is matched."""
        names = [column.field for column in self.columns if column.field.endswith("account_no")]
        return {name: name.replace("account_no", "account_key") for name in names}

    @cached_property
    def code_titles(self) -> frozenset[str]:
        """Titles of columns whose number cells lose digits beyond fifteen."""
        return frozenset(column.title for column in self.columns if column.is_code)


def _enterprise() -> Column:
    return Column("统一社会信用代码", "enterprise_id", cells.enterprise_id, is_key=True, is_code=True)


def _start(title: str, field: str, *, is_optional: bool = False) -> Column:
    """A start date in a key: empty is a value of its own, from ever."""
    return Column(title, field, cells.day, is_key=True, is_filled=False, is_optional=is_optional)


def _yes_no(title: str, field: str) -> Column:
    return Column(title, field, cells.mapped(YES_NO), choices=tuple(YES_NO))


def _amount(title: str, field: str, read: Callable[[str], str] = cells.quantity) -> Column:
    """An amount that may be unknown: empty is null, not 0."""
    return Column(title, field, read, is_filled=False)


def _account(title: str, field: str, *, is_key: bool = False, is_optional: bool = False) -> Column:
    return Column(title, field, cells.code, is_key=is_key, is_filled=not is_optional, is_optional=is_optional, is_code=True)


_END: Final = Column("终止日期", "date_to", cells.day, is_filled=False)
_MONTH: Final = Column("月份", "month", cells.month, is_key=True)

SHEETS: Final = (
    Sheet(
        "企业",
        "enterprises",
        (
            _enterprise(),
            _start("生效日期", "valid_from", is_optional=True),
            Column("企业名称", "name", cells.free_text),
            Column("行业代码", "industry_code", cells.fold),
            Column("镇街", "street", cells.free_text),
            _yes_no("规上", "is_above_scale"),
            _amount("用地面积(亩)", "land_mu"),
            _yes_no("数据中心", "is_data_center"),
            _yes_no("两高", "is_two_high"),
            Column("亩均等级", "efficiency_class", cells.choice(*CLASSES), is_filled=False, is_optional=True, choices=CLASSES),
        ),
    ),
    Sheet(
        "户号",
        "accounts",
        (
            _account("户号", "account_no", is_key=True),
            _enterprise(),
            _start("起始日期", "date_from"),
            _END,
            Column("份额", "share", cells.quantity, is_filled=False, default="1"),
            Column("合同容量(千伏安)", "capacity_kva", cells.positive, is_filled=False, is_optional=True),
        ),
    ),
    Sheet(
        "电表",
        "meters",
        (
            Column("电能表资产号", "meter_no", cells.code, is_key=True, is_code=True),
            _account("户号", "account_no"),
            Column("综合倍率", "multiplier", cells.positive),
            Column("方向", "direction", cells.mapped(DIRECTIONS), choices=tuple(DIRECTIONS)),
            _yes_no("计费", "is_billed"),
            _start("起始日期", "date_from"),
            _END,
            Column("示数位数", "digits", cells.dial_digits, is_filled=False, is_optional=True),
            Column("额定功率(千瓦)", "rated_kw", cells.positive, is_filled=False, is_optional=True),
            _account("受电户号", "fed_account_no", is_optional=True),
            Column(
                "通道",
                "channel",
                cells.mapped(CHANNELS),
                is_filled=False,
                is_optional=True,
                choices=tuple(CHANNELS),
                default="forward",
            ),
        ),
    ),
    Sheet(
        "经济指标",
        "economics",
        (
            _enterprise(),
            Column("期间", "period", cells.period, is_key=True),
            _amount("增加值(万元)", "value_added_10k_cny", cells.number),
            _amount("产值(万元)", "output_10k_cny"),
            _amount("税收(万元)", "tax_10k_cny", cells.number),
            _amount("从业人数", "employees"),
            _amount("研发费用(万元)", "rd_10k_cny"),
        ),
    ),
    Sheet(
        "其他能源",
        "fuels",
        (
            _enterprise(),
            _MONTH,
            Column("能源品种", "carrier", cells.fold, is_key=True),
            Column("数量", "quantity", cells.quantity),
            Column("单位", "unit", cells.fold),
            Column("用途", "use", cells.choice(*USES), is_key=True, choices=USES),
        ),
    ),
    Sheet(
        "绿电",
        "green",
        (
            _enterprise(),
            _MONTH,
            Column("类型", "kind", cells.choice(*GREEN_KINDS), is_key=True, choices=GREEN_KINDS),
            Column("电量(千瓦时)", "kwh", cells.quantity),
        ),
    ),
    Sheet(
        "用能预算",
        "budgets",
        (
            _enterprise(),
            Column("年度", "year", cells.year, is_key=True),
            Column("预算(吨标准煤)", "budget_tce", cells.positive),
            Column("口径", "basis", cells.choice(*BASES), choices=BASES),
            _start("生效日期", "valid_from"),
            Column("文号", "document_no", cells.free_text, is_filled=False),
        ),
    ),
)
"""In the order in which they are taken: later sheets refer to earlier ones."""

BY_NAME: Final = {sheet.name: sheet for sheet in SHEETS}

EXAMPLE_MARK: Final = "示例"
"""A line whose first cell begins so is the template's example, left in by mistake, and no data."""
