"""The unified social credit code 统一社会信用代码: its spelling and its check character."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015, table 1: digits and capitals without I, O, S, V, Z."""

_BODY_LENGTH: Final = 17
_BASE: Final = len(ALPHABET)
_WEIGHTS: Final = tuple(pow(3, position, _BASE) for position in range(_BODY_LENGTH))
_SHAPE: Final = re.compile(rf"[{ALPHABET}]{{{_BODY_LENGTH + 1}}}")


def normalise(text: str) -> str:
    """One spelling of a code: full-width forms folded, no spaces, capitals."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def check_character(body: str) -> str:
    """Reckon the check character of a code's first 17 characters (GB 32100-2015, 5.2: MOD 31, weights 3^(i-1)).

    Raises:
        ValueError: the body is not 17 characters of the code's alphabet.
    """
    if len(body) != _BODY_LENGTH or not set(body) <= set(ALPHABET):
        message = f"{body!r} is not the first 17 characters of a unified social credit code"
        raise ValueError(message)
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % _BASE]


def is_valid(code: str) -> bool:
    """Tell whether a normalised code has 18 characters of the alphabet and the right check character."""
    return _SHAPE.fullmatch(code) is not None and check_character(code[:_BODY_LENGTH]) == code[_BODY_LENGTH]
