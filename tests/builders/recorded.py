"""A refresh through the job of the Dagster UI, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carbon_pipeline import definitions

if TYPE_CHECKING:
    from datetime import date

    from carbon_pipeline.settings import Settings


def run_refresh(settings: Settings, as_of: date, **how: Any) -> list[str]:
    """Open the run history of a home, and run the job; see `definitions.run_refresh`."""
    with definitions.run_history(settings) as instance:
        return definitions.run_refresh(instance, settings, as_of, **how)
