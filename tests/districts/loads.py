"""What flows through a channel: energy of every quarter of an hour, and the dial that counts it, with its faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.districts.draw import World
    from tests.districts.people import Meter

QUARTERS = 96
UNIT = 10_000  # values are kept in ten-thousandths of a kWh, secondary
MORNING, EVENING = 28, 76


@dataclass
class Load:
    """Energy by day and quarter, and the dial at the start of each, over the days of the district and one more."""

    energy: list[list[int]] = field(default_factory=list)
    dial: list[int] = field(default_factory=list)

    def register(self, day: int, quarter: int) -> int:
        """What the dial shows at the start of a quarter."""
        return self.dial[day * QUARTERS + quarter]


def make_load(world: World, meter: Meter, channel: str) -> Load:
    """Draw a channel's load and dial."""
    dice = Random(f"{world.seed}/{meter.number}/{channel}")  # noqa: S311
    size = meter.load if channel == meter.channels[0] else meter.load // 8
    load = Load()
    for _ in range(world.days + 1):
        idle = dice.random() < 0.08
        day = [0 if idle else dice.randint(size // 3, size) * (3 if MORNING <= q < EVENING else 1) for q in range(QUARTERS)]
        load.energy.append(day)
    total = sum(map(sum, load.energy))
    value = dice.randrange(0, 900) * UNIT
    if meter.digits is not None and dice.random() < 0.5:
        value = max(0, 10**meter.digits * UNIT - int(total * dice.random()))
    for day in load.energy:
        for energy in day:
            load.dial.append(value)
            value += energy
    load.dial.append(value)
    faults = dice.choice((0, 0, 0, 1, 2, 4)) if dice.random() < max(world.mess, 0.4) else 0
    for _ in range(faults):
        spoil(dice, load.dial)
    if meter.digits is not None:
        load.dial = [v % (10**meter.digits * UNIT) for v in load.dial]
    return load


def spoil(dice: Random, dial: list[int]) -> None:
    """One fault of the dial: a stretch too high or too low, or a fall for good."""
    at = dice.randrange(1, len(dial) - 1)
    kind = dice.choice(("peak", "dip", "peak", "dip", "fall"))
    length = len(dial) if kind == "fall" else dice.choice((1, 1, 2, 3, 8, 60, 95, 96, 97, 150))
    by = dice.choice((UNIT // 50, UNIT, 40 * UNIT, 3000 * UNIT)) * (1 if kind == "peak" else -1)
    for i in range(at, min(len(dial), at + length)):
        dial[i] = max(0, dial[i] + by)
