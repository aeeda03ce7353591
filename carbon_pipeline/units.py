"""Units as people write them, in Chinese or Latin letters, and exact conversion between them: the only door to a unit.

Standard coal (tce) and CO2 are dimensions of their own here: how many tce a kWh or a tonne of coal counts for is set by
statute, year by year, and stands in `config/factors/`; physics only guards that nobody adds tonnes to cubic metres.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import ToldError

if TYPE_CHECKING:
    import pint

_WIDE: Final = Context(prec=60)

# Name, what one is, and every way to write it (upper or lower case does not matter, full-width neither).
_UNITS: Final[tuple[tuple[str, str, str], ...]] = (
    ("kg", "[mass]", "千克 公斤 kilogram kilograms kgs"),
    ("g", "1/1000 kg", "克 gram grams"),
    ("t", "1000 kg", "吨 公吨 tonne tonnes ton tons"),
    ("kt", "1000 t", ""),
    ("m3", "[volume]", "立方米 立方 方 标准立方米 标立方米 标方 nm3 m^3 nm^3 cbm"),
    ("L", "1/1000 m3", "升 公升 litre litres liter liters"),
    ("kWh", "[energy]", "千瓦时 千瓦小时 度 kw·h kw.h kw*h kw-h"),
    ("Wh", "1/1000 kWh", "瓦时"),
    ("MWh", "1000 kWh", "兆瓦时 mw·h"),
    ("GWh", "1000000 kWh", "吉瓦时 gw·h"),
    ("kJ", "1/3600 kWh", "千焦 千焦耳"),
    ("J", "1/1000 kJ", "焦 焦耳 joule joules"),
    ("MJ", "1000 kJ", "兆焦 兆焦耳"),
    ("GJ", "1000000 kJ", "吉焦 吉焦耳"),
    ("TJ", "1000000000 kJ", "太焦 太焦耳"),
    ("kcal", "41868/10000 kJ", "千卡 大卡"),
    ("kW", "[power]", "千瓦"),
    ("MW", "1000 kW", "兆瓦"),
    ("kVA", "1 kW", "千伏安"),
    ("mu", "[area]", "亩"),
    ("m2", "3/2000 mu", "平方米 平米 m^2"),
    ("ha", "15 mu", "公顷"),
    ("CNY", "[money]", "元 人民币元 yuan rmb"),
    ("tce", "[standard_coal]", "吨标准煤 吨标煤 吨煤当量"),
    ("kgce", "1/1000 tce", "千克标准煤 千克标煤 公斤标准煤 公斤标煤"),
    ("gce", "1/1000 kgce", "克标准煤 克标煤"),
    ("tCO2", "[co2]", "吨二氧化碳 吨co2"),
    ("kgCO2", "1/1000 tCO2", "千克二氧化碳 公斤二氧化碳 千克co2"),
)
_TOLD_IN: Final = {name: what.rpartition(" ")[2] for name, what, _ in _UNITS}
"""Each unit with the one that it is a multiple of, or with its dimension."""

_PREFIXES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8} | {
    f"10^{power}": 10**power for power in range(1, 10)
}
_SPACE: Final = re.compile(r"\s+")
_RAISED: Final = re.compile(r"(?<=\d)(?=[⁰¹²³⁴-⁹])")
"""Before an exponent of ten, as in 10⁴t; a superscript after a letter, as in m³, is part of the unit's name."""


class UnitError(ToldError, ValueError):
    """A unit that cannot be used."""


class UnknownUnitError(UnitError):
    """No unit is written like that."""


class DimensionError(UnitError):
    """Two units measure different things, such as a mass and a volume."""


@cache
def registry() -> pint.UnitRegistry[Any]:
    """The one registry, with the units of the trade only and exact fractions between them."""
    import pint  # noqa: PLC0415 - costs an intake of a day's exports, which asks for no unit, a tenth of its time

    units: pint.UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=Fraction)
    for name, what, _ in _UNITS:
        units.define(f"{name} = {what}")
    return units


def is_known(unit: str) -> bool:
    """Whether a unit is written in a way that is understood."""
    return _read(unit) is not None


@cache
def is_convertible(unit: str, target: str) -> bool:
    """Whether both units are known and measure the same thing."""
    read, other = _read(unit), _read(target)
    return read is not None and other is not None and _dimension(read[1]) == _dimension(other[1])


def to(quantity: Decimal, unit: str, target: str) -> Decimal:
    """Convert a quantity, exactly.

    Args:
        quantity: how many of `unit`.
        unit: unit as written, in Chinese or Latin letters.
        target: unit wanted, likewise.

    Returns:
        How many of `target`; exact, or to 60 digits where no finite decimal is exact (m2 to 亩).

    Raises:
        UnknownUnitError: a unit is unknown.
        DimensionError: the units measure different things.
    """
    ratio = factor(unit, target)
    product = _WIDE.multiply(quantity, Decimal(ratio.numerator))
    return product if ratio.denominator == 1 else _WIDE.divide(product, Decimal(ratio.denominator))


@cache
def factor(unit: str, target: str) -> Fraction:
    """How many of `target` make one of `unit`; raises as `to` does."""
    (ours, name), (theirs, other_name) = _known(unit), _known(target)
    if name == other_name:
        return Fraction(ours, theirs)
    units = registry()
    one, other = units.Unit(name), units.Unit(other_name)
    if one.dimensionality != other.dimensionality:
        raise _mismatch(unit, one, target, other)
    plain = units.Quantity(Fraction(1), one).to(other).magnitude
    return Fraction(plain) * ours / theirs


def _known(unit: str) -> tuple[int, str]:
    found = _read(unit)
    if found is None:
        raise UnknownUnitError(fact("unknown_unit", unit=unit))
    return found


def _mismatch(unit: str, one: pint.Unit, target: str, other: pint.Unit) -> DimensionError:
    dimension, wanted = (fact(str(found.dimensionality).strip("[]")) for found in (one, other))
    return DimensionError(fact("other_dimension", unit=unit, dimension=dimension, target=target, wanted=wanted))


def _dimension(name: str) -> str:
    """What a unit measures, by the unit that it is told in: an intake of a register asks for nothing more, and need not load `pint`."""
    told_in = _TOLD_IN[name]
    return told_in if told_in.startswith("[") else _dimension(told_in)


@cache
def _names() -> dict[str, str]:
    """Every way to write a unit without a prefix, folded -> its name."""
    return {_fold(text): name for name, _, others in _UNITS for text in (name, *others.split())}


def _fold(text: str) -> str:
    """Full-width forms, superscripts, spaces and case make no difference."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", _RAISED.sub("^", text))).replace("・", "·").casefold()


@cache
def _read(unit: str) -> tuple[int, str] | None:
    """What a unit means: the multiple of its prefix, and the name of the unit."""
    text, names = _fold(unit), _names()
    if text in names:
        return 1, names[text]
    for prefix, multiple in sorted(_PREFIXES.items(), key=lambda one: -len(one[0])):
        if text.startswith(prefix) and text[len(prefix) :] in names:
            return multiple, names[text[len(prefix) :]]
    return None
