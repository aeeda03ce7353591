"""What the register is checked against: the industry classes and the energy carriers with the unit of their coefficient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Reference:
    """Lists that a row must agree with.

    Attributes:
        industry_codes: classes (小类) of GB/T 4754-2017, four digits.
        carrier_units: energy carrier 能源品种 -> unit of its coefficient.
    """

    industry_codes: frozenset[str]
    carrier_units: Mapping[str, str]
