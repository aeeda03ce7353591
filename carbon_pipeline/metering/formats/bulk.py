"""Bodies of large wide exports, split by machine code: the values straight to exact integers, the other cells as they stand.

A county's first load is gigabytes of decimals. Here each is read once, digit by digit; as texts they take fifteen times as long.
Whatever is not a plain table of numbers is left to `tables`, which reads everything: nothing depends on a body's coming here but the
time that it takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

import numpy as np
from numba import njit

from carbon_pipeline.metering.formats.values import NONE, Block, numeric_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from carbon_pipeline.metering.formats.detect import Layout

    Bytes = NDArray[np.uint8]
    Integers = NDArray[np.int64]

P = ParamSpec("P")
R = TypeVar("R")

_LF, _CR, _QUOTE, _MINUS, _POINT, _ZERO, _NINE = b'\n\r"-.09'
_NOWHERE: Final = -1
"""Stands for a place in a body of which more would have to be known."""
_PLACES: Final = 6
_POWERS: Final = 10 ** np.arange(_PLACES + 1)
_WHOLE_DIGITS: Final = 12
"""Millionths of so many digits before the point fit 64 bits."""
_BARE_WORD: Final = re.compile(r'[^\s"](?:[^"\r\n]*[^\s"])?')
"""A missing code that is the same before and after its cell is cleaned."""
_IS_CLEAN: Final = np.array([code < 128 and code not in b"\"'` \t\v\f\r" for code in range(256)])  # noqa: PLR2004 - ASCII
"""Whether a byte is none that `cleaned` and `folded` look for."""


@dataclass(frozen=True)
class Split:
    """What bodies hold.

    Attributes:
        texts: the same lines without the values.
        values: the values, exact; what is a missing code is missing.
        is_clean: whether no cell of the texts holds a blank or a wrap.
    """

    texts: bytes
    values: Block
    is_clean: bool


def split(bodies: Sequence[bytes | memoryview], counts: Sequence[int], layout: Layout) -> Split | None:
    """Split bodies of one layout, as if they were one.

    Args:
        bodies: lines without a line end at the end.
        counts: how many lines each has.
        layout: the columns, and which of them hold values.

    Returns:
        None where the values do not stand side by side behind another column, a row has other columns than the layout, or a value is
        neither a decimal of at most 12 digits and 6 places nor missing.
    """
    before = layout.values[0]
    after = layout.width - before - len(layout.values)
    if not before or layout.values != tuple(range(before, layout.width - after)):
        return None
    words = _bytes("".join(f"{word}\n" for word in layout.profile.missing if _BARE_WORD.fullmatch(word)).encode())
    codes = np.array(numeric_codes(layout.profile.missing), np.int64)
    micros = np.empty((sum(counts), len(layout.values)), np.int64)
    texts = np.empty(sum(map(len, bodies)) + len(bodies), np.uint8)
    first, written, is_clean = 0, 0, True
    for body, count in zip(bodies, counts, strict=True):
        place = (micros[first : first + count], texts[written:])
        size, is_clean_body = _split(_bytes(body), ord(layout.delimiter), before, after, words, codes, *place)
        if size == _NOWHERE:
            return None
        first, written, is_clean = first + count, written + size, is_clean and is_clean_body
    return Split(texts[:written].tobytes(), Block(micros, np.zeros(micros.shape, np.uint8)), is_clean)


def _bytes(data: bytes | memoryview) -> Bytes:
    return np.frombuffer(data, np.uint8)


def _compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function when it is first called, and keep what comes of it beside the module or, failing that, for the user."""
    try:
        kept: Callable[P, R] = njit(nogil=True, cache=True)(function)
    except RuntimeError:  # neither place may be written to
        kept = njit(nogil=True)(function)
    return kept


