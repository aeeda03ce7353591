"""Days that count alike are put together, all others stay apart."""

from __future__ import annotations

from datetime import date

import polars as pl

from carbon_pipeline.accounting.runs import runs_of_days
from carbon_pipeline.accounting.segments import Attribution
from tests.accounting.district import District

JAN1, JAN10, JAN31, FEB28 = date(2025, 1, 1), date(2025, 1, 10), date(2025, 1, 31), date(2025, 2, 28)


def runs(district: District, as_of: date = FEB28) -> list[tuple[date, int | None]]:
    """First day and Wh of each run."""
    found = runs_of_days(district.meter_days, Attribution.of(district.registry), as_of)
    return list(found.select("day", "wh").sort("day").iter_rows())


def test_month__in_which_nothing_changes_is_one_run() -> None:
    assert runs(District().single("A", "3301000000001", "M").read("M", JAN1, FEB28, 10)) == [(JAN1, 310), (date(2025, 2, 1), 280)]


def test_run__ends_with_the_as_of_date() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN31, 10)
    assert runs(district, JAN10) == [(JAN1, 100), (date(2025, 1, 11), 210)]


def test_days__stay_apart_in_the_month_in_which_the_owner_changes() -> None:
    district = District().enterprise("A").enterprise("B").meter("M", "3301000000001")
    district.account("3301000000001", "A", end=JAN10).account("3301000000001", "B", start=date(2025, 1, 11))
    found = runs(district.read("M", JAN1, FEB28, 10))
    assert found == [*((date(2025, 1, day), 10) for day in range(1, 32)), (date(2025, 2, 1), 280)]


def test_days__stay_apart_where_owners_share() -> None:
    district = District().enterprise("A").enterprise("B").meter("M", "3301000000001")
    district.account("3301000000001", "A", share="0.5").account("3301000000001", "B", share="0.5")
    assert len(runs(district.read("M", JAN1, FEB28, 10))) == 59


def test_run__knows_no_wh_where_none_of_its_days_does_and_adds_all_minutes() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN10, None, measured_min=0, shaped_min=60, estimated_min=7)
    found = runs_of_days(district.meter_days, Attribution.of(district.registry), FEB28)
    expected = {"day": JAN1, "wh": None, "measured_min": 600, "estimated_min": 70, "last_measured": None}
    assert found.select(pl.col(name) for name in expected).row(0, named=True) == expected
