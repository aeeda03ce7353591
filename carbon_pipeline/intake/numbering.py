"""The order of uploads in numbers: receipts count up, and the rows of each have their places below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ROWS: Final = 1 << 32
"""`seq` is the number of the receipt x 2^32 + the row: a file's rows from the top, uploads in their order."""
_DIGITS: Final = 8


def seq_of(rows: pl.Expr, receipts: NDArray[np.int64] | int) -> pl.Expr:
    """Places of rows of one receipt, or of one each."""
    return rows + pl.lit(receipts * _ROWS)


def last_seq(receipt: int) -> int:
    """The last place that belongs to a receipt or to one before it."""
    return (receipt + 1) * _ROWS - 1


def receipt_of_seq() -> pl.Expr:
    """Number of the receipt of each `seq`."""
    return pl.col("seq") // _ROWS


def row_of_seq() -> pl.Expr:
    """Number of the row of each `seq`."""
    return pl.col("seq") % _ROWS


def receipt_id(number: int) -> str:
    """A receipt's number as it is published: text that sorts in the order of uploads."""
    return f"R{number:0{_DIGITS}d}"


def receipt_id_of_seq() -> pl.Expr:
    """Receipt of each `seq` as it is published."""
    return pl.concat_str(pl.lit("R"), receipt_of_seq().cast(pl.String).str.zfill(_DIGITS))


def number_of(receipt: str) -> int:
    """Number of a receipt."""
    return int(receipt.removeprefix("R"))


def last_number(receipts: pl.Series) -> int:
    """The highest number of some receipts, 0 of none."""
    return int(receipts.str.strip_prefix("R").cast(pl.Int64).max() or 0)  # type: ignore[arg-type] # of whole numbers
