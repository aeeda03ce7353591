"""Draws shared by all parts of a random district: codes, numbers, dates as people write them, and runs that are missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
STARTS = (
    date(2022, 11, 25), date(2023, 12, 5), date(2024, 2, 10), date(2024, 5, 25), date(2024, 11, 20), date(2024, 12, 10),
    date(2025, 1, 3), date(2025, 2, 8), date(2025, 6, 20),
)  # fmt: skip


@dataclass
class World:
    """What the parts of one district share: the dice and the days."""

    seed: int
    dice: Random = field(init=False)
    first: date = field(init=False)
    days: int = field(init=False)
    mess: float = field(init=False)
    is_levied: bool = field(init=False)
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)  # noqa: S311
        self.first = self.dice.choice(STARTS) + timedelta(days=self.dice.randrange(6))
        self.days = self.dice.choice((22, 28, 34, 45, 70))
        self.mess = self.dice.choice((0.02, 0.02, 0.1, 0.3, 1.0))
        self.is_levied = self.chance(0.4)
        if self.mess < 1 and self.dice.random() < 0.7:
            self.first = self.first.replace(day=1)

    @property
    def last(self) -> date:
        """The last day with readings."""
        return self.first + timedelta(days=self.days - 1)

    def day(self, index: int) -> date:
        """The day so many after the first."""
        return self.first + timedelta(days=index)

    def some_day(self) -> date:
        """Any day but the first and last few."""
        return self.day(self.dice.randrange(3, self.days - 3))

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.dice.random() < share

    def mishap(self, share: float) -> bool:
        """True so often in a district where much goes wrong, less in a tidy one."""
        return self.chance(share * self.mess)

    def digits(self, count: int) -> str:
        """A number text that has not been drawn before."""
        while True:
            text = "".join(self.dice.choice("0123456789") for _ in range(count))
            if text not in self.taken:
                self.taken.add(text)
                return text

    def credit_code(self) -> str:
        """A credit code with its right check digit."""
        body = "91330304" + "".join(self.dice.choice(CODE_SIGNS) for _ in range(9))
        total = sum(CODE_SIGNS.index(c) * w for c, w in zip(body, CODE_WEIGHTS, strict=True))
        return body + CODE_SIGNS[-total % len(CODE_SIGNS)]

    def date_text(self, day: date) -> str:
        """A date in one of the ways in which it comes."""
        text = self.dice.choice((f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}"))
        return text + (" 00:00:00" if self.chance(0.15) else "")

    def number_text(self, value: Decimal) -> str:
        """A number with or without needless zeros."""
        return f"{value}0" if "." in str(value) and self.chance(0.1) else str(value)


def missing_slots(world: World, count: int) -> set[int]:  # noqa: PLR0911
    """Which of so many cells of a row are missing: mostly none, or a few, a run, all but a few, or all."""
    dice = world.dice
    if not world.chance(world.mess):
        return set()
    kind = dice.choices(("none", "few", "run", "half", "but_few", "first_only", "all"), (55, 14, 15, 4, 5, 3, 4))[0]
    every = set(range(count))
    if kind == "few":
        return {dice.randrange(count) for _ in range(dice.randint(1, 4))}
    if kind == "run":
        start, length = dice.randrange(count), dice.randint(1, max(2, count // 4))
        return set(range(start, min(count, start + length)))
    if kind == "half":
        return set(range(count // 2)) if dice.random() < 0.5 else set(range(count // 2, count))
    if kind == "but_few":
        return every - {dice.randrange(count) for _ in range(dice.randint(1, 3))}
    if kind == "first_only":
        return every - {0}
    return every if kind == "all" else set()
