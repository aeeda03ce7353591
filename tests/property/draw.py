"""Tiny districts drawn from a seed: three enterprises, four meters, five days over a month's end, files by kind and days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from tests.builders import register
from tests.metering.formats.build import CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST, DAYS = date(2025, 1, 30), 5
AS_OF = date(2025, 2, 28)
ENTERPRISES = [register.company(number) for number in (1, 2, 3)]
ACCOUNTS = ("3301000000001", "3301000000002", "3301000000003")
METERS = ("M1", "M2", "M3", "M4")
KINDS = (("E",), ("W",), ("R",), ("P",), ("R", "E"), ("E", "P"), ("R", "M"), ("M",), ("R", "P", "M"))
IDENTITY = "CONS_NO,METER_ASSET_NO,DATA_DATE,DATA_TYPE"
HEADERS = {kind: f"{IDENTITY},{','.join(f'{kind}{point}' for point in range(1, 97))}" for kind in "EPR"} | {
    "W": f"meter_no,date,{','.join(CLOCK)}",
    "M": "户号,电能表资产号,数据日期,示数类型,示数",
}
UNIT = 10_000
"""Values are whole ten-thousandths of a kWh."""


@dataclass
class Line:
    """One row of an export: what is needed to write it, and to write it again with other values."""

    kind: str
    meter: str
    day: date
    values: list[int | None]

    def text(self) -> str:
        """The row as it stands in its file."""
        cells = ["" if value is None else f"{value / UNIT:.4f}" for value in self.values]
        head = [self.meter, self.day.isoformat()] if self.kind == "W" else ["", self.meter, self.day.isoformat(), "1"]
        return ",".join([*head, *cells])


@dataclass
class District:
    """What a seed draws: the register's files, and the rows of every export."""

    seed: int
    dice: Random = field(init=False)
    register: dict[str, bytes] = field(init=False)
    lines: list[Line] = field(init=False)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)  # noqa: S311 - a test's dice
        self.register = _register(self.dice)
        self.lines = [line for meter in METERS for line in _lines(self.dice, meter)]

    def exports(self) -> dict[str, str]:
        """A file for each kind and run of days: in whatever order they come, no value stands against another."""
        cut = FIRST + timedelta(days=self.dice.randint(1, DAYS))
        groups: dict[str, list[Line]] = {}
        for line in self.lines:
            groups.setdefault(f"{line.kind}_{'early' if line.day < cut else 'late'}.csv", []).append(line)
        return {name: file_of(group) for name, group in groups.items()}


def file_of(lines: Iterable[Line]) -> str:
    """A file of rows of one kind."""
    lines = list(lines)
    return "\n".join([HEADERS[lines[0].kind], *(line.text() for line in lines)]) + "\n"


def parted(content: str, dice: Random) -> list[str]:
    """A file cut into several of the same header."""
    header, *rows = content.splitlines()
    cuts = sorted(dice.sample(range(1, len(rows)), min(2, len(rows) - 1)))
    ends = zip([0, *cuts], [*cuts, len(rows)], strict=True)
    return ["\n".join([header, *rows[start:end]]) + "\n" for start, end in ends]


def _lines(dice: Random, meter: str) -> list[Line]:
    """Rows of one meter; now and then one does not come, or lacks some values."""
    kinds = dice.choice(KINDS)
    energy = [[dice.randint(0, 5 * UNIT) for _ in range(96)] for _ in range(DAYS)]
    dial = dice.randint(0, 100 * UNIT)
    found = []
    for number, day in enumerate(FIRST + timedelta(days=offset) for offset in range(DAYS)):
        points = [dial + sum(energy[number][:slot]) for slot in range(96)]
        dial += sum(energy[number])
        shapes = {"E": energy[number], "W": energy[number], "P": [4 * value for value in energy[number]], "R": points, "M": [dial]}
        for kind in kinds:
            if dice.random() > 0.1:
                values = [None if dice.random() < 0.02 else value for value in shapes[kind]]
                found.append(Line(kind, meter, day, values))
    return found


def _register(dice: Random) -> dict[str, bytes]:
    """Enterprises of one class; one account that moves, one that is shared, one that nobody owns at first."""
    shares = dice.choice([("0.5", "0.5"), ("0.3333", "0.3333"), ("0.7", "0.2")])
    owners = dice.sample(ENTERPRISES, 3)
    moves = FIRST + timedelta(days=dice.randint(0, DAYS))
    day_after = (moves + timedelta(days=1)).isoformat()
    accounts = [
        {"户号": ACCOUNTS[0], "统一社会信用代码": owners[0], "终止日期": moves.isoformat()},
        {"户号": ACCOUNTS[0], "统一社会信用代码": owners[1], "起始日期": day_after},
        *({"户号": ACCOUNTS[1], "统一社会信用代码": code, "份额": share} for code, share in zip(owners[:2], shares, strict=True)),
        {"户号": ACCOUNTS[2], "统一社会信用代码": owners[2], "起始日期": day_after},
    ]
    meters = [
        {"电能表资产号": meter, "户号": dice.choice(ACCOUNTS), "综合倍率": dice.choice(("1", "0.5", "37.5", "4000")), "示数位数": "6"}
        for meter in METERS
    ]
    budgets = [{"统一社会信用代码": code, "预算(吨标准煤)": dice.choice(("0.1", "5", "900"))} for code in ENTERPRISES]
    fuels = [{"统一社会信用代码": code, "月份": month} for code in owners[:2] for month in ("2025-01", "2025-02")]
    return register.sheets(
        企业=[{"统一社会信用代码": code, "行业代码": "1711"} for code in ENTERPRISES],
        户号=accounts,
        电表=meters,
        经济指标=[{"统一社会信用代码": code, "期间": f"2025-0{month}"} for code in ENTERPRISES for month in (1, 2)],
        其他能源=fuels,
        用能预算=budgets,
    )
