"""Published frames: fixed places, fixed order, and exact values rounded half-up once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.exact import half_up, round_half_up_div, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

MASS_PLACES: Final = 3
"""tce, tCO2 and quantities."""
RATIO_PLACES: Final = 4
"""L, K, rates, shares and ratios."""
MONEY_PLACES: Final = 2

MASS: Final = pl.Decimal(38, MASS_PLACES)
RATIO: Final = pl.Decimal(38, RATIO_PLACES)
MONEY: Final = pl.Decimal(38, MONEY_PLACES)

_LARGEST: Final = 2**127 // 4
"""Up to here twice a product and a number added to it fit into 128 bits."""


def mass(value: Decimal | None) -> Decimal | None:
    """tce, tCO2 or a quantity, to three places half-up."""
    return None if value is None else half_up(value, MASS_PLACES)


def ratio(value: Fraction | Decimal | None) -> Decimal | None:
    """L, K, a rate, share or ratio, to four places half-up."""
    return None if value is None else half_up(value, RATIO_PLACES)


def money(value: Fraction | Decimal | None) -> Decimal | None:
    """Yuan, or value added in 10^4 yuan, to two places half-up."""
    return None if value is None else half_up(value, MONEY_PLACES)


def quotients(numerators: Iterable[int], denominators: Iterable[int], places: int) -> pl.Series:
    """Quotients of whole numbers to a number of places half-up, as a column: a published value is rounded once, here.

    Args:
        numerators: of any size and sign.
        denominators: likewise; 0 where the value is unknown.
        places: decimal places.

    Returns:
        `Decimal(38, places)`, null where the denominator is 0.
    """
    above, below, unit = list(numerators), list(denominators), 10**places
    units = _column_of_units(above, below, unit)
    if units is None:
        each = [round_half_up_div(n * unit, d) if d else None for n, d in zip(above, below, strict=True)]
        units = pl.Series(each, dtype=pl.Int128)
    return _shifted(units, places)


def _column_of_units(numerators: Sequence[int], denominators: Sequence[int], unit: int) -> pl.Series | None:
    """Quotients in whole parts of `unit` to one, null where the denominator is 0; None if a number on the way might exceed 128 bits."""
    try:
        sides = pl.DataFrame({"n": numerators, "d": denominators}, schema={"n": pl.Int128, "d": pl.Int128})
    except (OverflowError, TypeError):  # beyond 128 bits itself
        return None
    limit = pl.lit(_LARGEST // unit, pl.Int128)
    if not all(sides.select(pl.all().is_between(-limit, limit).all()).row(0)):
        return None
    n, d = pl.col("n"), pl.col("d")
    size = (n.abs() * pl.lit(2 * unit, pl.Int128) + d.abs()) // (d.abs() * pl.lit(2, pl.Int128))
    return sides.select(pl.when(d != 0).then(size * n.sign() * d.sign())).to_series()


def rounded(values: Iterable[Decimal | None], places: int) -> pl.Series:
    """Exact values to a number of places half-up, as a column: `Decimal(38, places)`, null where a value is None."""
    units = [None if value is None else whole(half_up(value, places), places) for value in values]
    return _shifted(pl.Series(units, dtype=pl.Int128), places)


def _shifted(units: pl.Series, places: int) -> pl.Series:
    """Whole numbers of 10^-places as `Decimal(38, places)`."""
    return units.cast(pl.Decimal(38, 0)) * Decimal(1).scaleb(-places)


def table(rows: Iterable[Sequence[object]], schema: pl.Schema, keys: int) -> pl.DataFrame:
    """A frame of rows in the order of its first `keys` columns as text (an empty one first)."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    named = zip(schema.items(), columns, strict=True)
    return in_order(pl.DataFrame([pl.Series(name, column, kind) for (name, kind), column in named]), keys)


def in_order(frame: pl.DataFrame, keys: int) -> pl.DataFrame:
    """Rows in the order of the first `keys` columns as text (an empty one first)."""
    text = [pl.col(name).cast(pl.String).fill_null("") for name in frame.columns[:keys]]
    return frame.sort(text, maintain_order=True)
