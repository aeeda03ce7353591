"""What the demo says, in Chinese and English."""

from __future__ import annotations

from typing import Final

FAILURES: Final = frozenset({"not_fresh", "unsound"})
"""Texts of a demo that could not be run."""

TEXTS: Final = {
    "zh": {
        "not_fresh": "{home} 里已有别的数据，演示需要一个空目录：请用 --home 另选一个",
        "unsound": "演示数据的勾稽检查未通过：{names}",
        "done": "演示完成：{enterprises} 家虚构企业，{meters} 块电能表，12 个月的 15 分钟数据，{files} 个文件。",
        "page": "一页总览，用浏览器打开即可，不需要网络：\n  {path}",
        "look": "结果在这里：",
        "grades": "碳效码：{graded} 家已评级，{ungraded} 家未评级，各有原因",
        "budgets": "用能预算：{red} 家已超，{orange} 家用到 90% 以上，{yellow} 家用到 80% 以上",
        "tariffs": "阶梯电价清单（试算）：{charged} 家企业，{lines} 行",
        "receipts": "收文回执：部分接受 {partly} 个，拒收 {refused} 个，重复 {duplicate} 个",
        "quarantine": "没有接收的 {quarantined} 行，逐行有原因",
        "explain": "三个值得一读的计算过程：",
        "why_grade": "碳效最差的一家：碳强度、同行业平均、等级，直到每块表",
        "why_budget": "超预算最多的一家：每月用了多少，按什么系数折算",
        "why_tariff": "加价最多的一家（暂定的除外）：越过了哪一档，分到哪个户号",
        "credit": "用电曲线改编自 {credit}。企业、户号、预算和经济指标均为虚构。",
    },
    "en": {
        "not_fresh": "{home} already holds other data, and the demo needs an empty folder: choose another with --home",
        "unsound": "the demo's sums do not hold: {names}",
        "done": "Done: {enterprises} invented enterprises, {meters} meters, 12 months of 15-minute readings in {files} files.",
        "page": "The district on one page; open it in a browser, no network needed:\n  {path}",
        "look": "Where the results are:",
        "grades": "carbon-efficiency grades: {graded} graded, {ungraded} not, each with its reason",
        "budgets": "energy budgets: {red} over, {orange} above 90 %, {yellow} above 80 %",
        "tariffs": "stepped-tariff list (on trial): {charged} enterprises, {lines} lines",
        "receipts": "receipts: {partly} files taken in part, {refused} refused, {duplicate} sent twice",
        "quarantine": "the {quarantined} rows that were not taken, each with its reason",
        "explain": "Three explanations worth reading:",
        "why_grade": "the worst grade: intensity, its industry's mean, the grade, down to every meter",
        "why_budget": "the largest overrun: what was used in which month, by which coefficients",
        "why_tariff": "the largest surcharge that is not provisional: which step was passed, on which account",
        "credit": "Load curves adapted from {credit}. Enterprises, accounts, budgets and economic figures are invented.",
    },
}
