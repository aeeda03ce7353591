"""The register as it comes first and as it is put right later, with rows that must be turned away."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.districts.people import MULTIPLIERS, People, account_row

if TYPE_CHECKING:
    from tests.districts.draw import World
    from tests.districts.people import Meter

COLUMNS = {
    "企业": ("统一社会信用代码", "生效日期", "企业名称", "行业代码", "镇街", "规上", "用地面积(亩)", "数据中心", "两高", "亩均等级"),
    "户号": ("户号", "统一社会信用代码", "起始日期", "终止日期", "份额", "合同容量(千伏安)"),
    "电表": ("电能表资产号", "户号", "综合倍率", "方向", "计费", "起始日期", "终止日期", "示数位数", "额定功率(千瓦)", "受电户号", "通道"),
    "经济指标": ("统一社会信用代码", "期间", "增加值(万元)", "产值(万元)", "税收(万元)", "从业人数", "研发费用(万元)"),
    "其他能源": ("统一社会信用代码", "月份", "能源品种", "数量", "单位", "用途"),
    "绿电": ("统一社会信用代码", "月份", "类型", "电量(千瓦时)"),
    "用能预算": ("统一社会信用代码", "年度", "预算(吨标准煤)", "口径", "生效日期", "文号"),
}
FUELS = (
    ("原煤", "吨", "t"), ("原煤", "千克", "kg"), ("焦炭", "万吨", "吨"), ("天然气", "立方米", "万立方米"), ("热力", "吉焦", "千瓦时"),
    ("热力", "百万千焦", "MJ"), ("柴油", "千克", "吨"), ("液化石油气", "t", "kg"),
)  # fmt: skip
Row = dict[str, str]
Sheets = dict[str, list[Row]]


def month_text(index: int) -> str:
    """A month by its count from year 0."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def months_back(world: World, count: int) -> list[str]:
    """The months up to the last day's, from so many before the first day's."""
    first = world.first.year * 12 + world.first.month - 1 - count
    last = world.last.year * 12 + world.last.month - 1
    return [month_text(i) for i in range(first, last + 1)]


def meter_rows(world: World, meter: Meter) -> list[Row]:
    """One row for each multiplier that the meter has had."""
    rows = []
    starts = [first for first, _ in meter.multipliers]
    for i, (first, multiplier) in enumerate(meter.multipliers):
        after = starts[i + 1] if i + 1 < len(starts) else None
        start = max((day for day in (first, meter.first) if day), default=None)
        end = min((day for day in (after - timedelta(days=1) if after else None, meter.last) if day), default=None)
        if start and end and end < start:
            continue
        rows.append({
            "电能表资产号": meter.number, "户号": meter.account, "综合倍率": multiplier, "方向": meter.direction, "计费": meter.billed,
            "起始日期": world.date_text(start) if start else "", "终止日期": world.date_text(end) if end else "",
            "示数位数": str(meter.digits) if meter.digits else "", "额定功率(千瓦)": meter.rated,
            "受电户号": meter.fed, "通道": meter.channel,
        })  # fmt: skip
    return rows


def money(world: World, low: int, high: int) -> str:
    """An amount with two decimals."""
    return str(Decimal(world.dice.randint(low * 100, high * 100)) / 100)


def value_rows(world: World, code: str) -> list[Row]:
    """Value added as months, quarters, years or running totals, complete or not."""
    dice = world.dice
    years = sorted({world.first.year, world.last.year})
    form = (
        "months"
        if world.chance(0.8 - world.mess / 2)
        else dice.choice(("months", "months", "months", "months", "cumulative", "cumulative", "quarters", "year", "mixed", "mixed", "none"))
    )
    months = [month_text(y * 12 + m) for y in years for m in range(12)]
    periods: list[str] = []
    if form in ("months", "mixed"):
        periods += [m for m in months if not world.mishap(0.05)]
    if form in ("cumulative", "mixed"):
        periods += [f"{m[:4]}-01..{m}" for m in months if not world.mishap(0.2)]
    if form in ("quarters", "mixed"):
        periods += [f"{y}Q{q}" for y in years for q in range(1, 5) if form == "quarters" or dice.random() < 0.3]
    if form in ("year", "mixed"):
        periods += [str(y) for y in years]
    rows = []
    for period in periods:
        span = int(period[-2:]) if ".." in period else {4: 12, 6: 3, 7: 1}[len(period)]
        value = "" if world.mishap(0.03) else str(Decimal(dice.randint(-2 if world.mishap(0.1) else 1, 9000) * span) / 100)
        rows.append({
            "统一社会信用代码": code, "期间": period, "增加值(万元)": value, "产值(万元)": money(world, 1, 900),
            "税收(万元)": money(world, 0, 90), "从业人数": str(dice.randint(1, 900)), "研发费用(万元)": money(world, 0, 9),
        })  # fmt: skip
    return rows


