"""Identifiers of made-up enterprises, accounts and meters, in the form that the real ones have."""

from __future__ import annotations

from carbon_pipeline.registry.credit_code import ALPHABET, check_character


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
        number, digit = divmod(number, len(ALPHABET))
        body = ALPHABET[digit] + body
    stem = f"91{district}MA7C{body}X"
    return stem + check_character(stem)


def account_no(number: int) -> str:
    """A supply account 户号 of 13 digits: the province's 330 and ten more."""
    return f"330{3304000000 + number * 7:010d}"


def meter_no(number: int) -> str:
    """A meter asset number 电能表资产号 of 22 digits' habit, shortened to 16 as exports often have it."""
    return f"33{8004000000000 + number * 11:014d}"
