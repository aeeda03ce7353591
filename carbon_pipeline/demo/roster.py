"""Who lives in the demo's district: industries, names, streets, and what is special about whom. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carbon_pipeline.demo.identity import credit_code

if TYPE_CHECKING:
    import numpy as np

STREETS: Final = (
    "景山街道", "梧田街道", "南白象街道", "茶山街道", "娄桥街道", "新桥街道", "三垟街道",
    "瞿溪街道", "郭溪街道", "潘桥街道", "丽岙街道", "仙岩街道", "泽雅镇",
)  # fmt: skip
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


@dataclass(frozen=True)
class Trade:
    """One industry of the district.

    Attributes:
        code: class of GB/T 4754-2017.
        count: enterprises in it.
        word: how their names end.
        mwh: median use of power in a year.
        intensity: usual tCO2 per 10^4 yuan of value added.
        fuels: carrier -> share of enterprises that burn it.
        pattern: usual working pattern.
    """

    code: str
    count: int
    word: str
    mwh: float
    intensity: float
    fuels: tuple[tuple[str, float], ...] = ()
    pattern: str = "one"


TRADES: Final = (
    Trade("1952", 30, "鞋业", 420, 0.35),
    Trade("1953", 12, "塑鞋", 700, 0.5),
    Trade("3587", 28, "眼镜", 380, 0.3),
    Trade("3443", 22, "阀门", 900, 0.55, (("天然气", 0.2),), "two"),
    Trade("3831", 11, "线缆", 1_900, 0.6, (), "two"),
    Trade("3823", 17, "电气", 520, 0.25),
    Trade("3352", 15, "洁具", 800, 0.6, (("天然气", 0.3),)),
    Trade("3484", 18, "机械", 650, 0.45, (("柴油", 0.15),)),
    Trade("3670", 15, "汽配", 1_100, 0.5, (("天然气", 0.2),), "two"),
    Trade("1811", 18, "服饰", 260, 0.25, (("热力", 0.15),)),
    Trade("1713", 11, "印染", 3_600, 2.4, (("天然气", 0.8), ("热力", 0.4)), "round"),
    Trade("2221", 7, "纸业", 4_200, 2.8, (("热力", 0.9),), "round"),
    Trade("2614", 7, "化工", 3_000, 1.9, (("天然气", 0.6), ("柴油", 0.3)), "round"),
    Trade("2651", 6, "树脂", 2_600, 1.6, (("热力", 0.6),), "round"),
    Trade("2822", 6, "化纤", 5_200, 2.2, (("天然气", 0.5),), "round"),
    Trade("3021", 6, "建材", 1_500, 1.7, (("柴油", 0.7),), "two"),
    Trade("3054", 6, "玻璃", 2_900, 2.6, (("天然气", 1.0),), "round"),
    Trade("3130", 6, "钢带", 6_500, 2.3, (("天然气", 0.7),), "round"),
    Trade("2926", 15, "包装", 850, 0.55, (), "two"),
    Trade("3311", 8, "钢构", 480, 0.5, (("液化石油气", 0.3),)),
    Trade("3360", 11, "表面处理", 1_300, 1.2, (("天然气", 0.4),), "night"),
    Trade("3525", 10, "模具", 560, 0.4, (), "two"),
    Trade("2312", 8, "印务", 430, 0.35),
    Trade("3825", 5, "光伏科技", 1_600, 0.5, (), "two"),
    Trade("2130", 2, "家具", 350, 0.4),
    Trade("6450", 3, "数据", 7_800, 0.8, (), "round"),
    Trade("5137", 2, "商贸", 180, 0.2),
)
HEAVY: Final = frozenset({"17", "22", "26", "28", "30", "31"})
"""Divisions that use much energy; here all their enterprises are above scale."""
PURE_GREEN: Final = "3825"
"""The trade that lives on green certificates alone, so that its group emits nothing."""


@dataclass
class Enterprise:
    """One made-up enterprise.

    `flaw` is what keeps it from a grade, if anything: one of the reasons, by its code.
    `pressure` is the share of its budget that it will have used by the end of the year; 0 means that it has none.
    """

    number: int
    enterprise_id: str
    name: str
    trade: Trade
    street: str
    is_above_scale: bool
    efficiency_class: str
    land_mu: float
    year_kwh: float
    intensity: float
    pattern: str
    flaw: str
    pressure: float
    has_sun: bool


FLAWS: Final = (
    "no_value_added", "no_value_added", "no_value_added", "value_added_not_positive", "value_added_not_positive",
    "no_meter_data", "no_meter_data", "low_coverage", "low_coverage", "low_coverage", "low_coverage",
    "fuel_not_reported", "fuel_not_reported", "fuel_not_reported",
)  # fmt: skip


def cycle_name(index: int) -> str:
    """The `index`-th name of the sixty-year cycle, 甲子 first: no real firm is meant."""
    return _STEMS[index % 10] + _BRANCHES[index % 12]


def draw(rng: np.random.Generator) -> list[Enterprise]:
    """Draw the enterprises of the district, flaws included."""
    roster: list[Enterprise] = []
    for trade in TRADES:
        for index in range(trade.count):
            roster.append(_enterprise(rng, trade, index, len(roster)))
    candidates = [e for e in roster if e.is_above_scale and e.trade.code not in {PURE_GREEN, "2130", "6450", "5137"}]
    burners = [e for e in candidates if e.trade.fuels and e.trade.fuels[0][1] >= 0.5]  # noqa: PLR2004
    for place, flaw in enumerate(FLAWS):
        chosen = burners if flaw == "fuel_not_reported" else candidates
        free = [e for e in chosen if not e.flaw]
        free[(place * 37 + 11) % len(free)].flaw = flaw
    _one_over_and_silent(roster)
    return roster


def _one_over_and_silent(roster: list[Enterprise]) -> None:
    """One heavy user that is over its budget although much of its metering is missing: its surcharge stays provisional."""
    heavy = next(e for e in roster if e.trade.code == "1713" and e.pressure > 1 and not e.flaw)
    heavy.flaw, heavy.pressure = "low_coverage", 1.3


def _enterprise(rng: np.random.Generator, trade: Trade, index: int, number: int) -> Enterprise:
    scale = float(rng.lognormal(0, 0.7))
    is_special = trade.code in {PURE_GREEN, "6450", "2130"} or trade.code[:2] in HEAVY
    is_above = is_special or rng.random() < (0.92 if scale > 0.5 else 0.55)  # noqa: PLR2004
    score = rng.random()
    letter = "A" if score < 0.2 else "B" if score < 0.75 else "C" if score < 0.93 else "D"  # noqa: PLR2004
    is_heavy = trade.code[:2] in HEAVY
    near = (rng.uniform(0.45, 0.78), rng.uniform(0.8, 0.9), rng.uniform(0.9, 1.0), rng.uniform(1.02, 1.35))
    pressure = rng.choice(near, p=[0.5, 0.14, 0.12, 0.24] if is_heavy else [0.76, 0.12, 0.07, 0.05])
    pattern = trade.pattern if rng.random() < 0.75 else str(rng.choice(["one", "two", "night"]))  # noqa: PLR2004
    return Enterprise(
        number=number,
        enterprise_id=credit_code(number * 53 + 4_001),
        name=f"瓯海{cycle_name(index)}{trade.word}有限公司",
        trade=trade,
        street=STREETS[int(rng.integers(0, len(STREETS)))],
        is_above_scale=bool(is_above),
        efficiency_class=letter if rng.random() < 0.95 else "",  # noqa: PLR2004
        land_mu=round(float(rng.lognormal(2.3, 0.8)), 2),
        year_kwh=trade.mwh * 1000 * scale,
        intensity=trade.intensity * float(rng.lognormal(0, 0.5)),
        pattern=pattern,
        flaw="",
        pressure=0.0 if rng.random() < 0.08 else float(pressure),  # noqa: PLR2004
        has_sun=bool(rng.random() < 0.08),  # noqa: PLR2004
    )