def fuel_rows(world: World, code: str) -> list[Row]:
    """Fuel and raw material by month; now and then a month is forgotten."""
    rows = []
    for carrier, unit, other in world.dice.sample(FUELS, world.dice.choice((0, 0, 1, 2))):
        use = "原料" if world.chance(0.2) else "燃料"
        forgets = world.mishap(0.5)
        for month in months_back(world, world.dice.choice((0, 0, 3, 13))):
            if forgets and world.chance(0.25):
                continue
            quantity = "0" if world.chance(0.05) else world.number_text(Decimal(world.dice.randint(1, 99999)) / 1000)
            rows.append({
                "统一社会信用代码": code, "月份": month, "能源品种": carrier, "数量": quantity,
                "单位": world.dice.choice((unit, other)), "用途": use,
            })  # fmt: skip
    return list({(row["月份"], row["能源品种"], row["用途"]): row for row in rows}.values())


def green_rows(world: World, code: str) -> list[Row]:
    """Green trade, certificates and reported own PV."""
    rows = []
    for kind in ("绿电交易", "绿证", "光伏自用"):
        if world.chance(0.2):
            for month in months_back(world, 0):
                kwh = str(world.dice.choice((1, 500, 40_000, 2_000_000))) if world.chance(0.7) else f"{world.dice.randint(1, 9000)}.125"
                rows.append({"统一社会信用代码": code, "月份": month, "类型": kind, "电量(千瓦时)": kwh})
    return rows


def expected_tce(world: World, people: People, code: str, year: int) -> Decimal:
    """About what an enterprise uses of the electricity of a year, so that budgets are near it."""
    accounts = {row["户号"][-10:] for row in people.accounts if row["统一社会信用代码"] == code}
    total = Decimal(0)
    days = sum(1 for i in range(world.days) if world.day(i).year == year)
    for meter in people.meters:
        if meter.direction == "用电" and meter.billed == "是" and meter.account[-10:] in accounts:
            total += Decimal(meter.multiplier_on(world.last)) * meter.load * 96 * Decimal("1.3") / 10_000 * days
    return total * Decimal("0.0003")


def budget_rows(world: World, people: People, code: str) -> list[Row]:
    """Budgets of this and earlier years in both bases, some put right within the year."""
    rows: list[Row] = []
    for year in range(world.first.year - world.dice.choice((0, 0, 1)), world.last.year + 1):
        if world.chance(0.15):
            continue
        basis = world.dice.choice(("等价值", "等价值", "当量值"))
        near = expected_tce(world, people, code, year) * (1 if basis == "等价值" else Decimal("0.41"))
        later = world.some_day()
        for day in (date(year, 1, 1), later if later.year == year else date(year, 7, 1), date(year, 12, 30))[
            : world.dice.choice((1, 1, 2, 3))
        ]:
            amount = max(Decimal("0.01"), near * Decimal(world.dice.choice(("0.5", "0.8", "0.9", "0.97", "1.02", "1.1", "1.3", "2"))))
            rows.append({
                "统一社会信用代码": code, "年度": str(year), "预算(吨标准煤)": f"{amount:.2f}",
                "口径": basis if world.chance(0.8) else "等价值", "生效日期": world.date_text(day),
                "文号": f"瓯发改〔{year}〕{world.dice.randint(1, 99)}号",
            })  # fmt: skip
    return rows


def first_register(world: World, people: People) -> Sheets:
    """The whole register, without what is brought later and without faults."""
    sheets: Sheets = {sheet: [] for sheet in COLUMNS}
    sheets["企业"] = [*people.enterprises.values(), *people.changes]
    sheets["户号"] = [dict(row) for row in people.accounts]
    for meter in people.meters:
        if not meter.is_late:
            sheets["电表"] += meter_rows(world, meter)
    for code in people.enterprises:
        sheets["经济指标"] += value_rows(world, code)
        sheets["其他能源"] += fuel_rows(world, code)
        sheets["绿电"] += green_rows(world, code)
        sheets["用能预算"] += budget_rows(world, people, code)
    for rows in sheets.values():
        if world.chance(0.3):
            world.dice.shuffle(rows)
    return sheets


