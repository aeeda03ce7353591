"""Value cells to exact millionths: through doubles where that is provably exact, through decimals where it is not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.metering.formats.cells import NUMBER, cleaned, over_distinct
from carbon_pipeline.metering.formats.result import (
    FLAG_ABSENT,
    FLAG_NEGATIVE,
    FLAG_NOT_NUMBER,
    FLAG_OK,
    FLAG_SUSPECT,
    MISSING,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from carbon_pipeline.metering.formats.profiles import Kind

MICROS: Final = 1_000_000
NONE: Final = np.iinfo(np.int64).min
"""Stands for a missing value while values may still be negative."""

_EXACT_BELOW: Final = 2.0**40
_OFF_BY: Final = 1e-3
LARGEST: Final = 2**62
"""Millionths from here on are taken for no number: no meter counts so far, and sums of them must fit 64 bits."""


@dataclass(frozen=True)
class Block:
    """Values of some rows, one column a point: signed millionths, `NONE` where missing, and per value its flag."""

    micros: NDArray[np.int64]
    flags: NDArray[np.uint8]

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Block:
        """Some of the rows."""
        return Block(self.micros[rows], self.flags[rows])


def from_columns(cells: pl.DataFrame, columns: Sequence[int], missing: Collection[str]) -> Block:
    """Turn value columns of text into a block.

    Args:
        cells: table of cells, columns named by index.
        columns: the value columns, in the order of their points.
        missing: texts that stand for no value.
    """
    names = [str(column) for column in columns]
    block = from_texts(pl.concat([cells[name].alias("value") for name in names]), missing)
    shape = (len(names), cells.height)
    return Block(np.ascontiguousarray(block.micros.reshape(shape).T), np.ascontiguousarray(block.flags.reshape(shape).T))


def from_texts(texts: pl.Series, missing: Collection[str]) -> Block:
    """Turn any texts into exact millionths, half-even at the sixth decimal; what is no number is missing and flagged.

    Returns:
        A block of one dimension.
    """
    texts = texts.alias("text")
    micros, flags = np.full(len(texts), NONE, np.int64), np.full(len(texts), FLAG_OK, np.uint8)
    is_number = _are_numbers(texts)
    micros[is_number] = _micros(texts.filter(is_number))
    others = np.flatnonzero(micros == NONE)  # few, as a rule: they alone are cleaned
    cells = texts[others].to_frame().select(cleaned(pl.col("text"), missing)).to_series()
    is_wrapped = _are_numbers(cells)
    micros[others[is_wrapped]] = _micros(cells.filter(is_wrapped))
    is_unread = cells.is_not_null().to_numpy() & (micros[others] == NONE)
    flags[others[is_unread]] = FLAG_NOT_NUMBER
    for code in numeric_codes(missing):
        micros[micros == code] = NONE
    return Block(micros, flags)


def _are_numbers(texts: pl.Series) -> NDArray[np.bool_]:
    return texts.str.contains(NUMBER).fill_null(value=False).to_numpy()


def _micros(numbers: pl.Series) -> NDArray[np.int64]:
    """Millionths of numbers: of their doubles where these tell them apart, else of their digits; `NONE` of those too large."""
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = numbers.cast(pl.Float64).to_numpy() * MICROS
    whole = np.rint(scaled)
    whole = np.where(np.abs(whole) < _EXACT_BELOW, whole, 0.0)
    is_exact = np.abs(scaled - whole) <= _OFF_BY
    found = np.where(is_exact, whole, 0.0).astype(np.int64)
    if not is_exact.all():
        rest = numbers.filter(pl.Series(~is_exact))
        found[~is_exact] = over_distinct(rest, exact_micros, pl.Int64()).fill_null(NONE).to_numpy()
    return found


def exact_micros(text: str) -> int | None:
    """Round a decimal text to millionths, half-even, on its digits alone; None beyond what 64 bits hold."""
    whole, _, fraction = text.removeprefix("-").partition(".")
    digits, rest = whole.lstrip("0") + fraction[:6].ljust(6, "0"), fraction[6:].rstrip("0")
    if len(digits) > len(str(LARGEST)):
        return None
    micros = int(digits)
    micros += rest > "5" or (rest == "5" and micros % 2 == 1)
    return None if micros >= LARGEST else -micros if text.startswith("-") else micros


def numeric_codes(missing: Collection[str]) -> list[int]:
    """Missing codes that are numbers, in millionths; a value that equals one is missing, however many decimals it is written with."""
    found = [exact_micros(code) for code in missing if re.match(NUMBER, code)]
    return [micros for micros in found if micros is not None]


def settle_signs(
    kind: Kind, block: Block, absent: NDArray[np.bool_] | None, is_reverse: NDArray[np.bool_] | None = None
) -> tuple[Block, NDArray[np.int64] | None]:
    """Bring values to what may be stored: absent and negative ones missing, negative power of the forward channel zero.

    Args:
        kind: kind of the values.
        block: the values, changed in place.
        absent: values that are flagged absent.
        is_reverse: rows of the reverse channel.

    Returns:
        The block with `MISSING` for missing values, and where power was negative, per row its lowest millionth (else 0).
    """
    micros, flags = block.micros, block.flags
    if absent is not None:
        micros[absent] = NONE
        flags[absent] = FLAG_ABSENT
    lowest = None
    below = np.flatnonzero(micros < 0)
    negative = below[micros.flat[below] != NONE]
    if len(negative):
        is_negative = np.zeros(micros.shape, np.bool_)
        is_negative.flat[negative] = True
        if kind == "P":
            lowest = np.where(is_negative, micros, 0).min(axis=1)
            micros[is_negative] = 0
            is_negative &= np.False_ if is_reverse is None else is_reverse[:, None]
            below = np.flatnonzero((micros < 0) | is_negative)
        flags[is_negative] = FLAG_NEGATIVE
    micros.flat[below] = MISSING
    return Block(micros, flags), lowest


def to_grid(kind: Kind, block: Block, parts: int) -> Block:
    """Bring finer data to the 15-minute grid: energy and power summed, a register every `parts`-th.

    An interval needs all its parts; one that lacks any is missing with the gravest of their flags. The sum of power stands for
    its mean, which may be no decimal.
    """
    if parts == 1:
        return block
    rows, points = block.micros.shape
    micros = block.micros.reshape(rows, points // parts, parts)
    flags = block.flags.reshape(rows, points // parts, parts)
    if kind == "R":
        return Block(np.ascontiguousarray(micros[:, :, 0]), np.ascontiguousarray(flags[:, :, 0]))
    is_gap = ((micros == MISSING) | (micros > LARGEST // parts)).any(axis=2)
    total = micros.sum(axis=2)
    flag = flags.max(axis=2)
    flag[is_gap & (flag == FLAG_SUSPECT)] = FLAG_OK
    return Block(np.where(is_gap, MISSING, total), flag)
