"""The inventory adds up energy rows, by what an enterprise is on the month's last day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from carbon_pipeline.accounting.books import Books
from carbon_pipeline.accounting.carbon import Coefficients
from carbon_pipeline.accounting.checks import wh_checks
from carbon_pipeline.accounting.energy import energy_table
from carbon_pipeline.accounting.metered import Metered
from tests.accounting.district import District, one, shipped, text

JAN1, JAN31 = date(2025, 1, 1), date(2025, 1, 31)


def test_cell__is_rounded_once_from_unrounded_sums() -> None:
    district = District()
    for number in range(3):
        district.single(f"E{number}", f"330100000000{number}", f"M{number}").read(f"M{number}", JAN1, JAN1, 1000)
    found = district.reckon(JAN31)
    # Each 0.3024 kgce -> 0.000 t and 0.4974 kg -> 0.000 t; three of them 0.9072 kg -> 0.001 t and 1.4922 kg -> 0.001 t.
    assert set(found.energy["tce_equivalent"]) == {Decimal("0.000")}
    assert text(one(found.inventory), "tce_equivalent", "tco2_net", "enterprises") == ["0.001", "0.001", "3"]


def test_cell__leaves_raw_material_out() -> None:
    district = District().enterprise("A").fuel("A", "2025-01", "1000", use="原料").fuel("A", "2025-01", "1000")
    found = one(district.reckon(JAN31).inventory)
    assert text(found, "carrier", "tce_equivalent", "tco2_net", "enterprises", "coverage") == ["原煤", "0.714", "1.900", "1", ""]


def test_cell__tce_is_empty_only_where_no_row_knows_it() -> None:
    district = District().enterprise("A").account("3301000000001", "A").meter("G", "3301000000001", "发电").read("G", JAN1, JAN31, 10**6)
    # 31 MWh of own PV: gross but no net CO2, and no tce.
    assert text(one(district.reckon(JAN31).inventory), "tce_equivalent", "tco2_net", "coverage") == ["", "0.000", ""]
    district.single("B", "3301000000002", "M").read("M", JAN1, JAN1, 10**7)
    assert text(one(district.reckon(JAN31).inventory), "tce_equivalent", "tco2_net", "enterprises") == ["3.024", "4.974", "2"]


def test_coverage__is_that_of_all_enterprises_with_a_row() -> None:
    district = District().single("A", "3301000000001", "M").single("B", "3301000000002", "N").single("C", "3301000000003", "O")
    district.read("M", JAN1, JAN31, 1).read("N", JAN1, date(2025, 1, 10), 1)
    # C gave nothing, so it has no row: (31 + 10) / 62.
    assert text(one(district.reckon(JAN31).inventory), "coverage", "enterprises") == ["0.6613", "2"]


def test_industry_and_street__are_those_of_the_months_last_day_even_after_as_of() -> None:
    district = District().single("A", "3301000000001", "M").enterprise("A", "2641", street="郭溪街道", valid_from=JAN31)
    row = one(district.read("M", JAN1, JAN31, 1).reckon(date(2025, 1, 15)).inventory)
    assert (row["industry_code"], row["street"]) == ("2641", "郭溪街道")


def test_before_its_first_row__an_enterprise_is_what_that_row_says() -> None:
    district = District().enterprise("A", "2641", valid_from=date(2026, 1, 1)).enterprise("A", "3011", valid_from=date(2027, 1, 1))
    row = one(district.fuel("A", "2025-01", "1").reckon(JAN31).inventory)
    assert row["industry_code"] == "2641"


def test_checks__tell_a_wrong_sum() -> None:

    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN31, 1000)
    factors, _ = shipped()
    metered = Metered.of(district.meter_days, district.registry, JAN31)
    books = Books.of(metered, district.registry, factors, Coefficients(factors, "浙江"), Fraction(9, 10), JAN31)
    broken = metered.totals.with_columns(pl.col("wh") + 1)
    wrong = [check.name for check in wh_checks(books, broken, energy_table(books)) if not check.holds]
    assert wrong == ["account_totals", "meter_totals"]
