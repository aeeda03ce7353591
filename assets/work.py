"""What does the work of the steps, loaded when one of them does it: for a command, another process does it meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from carbon_pipeline.outcomes import Reckoning, Settlement
    from carbon_pipeline.settings import Settings


def settle(settings: Settings) -> Settlement:
    """Bring meter days up to date with the readings and the register."""
    from carbon_pipeline.settling import settle_home  # noqa: PLC0415

    return settle_home(settings)


def refresh(settings: Settings, as_of: date, period: str) -> Reckoning:
    """Reckon and keep everything as of a date."""
    from carbon_pipeline.refreshing import refresh_home  # noqa: PLC0415

    return refresh_home(settings, as_of, period)
