"""What the calendar starts: the daily list of who is over budget, and the grades of a month that has ended."""

from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import dagster as dg
import polars as pl

from assets.jobs import MONTHLY_GRADING, REFRESH, RETRIED
from assets.lake import Home
from carbon_pipeline.lake.store import Store
from carbon_pipeline.periods import TIMEZONE, today

_ARCHIVE: Final = timedelta(days=31)
"""A lake whose readings ended longer ago is looked at as of their end, not as of now."""


def as_of_for(last_reading: date, today: date) -> date:
    """The date as of which results are kept current.

    In live operation that is yesterday, the last day that is over, so that readings which fail to come lower the coverage
    for everyone to see; today only where readings of today are there. A lake whose readings ended more than a month ago
    shows how things stood when they ended. Never a day ahead of today.
    """
    yesterday = today - timedelta(days=1)
    if last_reading >= today:
        return today
    return last_reading if yesterday - last_reading > _ARCHIVE else yesterday


def live_as_of(store: Store) -> date | None:
    """The date as of which the results of a lake are kept current, None where it has no readings."""
    if not store.exists("meter_days"):
        return None
    last = store.scan("meter_days").filter(pl.col("measured_min") > 0).select(pl.col("day").max()).collect().item()
    return None if last is None else as_of_for(last, today())


@dg.schedule(
    job=REFRESH,
    cron_schedule="30 6 * * *",
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="每日更新超预算名单 · who is over budget, every morning",
)
def daily_refresh(home: Home) -> dg.RunRequest | dg.SkipReason:
    """Refresh every morning, when the readings of yesterday are in."""
    as_of = live_as_of(home.store)
    return dg.SkipReason("no readings yet") if as_of is None else dg.RunRequest(partition_key=as_of.isoformat(), tags=RETRIED)


@dg.schedule(
    job=MONTHLY_GRADING,
    cron_schedule="0 7 5 * *",
    execution_timezone=TIMEZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="每月评价上月 · grades of the month that has ended",
)
def monthly_grading(context: dg.ScheduleEvaluationContext, home: Home) -> dg.RunRequest | dg.SkipReason:
    """Grade the last month on the fifth, when its readings and registers are in."""
    if not home.store.exists("meter_days"):
        return dg.SkipReason("no readings yet")
    first = (context.scheduled_execution_time.astimezone(ZoneInfo(TIMEZONE)).replace(day=1) - timedelta(days=1)).replace(day=1)
    return dg.RunRequest(partition_key=first.date().isoformat(), tags=RETRIED)
