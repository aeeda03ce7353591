"""The home as a Dagster resource: one lake, its settings, and the partitions by which results are kept."""

from typing import Final

import dagster as dg

from carbon_pipeline.lake.store import Store
from carbon_pipeline.periods import DAYS_AHEAD, FIRST_DAY, TIMEZONE
from carbon_pipeline.settings import Settings

_FIRST_DAY: Final = FIRST_DAY.isoformat()

AS_OF_DATES: Final = dg.DailyPartitionsDefinition(start_date=_FIRST_DAY, timezone=TIMEZONE, end_offset=DAYS_AHEAD + 1)
"""Results are kept by the date as of which they were reckoned; the offset counts from yesterday, the last day that is over."""
MONTHS: Final = dg.MonthlyPartitionsDefinition(start_date=_FIRST_DAY, timezone=TIMEZONE)


class Home(dg.ConfigurableResource["Home"]):
    """The home that a run works on.

    Attributes:
        path: the folder; empty: `$CARBON_HOME`, else `./.carbon`.
    """

    path: str = ""

    @property
    def settings(self) -> Settings:
        """Settings of the home."""
        return Settings.load(self.path or None)

    @property
    def store(self) -> Store:
        """The lake of the home."""
        return Store(self.settings.home)
