"""The jobs: a few assets each, the same for the Dagster UI, the sensors and the command line."""

from typing import Final

import dagster as dg

from assets.metering import meter_days, receipts
from assets.results import monthly_grades, results

INTAKE: Final = dg.define_asset_job("intake", [receipts, meter_days], description="收取 · take in files of the inbox")
REFRESH: Final = dg.define_asset_job("refresh", [meter_days, results], description="更新结果 · bring every result up to date as of a date")
MONTHLY_GRADING: Final = dg.define_asset_job(
    "monthly_grading",
    [meter_days, monthly_grades],
    description="月度评价 · grades of a month, and of the quarter and year that end with it",
)
RETRIED: Final = {"dagster/max_retries": "2"}
"""Tags of runs that start by themselves: a home that was busy or a disk that was full is tried again."""
JOBS: Final = (INTAKE, REFRESH, MONTHLY_GRADING)
