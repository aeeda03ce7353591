"""The published tables: where each stands in the lake, which rows a refresh and a period pick, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from carbon_pipeline.console.errors import CommandError

if TYPE_CHECKING:
    from datetime import date

    from carbon_pipeline.lake.store import Store
    from carbon_pipeline.periods import Period
    from carbon_pipeline.settings import Settings

REFRESHES: Final = "checks"
"""The table that has rows of every refresh, whatever else was empty in it."""


@dataclass(frozen=True, slots=True)
class Published:
    """One table that people and systems read.

    Attributes:
        keys: how many of its first columns give its order, compared as text.
        period: what of a row must lie in an asked period.
        face: the columns that fit on a narrow terminal.
    """

    keys: int
    period: Literal["month", "period", "year", "days"] | None
    face: tuple[str, ...]


PUBLISHED: Final = {
    "receipts": Published(1, None, ("receipt_id", "filename", "profile", "status", "rows_read", "rows_quarantined", "reason")),
    "quarantine": Published(4, None, ("receipt_id", "filename", "sheet", "row_no", "reason", "detail")),
    "findings": Published(9, "days", ("meter_no", "date_from", "date_to", "enterprise_id", "reason", "severity", "evidence")),
    "energy": Published(
        4, "month", ("month", "enterprise_id", "carrier", "use", "quantity", "unit", "tce_equivalent", "tco2_net", "coverage")
    ),
    "grades": Published(2, "period", ("period", "enterprise_id", "name", "peer_group", "l", "k", "grade", "coverage", "status", "reason")),
    "budgets": Published(
        2, "year", ("enterprise_id", "name", "budget_tce", "used_tce", "ratio", "alert", "overrun_tce", "coverage", "last_reading_date")
    ),
    "tariffs": Published(
        5, "month", ("month", "enterprise_id", "account_no", "rule_id", "step", "excess_kwh", "rate_cny_per_kwh", "amount_cny", "change")
    ),
    "inventory": Published(
        4, "month", ("month", "industry_code", "street", "carrier", "tce_equivalent", "tco2_net", "enterprises", "coverage")
    ),
}


def refreshes(store: Store) -> list[str]:
    """As-of dates of every refresh in the lake, in order."""
    return sorted(store.read(REFRESHES, ["as_of"])["as_of"].unique()) if store.exists(REFRESHES) else []


def must_hold_something(store: Store) -> None:
    """Say so of a home into which nothing ever came, rather than show a table without rows: its name may be mistyped.

    Raises:
        CommandError: there is no such folder, or no file was ever handed in to it.
    """
    if not store.home.is_dir():
        raise CommandError("no_home", home=store.home)
    if not store.exists("receipts"):
        raise CommandError("home_empty", home=store.home)


def picked_refresh(store: Store, as_of: date | None) -> str:
    """The refresh of a date, else the one of the latest date.

    Raises:
        CommandError: there is no such refresh, or nothing in the home.
    """
    must_hold_something(store)
    known = refreshes(store)
    if not known:
        raise CommandError("no_refresh", home=store.home)
    if as_of is None:
        return known[-1]
    if as_of.isoformat() not in known:
        raise CommandError("no_refresh_as_of", as_of=as_of, known=", ".join(known))
    return as_of.isoformat()


def published(store: Store, settings: Settings, name: str, as_of: date | None = None, period: Period | None = None) -> pl.DataFrame:
    """Rows of one published table, in its fixed order and columns.

    Args:
        store: the lake.
        settings: language of sentences.
        name: a key of `PUBLISHED`.
        as_of: the refresh to take, else the latest; receipts and quarantine are of no refresh.
        period: keeps the months within it, the grades of it, the findings that touch it.

    Raises:
        CommandError: nothing ever came into the home, there is no such refresh, or it did not grade the period.
    """
    if name in {"receipts", "quarantine"}:
        must_hold_something(store)
        return in_order(_of_intake(store, settings, name), PUBLISHED[name].keys)
    chosen = picked_refresh(store, as_of)
    frame = _findings(store, settings, chosen) if name == "findings" else of_refresh(store, name, chosen)
    if period is not None:
        frame = within(frame, PUBLISHED[name].period, period)
        if name == "grades" and frame.is_empty():
            raise not_graded(period, chosen)
    return in_order(frame, PUBLISHED[name].keys)


def not_graded(period: Period, as_of: str) -> CommandError:
    """Why a refresh has no grades of a period: it was not over by then, or nobody asked for it."""
    is_early = period.last.isoformat() > as_of
    return CommandError("not_over" if is_early else "no_grades_of", period=period, as_of=as_of, last=period.last)


def why_empty(store: Store, name: str, as_of: date | None, period: Period) -> tuple[str, dict[str, object]] | None:
    """Why a table has no rows of a period: the key and details of a sentence, None where there is simply nothing to list."""
    if name not in {"energy", "inventory", "budgets", "tariffs"}:
        return None
    chosen = picked_refresh(store, as_of)
    if name in {"budgets", "tariffs"}:
        year = int(chosen[:4])
        return None if year == period.first.year else ("other_year", {"as_of": chosen, "year": year, "period": period})
    months = of_refresh(store, name, chosen)["month"]
    return ("other_months", {"as_of": chosen, "period": period, "first": months.min(), "last": months.max()}) if len(months) else None


def of_refresh(store: Store, name: str, as_of: str) -> pl.DataFrame:
    """Rows that one refresh gave a table, in the columns in which it is published."""
    if not store.exists(name):
        return pl.DataFrame(schema=result_schemas()[name])
    rows = store.scan(name).filter(pl.col("as_of") == as_of).collect()
    return rows.select(pl.col("as_of").str.to_date(), *rows.columns[1:]) if name == "budgets" else rows.drop("as_of")


def result_schemas() -> dict[str, pl.Schema]:
    """Columns of every result, by table; imported here, because only a table that was never written needs them."""
    from carbon_pipeline.accounting.energy import ENERGY_SCHEMA  # noqa: PLC0415
    from carbon_pipeline.accounting.findings import FINDINGS_SCHEMA  # noqa: PLC0415
    from carbon_pipeline.accounting.inventory import INVENTORY_SCHEMA  # noqa: PLC0415
    from carbon_pipeline.budget.status import BUDGETS_SCHEMA  # noqa: PLC0415
    from carbon_pipeline.efficiency.grading import GRADES_SCHEMA  # noqa: PLC0415
    from carbon_pipeline.tariff.lists import TARIFFS_SCHEMA  # noqa: PLC0415

    return {
        "energy": ENERGY_SCHEMA,
        "inventory": INVENTORY_SCHEMA,
        "grades": GRADES_SCHEMA,
        "budgets": BUDGETS_SCHEMA,
        "tariffs": TARIFFS_SCHEMA,
        "result_findings": FINDINGS_SCHEMA,
    }


def _findings(store: Store, settings: Settings, as_of: str) -> pl.DataFrame:
    from carbon_pipeline.console.findings import METERED, all_findings  # noqa: PLC0415 - only this table needs it
    from carbon_pipeline.intake.accounts import account_findings  # noqa: PLC0415
    from carbon_pipeline.intake.waiting import findings  # noqa: PLC0415
    from carbon_pipeline.metering.unclaimed import unclaimed_findings  # noqa: PLC0415
    from carbon_pipeline.registry.ownership import meter_ranges, owners  # noqa: PLC0415
    from carbon_pipeline.registry.persistence import load_registry  # noqa: PLC0415

    registry = load_registry(store)
    ranges = meter_ranges(registry)
    days = store.scan("meter_days").filter(pl.col("measured_min") + pl.col("shaped_min") > 0, pl.col("day") <= pl.lit(as_of).str.to_date())
    named = store.scan("readings").drop_nulls("account_no").group_by("meter_no").agg(pl.col("account_no").max())
    unclaimed = unclaimed_findings(days.select("meter_no", "channel", "day").collect(), ranges, owners(registry), named.collect())
    held = (findings(store, ranges), account_findings(store, ranges), unclaimed, store.read("settlement_findings"))
    metered = pl.concat([found.select(METERED) for found in held])
    return all_findings(metered, of_refresh(store, "result_findings", as_of), registry, as_of, settings.lang)


def within(frame: pl.DataFrame, kind: str | None, period: Period) -> pl.DataFrame:
    """Rows of a period, by what ties a table to one."""
    if kind == "month":
        return frame.filter(pl.col("month").is_in(period.months))
    if kind == "period":
        return frame.filter(pl.col("period") == period.text)
    if kind == "year":
        return frame.filter(pl.col("year").cast(pl.Int64) == period.first.year)
    if kind == "days":
        return frame.filter((pl.col("date_from") <= period.last) & (pl.col("date_to") >= period.first))
    return frame


def in_order(frame: pl.DataFrame, keys: int) -> pl.DataFrame:
    """Rows by their first columns as text, an empty one first; empty text is an empty cell."""
    frame = frame.with_columns(pl.col(pl.String).replace("", None))
    return frame.sort([pl.col(name).cast(pl.String).fill_null("") for name in frame.columns[:keys]], maintain_order=True)


def _of_intake(store: Store, settings: Settings, name: str) -> pl.DataFrame:
    from carbon_pipeline.console.telling import quarantine_told, receipts_told  # noqa: PLC0415 - only these tables need them

    if name == "receipts":
        return receipts_told(store.read(name), settings.lang)
    from carbon_pipeline.intake.waiting import quarantine  # noqa: PLC0415 - only this table needs it
    from carbon_pipeline.registry.ownership import meter_ranges  # noqa: PLC0415
    from carbon_pipeline.registry.persistence import load_registry  # noqa: PLC0415

    return quarantine_told(quarantine(store, meter_ranges(load_registry(store))), settings.lang)