@_compiled
def _split(
    body: Bytes, delimiter: int, before: int, after: int, words: Bytes, codes: Integers, micros: Integers, texts: Bytes
) -> tuple[int, bool]:
    """Split a body whose lines are the rows of `micros`; gives how many bytes of texts it has and whether they are clean."""
    start, written, is_clean = 0, 0, True
    for row in range(len(micros)):
        end = _texts_end(body, start, delimiter, before)
        is_clean &= _copy(body, start, end, texts[written:])
        written += end - start
        end = _values_end(body, end + 1, delimiter, words, codes, micros[row]) if _goes_on(body, end, delimiter) else _NOWHERE
        if after:
            start, end = end, _texts_end(body, end + 1, delimiter, after) if _goes_on(body, end, delimiter) else _NOWHERE
            is_clean &= _copy(body, start, end, texts[written:])
            written += end - start
        if end == _NOWHERE or _goes_on(body, end, delimiter):
            return _NOWHERE, False
        texts[written] = _LF
        written += 1
        start = end + 2 if end < len(body) and body[end] == _CR else end + 1
    return written, is_clean


@_compiled
def _values_end(body: Bytes, start: int, delimiter: int, words: Bytes, codes: Integers, micros: Integers) -> int:
    """Read values cell by cell; gives where the last of them ends."""
    for point in range(len(micros)):
        first = start + (start < len(body) and body[start] == _MINUS)
        number, end, mark = 0, first, _NOWHERE
        while end < len(body):
            if _ZERO <= body[end] <= _NINE:
                number = number * 10 + int(body[end]) - _ZERO
            elif body[end] == _POINT and mark == _NOWHERE:
                mark = end
            else:
                break
            end += 1
        whole, places = (end - first, 0) if mark == _NOWHERE else (mark - first, end - mark - 1)
        is_decimal = 0 < whole <= _WHOLE_DIGITS and places <= _PLACES and (places or mark == _NOWHERE)
        if is_decimal and _is_end(body, end, delimiter):
            number *= int(_POWERS[_PLACES - places])
            micros[point] = number if first == start else -number
            for code in codes:
                if micros[point] == code:
                    micros[point] = NONE
        else:
            end = _cell_end(body, start, delimiter)
            if end > start and not _is_among(body, start, end, words):
                return _NOWHERE
            micros[point] = NONE
        if point + 1 < len(micros) and not _goes_on(body, end, delimiter):
            return _NOWHERE
        start = end + 1
    return start - 1


@_compiled
def _texts_end(body: Bytes, start: int, delimiter: int, columns: int) -> int:
    """Where the last of some cells ends."""
    end = _cell_end(body, start, delimiter)
    for _ in range(1, columns):
        if not _goes_on(body, end, delimiter):
            return _NOWHERE
        end = _cell_end(body, end + 1, delimiter)
    return end


@_compiled
def _cell_end(body: Bytes, start: int, delimiter: int) -> int:
    """Where a cell ends; nowhere if there are quotes in it that do not enclose it."""
    end = start
    if start < len(body) and body[start] == _QUOTE:
        end += 1
        while end < len(body) and body[end] != _QUOTE and body[end] != _LF:
            end += 1
        is_enclosed = end < len(body) and body[end] == _QUOTE and _is_end(body, end + 1, delimiter)
        return end + 1 if is_enclosed else _NOWHERE
    while not _is_end(body, end, delimiter):
        if body[end] == _QUOTE:
            return _NOWHERE
        end += 1
    return end


@_compiled
def _is_end(body: Bytes, at: int, delimiter: int) -> bool:
    """Whether a cell ends here."""
    if at >= len(body) or body[at] == delimiter or body[at] == _LF:
        return True
    return body[at] == _CR and (at + 1 == len(body) or body[at + 1] == _LF)


@_compiled
def _goes_on(body: Bytes, end: int, delimiter: int) -> bool:
    """Whether another cell of the row follows the one that ends here; none follows one that ends nowhere."""
    return 0 <= end < len(body) and body[end] == delimiter


@_compiled
def _copy(body: Bytes, start: int, end: int, texts: Bytes) -> bool:
    """Copy cells as they stand; gives whether they are clean."""
    is_clean = True
    for at in range(start, end):
        texts[at - start] = body[at]
        is_clean &= _IS_CLEAN[body[at]]
    return is_clean


@_compiled
def _is_among(body: Bytes, start: int, end: int, words: Bytes) -> bool:
    """Whether a cell is one of some words, each of which ends with a line end."""
    at, is_alike = start, True
    for code in words:
        if code == _LF:
            if is_alike and at == end:
                return True
            at, is_alike = start, True
        elif at < end and body[at] == code:
            at += 1
        else:
            is_alike = False
    return False
