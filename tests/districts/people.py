"""Who is in the district: enterprises, their accounts (moved, shared, left) and the meters with their multipliers and directions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.districts.draw import World

INDUSTRIES = (
    ("1711", "1711", "1712", "1713", "1721"),
    ("2614", "2614", "2613", "2641"),
    ("3011", "3012", "3021"),
    ("3311", "3321", "3351"),
)
ODD_INDUSTRIES = ("4790", "6450", "0610", "4610", "2221")
STREETS = ("娄桥街道", "潘桥街道", "泽雅镇")
MULTIPLIERS = ("1", "20", "60", "80", "160", "0.5", "1200", "4000", "37.5")
CALM = 0.05
LAND = ("10.00", "3.25", "")


@dataclass
class Meter:
    """A meter: its multiplier by the day from which it holds, where it hangs, and how much flows through it."""

    number: str
    account: str
    multipliers: list[tuple[date | None, str]]
    direction: str = "用电"
    billed: str = "是"
    first: date | None = None
    last: date | None = None
    digits: int | None = None
    rated: str = ""
    fed: str = ""
    channel: str = ""
    is_late: bool = False
    is_bare: bool = False  # its rows bring no multiplier of their own
    is_wild: bool = False  # no two of its days are alike
    is_rare: bool = False  # its gaps are as long as a rule's bound, or a little longer
    load: int = 2000
    channels: list[str] = field(default_factory=lambda: ["forward"])

    def multiplier_on(self, day: date) -> str:
        """The multiplier that holds on a day."""
        return [text for first, text in self.multipliers if first is None or first <= day][-1]


@dataclass
class People:
    """Everybody and everything that the register will tell of."""

    enterprises: dict[str, dict[str, str]] = field(default_factory=dict)
    changes: list[dict[str, str]] = field(default_factory=list)
    accounts: list[dict[str, str]] = field(default_factory=list)
    meters: list[Meter] = field(default_factory=list)


def make_people(world: World) -> People:
    """Draw the district's enterprises, accounts and meters."""
    people = People()
    dice = world.dice
    cluster = dice.choice(INDUSTRIES)
    for number in range(dice.randint(8, 15) if world.mess > CALM else dice.randint(12, 20)):
        code = world.credit_code()
        people.enterprises[code] = enterprise_row(world, code, number, cluster)
        if world.mishap(0.4) and not people.enterprises[code]["生效日期"]:
            people.changes.append(changed(world, people.enterprises[code]))
    codes = list(people.enterprises)
    for code in codes:
        for _ in range(0 if world.mishap(0.2) else dice.choice((1, 1, 1, 2))):
            add_account(world, people, code, codes)
    if world.chance(0.3):
        add_meters(world, people, "330" + world.digits(10))  # of an account that nobody owns
    return people


def enterprise_row(world: World, code: str, number: int, cluster: tuple[str, ...]) -> dict[str, str]:
    """The first row of an enterprise."""
    dice = world.dice
    return {
        "统一社会信用代码": code, "生效日期": world.date_text(world.some_day()) if world.chance(0.1) else "",
        "企业名称": f"瓯海第{number:03d}号有限公司", "行业代码": dice.choice(ODD_INDUSTRIES) if world.mishap(0.3) else dice.choice(cluster),
        "镇街": dice.choice(STREETS), "规上": "否" if world.mishap(0.25) else "是", "用地面积(亩)": dice.choice(LAND),
        "数据中心": "是" if world.chance(0.1) else "否", "两高": dice.choice(("是", "否")),
        "亩均等级": dice.choice(("A", "B", "C", "D", "D", "")),
    }  # fmt: skip


def changed(world: World, row: dict[str, str]) -> dict[str, str]:
    """A later row of the same enterprise."""
    later = row | {"生效日期": world.date_text(world.some_day()), "企业名称": row["企业名称"] + "（新）"}
    change = world.dice.choice(("镇街", "规上", "行业代码", "亩均等级", "数据中心"))
    value = {"镇街": "泽雅镇", "规上": "否", "行业代码": "3311", "亩均等级": "D", "数据中心": "是"}[change]
    return later | {change: value}


def account_row(world: World, account: str, code: str, first: date | None, last: date | None, share: str = "") -> dict[str, str]:
    """One owner of an account."""
    return {
        "户号": account, "统一社会信用代码": code, "起始日期": world.date_text(first) if first else "",
        "终止日期": world.date_text(last) if last else "", "份额": share, "合同容量(千伏安)": "",
    }  # fmt: skip


