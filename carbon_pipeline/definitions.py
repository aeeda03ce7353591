"""Puts assets, jobs, sensors and schedules together, and runs the refresh job in this process."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.jobs import JOBS
from assets.lake import Home
from assets.metering import meter_days, receipts
from assets.results import monthly_grades, results
from assets.work import refresh as refresh_here
from assets.work import settle as settle_here
from carbon_pipeline.run_history import kept_open
from carbon_pipeline.serving import dagster_home, one_at_a_time
from sensors.calendar import daily_refresh, monthly_grading
from sensors.inbox import after_intake, inbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from carbon_pipeline.outcomes import Refresh, Settle
    from carbon_pipeline.settings import Settings


def build_definitions(overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """Everything that Dagster runs.

    Args:
        overrides: resources in the place of the usual ones, by name; tests hand in a home of their own.
    """
    return dg.Definitions(
        assets=[receipts, meter_days, results, monthly_grades],
        jobs=JOBS,
        sensors=[inbox, after_intake],
        schedules=[daily_refresh, monthly_grading],
        resources={"home": Home(), "settle": settle_here, "refresh": refresh_here} | dict(overrides or {}),
        executor=dg.in_process_executor,
    )


@contextmanager
def run_history(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The home's instance of Dagster, the same as that of its UI: to open it takes longer than to run a small refresh."""
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    folder = dagster_home(settings)
    os.environ["DAGSTER_HOME"] = str(folder)
    with kept_open():
        with one_at_a_time(folder):
            opened = dg.DagsterInstance.get()
        with opened as instance:
            yield instance


def run_refresh(
    instance: dg.DagsterInstance,
    settings: Settings,
    as_of: date,
    period: str = "",
    settle: Settle = settle_here,
    refresh: Refresh = refresh_here,
) -> list[str]:
    """Run the refresh job of the Dagster UI in this process.

    Args:
        instance: where it is recorded.
        settings: the home.
        as_of: partition to bring up to date.
        period: what to grade; empty: all that is over and has readings.
        settle: brings meter days up to date, or tells of it where another process does so.
        refresh: reckons and keeps everything as of the date; likewise.

    Returns:
        Names of the checks that failed, those that only warn left out.

    Raises:
        Exception: whatever went wrong in a step, as it was raised there.
    """
    job = build_definitions({"home": Home(path=str(settings.home)), "settle": settle, "refresh": refresh}).resolve_job_def("refresh")
    config = {"ops": {"results": {"config": {"period": period}}}, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    done = job.execute_in_process(run_config=config, instance=instance, partition_key=as_of.isoformat(), raise_on_error=True)
    checks = done.get_asset_check_evaluations()
    return [f"{c.asset_key.to_user_string()}:{c.check_name}" for c in checks if not c.passed and c.severity == dg.AssetCheckSeverity.ERROR]


defs = build_definitions()
