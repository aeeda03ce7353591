"""Units as people write them, and exact conversion."""

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.units import DimensionError, UnitError, UnknownUnitError, factor, is_convertible, is_known, registry, to

CONVERSIONS = [
    ("1", "千克", "kg", "1"),
    ("1", "公斤", "kg", "1"),
    ("1", "吨", "kg", "1000"),
    ("0.3", "万吨", "kg", "3000000"),
    ("1", "t", "kg", "1000"),
    ("1", "T", "千克", "1000"),
    ("1", "KG", "kg", "1"),
    ("1", "立方米", "m3", "1"),
    ("1.5", "万立方米", "m3", "15000"),
    ("1", "万m3", "m3", "10000"),
    ("1", "10^4 m3", "m3", "10000"),
    ("1", "10⁴m³", "m3", "10000"),
    ("1", "10⁴ Nm³", "m3", "10000"),
    ("1", "10⁴t", "kg", "10000000"),
    ("1", "１０⁴ｔ", "t", "10000"),
    ("1", "10^3t", "kt", "1"),
    ("1", "10⁴tce", "tce", "10000"),
    ("1", "10⁴kWh", "万千瓦时", "1"),
    ("1", "10⁴千瓦时", "kWh", "10000"),
    ("1", "10^6kJ", "百万千焦", "1"),
    ("53.693", "10⁶kJ", "MJ", "53693"),
    ("1", "10^6 千焦", "GJ", "1"),
    ("1", "10⁸m³", "亿立方米", "1"),
    ("0.3", "kt", "千克", "300000"),
    ("1", "kt", "千吨", "1"),
    ("1", "m³", "m3", "1"),
    ("1", "Nm3", "m3", "1"),
    ("1", "㎥", "m3", "1"),
    ("1", "标准立方米", "m3", "1"),
    ("1", "亿立方米", "m3", "100000000"),
    ("1", "升", "m3", "0.001"),
    ("1", "千瓦时", "MJ", "3.6"),
    ("1", "度", "kWh", "1"),
    ("5542.5", "千瓦时", "MJ", "19953"),
    ("1", "万千瓦时", "MJ", "36000"),
    ("1", "万kWh", "千瓦时", "10000"),
    ("1", "KWH", "千瓦时", "1"),
    ("1", "kwh", "千瓦时", "1"),
    ("1", "MWh", "kWh", "1000"),
    ("1", "mwh", "kWh", "1000"),
    ("1", "GWh", "万千瓦时", "100"),
    ("1", "兆焦", "MJ", "1"),
    ("1", "吉焦", "MJ", "1000"),
    ("1", "gj", "MJ", "1000"),
    ("1", "百万千焦", "MJ", "1000"),
    ("53.693", "百万千焦", "MJ", "53693"),
    ("1", "千焦", "MJ", "0.001"),
    ("1", "TJ", "GJ", "1000"),
    ("1", "kcal", "kJ", "4.1868"),
    ("7000", "千卡", "kJ", "29307.6"),
    ("15", "亩", "公顷", "1"),
    ("666.6", "平方米", "亩", "0.9999"),
    ("1", "万元", "元", "10000"),
    ("1", "亿元", "万元", "10000"),
    ("1", "tce", "kgce", "1000"),
    ("1", "吨标准煤", "kgce", "1000"),
    ("1", "万吨标准煤", "tce", "10000"),
    ("1", "吨二氧化碳", "kgCO2", "1000"),
    ("1", "兆瓦", "千瓦", "1000"),
    ("1", " Ｋ Ｇ ", "kg", "1"),
]


@pytest.mark.parametrize(("quantity", "unit", "target", "expected"), CONVERSIONS)
def test_to__table(quantity: str, unit: str, target: str, expected: str) -> None:
    assert to(Decimal(quantity), unit, target) == Decimal(expected)


@pytest.mark.parametrize(
    ("unit", "target"),
    [
        ("吨", "m3"),
        ("万吨", "立方米"),
        ("升", "kg"),
        ("千瓦时", "tce"),
        ("tce", "MJ"),
        ("吨标准煤", "吨"),
        ("吨二氧化碳", "吨"),
        ("千瓦", "千瓦时"),
        ("元", "kg"),
        ("亩", "m3"),
    ],
)
def test_to__other_dimensions_are_refused(unit: str, target: str) -> None:
    with pytest.raises(DimensionError):
        to(Decimal(1), unit, target)
    assert not is_convertible(unit, target)


def test_is_convertible__says_of_every_two_units_what_pint_says() -> None:
    units = registry()
    names = [name for name in units if is_known(name)]
    assert len(names) > 20
    for name, other in itertools.product(names, names):
        assert is_convertible(name, other) == (units.Unit(name).dimensionality == units.Unit(other).dimensionality), (name, other)


def test_to__says_in_plain_words_what_is_wrong() -> None:
    with pytest.raises(DimensionError) as caught:
        to(Decimal(1), "吨", "m3")
    assert caught.value.sentence("zh") == "“吨”是质量单位，不能换算为“m3”（体积）；请按体积单位填报"
    assert caught.value.sentence("en") == "'吨' measures a mass and cannot be turned into 'm3', a volume; give the quantity as a volume"


@pytest.mark.parametrize(
    "unit", ["", "磅", "kgs2", "万", "吨吨", "pound", "1", "m4", "千", "克克", "104t", "10t", "10^t", "10⁰t", "10^10t", "m⁴"]
)
def test_is_known__not_these(unit: str) -> None:
    assert not is_known(unit)
    with pytest.raises(UnknownUnitError, match="unknown unit"):
        to(Decimal(1), unit, "kg")


def test_factor__a_thousand_watts_is_not_a_prefix_of_a_kilogram() -> None:
    """千克 and 千瓦时 are units of their own; 千吨 takes the prefix."""
    assert factor("千克", "kg") == 1
    assert factor("千吨", "kg") == Fraction(10**6)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=9))
def test_to__there_and_back_is_the_same(quantity: Decimal) -> None:
    assert to(to(quantity, "吨", "kg"), "kg", "吨") == quantity
    assert to(to(quantity, "万千瓦时", "MJ"), "MJ", "万千瓦时") == quantity


@given(st.decimals(min_value=0, max_value=10**12, places=6))
def test_to__has_no_error_of_a_double(quantity: Decimal) -> None:
    assert Fraction(to(quantity, "千瓦时", "MJ")) == Fraction(quantity) * Fraction(36, 10)


def test_registry__is_one() -> None:
    assert registry() is registry()
    assert issubclass(DimensionError, UnitError)
