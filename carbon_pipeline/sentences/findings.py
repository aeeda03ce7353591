"""What findings rest on."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "power_as_zero": ("第 {row} 行：最低功率 {power} 千瓦，按 0 计", "row {row}: lowest power {power} kW, reckoned as 0"),
    "power_not_read": ("第 {row} 行：最低功率 {power} 千瓦，不作读数", "row {row}: lowest power {power} kW, no reading"),
    "zones_sum": (
        "第 {row} 行：尖+峰+平+谷 = {total}，示数 = {whole}",
        "row {row}: 尖+峰+平+谷 = {total}, 示数 = {whole}",
    ),
    "cells_unreadable": ("自第 {row} 行起 {count} 个时段", "intervals: {count}, from row {row} on"),
    "intervals_above": ("{count} 个时段", "intervals: {count}"),
    "accounts_differ": ("文件 {in_file}，台账 {in_register}", "file {in_file}, register {in_register}"),
    "month_coverage": ("{month} 覆盖率 {coverage}", "{month}: coverage {coverage}"),
    "month_excess_kwh": ("{month}（{rule_id}）超出 {excess_kwh} 千瓦时", "{month} ({rule_id}): {excess_kwh} kWh in excess"),
    "month_excess_tce": ("{month}（{rule_id}）超出 {excess_tce} 吨标准煤", "{month} ({rule_id}): {excess_tce} tce in excess"),
}
"""Sentences by key: Chinese, English."""
