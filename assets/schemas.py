"""Schemas of the published results, as the asset checks hold them: columns, types, keys and bounds no row may break."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from carbon_pipeline.periods import MINUTES_A_DAY

_DIGITS: Final = 38
_MONTH: Final = r"^\d{4}-(0[1-9]|1[0-2])$"
_PERIOD: Final = r"^\d{4}(-(0[1-9]|1[0-2])|Q[1-4])?$"
_ENTERPRISE: Final = r"^[0-9A-Z]{18}$"


def _mass() -> dy.Decimal:
    return dy.Decimal(_DIGITS, 3, nullable=True, min=0)


def _ratio() -> dy.Decimal:
    return dy.Decimal(_DIGITS, 4, nullable=True)


def _share() -> dy.Decimal:
    return dy.Decimal(_DIGITS, 4, nullable=True, min=0, max=1)


def _money() -> dy.Decimal:
    return dy.Decimal(_DIGITS, 2, nullable=True)


def _text(regex: str | None = None) -> dy.String:
    return dy.String(nullable=True, regex=regex)


class Energy(dy.Schema):
    """Energy and CO2 by month, enterprise, carrier and use."""

    month = dy.String(regex=_MONTH)
    enterprise_id = dy.String(regex=_ENTERPRISE)
    carrier = dy.String()
    use = _text("^(燃料|原料)$")
    quantity = _mass()
    unit = dy.String()
    import_wh = dy.Int64(nullable=True, min=0)
    export_wh = dy.Int64(nullable=True, min=0)
    pv_self_use_wh = dy.Int64(nullable=True, min=0)
    tce_calorific = _mass()
    tce_equivalent = _mass()
    tco2_gross = _mass()
    tco2_net = _mass()
    coverage = _share()
    estimated_share = _share()

    @dy.rule()
    def one_row_a_key(cls) -> pl.Expr:  # noqa: N805 - dataframely calls it with the schema
        """No two rows of one key."""
        return pl.len().over(["month", "enterprise_id", "carrier", "use"]) == 1

    @dy.rule()
    def net_at_most_gross(cls) -> pl.Expr:  # noqa: N805
        """Zero-carbon energy only takes away."""
        return pl.col("tco2_net") <= pl.col("tco2_gross")


class Inventory(dy.Schema):
    """Inventory by month, industry, street and carrier."""

    month = dy.String(regex=_MONTH)
    industry_code = dy.String(regex=r"^\d{4}$")
    street = _text()
    carrier = dy.String()
    tce_equivalent = _mass()
    tco2_net = _mass()
    enterprises = dy.Int64(min=1)
    coverage = _share()

    @dy.rule()
    def one_row_a_key(cls) -> pl.Expr:  # noqa: N805
        """No two rows of one key."""
        return pl.len().over(["month", "industry_code", "street", "carrier"]) == 1


class Grades(dy.Schema):
    """Grades by period and enterprise."""

    period = dy.String(primary_key=True, regex=_PERIOD)
    enterprise_id = dy.String(primary_key=True, regex=_ENTERPRISE)
    name = _text()
    industry_code = _text()
    street = _text()
    peer_group = _text()
    peer_count = dy.Int64(nullable=True, min=1)
    peer_share = _share()
    tco2_gross = _mass()
    tco2_net = _mass()
    value_added_10k_cny = _money()
    l = _ratio()  # noqa: E741 - the rule's own name
    level = _text("^(low|mid|high)$")
    peer_l = _ratio()
    k = _ratio()
    grade = dy.Int64(nullable=True, min=1)  # how many there are says the rule
    neutrality_rate = _share()
    coverage = _share()
    estimated_share = _share()
    status = dy.String(regex="^(graded|not_gradable)$")
    reason = _text()
    rule_id = dy.String()
    factor_year = dy.Int64(nullable=True)

    @dy.rule()
    def grade_or_reason(cls) -> pl.Expr:  # noqa: N805
        """Graded rows have a grade and no reason, the others a reason and no grade."""
        is_graded = pl.col("status") == "graded"
        return (is_graded == pl.col("grade").is_not_null()) & (is_graded == pl.col("reason").is_null())


class Budgets(dy.Schema):
    """Budgets by enterprise."""

    as_of = dy.Date(primary_key=True)
    enterprise_id = dy.String(primary_key=True, regex=_ENTERPRISE)
    name = _text()
    industry_code = _text()
    street = _text()
    year = dy.Int64()
    document_no = _text()
    budget_tce = _mass()
    basis = dy.String(regex="^(等价值|当量值)$")
    used_tce = _mass()
    ratio = _ratio()
    alert = dy.String(regex="^(none|yellow|orange|red|low_coverage|no_budget)$")
    overrun_tce = _mass()
    forecast_p05_tce = _mass()
    forecast_p50_tce = _mass()
    forecast_p95_tce = _mass()
    overrun_probability = _share()
    expected_overrun_date = dy.Date(nullable=True)
    coverage = _share()
    fuel_months_missing = dy.Int64(min=0)
    last_reading_date = dy.Date(nullable=True)


class Tariffs(dy.Schema):
    """Surcharges by month, enterprise, account, rule and step."""

    month = dy.String(regex=_MONTH)
    enterprise_id = dy.String(regex=_ENTERPRISE)
    account_no = dy.String()
    rule_id = dy.String()
    step = dy.Int64(nullable=True, min=1)
    years_running = dy.Int64(nullable=True, min=1)
    excess_kwh = dy.Int64(min=0)
    rate_cny_per_kwh = _ratio()
    amount_cny = _money()
    effective_from = dy.Date(nullable=True)
    effective_to = dy.Date(nullable=True)
    trial = dy.Bool()
    provisional = dy.Bool()
    change = dy.String(regex="^(new|raised|lowered|same|stopped)$")
    delta_kwh = dy.Int64()
    delta_amount_cny = _money()
    coverage = _share()

    @dy.rule()
    def one_row_a_key(cls) -> pl.Expr:  # noqa: N805
        """No two rows of one key."""
        return pl.len().over(["month", "enterprise_id", "account_no", "rule_id", "step"]) == 1

    @dy.rule()
    def something_or_stopped(cls) -> pl.Expr:  # noqa: N805
        """Only a line that is gone has no kWh."""
        return (pl.col("excess_kwh") > 0) | (pl.col("change") == "stopped")


class MeterDays(dy.Schema):
    """Settled meter days."""

    month = dy.String(regex=_MONTH)
    meter_no = dy.String(primary_key=True)
    channel = dy.String(primary_key=True, regex="^(forward|reverse)$")
    day = dy.Date(primary_key=True)
    step = dy.Int32(min=1, max=MINUTES_A_DAY)
    wh = dy.Int64(nullable=True, min=0)
    measured_min = dy.Int64(min=0, max=MINUTES_A_DAY)
    shaped_min = dy.Int64(min=0, max=MINUTES_A_DAY)
    estimated_min = dy.Int64(min=0, max=MINUTES_A_DAY)

    @dy.rule()
    def at_most_a_day(cls) -> pl.Expr:  # noqa: N805
        """No minute counts twice."""
        return pl.sum_horizontal("measured_min", "shaped_min", "estimated_min") <= MINUTES_A_DAY


SCHEMAS: Final[dict[str, type[dy.Schema]]] = {
    "energy": Energy,
    "inventory": Inventory,
    "grades": Grades,
    "budgets": Budgets,
    "tariffs": Tariffs,
    "meter_days": MeterDays,
}
"""Schema by table."""


def broken(name: str, frame: pl.DataFrame) -> dict[str, int]:
    """How many rows of a table break which rule of its schema; nothing where all is well.

    Raises:
        dataframely.exc.SchemaError: the columns or their types are not those of the schema.
    """
    _, failure = SCHEMAS[name].filter(frame)
    return {str(rule): count for rule, count in failure.counts().items()}
