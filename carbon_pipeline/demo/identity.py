"""Identifiers of made-up enterprises, accounts and meters, in the form that the real ones have."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a unified social credit code (GB 32100-2015, table 1)."""

_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_BASE = 31


def credit_code(number: int, district: str = "330304") -> str:
    """A valid unified social credit code 统一社会信用代码 for the `number`-th made-up enterprise.

    Args:
        number: 0 to 31^4 - 1; different numbers give different codes.
        district: six digits of the registering authority, by default 瓯海区.

    Returns:
        18 characters: `91`, the district, a body that begins with `MA` as that of young enterprises does,
        and the check character of GB 32100-2015.
    """
    body = ""
    for _ in range(4):
        number, digit = divmod(number, _BASE)
        body = ALPHABET[digit] + body
    stem = f"91{district}MA7C{body}X"
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(stem, _WEIGHTS, strict=True))
    return stem + ALPHABET[(_BASE - total % _BASE) % _BASE]


def account_no(number: int) -> str:
    """A supply account 户号 of 13 digits: the province's 330 and ten more."""
    return f"330{3304000000 + number * 7:010d}"


def meter_no(number: int) -> str:
    """A meter asset number 电能表资产号 of 22 digits' habit, shortened to 16 as exports often have it."""
    return f"33{8004000000000 + number * 11:014d}"