def spoiled(world: World, people: People, clean: Sheets) -> Sheets:
    """The register with rows that must be turned away, and a few that come twice."""
    dice = world.dice
    sheets = {sheet: list(rows) for sheet, rows in clean.items()}
    code = dice.choice(list(people.enterprises))
    row = people.enterprises[code]
    bad_codes = (code[:-1] + ("0" if code[-1] != "0" else "1"), "9.1330304E+17", code[:-1])
    sheets["企业"] += [row | {"统一社会信用代码": dice.choice(bad_codes), "生效日期": ""}]
    sheets["企业"] += [row | {"统一社会信用代码": world.credit_code(), "行业代码": "9999"}]
    account = dice.choice(people.accounts) if people.accounts else account_row(world, "3301234567890", code, None, None)
    sheets["户号"] += [
        account | {"统一社会信用代码": world.credit_code()},
        account_row(world, world.digits(13), code, date(2025, 2, 1), date(2025, 1, 1)),
        account_row(world, "3.30E+12", code, None, None),
        account
        | {
            "统一社会信用代码": dice.choice(list(people.enterprises)),
            "起始日期": world.date_text(world.some_day()),
            "份额": "0.2",
            "终止日期": "",
        },
    ]
    template = next((row for meter in people.meters for row in meter_rows(world, meter)), dict.fromkeys(COLUMNS["电表"], ""))
    sheets["电表"] += [
        template | {"电能表资产号": world.digits(16), "综合倍率": dice.choice(("0", "-20", "", "abc"))},
        template | {"电能表资产号": "3.3E+15"},
        template | {"起始日期": world.date_text(world.some_day()), "终止日期": ""},
    ]
    for sheet in ("经济指标", "其他能源", "绿电", "用能预算"):
        if sheets[sheet]:
            sheets[sheet].append(dict(dice.choice(sheets[sheet])))
            sheets[sheet].append(dice.choice(sheets[sheet]) | {"统一社会信用代码": world.credit_code()})
    if sheets["其他能源"]:
        sheets["其他能源"].append(dice.choice(sheets["其他能源"]) | {"月份": "2019-01", "能源品种": "天然气", "单位": "吨"})
    if sheets["用能预算"]:
        sheets["用能预算"].append(dice.choice(sheets["用能预算"]) | {"年度": "2019", "预算(吨标准煤)": "0"})
    for sheet in ("企业", "经济指标", "其他能源", "绿电", "用能预算"):
        if world.chance(0.3):
            dice.shuffle(sheets[sheet])
    return sheets


def second_register(world: World, people: People, first: Sheets) -> Sheets:
    """What comes later: new meters, rows put right, rows withdrawn."""
    dice = world.dice
    sheets: Sheets = {sheet: [] for sheet in COLUMNS}
    for meter in people.meters:
        if meter.is_late:
            sheets["电表"] += meter_rows(world, meter)
        elif meter.is_bare and world.chance(0.4):
            sheets["电表"] += [row | {"综合倍率": dice.choice(MULTIPLIERS)} for row in meter_rows(world, meter)[:1]]
    changes = {
        "经济指标": ("增加值(万元)", "77.7"),
        "其他能源": ("数量", "12.5"),
        "绿电": ("电量(千瓦时)", "321"),
        "用能预算": ("预算(吨标准煤)", "55.5"),
    }
    for sheet, (column, value) in changes.items():
        for row in dice.sample(first[sheet], min(len(first[sheet]), dice.choice((0, 1, 2)))):
            sheets[sheet].append(row | {column: value, "作废": "是" if world.chance(0.35) else ""})
    if people.changes and world.chance(0.5):
        sheets["企业"].append(people.changes[0] | {"作废": "是"})
    change_owners(world, people, sheets)
    for code in dice.sample(list(people.enterprises), dice.choice((0, 1))):
        sheets["企业"].append(people.enterprises[code] | {"镇街": "丽岙街道", "亩均等级": "D", "规上": "否"})
    if first["用能预算"] and world.chance(0.4):
        sheets["用能预算"].append(dice.choice(first["用能预算"]) | {"预算(吨标准煤)": "-1", "作废": ""})
    return {sheet: rows for sheet, rows in sheets.items() if rows}


def change_owners(world: World, people: People, sheets: Sheets) -> None:
    """Owners who leave, share or grow, and meters rated otherwise, not billed any more, or hung elsewhere."""
    dice = world.dice
    for row in dice.sample(people.accounts, min(len(people.accounts), dice.choice((0, 1, 2)))):
        end, big = world.date_text(world.some_day()), dice.choice(("30", "9000"))
        sheets["户号"].append(row | dice.choice(({"作废": "是"}, {"终止日期": end}, {"份额": "0.25"}, {"合同容量(千伏安)": big})))
    for meter in people.meters:
        if not meter.is_late and meter_rows(world, meter) and world.chance(0.08):
            row = meter_rows(world, meter)[0]
            changes_of_meter = (
                {"额定功率(千瓦)": "1.5"},
                {"计费": "否"},
                {"额定功率(千瓦)": "99999"},
                {"户号": dice.choice(people.meters).account},
            )
            sheets["电表"].append(row | dice.choice(changes_of_meter))
