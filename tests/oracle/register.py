"""The register as its workbooks leave it: rows by key, what is turned away and why, and who owns which meter on which day."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.numbers import account_key, day_of, is_damaged, number
from tests.oracle.tables import DATED_SHEETS, FUELS, KEYS, SHEETS, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.cells import Rows

EVER, OPEN = date.min, date.max
CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
PERIODS = re.compile(r"\d{4}|\d{4}Q[1-4]|\d{4}-(0[1-9]|1[0-2])|\d{4}-(0[1-9]|1[0-2])\.\.\d{4}-(0[1-9]|1[0-2])")
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
CODE_COLUMNS = ("户号", "统一社会信用代码", "电能表资产号", "受电户号")
Row = dict[str, str]
Key = tuple[object, ...]


class Refusal(Exception):  # noqa: N818
    """A row that is turned away, with its reason."""


def has_check_digit(code: str) -> bool:
    """Whether the 18th character is the check digit of GB 32100-2015."""
    if len(code) != len(CODE_WEIGHTS) + 1 or any(c not in CODE_SIGNS for c in code):
        return False
    total = sum(CODE_SIGNS.index(c) * w for c, w in zip(code, CODE_WEIGHTS, strict=False))
    return CODE_SIGNS[-total % len(CODE_SIGNS)] == code[-1]


def key_part(column: str, text: str) -> object:
    """One column of a key: dates as dates, accounts by their last ten digits."""
    if column in ("起始日期", "生效日期"):
        day = day_of(text) if text else EVER
        if day is None:
            raise Refusal("bad_date")
        return day
    if is_damaged(text):
        raise Refusal("number_damaged")
    if not text:
        raise Refusal("empty_key")
    return account_key(text) if column == "户号" else text


def key_of(sheet: str, row: Row) -> Key:
    """What tells this row from the others of its sheet."""
    return tuple(key_part(column, row.get(column, "")) for column in KEYS[sheet])


def span_of(row: Row) -> tuple[date, date]:
    """First and last day of the row's range."""
    start = day_of(row["起始日期"]) if row.get("起始日期") else EVER
    end = day_of(row["终止日期"]) if row.get("终止日期") else OPEN
    if start is None or end is None:
        raise Refusal("bad_date")
    if end < start:
        raise Refusal("ends_before_it_begins")
    return start, end