def add_account(world: World, people: People, code: str, codes: list[str]) -> None:
    """An account of the enterprise: plain, moved to another, shared, or begun late; with its meters."""
    account = "330" + world.digits(10)
    late = world.some_day() if world.mishap(0.7) else world.first
    starts = (None, None, None, world.first) if world.is_levied else (None, date(2020, 1, 1), *[world.first] * 3)
    start = world.dice.choice((*starts, late))
    others = [other for other in codes if other != code]
    kind = world.dice.choices(("plain", "moved", "shared", "left"), (60, 15, 17, 8))[0]
    rows = [account_row(world, account, code, start, None)]
    if kind == "moved":
        day = world.some_day()
        begun = start if start is None or start < day else None
        gap = world.dice.choice((1, 1, 3))
        rows = [
            account_row(world, account, code, begun, day),
            account_row(world, spelled(world, account), world.dice.choice(others), day + timedelta(days=gap), None),
        ]
    elif kind == "shared":
        shares = world.dice.choice(
            (("0.63", "0.37"), ("0.5", "0.5"), ("0.33", "0.33", "0.34"), ("0.5", "0.4"), ("0.3333", "0.3333", "0.3333"))
        )
        owners = [code, *world.dice.sample(others, len(shares) - 1)]
        rows = [account_row(world, spelled(world, account), o, start, None, s) for o, s in zip(owners, shares, strict=True)]
    elif kind == "left":
        rows = [account_row(world, account, code, None, world.some_day())]
    if world.chance(0.25):
        for row in rows:
            row["合同容量(千伏安)"] = world.dice.choice(("50", "120", "5000"))
    people.accounts += rows
    add_meters(world, people, account)


def spelled(world: World, account: str) -> str:
    """The account with or without the prefix of the province."""
    return account if world.chance(0.7) else account[-10:]


def add_meters(world: World, people: People, account: str) -> None:
    """The meters of an account: consumption, a replacement, a sub-meter, own PV with its way out."""
    main = meter(world, account)
    people.meters.append(main)
    if world.chance(0.15):
        day = world.some_day()
        main.last = day
        people.meters.append(meter(world, account, first=day + timedelta(days=world.dice.choice((0, 1)))))
    if world.chance(0.12):
        people.meters.append(meter(world, account, billed="否"))
    if world.chance(0.25):
        other = world.digits(10)
        fed = spelled(world, account) if world.chance(0.5) else ""
        home = other if fed else account
        made = meter(world, home, direction="发电", fed=fed)
        backward = world.chance(0.3)
        made.channel, made.channels = ("反向", ["reverse", "forward"]) if backward else (world.dice.choice(("", "正向")), ["forward"])
        people.meters.append(made)
        if world.chance(0.5):
            main.channels = ["forward", "reverse"]
        else:
            out = meter(world, home, direction="上网", fed=fed)
            out.load = made.load // 3
            people.meters.append(out)


def meter(world: World, account: str, **extra: object) -> Meter:
    """One meter."""
    dice = world.dice
    multipliers: list[tuple[date | None, str]] = [(None, dice.choice(MULTIPLIERS))]
    one = Meter(f"33{world.digits(14)}", spelled(world, account), multipliers, load=dice.choice((300, 2000, 2000, 9000)), **extra)  # type: ignore[arg-type]
    if world.chance(0.2) and one.first is None:
        one.multipliers.append((world.some_day(), dice.choice(MULTIPLIERS)))
    if world.mishap(0.25) and one.first is None:
        one.first = world.some_day()
    if world.chance(0.35):
        one.digits = dice.choice((4, 5))
    if world.chance(0.3):
        peak = Decimal(one.multiplier_on(world.last)) * one.load * 4 / 10000
        one.rated = str(round(peak * Decimal(dice.choice(("0.7", "1.1", "3"))), 1) or 1)
    if world.chance(0.1):
        one.channels = ["forward", "reverse"]
    one.is_late, one.is_bare = world.mishap(0.2), world.chance(0.15)
    one.is_wild = world.chance(max(0.08, world.mess / 3))
    one.is_rare = world.chance(0.1)
    if one.is_wild and one.digits is not None:
        one.digits = dice.choice((2, 3, 4))
    return one
