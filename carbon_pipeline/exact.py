"""Exact arithmetic: rounding, dividing and splitting numbers without a float on the way."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache, reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_WIDE: Final = Context(prec=100)
_LARGEST_DIVISOR: Final = 2**62


def round_half_even_div(num: int, den: int) -> int:
    """Divide two integers and round to the nearest, ties to the even one.

    Raises:
        ZeroDivisionError: `den` is 0.
    """
    num, den = int(num), int(den)
    if den < 0:
        num, den = -num, -den
    quotient, rest = divmod(num, den)
    twice = 2 * rest
    return quotient + (twice > den or (twice == den and quotient % 2 == 1))


def round_half_up_div(num: int, den: int) -> int:
    """Divide two integers and round to the nearest, ties away from zero.

    Raises:
        ZeroDivisionError: `den` is 0.
    """
    size = (2 * abs(num) + abs(den)) // (2 * abs(den))
    return size if (num < 0) == (den < 0) else -size


def half_even_div_array(num: NDArray[Any], den: NDArray[Any] | int) -> NDArray[Any]:
    """`round_half_even_div` of a whole array, exact for every Int64, and for Python integers of any size in an object array.

    Args:
        num: integers of any shape.
        den: one divisor or one a number, 1 to 2**62.

    Raises:
        ValueError: `den` is out of that range.
    """
    divisor = np.asarray(den)
    if divisor.size and not 1 <= divisor.min() <= divisor.max() <= _LARGEST_DIVISOR:
        msg = f"the divisor must lie between 1 and 2**62, not be {den}"
        raise ValueError(msg)
    quotient, rest = num // divisor, num % divisor
    other = divisor - rest  # compared with the rest itself, since twice the rest may not fit
    is_up = (rest > other) | ((rest == other) & (quotient & 1 == 1))
    rounded: NDArray[Any] = quotient + is_up
    return rounded


def half_up(value: Fraction | Decimal | int, places: int) -> Decimal:
    """Round to a number of decimal places, ties away from zero, as published numbers are (GB/T 8170 calls it 四舍五入)."""
    if isinstance(value, Decimal):
        return value.quantize(_last_place(places), ROUND_HALF_UP, context=_WIDE)
    numerator, denominator = value.as_integer_ratio()
    return Decimal(f"{round_half_up_div(numerator * 10**places, denominator)}e{-places}")


@cache
def _last_place(places: int) -> Decimal:
    return Decimal((0, (1,), -places))


def decimals(value: Decimal) -> int:
    """How many decimal places a number is written with."""
    return max(-int(value.as_tuple().exponent), 0)


def most_decimals(values: Iterable[Decimal]) -> int:
    """Decimal places in which every one of some numbers is whole: their sum is written with as many as the longest of them."""
    return decimals(reduce(_WIDE.add, values, Decimal(0)))


def whole(value: Decimal, places: int) -> int:
    """A number as a whole number of 10^-places, of which it must not have more `decimals`."""
    return int(value.scaleb(places, _WIDE))


def largest_remainder(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split a whole number in proportion to weights so that the parts are whole and add up to it.

    Each part is first rounded down; what is left goes, one by one, to the largest remainders, ties to the earlier index.

    Args:
        total: what is split, not below 0.
        weights: not below 0, and not all 0.

    Raises:
        ValueError: a weight or the total is below 0, or every weight is 0.
    """
    exact = _whole_weights(weights)
    whole = sum(exact)
    if total < 0 or whole == 0 or min(exact) < 0:
        msg = "only a total of 0 or more can be split, by weights of 0 or more of which one is above 0"
        raise ValueError(msg)
    parts, rests = zip(*(divmod(total * weight, whole) for weight in exact), strict=True)
    split = list(parts)
    by_rest = sorted(range(len(split)), key=lambda index: (-rests[index], index))
    for index in by_rest[: total - sum(split)]:
        split[index] += 1
    return split


def _whole_weights(weights: Sequence[int | Fraction]) -> list[int]:
    if all(isinstance(weight, int) for weight in weights):
        return [int(weight) for weight in weights]
    fractions = [Fraction(weight) for weight in weights]
    common = math.lcm(*(fraction.denominator for fraction in fractions))
    return [int(fraction * common) for fraction in fractions]


def parse_decimal(text: str) -> Decimal | None:
    """Read a plain number: an optional minus, digits, and optionally a point and digits.

    A plus, an exponent, a thousands comma or a full-width digit makes it no number. All digits are kept.

    Returns:
        The number, or None where the text is none.
    """
    text = text.strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def plain(number: Decimal) -> str:
    """A decimal as text, without exponent and without zeros at its end: one value, one spelling."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
