"""Which meters and months stand behind a figure."""

from __future__ import annotations

from datetime import date

from carbon_pipeline.accounting.months import month_number
from carbon_pipeline.explain.case import Case
from carbon_pipeline.explain.evidence import meter_rows, meter_rows_by_year, meters_of
from carbon_pipeline.industries import Industries
from tests.accounting.district import District, shipped

AS_OF = date(2025, 1, 20)
MONTHS = range(month_number(2023, 11), month_number(2025, 2))


def case_of(district: District) -> Case:
    return Case.of(district.meter_days, district.registry, *shipped(), Industries({}, (), {}), AS_OF)


def changed_hands() -> District:
    """An account of A to the end of 2023, with a meter of its own time; then of B."""
    district = District().enterprise("A").enterprise("B").account("3301000000001", "A", end=date(2023, 12, 31))
    district.account("3301000000001", "B", date(2024, 1, 1))
    return district.meter("M1", "3301000000001", date_to=date(2023, 12, 31)).meter("M2", "3301000000001", date_from=date(2024, 1, 1))


def test_meter_rows_by_year__say_which_days_they_are_of() -> None:
    case = case_of(District().single("A", "3301000000001", "M").read("M", date(2023, 12, 30), date(2025, 1, 31), 1000))
    rows = meter_rows_by_year(case, "A", MONTHS)
    assert [(row["date_from"], row["date_to"], row["wh"]) for row in rows] == [
        (date(2023, 11, 1), date(2023, 12, 31), 2000),
        (date(2024, 1, 1), date(2024, 12, 31), 366_000),
        (date(2025, 1, 1), AS_OF, 20_000),
    ]
    assert sum(int(str(row["wh"])) for row in rows) == meter_rows(case, "A", MONTHS)[0]["wh"]


def test_meters_of__an_account_of_which_all_owners_count() -> None:
    case = case_of(changed_hands())
    assert meters_of(case, "B", MONTHS) == ["M2"]
    assert meters_of(case, "B", MONTHS, {"1000000001"}) == ["M1", "M2"]
