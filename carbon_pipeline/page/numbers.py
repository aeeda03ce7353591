"""Numbers as an official reads them: 万 and 亿, thousands in groups, per cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_WAN, _YI = Decimal(10_000), Decimal(100_000_000)
_HUNDRED: Final = Decimal(100)


def plain(value: Decimal | int | None, places: int) -> str:
    """A number with groups of thousands and `places` decimals, rounded half up; empty where there is none."""
    if value is None:
        return ""
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"


def amount(value: Decimal, unit: str) -> dict[str, str]:
    """A large amount in 万 or 亿 of its unit: `value` and `unit` as text."""
    if value >= _YI:
        return {"value": plain(value / _YI, 2), "unit": f"亿{unit}"}
    if value >= _WAN:
        return {"value": plain(value / _WAN, 2), "unit": f"万{unit}"}
    return {"value": plain(value, 0), "unit": unit}


def percent(share: Decimal | None) -> str:
    """A share as per cent with one decimal; empty where there is none."""
    return "" if share is None else f"{plain(Decimal(share) * _HUNDRED, 1)}%"


def as_percent(share: Decimal) -> str:
    """A share as per cent without needless decimals: 0.9 is 90%, 0.875 is 87.5%."""
    return f"{(share * _HUNDRED).normalize():f}%"
