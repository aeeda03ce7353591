"""The published results as of a date: energy, inventory, grades, budgets and tariffs, reckoned in one pass."""

from collections.abc import Iterator
from datetime import date
from typing import Final

import dagster as dg

from assets.describe import RESULT_METADATA, coverage_check, schema_check, sums_check
from assets.lake import AS_OF_DATES, MONTHS, Home
from assets.metering import meter_days
from carbon_pipeline.outcomes import Refresh
from carbon_pipeline.periods import parse_period, periods_with

RESULTS: Final = {
    "energy": "企业月度用能与碳排放 · energy and CO2 by month, enterprise and carrier",
    "inventory": "碳排放清单 · inventory by month, industry, street and carrier",
    "grades": "碳效码 · carbon-efficiency grades",
    "budgets": "用能预算使用情况 · energy budgets: used, alert, overrun",
    "tariffs": "阶梯电价与差别电价清单 · surcharges by account and month",
}


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
def results(
    context: dg.AssetExecutionContext, config: Asked, home: Home, refresh: dg.ResourceParam[Refresh]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Reckon everything that is published as of the partition's date."""
    reckoning = refresh(home.settings, date.fromisoformat(context.partition_key), config.period)
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
    from carbon_pipeline.refreshing import reckon_settled  # noqa: PLC0415 - as in `assets.work`
    from carbon_pipeline.settling import settled  # noqa: PLC0415

    month = parse_period(context.partition_key[:7])
    ended = [period.text for period in periods_with([month.text]) if period.last == month.last]
    with settled(home.settings):
        grades = reckon_settled(home.settings, month.last, ended).grades
    return dg.MaterializeResult(metadata={"periods": ", ".join(ended), "rows": grades.height, **RESULT_METADATA["grades"](grades)})
