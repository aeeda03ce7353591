"""The rows that a channel sends: which kinds at which step in which weeks, what is missing, flagged, wrong or sent again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.districts.draw import missing_slots
from tests.districts.loads import QUARTERS, UNIT, Load, make_load

if TYPE_CHECKING:
    from datetime import date

    from tests.districts.draw import World
    from tests.districts.people import Meter

Sources = tuple[tuple[str, str], ...]
# sources of a stretch of days: kind and layout; each gets its own step
FORWARD: tuple[Sources, ...] = (
    (("E", "curve"),), (("P", "curve"),), (("R", "curve"),), (("R", "curve"),), (("R", "curve"), ("E", "curve")),
    (("R", "curve"), ("P", "curve")), (("E", "curve"), ("P", "curve")), (("M", "read"),), (("R", "curve"), ("M", "read")),
    (("E", "curve"), ("M", "read")), (("E", "wide"),), (("E", "long"),), (("P", "long"),), (("P", "long"), ("E", "curve")),
    (("R", "curve"), ("R", "curve")), (("P", "curve"), ("M", "read")), (("E", "wide"), ("R", "curve")),
)  # fmt: skip
REVERSE: tuple[Sources, ...] = (
    (("R", "curve"),),
    (("E", "curve"),),
    (("M", "read"),),
    (("R", "curve"), ("M", "read")),
    (("R", "curve"), ("E", "curve")),
)
FIRST_YEAR = 2021  # of the grid factors that all districts share
GAPS = (0, 0, 1, 2, 3, 9, 11, 12, 40)
MISSING_CELLS = ("", "NULL", "-9999", "NaN", "#N/A", "--", "-0.5")
VARIANTS = ("flagged_factor", "ratio", "bare", "factor")


@dataclass(frozen=True)
class Line:
    """One row of an export: the file layout that it needs, when, and its cells by title."""

    layout: str
    meter: str
    day: date
    cells: dict[str, str]


def lines_of(world: World, meter: Meter) -> tuple[list[Line], list[Line]]:
    """Rows of a meter as they first come, and rows that come again later."""
    first: list[Line] = []
    again: list[Line] = []
    for channel in meter.channels:
        load = make_load(world, meter, channel)
        day = 0
        if meter.is_rare:
            first += bounds(world, meter, channel, load)
            continue
        while day < world.days:
            if meter.is_wild:
                first += wild_day(world, meter, channel, load, day)
                again += wild_day(world, meter, channel, load, day) if world.chance(0.05) else []
                day += 1
                continue
            sources = world.dice.choice(FORWARD if channel == "forward" else REVERSE)
            end = min(world.days, day + world.dice.choice((5, 9, 16, 30, 70)))
            for kind, layout in sources:
                for line in stretch(world, meter, channel, load, kind, layout, range(day, end)):
                    (again if world.chance(0.05) else first).append(line)
                    if world.chance(0.04):
                        again.append(corrected(world, line))
            day = end + (world.dice.choice(GAPS) if world.chance(max(world.mess, 0.3)) else 0)
        if world.chance(0.2):
            first += long_ago(world, meter, channel, load)
    return first, again


def bounds(world: World, meter: Meter, channel: str, load: Load) -> list[Line]:
    """Whole days with a gap between them that is as long as a bound of the rules: 2 hours, 10 or 31 days, 8 weeks."""
    mess, world.mess = world.mess, 0.0
    kind, away = world.dice.choice((("E", 10), ("E", 11), ("M", 31), ("M", 32), ("R", 31), ("E", 53), ("E", 60)))
    begun = world.dice.randint(2, 4)
    days = [*range(begun), *range(begun + away, world.days)]
    if kind == "M":
        lines = [read_line(world, meter, channel, load, "bare", day - (day > begun)) for day in days]
    else:
        lines = [curve_line(world, meter, channel, load, kind, 15, "factor", day) for day in days]
        lines = [without_run(world, line, kind) if world.chance(0.4) else line for line in lines]
    world.mess = mess
    return lines


def without_run(world: World, line: Line, kind: str) -> Line:
    """The row without two to three hours."""
    start, length = world.dice.randint(1, 80), world.dice.choice((7, 8, 9, 12))
    return replace(line, cells=line.cells | {f"{kind}{i}": "" for i in range(start, start + length)})


def wild_day(world: World, meter: Meter, channel: str, load: Load, day: int) -> list[Line]:
    """Rows of any kinds and steps."""
    lines: list[Line] = []
    for _ in range(world.dice.choice((0, 1, 1, 2, 3))):
        kind, layout = world.dice.choice(world.dice.choice(FORWARD if channel == "forward" else REVERSE))
        lines += stretch(world, meter, channel, load, kind, layout, range(day, day + 1))
    return lines


def long_ago(world: World, meter: Meter, channel: str, load: Load) -> list[Line]:
    """A few rows of a channel from the years before: a dial's, or energy."""
    kind = world.dice.choice("RE")
    lines = []
    for back in world.dice.sample((250, 370, 500, 740), world.dice.choice((1, 2, 3))):
        date_of = world.day(-back)
        if date_of.year < FIRST_YEAR:
            continue
        values = [Decimal(load.dial[q] // 2 if kind == "R" else load.energy[0][q]) / UNIT for q in range(QUARTERS)]
        cells = {
            "CONS_NO": meter.account, "METER_ASSET_NO": meter.number, "DATA_DATE": world.date_text(date_of),
            "DATA_TYPE": "1" if channel == "forward" else "5", "T_FACTOR": meter.multiplier_on(date_of),
            **{f"{kind}{q + 1}": str(value) for q, value in enumerate(values)},
        }  # fmt: skip
        lines.append(Line(f"curve/{kind}/factor", meter.number, date_of, cells))
    return lines


def stretch(world: World, meter: Meter, channel: str, load: Load, kind: str, layout: str, days: range) -> list[Line]:
    """The rows of one source over some days."""
    step = world.dice.choice((15, 15, 15, 30, 60)) if layout == "curve" else 15
    variant = "bare" if meter.is_bare else world.dice.choice(VARIANTS if step == 15 else VARIANTS[:3])
    lines: list[Line] = []
    for day in days:
        if world.mishap(0.05):
            continue
        if layout == "curve":
            lines.append(curve_line(world, meter, channel, load, kind, step, variant, day))
        elif layout == "read":
            lines.append(read_line(world, meter, channel, load, variant, day))
        elif layout == "wide":
            lines.append(wide_line(world, meter, load, day))
        else:
            lines += long_lines(world, meter, load, kind, day)
    return lines


def decimal_text(world: World, units: Decimal | int) -> str:
    """Ten-thousandths of a kWh as a decimal text."""
    value = Decimal(units) / UNIT
    return world.number_text(Decimal(f"{value:f}"))


def slot_value(world: World, load: Load, kind: str, step: int, day: int, slot: int) -> str:
    """The value of one interval or point."""
    quarters = step // 15
    if kind == "R":
        return decimal_text(world, load.register(day, slot * quarters))
    energy = sum(load.energy[day][slot * quarters : (slot + 1) * quarters])
    if kind == "P":
        energy = energy * 60 // step
        if world.mishap(0.004):
            return f"-{decimal_text(world, energy or 3)}"
    if world.mishap(0.003):
        energy *= 25
    if world.chance(0.02):
        return f"{decimal_text(world, energy).split('.')[0]}.{world.digits(8)}"
    return decimal_text(world, energy)


def curve_line(world: World, meter: Meter, channel: str, load: Load, kind: str, step: int, variant: str, day: int) -> Line:
    """A row of 96 columns."""
    date_of = world.day(day)
    count, width = 1440 // step, step // 15
    gone = missing_slots(world, count)
    mark = world.dice.choice(MISSING_CELLS)
    mark = "" if kind == "P" and mark == "-0.5" else mark
    values = [mark if slot in gone else slot_value(world, load, kind, step, day, slot) for slot in range(count)]
    whole = "".join("1" if q % width == 0 and q // width not in gone else "0" for q in range(QUARTERS))
    if variant == "flagged_factor" and world.chance(0.5):
        values = [slot_value(world, load, kind, step, day, slot) for slot in range(count)]
    points = [values[q // width] if q % width == 0 else world.dice.choice(("", "NULL")) for q in range(QUARTERS)]
    multiplier = meter.multiplier_on(date_of)
    cells = {
        "CONS_NO": meter.account, "METER_ASSET_NO": meter.number, "DATA_DATE": world.date_text(date_of),
        "DATA_TYPE": "1" if channel == "forward" else "5", "DATA_POINT_FLAG": {15: "1", 30: "2", 60: "3"}[step],
        **{f"{kind}{i}": text for i, text in enumerate(points, 1)},
    }  # fmt: skip
    if step == 15 and world.chance(0.2):
        cells["DATA_POINT_FLAG"] = ""
    if variant == "flagged_factor":
        cells |= {"DATA_WHOLE_FLAG": whole, "T_FACTOR": multiplier if world.chance(0.9) else ""}
    elif variant == "factor":
        cells |= {"T_FACTOR": multiplier}
    elif variant == "ratio":
        cells |= dict(zip(("TV", "TA"), ratios(world, multiplier), strict=True))
    return Line(f"curve/{kind}/{variant}", meter.number, date_of, cells)


def ratios(world: World, multiplier: str) -> tuple[str, str]:
    """Voltage and current ratio of a multiplier."""
    if "." in multiplier:
        return "1", multiplier
    whole = int(multiplier)
    return world.dice.choice((("1", f"{whole * 5}/5"), (f"{whole}", "1"), ("100/100", f"{whole}"), ("10000/100", f"{whole}/100")))


def read_line(world: World, meter: Meter, channel: str, load: Load, variant: str, day: int) -> Line:
    """A dial at the end of a day."""
    date_of = world.day(day)
    value = load.register(day + 1, 0)
    part = value // 4
    text = decimal_text(world, value) if world.chance(0.94) else world.dice.choice(MISSING_CELLS)
    cells = {
        "户号": meter.account, "电能表资产号": meter.number, "数据日期": world.date_text(date_of),
        "示数类型": "1" if channel == "forward" else "5", "示数": text,
        "尖": decimal_text(world, part), "峰": decimal_text(world, part), "平": decimal_text(world, part),
        "谷": decimal_text(world, value - 3 * part), "综合倍率": "" if variant == "bare" else meter.multiplier_on(date_of),
    }  # fmt: skip
    return Line("read", meter.number, date_of, cells)


def primary(world: World, meter: Meter, load: Load, kind: str, day: int, quarter: int) -> str:
    """A primary value: the secondary one times the multiplier."""
    units = load.energy[day][quarter] * (4 if kind == "P" else 1)
    value = Decimal(units) * Decimal(meter.multiplier_on(world.day(day))) / UNIT
    return f"{value.normalize():f}"


def wide_line(world: World, meter: Meter, load: Load, day: int) -> Line:
    """A day's energy in one row."""
    gone, mark = missing_slots(world, QUARTERS), world.dice.choice(MISSING_CELLS)
    cells = {"meter_no": meter.number, "date": world.date_text(world.day(day))}
    for q in range(QUARTERS):
        cells[f"T{q // 4:02d}{q % 4 * 15:02d}"] = mark if q in gone else primary(world, meter, load, "E", day, q)
    return Line("wide", meter.number, world.day(day), cells)


def long_lines(world: World, meter: Meter, load: Load, kind: str, day: int) -> list[Line]:
    """A day's values, one row each; some rows do not come at all."""
    gone = missing_slots(world, QUARTERS)
    lines = []
    for q in range(QUARTERS):
        if q in gone and world.chance(0.5):
            continue
        quality = "3" if q in gone else world.dice.choice(("1", "1", "1", "2", ""))
        value = primary(world, meter, load, kind, day, q)
        if q not in gone and world.chance(0.01):
            value = world.dice.choice(("", "NULL", "-9999", "NaN", "-3.5"))
        stamp = f"{world.day(day):%Y-%m-%d} {q // 4:02d}:{q % 4 * 15:02d}:00"
        cells = {
            "DATA_TIME": stamp, "CONS_NO": meter.account, "METER_DEV_ID": meter.number, "MEASURE_TYPE": kind, "VALUE": value,
            "QUALITY_CODE": quality,
        }  # fmt: skip
        lines.append(Line("long", meter.number, world.day(day), cells))
    return lines


def corrected(world: World, line: Line) -> Line:
    """The row again, some of its values different or no longer there; of a dial's only one is different."""
    cells = dict(line.cells)
    for title, text in line.cells.items():
        is_value = title[0] in "EPT" and title[1:].isdigit()
        if is_value and "." in text and text[0] != "-":
            cells[title] = world.dice.choice((text, "", str(round(Decimal(text) * Decimal("1.5"), 4))))
        elif title[0] == "R" and title[1:].isdigit():
            cells[title] = world.dice.choice((text, text, ""))
    if "R7" in cells and cells["R1"][:1].isdigit() and world.chance(0.3):
        cells["R5"] = cells["R1"]
    return replace(line, cells=cells)
