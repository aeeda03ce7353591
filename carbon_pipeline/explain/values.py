"""How codes, switches and exact numbers are written for people in an explanation."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from carbon_pipeline.exact import plain
from carbon_pipeline.explain.document import shown
from carbon_pipeline.reasons import sentence

if TYPE_CHECKING:
    from carbon_pipeline.settings import Lang

_STATUS: Final = {"in_force": "现行", "draft": "征求意见稿", "assumed": "假定"}
_ALERTS: Final = {"none": "正常", "yellow": "黄色", "orange": "橙色", "red": "红色", "low_coverage": "覆盖率不足", "no_budget": "无预算"}
_LEVELS: Final = {"low": "低碳", "mid": "中碳", "high": "高碳"}
_OUTCOMES: Final = {
    "over": "超出预算",
    "within": "未超预算",
    "no_budget": "无预算",
    "no_readings": "无读数",
    "no_coefficient": "无折标系数",
    "levied": "计收",
    "cut": "封顶减额",
    "exempt": "免征",
    "not_exempt": "不免征",
    "too_little_data": "数据不足，不免征（暂定）",
    "capped_out": "已达封顶",
    "no_kwh": "没有计收电量",
    "kept": "保留",
    "dropped": "不再加收",
    "enough": "采用",
    "too_few": "企业数不足",
}
_YES_NO: Final = {True: "是", False: "否"}

CHINESE: Final[dict[str, dict[str, str]]] = {
    "alert": _ALERTS,
    "basis": {"equivalent": "等价值", "calorific": "当量值"},
    "change": {"new": "新增", "raised": "调高", "lowered": "调低", "same": "不变", "stopped": "停止"},
    "channel": {"forward": "正向", "reverse": "反向"},
    "gives": _LEVELS | _OUTCOMES,
    "level": _LEVELS,
    "profile": {"register": "台账"},
    "rate_status": _STATUS,
    "role": {"import": "用电", "export": "上网", "generation": "发电"},
    "split_by": {"month": "当月电量", "year": "本年累计电量"},
    "status": _STATUS
    | {"graded": "已评价", "not_gradable": "不予评价"}
    | {"accepted": "全部接收", "partly": "部分接收", "refused": "拒收", "duplicate": "重复"},
}
"""Chinese of the codes in a column, by column; in English a code stands for itself."""

_MONEY: Final = frozenset(
    {
        "amount_cny",
        "cap_cny",
        "delta_amount_cny",
        "left_cny",
        "paid_before_cny",
        "uncut_cny",
        "value_added",
        "value_added_10k_cny",
    }
)
_MONEY_PLACES: Final = 2
_HASH: Final = 12


def value(name: str, found: object, lang: Lang, *, is_published: bool = False) -> str:
    """One value of a column or step.

    Args:
        name: column or step.
        found: the value; text, number, switch, date or None.
        lang: `zh` or `en`.
        is_published: it keeps the places with which it is published; else it is exact, money with two places at least.
    """
    if found is None:
        return ""
    if isinstance(found, bool):
        return _YES_NO[found] if lang == "zh" else shown(found)
    if isinstance(found, Decimal):
        return f"{found:f}" if is_published else _exact(name, found)
    return _text(name, found, lang) if isinstance(found, str) else shown(found)


def _text(name: str, found: str, lang: Lang) -> str:
    if name == "reason":
        return f"{sentence(found, lang)}（{found}）" if lang == "zh" else f"{found} ({sentence(found, lang)})"
    if name in _MONEY:  # as the register writes it
        return _exact(name, Decimal(found))
    if name == "sha256":
        return found[:_HASH]
    return CHINESE.get(name, {}).get(found, found) if lang == "zh" else found


def _exact(name: str, number: Decimal) -> str:
    text = plain(number)
    if name not in _MONEY:
        return text
    whole, _, places = text.partition(".")
    return f"{whole}.{places.ljust(_MONEY_PLACES, '0')}"
