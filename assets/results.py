"""The published results as of a date: energy, inventory, grades, budgets and tariffs, reckoned in one pass."""

from collections.abc import Iterator
from datetime import date
from typing import Final

import dagster as dg
import polars as pl

from assets.describe import RESULT_METADATA, coverage_check, schema_check, sums_check
from assets.lake import AS_OF_DATES, MONTHS, Home
from assets.metering import meter_days
from carbon_pipeline.factors import Factors
from carbon_pipeline.industries import Industries
from carbon_pipeline.periods import parse_period, periods_with
from carbon_pipeline.reckoning import Reckoning, reckon
from carbon_pipeline.registry.persistence import load_registry
from carbon_pipeline.rules import Rules
from carbon_pipeline.settling import settled

RESULTS: Final = {
    "energy": "企业月度用能与碳排放 · energy and CO2 by month, enterprise and carrier",
    "inventory": "碳排放清单 · inventory by month, industry, street and carrier",
    "grades": "碳效码 · carbon-efficiency grades",
    "budgets": "用能预算使用情况 · energy budgets: used, alert, overrun",
    "tariffs": "阶梯电价与差别电价清单 · surcharges by account and month",
}
KEPT: Final = {name: name for name in RESULTS} | {"findings": "result_findings", "checks": "checks"}
"""Parts of a reckoning by their tables in the lake."""


class Asked(dg.Config):
    """What to grade."""

    period: str = ""
    """One period; empty: every month, quarter and year that is over and has readings."""


def checks() -> list[dg.AssetCheckSpec]:
    """What is held of the results in every run."""
    schemas = [dg.AssetCheckSpec("columns", asset=name, description="列、类型与主键 · columns, types and keys") for name in RESULTS]
    sums = dg.AssetCheckSpec("sums", asset="energy", description="勾稽关系，精确到瓦时 · every sum holds, to the last Wh")
    covered = dg.AssetCheckSpec("coverage", asset="budgets", description="本年采集覆盖率 · coverage of the year to date")
    return [*schemas, sums, covered]


@dg.multi_asset(
    specs=[dg.AssetSpec(name, deps=[meter_days], description=text, group_name="results") for name, text in RESULTS.items()],
    check_specs=checks(),
    partitions_def=AS_OF_DATES,
)
def results(context: dg.AssetExecutionContext, config: Asked, home: Home) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Reckon everything that is published as of the partition's date."""
    as_of = date.fromisoformat(context.partition_key)
    with settled(home.settings):
        reckoning = reckoned(home, as_of, _periods(home, as_of, config.period))
        kept(home, reckoning)
    for name in RESULTS:
        frame = getattr(reckoning, name)
        yield dg.MaterializeResult(asset_key=name, metadata={"rows": frame.height, **RESULT_METADATA[name](frame)})
        yield schema_check(name, frame)
    yield sums_check(reckoning.checks)
    yield coverage_check(reckoning.budgets)


@dg.asset(
    deps=[meter_days],
    partitions_def=MONTHS,
    group_name="results",
    description="月度评价 · grades of a month, and of the quarter and year that end with it, as of its last day",
)
def monthly_grades(context: dg.AssetExecutionContext, home: Home) -> dg.MaterializeResult[None]:
    """Grade a month, and the quarter and year that end with it, as of its last day."""
    month = parse_period(context.partition_key[:7])
    ended = [period.text for period in periods_with([month.text]) if period.last == month.last]
    with settled(home.settings):
        reckoning = reckoned(home, month.last, ended)
        kept(home, reckoning)
    grades = reckoning.grades
    return dg.MaterializeResult(metadata={"periods": ", ".join(ended), "rows": grades.height, **RESULT_METADATA["grades"](grades)})


def reckoned(home: Home, as_of: date, periods: list[str] | None) -> Reckoning:
    """Everything as of a date, from the lake as it stands."""
    store, settings = home.store, home.settings
    return reckon(
        store.scan("meter_days"),
        load_registry(store),
        Factors.load(settings),
        Rules.load(settings),
        as_of,
        periods,
        industries=Industries.load(settings),
    )


def kept(home: Home, reckoning: Reckoning) -> None:
    """Write a reckoning in the place of the one of the same date; for whoever holds the home."""
    store, as_of = home.store, reckoning.as_of.isoformat()
    for part, table in KEPT.items():
        frame: pl.DataFrame = getattr(reckoning, part)
        frame = frame.drop("as_of", strict=False).select(pl.lit(as_of).alias("as_of"), pl.all())
        store.replace_partition(table, as_of, frame)


def _periods(home: Home, as_of: date, asked: str) -> list[str] | None:
    """The asked period and those graded before as of the same date, so that they stand on the same data."""
    if not asked:
        return None
    store = home.store
    held = store.scan("grades").filter(pl.col("as_of") == as_of.isoformat()) if store.exists("grades") else None
    graded = held.select("period").unique().collect()["period"].to_list() if held is not None else []
    return sorted({asked, *graded})
