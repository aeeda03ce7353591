"""Whether the body of a text export holds anything out of the ordinary, told from its bytes before a cell of it is parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

_NOT_PLAIN: Final = (b"e", b"E", b"+")
"""In a body without these, whatever parses as a float and has digits around each point is a number of the contract."""
_TO_BE_CLEANED: Final = (b'"', b"'", b"`", b" ", b"\t", b"\v", b"\f")
"""What `cleaned` and `folded` look for in a text of ASCII, but for a carriage return that ends no line."""
_COMMA, _POINT, _ZERO, _EXPONENT, _LAST_LETTER = b",.0EZ"
BYTES_A_BLOCK: Final = 1 << 18
"""Looked at together: they stay in the processor's cache."""


def is_bare(body: bytes, lines: int) -> bool:
    """Whether a body is plain and clean beyond doubt, as most are: from comma to Z and line ends only, no E, and digits around each point.

    Told at one go, in half the time that it takes to look for each thing that a body may not hold.

    Args:
        body: its bytes, without a line end at the end.
        lines: how many lines it has.
    """
    if _begins_or_ends_with_point(body) or _EXPONENT in body:
        return False
    usual = lines - 1
    for block in _blocks(body):
        if _has_lone_point(block):
            return False
        usual += int(np.count_nonzero(block[:BYTES_A_BLOCK] - _COMMA <= _LAST_LETTER - _COMMA))  # below the comma it wraps round
    return usual == len(body)


def is_plain(body: bytes) -> bool:
    """Whether no cell can be a float that is no number here: an exponent, a plus, a point without digits on both sides.

    Nor a quotation mark that is never closed: at the end of a file Polars' reader of floats breaks down over one.
    """
    if any(letter in body for letter in _NOT_PLAIN) or _begins_or_ends_with_point(body) or body.count(b'"') % 2:
        return False
    return not any(map(_has_lone_point, _blocks(body)))


def is_clean(body: bytes) -> bool:
    """Whether no cell of a body, parsed with missing codes as null, has anything to strip or to unwrap."""
    if not body.isascii() or any(mark in body for mark in _TO_BE_CLEANED):
        return False
    return b"\r" not in body or body.count(b"\r") == body.count(b"\r\n")


def _blocks(body: bytes) -> Iterator[Bytes]:
    """Parts of a body, each with the first byte of the next, so that any two neighbours are in one of them."""
    codes = np.frombuffer(body, np.uint8)
    return (codes[start : start + BYTES_A_BLOCK + 1] for start in range(0, len(body), BYTES_A_BLOCK))


def _begins_or_ends_with_point(body: bytes) -> bool:
    return body.startswith(b".") or body.endswith(b".")


def _has_lone_point(block: Bytes) -> bool:
    """Whether a point, but for one at either end, lacks a digit before or after it: then it stands beside another such byte."""
    is_none = block < _ZERO  # no digit, and no letter either, which makes no number at all
    at = np.flatnonzero(is_none[:-1] & is_none[1:])
    return bool(np.any(block[at] == _POINT) or np.any(block[at + 1] == _POINT))
