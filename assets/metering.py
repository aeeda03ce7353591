"""From files to meter days: what came in, and the energy of every meter and day."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import dagster as dg
from pydantic import Field

from assets.describe import coverage_by_month, described, schema_check
from assets.lake import Home
from carbon_pipeline.console.telling import receipts_told
from carbon_pipeline.inbox import gathered
from carbon_pipeline.outcomes import Settle

CHECKED_MONTHS: Final = 2
"""What a daily run touches; the whole of a large county would cost more than the run."""


class Uploads(dg.Config):
    """Files and folders to take in, in the order in which they count."""

    paths: list[str] = Field(default_factory=list)
    inbox: str = ""
    """Folder in which the paths lie, whose parts receipts name; empty: each path stands for itself."""


@dg.asset(group_name="metering", description="收取的文件及回执 · what came in, file by file")
def receipts(config: Uploads, home: Home) -> dg.MaterializeResult[None]:
    """Take in files of the inbox and enter each in the book of receipts."""
    from carbon_pipeline.intake.session import ingest  # noqa: PLC0415 - readers of every layout, of which a refresh needs none

    with _handed_in(config, home.settings.home) as paths:
        told = ingest(home.store, home.settings, paths)
    counts = Counter(told["status"])
    sums = {name: int(told[name].sum()) for name in ("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored")}
    shown = receipts_told(told, home.settings.lang).select("receipt_id", "filename", "status", "rows_read", "rows_quarantined", "reason")
    return dg.MaterializeResult(metadata={"files": told.height, **counts, **sums, "told": described(shown)})


@contextmanager
def _handed_in(config: Uploads, home: Path) -> Iterator[list[Path]]:
    if not config.inbox:
        yield [Path(path) for path in config.paths]
        return
    with gathered(Path(config.inbox), config.paths, home / "tmp") as folder:
        yield [folder]


@dg.asset(
    deps=[receipts],
    check_specs=[
        dg.AssetCheckSpec(
            "columns", asset="meter_days", description="最近两个月的列、类型与主键 · columns, types and keys of the last two months"
        )
    ],
    group_name="metering",
    description="表计日电量 · the energy of every meter channel and day, in whole Wh",
)
def meter_days(home: Home, settle: dg.ResourceParam[Settle]) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster knows the bare name only
    """Bring meter days up to date with the readings and the register."""
    store, done = home.store, settle(home.settings)
    months = coverage_by_month(store.scan("meter_days"))
    latest = store.read("meter_days", months=months["month"].tail(CHECKED_MONTHS).to_list())
    return dg.MaterializeResult(
        metadata={"channels_reckoned_again": done.channels, "days_written": done.days, "measured": described(months)},
        check_results=[schema_check("meter_days", latest)],
    )
