"""What is wrong with a unit or a period."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "unknown_unit": (
        "不认识单位“{unit}”；请写如 千克、吨、立方米、千瓦时、吉焦 这样的单位",
        "unknown unit '{unit}'; write one like kg, t, m3, kWh or GJ",
    ),
    "other_dimension": (
        "“{unit}”是{dimension}单位，不能换算为“{target}”（{wanted}）；请按{wanted}单位填报",
        "'{unit}' measures {dimension} and cannot be turned into '{target}', {wanted}; give the quantity as {wanted}",
    ),
    "mass": ("质量", "a mass"),
    "volume": ("体积", "a volume"),
    "energy": ("能量", "an energy"),
    "power": ("功率", "a power"),
    "area": ("面积", "an area"),
    "money": ("金额", "an amount of money"),
    "standard_coal": ("标准煤", "standard coal"),
    "co2": ("二氧化碳", "CO2"),
    "no_period": (
        "{text} 不是期间，请写成月份 2025-03、季度 2025Q1 或年份 2025",
        "{text} is no period; write a month 2025-03, a quarter 2025Q1 or a year 2025",
    ),
    "period_not_over": (
        "{period} 截至 {as_of} 尚未结束，最后一天是 {last}；请选择更早的期间，或更晚的截止日期",
        "{period} is not over on {as_of}: its last day is {last}; choose an earlier period or a later as-of date",
    ),
}
"""Sentences by key: Chinese, English."""