@dataclass
class Register:
    """The rows that stand, by sheet and key."""

    industries: frozenset[str]
    sheets: dict[str, dict[Key, Row]] = field(default_factory=lambda: {sheet: {} for sheet in SHEETS})

    def take(self, sheet: str, rows: Rows) -> tuple[int, list[tuple[int, str]]]:
        """Take one sheet up; gives the count of its rows and the lines turned away with their reasons."""
        header = [cell.strip() for cell in rows[0][1]] if rows else []
        refused: list[tuple[int, str]] = []
        seen: set[Key] = set()
        waiting: list[tuple[int, Key, Row]] = []
        for line, cells in rows[1:]:
            row = dict(zip(header, [*cells, *[""] * len(header)], strict=False))
            try:
                key = key_of(sheet, row)
            except Refusal as refusal:
                refused.append((line, str(refusal)))
                continue
            if key in seen:
                refused.append((line, "same_key_twice"))
                continue
            seen.add(key)
            waiting.append((line, key, row))
        known = self.sheets[sheet]
        withdrawn = [item for item in waiting if item[2].get("作废") == "是"]
        for line, key, _ in withdrawn:
            if known.pop(key, None) is None:
                refused.append((line, "nothing_to_withdraw"))
        rest = [item for item in waiting if item[2].get("作废") != "是"]
        old = set(known)
        for line, key, row in sorted(rest, key=lambda item: item[1] not in old):
            try:
                self.check(sheet, key, row)
            except Refusal as refusal:
                refused.append((line, str(refusal)))
            else:
                known[key] = row
        return len(rows) - 1 if rows else 0, sorted(refused)

    def check(self, sheet: str, key: Key, row: Row) -> None:
        """Raise a refusal where the row cannot stand beside what stands now."""
        if any(is_damaged(row.get(column, "")) for column in CODE_COLUMNS):
            raise Refusal("number_damaged")
        if sheet == "企业":
            check_enterprise(row, self.industries)
        elif sheet != "电表" and row["统一社会信用代码"] not in self.enterprises():
            raise Refusal("unknown_enterprise")
        if sheet in DATED_SHEETS:
            self.check_ranges(sheet, key, row)
        else:
            check_content(sheet, row)

    def check_ranges(self, sheet: str, key: Key, row: Row) -> None:
        """Ranges of one meter, or of one account and enterprise, do not overlap; shares of an account stay within 1."""
        start, end = span_of(row)
        others = [(other, other_row) for other, other_row in self.sheets[sheet].items() if other != key]
        alike = [other_row for other, other_row in others if other[:-1] == key[:-1]]
        if any(start <= b and a <= end for a, b in map(span_of, alike)):
            raise Refusal("ranges_overlap")
        if sheet == "电表":
            if not above_zero(row["综合倍率"]):
                raise Refusal("multiplier_not_above_zero")
            return
        share = share_of(row)
        same_account = [(span_of(other_row), share_of(other_row)) for other, other_row in others if other[0] == key[0]]
        days = {start} | {a for (a, _), _ in same_account if start <= a <= end}
        if any(share + sum(s for (a, b), s in same_account if a <= day <= b) > 1 for day in days):
            raise Refusal("share_above_one")

    def enterprises(self) -> set[str]:
        """Every enterprise of the register."""
        return {str(key[0]) for key in self.sheets["企业"]}

    def enterprise_on(self, code: str, day: date) -> Row:
        """What the enterprise is on that day; before its first row, what that says."""
        dated = sorted((key[1], row) for key, row in self.sheets["企业"].items() if key[0] == code)
        current = [row for first, row in dated if first <= day]  # type: ignore[operator]
        return current[-1] if current else dated[0][1]

    def meters(self) -> Iterator[tuple[str, date, date, Row]]:
        """Every row of a meter with its first and last day."""
        for key, row in self.sheets["电表"].items():
            yield str(key[0]), *span_of(row), row

    def owners(self) -> Iterator[tuple[str, str, date, date, Row]]:
        """Every row of an account: key, enterprise, first and last day."""
        for key, row in self.sheets["户号"].items():
            yield str(key[0]), str(key[1]), *span_of(row), row

    def multiplier(self, meter: str, day: date) -> Fraction | None:
        """The multiplier of the meter on that day, if the register has one."""
        for name, start, end, row in self.meters():
            if name == meter and start <= day <= end:
                return Fraction(row["综合倍率"])
        return None


def above_zero(text: str) -> bool:
    """Whether the cell holds a number above 0."""
    value = number(text)
    return value is not None and value > 0


def share_of(row: Row) -> Fraction:
    """The share of an owner in an account, 1 where the cell is empty."""
    text = row.get("份额", "")
    share = number(text) if text else Fraction(1)
    if share is None or not 0 <= share <= 1:
        raise Refusal("bad_share")
    return share


def check_enterprise(row: Row, industries: frozenset[str]) -> None:
    """A credit code with its check digit, and an industry of the national list."""
    if not has_check_digit(row["统一社会信用代码"]):
        raise Refusal("wrong_check_digit")
    if row["行业代码"] not in industries:
        raise Refusal("unknown_industry")


def check_content(sheet: str, row: Row) -> None:
    """Periods that are such, and numbers that can be used."""
    if sheet == "经济指标" and not PERIODS.fullmatch(row["期间"]):
        raise Refusal("bad_period")
    if sheet in ("其他能源", "绿电") and not MONTH.fullmatch(row["月份"]):
        raise Refusal("bad_period")
    if sheet == "其他能源":
        check_fuel(row)
    if sheet == "绿电" and number(row["电量(千瓦时)"]) is None:
        raise Refusal("not_a_number")
    if sheet == "用能预算" and not above_zero(row["预算(吨标准煤)"]):
        raise Refusal("budget_not_above_zero")


def check_fuel(row: Row) -> None:
    """A known carrier, in a unit of its dimension, with a number."""
    if row["能源品种"] not in FUELS:
        raise Refusal("unknown_carrier")
    base = FUELS[row["能源品种"]][0]
    if row["单位"] not in UNITS or UNITS[row["单位"]][0] != base:
        raise Refusal("wrong_dimension")
    if number(row["数量"]) is None:
        raise Refusal("not_a_number")
