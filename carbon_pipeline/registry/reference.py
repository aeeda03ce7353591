"""What the register is checked against: the industry classes and the energy carriers with the unit of their coefficient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from carbon_pipeline.factors import Factors
from carbon_pipeline.industries import Industries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbon_pipeline.settings import Settings


@dataclass(frozen=True)
class Reference:
    """Lists that a row must agree with.

    Attributes:
        industry_codes: classes (小类) of GB/T 4754-2017, four digits.
        carrier_units: energy carrier 能源品种 -> unit of its coefficient.
    """

    industry_codes: frozenset[str]
    carrier_units: Mapping[str, str]

    @classmethod
    def load(cls, settings: Settings) -> Reference:
        """Read the lists from the configuration, those that ship and the county's own.

        Raises:
            ConfigError: a row of them is wrong.
        """
        factors = Factors.load(settings)
        return cls(Industries.load(settings).classes, factors.carrier_units)
