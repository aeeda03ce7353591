"""Energy rows: what is import, export and own PV, and what it is in tce and tCO2."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.accounting.district import District, one, text

JAN1, JAN31, FEB28 = date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 28)
JUN1, JUN30 = date(2025, 6, 1), date(2025, 6, 30)
WH = ("import_wh", "export_wh", "pv_self_use_wh")


def electricity(district: District, as_of: date = JAN31, name: str = "A", month: str = "2025-01") -> dict[str, object]:
    return one(district.reckon(as_of).energy, carrier="电力", enterprise_id=name, month=month)


def with_pv(**meter: object) -> District:
    """One enterprise, one account, an import meter M and a PV meter G."""
    return District().single("A", "3301000000001", "M").meter("G", "3301000000001", "发电", **meter)


def test_electricity__tce_and_co2_of_2025_take_the_latest_factors() -> None:
    # 31 x 1,000.001 kWh = 31,000.031 kWh; x 0.1229 = 3,809.9038 kgce; x 0.3024 (2024) = 9,374.409 kgce; x 0.4974 (2023) = 15,419.415 kg.
    row = electricity(District().single("A", "3301000000001", "M").read("M", JAN1, JAN31, 1_000_001))
    assert text(row, "quantity", "unit", "use") == ["31000.031", "kWh", ""]
    assert text(row, "tce_calorific", "tce_equivalent", "tco2_gross", "tco2_net") == ["3.810", "9.374", "15.419", "15.419"]
    assert text(row, "coverage", "estimated_share") == ["1.0000", "0.0000"]


def test_electricity__of_2021_takes_the_factors_of_2021() -> None:
    # 1,000 kWh: 0.3025 kgce/kWh and 0.5422 kgCO2/kWh.
    district = District().single("A", "3301000000001", "M").read("M", date(2021, 5, 1), date(2021, 5, 1), 1_000_000)
    row = electricity(district, month="2021-05")
    assert text(row, "tce_equivalent", "tco2_gross") == ["0.303", "0.542"]


def test_rounding__is_half_up_from_the_unrounded_value() -> None:
    # 5,000 Wh x 0.1229 = 0.6145 kgce -> 0.001 t (half-up of 0.0006145); 4,068,348 Wh x 0.1229e-6 = 0.49999997 -> 0.500.
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN1, 5_000)
    assert electricity(district)["tce_calorific"] == Decimal("0.001")
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN1, 12_500_000)
    # 12.5 MWh x 0.1229 = 1.53625 t -> 1.536; x 0.3024 = 3.78 t; x 0.4974 = 6.2175 t -> 6.218 (half-up, not 6.217 or half-even 6.218).
    assert text(electricity(district), "tce_calorific", "tce_equivalent", "tco2_gross") == ["1.536", "3.780", "6.218"]


def test_running_month__counts_days_up_to_as_of_only() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN31, 1000)
    row = electricity(district, date(2025, 1, 10))
    assert (row["import_wh"], row["coverage"]) == (10_000, Decimal("1.0000"))


def test_coverage__counts_expected_time_whether_or_not_a_row_came() -> None:
    district = District().single("A", "3301000000001", "M").meter("N", "3301000000001").read("M", JAN1, date(2025, 1, 10), 1000)
    # M measured 10 of 31 days, N none of 31: 10 / 62.
    assert text(electricity(district), "coverage") == ["0.1613"]


def test_coverage__shaped_counts_as_measured_estimated_does_not() -> None:
    district = District().single("A", "3301000000001", "M")
    district.read("M", JAN1, JAN31, 1000, measured_min=1200, shaped_min=60, estimated_min=180)
    # (1,200 + 60) / 1,440 = 0.875; 180 / 1,440 = 0.125.
    assert text(electricity(district), "coverage", "estimated_share") == ["0.8750", "0.1250"]


def test_coverage__looks_at_import_only() -> None:
    district = with_pv().read("M", JAN1, JAN31, 1000).read("G", JAN1, date(2025, 1, 30), 1000)
    assert text(electricity(district), "coverage") == ["1.0000"]


def test_export__is_reverse_of_consumption_meters_and_the_channel_of_feed_in_meters() -> None:
    district = District().single("A", "3301000000001", "M").meter("F", "3301000000001", "上网", channel="reverse")
    district.read("M", JAN1, JAN1, 100).read("M", JAN1, JAN1, 7, channel="reverse")
    district.read("F", JAN1, JAN1, 11, channel="reverse").read("F", JAN1, JAN1, 1000)
    assert [electricity(district)[name] for name in WH] == [100, 18, None]


def test_pv__own_use_is_generation_less_export() -> None:
    district = with_pv().read("M", JUN1, JUN30, 100).read("M", JUN1, JUN30, 30, channel="reverse").read("G", JUN1, JUN30, 70)
    row = electricity(district, JUN30, month="2025-06")
    assert [row[name] for name in WH] == [3000, 900, 1200]
    # Gross (3,000 + 1,200) Wh, net 3,000 Wh, both x 0.4974e-6.
    assert text(row, "tco2_gross", "tco2_net", "quantity") == ["0.002", "0.001", "3.000"]


def test_pv__an_account_below_zero_takes_nothing_from_another() -> None:
    district = with_pv().account("3301000000002", "A").meter("N", "3301000000002").meter("H", "3301000000002", "发电")
    for meter in "MN":
        district.read(meter, JUN1, JUN30, 100)
    district.read("M", JUN1, JUN30, 90, channel="reverse").read("G", JUN1, JUN30, 50).read("H", JUN1, JUN30, 20)
    # First account 50 - 90 -> 0, second 20 a day.
    assert electricity(district, JUN30, month="2025-06")["pv_self_use_wh"] == 600


def test_pv__export_of_an_account_without_generation_is_not_taken_off() -> None:
    district = with_pv().account("3301000000002", "A").meter("N", "3301000000002")
    district.read("M", JUN1, JUN30, 100).read("G", JUN1, JUN30, 50).read("N", JUN1, JUN30, 9, channel="reverse")
    row = electricity(district, JUN30, month="2025-06")
    assert (row["export_wh"], row["pv_self_use_wh"]) == (270, 1500)


@pytest.mark.parametrize(("days", "pv"), [(27, 27 * 50), (26, None)])
def test_pv__is_empty_below_ninety_percent_of_generation(days: int, pv: int | None) -> None:
    # 27 of 30 days is 0.9, not below it.
    district = with_pv().read("M", JUN1, JUN30, 100).read("G", JUN1, date(2025, 6, days), 50)
    found = district.reckon(JUN30)
    assert one(found.energy)["pv_self_use_wh"] == pv
    assert found.findings["reason"].to_list() == ([] if pv else ["pv_not_reckoned"])
    assert found.findings["enterprise_id"].to_list() == ([] if pv else ["A"])


def test_pv__is_empty_where_an_export_channel_that_was_ever_read_lacks_the_month() -> None:
    district = with_pv().read("M", JUN1, JUN30, 100).read("G", JUN1, JUN30, 50)
    assert one(district.reckon(JUN30).energy)["pv_self_use_wh"] == 1500
    # A single reverse reading, even after the as-of date, makes the channel one that should have been read.
    district.read("M", date(2025, 7, 15), date(2025, 7, 15), 1, channel="reverse")
    found = district.reckon(JUN30)
    assert one(found.energy)["pv_self_use_wh"] is None
    assert found.findings.select("meter_no", "channel", "account_no").row(0) == ("M", "reverse", "3301000000001")


def test_pv__one_account_makes_the_enterprise_empty() -> None:
    district = with_pv().account("3301000000002", "A").meter("H", "3301000000002", "发电")
    district.read("M", JUN1, JUN30, 100).read("G", JUN1, JUN30, 50).read("H", JUN1, JUN1, 50)
    assert one(district.reckon(JUN30).energy)["pv_self_use_wh"] is None


def test_pv__a_meter_that_was_never_read_leaves_it_empty_without_finding() -> None:
    found = with_pv().read("M", JUN1, JUN30, 100).green("A", "2025-06", "5", kind="光伏自用").reckon(JUN30)
    assert one(found.energy)["pv_self_use_wh"] is None
    assert found.findings.is_empty()


def test_pv__rows_of_the_register_count_without_a_valid_meter_that_month() -> None:
    district = with_pv(date_from=date(2025, 2, 1)).read("M", JAN1, FEB28, 100).read("G", date(2025, 2, 1), FEB28, 10)
    district.green("A", "2025-01", "1.2345", kind="光伏自用").green("A", "2025-02", "9", kind="光伏自用")
    energy = district.reckon(FEB28).energy
    # 1.2345 kWh = 1,234.5 Wh -> 1,234 (half-even); in February the meter counts, 28 x 10 Wh.
    assert energy["pv_self_use_wh"].to_list() == [1234, 280]


def test_pv__counts_as_consumption_where_import_is_unknown() -> None:
    district = with_pv().read("G", JAN1, JAN31, 1_000_000)
    row = electricity(district)
    # 31 MWh x 0.4974 = 15.4194 t gross, all of it zero-carbon; nothing is said of tce.
    assert text(row, "quantity", "import_wh", "tce_calorific", "tce_equivalent") == ["", "", "", ""]
    assert text(row, "tco2_gross", "tco2_net", "coverage", "estimated_share") == ["15.419", "0.000", "0.0000", "0.0000"]


def test_pv__of_a_shared_account_is_reckoned_from_each_owners_parts() -> None:
    district = District().enterprise("A").enterprise("B").meter("M", "3301000000001").meter("G", "3301000000001", "发电")
    district.account("3301000000001", "A", share="0.25").account("3301000000001", "B", share="0.75")
    district.read("M", JUN1, JUN30, 100).read("M", JUN1, JUN30, 10, channel="reverse").read("G", JUN1, JUN30, 50)
    energy = district.reckon(JUN30).energy
    # A day: generation 50 -> A 12.5 -> 12, B 37.5 -> 38; export 10 -> A 2.5 -> 2, B 7.5 -> 8.
    assert energy.select("enterprise_id", *WH).rows() == [("A", 750, 60, 300), ("B", 2250, 240, 900)]


def test_net__takes_green_power_off_at_most_all_consumption() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN1, 10_000_000)
    row = electricity(district.green("A", "2025-01", "2500", kind="绿电交易").green("A", "2025-01", "500"))
    # (10,000 - 3,000) kWh x 0.4974 = 3.4818 t.
    assert text(row, "tco2_gross", "tco2_net") == ["4.974", "3.482"]
    # Own PV adds to consumption and is taken off again: 109,999 kWh x 0.4974 = 54.7135 t gross, net as before.
    assert text(electricity(district.green("A", "2025-01", "99999", kind="光伏自用")), "tco2_gross", "tco2_net") == ["54.714", "3.482"]


def test_net__green_power_beyond_consumption_is_not_negative() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN1, 1000).green("A", "2025-01", "2")
    assert text(electricity(district), "tco2_net") == ["0.000"]


def test_electricity__has_no_row_without_any_interval() -> None:
    district = (
        District()
        .single("A", "3301000000001", "M")
        .read("M", JAN1, JAN31, None, measured_min=0)
        .green("A", "2025-01", "5", kind="光伏自用")
    )
    assert district.reckon(JAN31).energy.is_empty()


def test_electricity__of_a_year_before_the_yearly_coefficients_has_its_calorific_value_alone() -> None:
    district = District().single("A", "3301000000001", "M").read("M", date(2019, 5, 1), date(2019, 5, 1), 10_000_000)
    row = electricity(district, month="2019-05")
    found = text(row, "import_wh", "tce_calorific", "tce_equivalent", "tco2_gross", "tco2_net")
    assert found == ["10000000", "1.229", "", "", ""]  # 10,000 kWh x 0.1229 kgce


def test_unowned_meters__are_in_nobodys_total_but_in_the_checks() -> None:
    district = District().enterprise("A").meter("M", "3301000000009").read("M", JAN1, JAN1, 1000)
    found = district.reckon(JAN31)
    assert found.energy.is_empty()
    assert text(one(found.checks, check="meter_totals"), "expected", "got", "detail") == ["1000", "1000", "unassigned_wh=1000"]


def test_fuel__is_converted_and_counts_from_the_first_day_of_its_month() -> None:
    district = District().enterprise("A").fuel("A", "2025-01", "37.038", unit="吨").fuel("A", "2025-02", "1")
    energy = district.reckon(JAN1).energy
    row = one(energy, carrier="原煤")
    # 37,038 kg x 0.7143 = 26,456.2434 kgce; x 1.9003 = 70,383.3114 kg.
    assert text(row, "quantity", "unit", "use") == ["37038.000", "kg", "燃料"]
    assert text(row, "tce_calorific", "tce_equivalent", "tco2_gross", "tco2_net") == ["26.456", "26.456", "70.383", "70.383"]
    assert text(row, "import_wh", "export_wh", "pv_self_use_wh", "coverage", "estimated_share") == [""] * 5


def test_fuel__heat_in_kwh_becomes_megajoules() -> None:
    # 4.126 x 10,000 kWh x 3.6 = 148,536 MJ; x 0.03412 = 5,068.05 kgce; x 0.11 = 16,338.96 kg.
    row = one(District().enterprise("A").fuel("A", "2025-01", "4.126", carrier="热力", unit="万千瓦时").reckon(JAN31).energy)
    assert text(row, "quantity", "unit", "tce_equivalent", "tco2_net") == ["148536.000", "MJ", "5.068", "16.339"]


def test_raw_material__has_tce_and_no_co2() -> None:
    row = one(District().enterprise("A").fuel("A", "2025-01", "1000", carrier="柴油", use="原料").reckon(JAN31).energy)
    assert text(row, "use", "tce_calorific", "tco2_gross", "tco2_net") == ["原料", "1.457", "", ""]


def test_rows__stand_by_month_enterprise_carrier_and_use() -> None:
    district = (
        District().single("B", "3301000000001", "M").single("A", "3301000000002", "N").read("M", JAN1, JAN1, 1).read("N", JAN1, FEB28, 1)
    )
    district.fuel("A", "2025-01", "1", use="原料").fuel("A", "2025-01", "1", use="燃料").fuel("B", "2025-01", "1", carrier="焦炭")
    rows = district.reckon(FEB28).energy.select("month", "enterprise_id", "carrier", "use").rows()
    assert rows == sorted(rows, key=lambda row: [value or "" for value in row])
    assert len(rows) == 6
