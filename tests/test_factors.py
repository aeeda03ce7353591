"""Coefficients: the default set row by row, look-ups by year, and rows that a county adds."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from carbon_pipeline.factors import FactorError, Factors
from carbon_pipeline.settings import ConfigError, Settings

KJ_PER_KGCE = Decimal("29307.6")
CO2_PER_C = Decimal(44) / 12


@pytest.fixture(scope="module")
def factors(tmp_path_factory: pytest.TempPathFactory) -> Factors:
    return Factors.load(Settings.load(tmp_path_factory.mktemp("home")))


def with_own(home: Path, text: str, name: str = "own.yaml") -> Factors:
    folder = home / "config" / "factors"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return Factors.load(Settings.load(home))


HEAD = "id: own\nsource: 瓯统〔2026〕1号\nconfidence: V1\nstatus: in_force\n"


@pytest.mark.parametrize(
    ("carrier", "unit", "kgce", "kgco2"),
    [
        ("原煤", "kg", "0.7143", "1.9003"),
        ("焦炭", "kg", "0.9714", "2.8518"),
        ("汽油", "kg", "1.4714", "3.0425"),
        ("柴油", "kg", "1.4571", "3.1451"),
        ("燃料油", "kg", "1.4286", "3.0472"),
        ("液化石油气", "kg", "1.7143", "2.9538"),
        ("天然气", "m3", "1.3300", "2.1622"),
        ("液化天然气", "kg", "1.7572", "2.3253"),
        ("热力", "MJ", "0.03412", "0.11"),
    ],
)
def test_fuel__default_set(factors: Factors, carrier: str, unit: str, kgce: str, kgco2: str) -> None:
    row = factors.fuel(carrier)
    assert (row.carrier, row.unit, str(row.kgce.value), str(row.kgco2.value)) == (carrier, unit, kgce, kgco2)
    assert row.kgce.source
    assert not row.kgce.is_trial


def test_fuel__the_default_set_is_these_nine(factors: Factors) -> None:
    assert set(factors.carriers) == {"原煤", "焦炭", "汽油", "柴油", "燃料油", "液化石油气", "天然气", "液化天然气", "热力"}
    assert factors.carrier_units["天然气"] == "m3"


def test_fuel__gas_is_not_off_by_ten(factors: Factors) -> None:
    """21.62 tCO2 per 10^4 m3 is 2.162 kg per m3; 2.1620 per 10^4 m3 is a slip that is often copied."""
    tonnes = factors.fuel("天然气").kgco2.value * 10_000 / 1000
    assert tonnes == Decimal("21.622")


def test_fuel__what_is_only_for_reference_is_not_in_use(factors: Factors) -> None:
    assert "fuel_co2_set_a" in {row.table for row in factors.rows.values()}
    assert not factors.has_fuel("无烟煤")
    with pytest.raises(FactorError, match="no row for kgce of 无烟煤; add one under config/factors/"):
        factors.fuel("无烟煤")


@pytest.mark.parametrize(
    ("year", "row_year", "value"),
    [
        (2021, 2021, "0.3025"),
        (2022, 2022, "0.3015"),
        (2023, 2023, "0.3016"),
        (2024, 2024, "0.3024"),
        (2025, 2024, "0.3024"),
        (2031, 2024, "0.3024"),
    ],
)
def test_electricity_tce__equivalent_takes_the_latest_year(factors: Factors, year: int, row_year: int, value: str) -> None:
    row = factors.electricity_tce("equivalent", year)
    assert (row.year, str(row.value), row.unit) == (row_year, value, "kgce/kWh")
    assert row.is_trial


@pytest.mark.parametrize("year", [2018, 2025])
def test_electricity_tce__calorific_is_the_same_in_every_year(factors: Factors, year: int) -> None:
    assert factors.electricity_tce("calorific", year).value == Decimal("0.1229")


def test_electricity_tce__a_calorific_value_of_later_years_waits_for_them(tmp_path: Path) -> None:
    row = '  - {id: own.a, carrier: 电力, quantity: kgce, basis: calorific, value: "0.1300", unit: kgce/kWh, valid_from: 2027-01-01}\n'
    own = with_own(tmp_path, HEAD + "rows:\n" + row)
    assert [str(own.electricity_tce("calorific", year).value) for year in (2026, 2027, 2028)] == ["0.1229", "0.1300", "0.1300"]


def test_electricity_tce__years_before_the_first_are_not_guessed(factors: Factors) -> None:
    assert factors.rows["electricity.equivalent.2020"].use == "reference"
    with pytest.raises(FactorError, match="no row for 2020 or before"):
        factors.electricity_tce("equivalent", 2020)


@pytest.mark.parametrize(
    ("region", "year", "factor_year", "value"),
    [
        ("浙江", 2021, 2021, "0.5422"),
        ("浙江", 2022, 2022, "0.5153"),
        ("浙江", 2023, 2023, "0.4974"),
        ("浙江", 2026, 2023, "0.4974"),
        ("全国", 2021, 2021, "0.5568"),
        ("全国", 2022, 2022, "0.5366"),
        ("全国", 2023, 2023, "0.5306"),
        ("华东", 2023, 2023, "0.5500"),
        ("华中", 2023, 2023, "0.5271"),
        ("河南", 2023, 2023, "0.5897"),
    ],
)
def test_grid_co2__latest_published_up_to_the_year(factors: Factors, region: str, year: int, factor_year: int, value: str) -> None:
    row = factors.grid_co2(region, year)
    assert (row.year, str(row.value), row.unit) == (factor_year, value, "kgCO2/kWh")


@pytest.mark.parametrize("dates", ["valid_from: 2024-01-01, valid_to: 2024-12-31", "valid_from: 2026-03-01"])
def test_grid_co2__the_year_says_when_it_counts_and_not_when_it_was_published(tmp_path: Path, dates: str) -> None:
    row = f'  - {{id: own.a, carrier: 电力, quantity: kgco2, region: 浙江, year: 2024, {dates}, value: "0.4800", unit: kgCO2/kWh}}\n'
    own = with_own(tmp_path, HEAD + "rows:\n" + row)
    assert [str(own.grid_co2("浙江", year).value) for year in (2023, 2024, 2025)] == ["0.4974", "0.4800", "0.4800"]


def test_grid_co2__a_pinned_year_stands_whatever_the_data(factors: Factors) -> None:
    assert factors.grid_co2("浙江", 2025, pinned=2021).value == Decimal("0.5422")
    assert factors.grid_co2("浙江", 2020, pinned=2021).year == 2021
    with pytest.raises(FactorError, match="pinned year 2024"):
        factors.grid_co2("浙江", 2025, pinned=2024)


@pytest.mark.parametrize(
    ("region", "year", "said"), [("西藏", 2023, "no grid factor for region 西藏"), ("浙江", 2020, "no row for 2020 or before")]
)
def test_grid_co2__says_which_row_is_wanted(factors: Factors, region: str, year: int, said: str) -> None:
    with pytest.raises(FactorError, match=said):
        factors.grid_co2(region, year)


def test_grid_co2__every_province_falls_or_rises_as_the_ministry_says(factors: Factors) -> None:
    """From 2022 to 2023 the factor fell in 20 provinces and rose in 10."""
    areas = {"全国", "华北", "东北", "华东", "华中", "西北", "南方", "西南"}
    provinces = [region for region in factors.regions if region not in areas]
    falls = [region for region in provinces if factors.grid_co2(region, 2023).value < factors.grid_co2(region, 2022).value]
    assert (len(provinces), len(falls)) == (30, 20)


def test_grid_co2__no_footprint_and_no_swap(factors: Factors) -> None:
    """No value is a carbon footprint (0.6205 for 2023, 0.5777 for 2024), and the nation's years are not swapped."""
    used = {row.value for row in factors.rows.values() if row.carrier == "电力" and row.quantity == "kgco2"}
    assert not used & {Decimal("0.6205"), Decimal("0.5777")}
    assert factors.grid_co2("全国", 2021).value > factors.grid_co2("全国", 2022).value > factors.grid_co2("全国", 2023).value


def test_rows__standard_coal_fits_the_calorific_value(factors: Factors) -> None:
    """GB/T 2589-2020: kgce = kJ / 29 307.6, to four places."""
    rows = [row for row in factors.rows.values() if row.id.startswith("gbt2589_2020.") and row.ncv and "kJ" in row.ncv]
    assert len(rows) == 30
    for row in rows:
        low, _, high = (row.ncv or "").split()[0].partition("-")
        assert abs(Decimal(low) / KJ_PER_KGCE - row.value) < Decimal("0.0002"), row.id
        if row.value_max is not None:
            assert abs(Decimal(high) / KJ_PER_KGCE - row.value_max) < Decimal("0.0002"), row.id


def test_rows__water_is_that_of_the_2020_edition(factors: Factors) -> None:
    assert factors.rows["gbt2589_2020.fresh_water"].value == Decimal("0.2571")
    assert factors.rows["gbt2589_2008.fresh_water"].valid_to == date(2021, 3, 31)


@pytest.mark.parametrize("table", ["fuel_co2_set_a", "fuel_co2_cement_variant"])
def test_rows__co2_fits_its_parameters(factors: Factors, table: str) -> None:
    """CO2 = calorific value x carbon per heat x oxidation x 44/12."""
    rows = [row for row in factors.rows.values() if row.table == table and row.ncv]
    assert len(rows) > 20
    for row in rows:
        heat, per = (row.ncv or "").split(maxsplit=1)
        scale = Decimal(10_000 if per == "GJ/10^4 m3" else 1000)
        assert row.carbon_tc_per_tj is not None
        assert row.oxidation_percent is not None
        reckoned = Decimal(heat) * row.carbon_tc_per_tj * row.oxidation_percent / 100 * CO2_PER_C / scale
        assert abs(reckoned - row.value) < Decimal("0.0002"), row.id


def test_rows__sets_are_not_mixed(factors: Factors) -> None:
    """Raw coal is 1.90, bituminous coal 2.07 and anthracite 2.32: three different things."""
    assert factors.fuel("原煤").kgco2.value == factors.rows["inventory_guideline.raw_coal"].value
    assert factors.rows["guideline_2015.bituminous"].value == Decimal("2.0715")
    assert factors.rows["guideline_2015.anthracite"].value == Decimal("2.3228")
    for carrier in ("coke", "gasoline", "diesel", "fuel_oil", "lpg", "lng"):
        assert factors.rows[f"{carrier}.kgco2"].value == factors.rows[f"guideline_2015.{carrier}"].value


def test_load__every_shipped_id_is_given_once(tmp_path: Path) -> None:
    ids = [row["id"] for file in Settings.load(tmp_path).load_yaml("factors") for row in file.content["rows"]]
    assert len(ids) == len(set(ids))


def test_load__a_countys_row_replaces_the_one_of_the_same_id(tmp_path: Path) -> None:
    own = with_own(tmp_path, HEAD + 'rows:\n  - {id: raw_coal.kgce, carrier: 原煤, quantity: kgce, value: "0.7000", unit: kgce/kg}\n')
    assert own.fuel("原煤").kgce.value == Decimal("0.7000")
    assert own.fuel("原煤").kgce.source == "瓯统〔2026〕1号"
    assert own.fuel("原煤").kgco2.value == Decimal("1.9003")


def test_load__a_countys_row_for_a_newer_year_is_taken(tmp_path: Path) -> None:
    row = '  - {id: own.2025, carrier: 电力, quantity: kgce, basis: equivalent, year: 2025, value: "0.2990", unit: kgce/kWh}\n'
    own = with_own(tmp_path, HEAD + "rows:\n" + row)
    assert own.electricity_tce("equivalent", 2026).value == Decimal("0.2990")
    assert own.electricity_tce("equivalent", 2024).value == Decimal("0.3024")


def test_load__a_new_carrier_needs_both_coefficients(tmp_path: Path) -> None:
    kgce = '  - {id: own.a, carrier: 生物质, quantity: kgce, value: "0.5", unit: kgce/kg}\n'
    kgco2 = '  - {id: own.b, carrier: 生物质, quantity: kgco2, value: "0", unit: kgCO2/kg}\n'
    for half, lacking in ((kgce, "kgco2"), (kgco2, "kgce")):
        with pytest.raises(ConfigError, match=rf"own\.yaml \(own\.[ab]\): 生物质 has no {lacking} and cannot be used"):
            with_own(tmp_path, HEAD + "rows:\n" + half)
    assert with_own(tmp_path, HEAD + "rows:\n" + kgce + kgco2).fuel("生物质").kgco2.value == 0


def test_load__a_region_that_is_written_otherwise(tmp_path: Path) -> None:
    row = '  - {id: own.a, carrier: 电力, quantity: kgco2, region: 浙江, year: 2024, value: "0.48", unit: kgCO2/kWh}\n'
    assert with_own(tmp_path, HEAD + "rows:\n" + row).grid_co2("浙江", 2025).value == Decimal("0.48")
    assert "蒙西" in with_own(tmp_path, HEAD + "rows:\n" + row.replace("浙江", "蒙西")).regions
    with pytest.raises(ConfigError, match="write the region 浙江省 as 浙江"):
        with_own(tmp_path, HEAD + "rows:\n" + row.replace("浙江", "浙江省"))


def test_fuel__dated_rows_hold_on_their_days(tmp_path: Path) -> None:
    row = '  - {id: own.a, carrier: 原煤, quantity: kgce, value: "0.6000", unit: kgce/kg, valid_from: 2026-01-01}\n'
    own = with_own(tmp_path, HEAD + "rows:\n" + row)
    assert own.fuel("原煤", date(2025, 12, 31)).kgce.value == Decimal("0.7143")
    assert own.fuel("原煤", date(2026, 1, 1)).kgce.value == Decimal("0.6000")
    assert own.fuel("原煤").kgce.value == Decimal("0.6000")


def test_fuel__both_coefficients_are_per_the_same_unit(tmp_path: Path) -> None:
    own = with_own(tmp_path, HEAD + 'rows:\n  - {id: raw_coal.kgce, carrier: 原煤, quantity: kgce, value: "1", unit: kgce/m3}\n')
    with pytest.raises(FactorError, match="give both per the same unit"):
        own.fuel("原煤")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{id: a, carrier: 原煤, quantity: kgce, value: 0.7143, unit: kgce/kg}", "row 1 (a): value: write the number as quoted text"),
        ('{id: a, carrier: 原煤, quantity: kgce, value: "1e3", unit: kgce/kg}', "row 1 (a): value: write the number as quoted text"),
        ('{id: a, carrier: 原煤, quantity: kgce, value: "-0.7143", unit: kgce/kg}', "row 1 (a): value: Input should be greater"),
        ('{id: a, carrier: 原煤, quantity: kgce, value: "1", unit: kgce/t}', "unit must be one of kgce/kg, kgce/m3, kgce/MJ, not kgce/t"),
        ('{id: a, carrier: 原煤, quantity: kgco2, value: "1", unit: kgce/kg}', "unit must be one of kgCO2/kg"),
        ('{id: a, carrier: 电力, quantity: kgce, value: "1", unit: kgce/kWh}', "electricity needs a basis"),
        ('{id: a, carrier: 电力, quantity: kgce, basis: equivalent, value: "1", unit: kgce/kWh}', "a year"),
        ('{id: a, carrier: 电力, quantity: kgce, basis: calorific, value: "0", unit: kgce/kWh}', "a number above 0"),
        ('{id: a, carrier: 电力, quantity: kgco2, region: 浙江, value: "1", unit: kgCO2/kWh}', "a region and a year"),
        ('{id: a, carrier: 原煤, quantity: kgce, value: "1", unit: kgce/kg, colour: red}', "row 1 (a): colour: Extra inputs"),
        ('{carrier: 原煤, quantity: kgce, value: "1", unit: kgce/kg}', "row 1 (without id): id: Field required"),
        ('{id: a, carrier: 原煤, quantity: kgce, value: "1", unit: kgce/kg, status: official}', "status: Input should be"),
        ('{id: a, carrier: 原煤, quantity: kgce, value: "1", unit: kgce/kg, valid_from: 2026-01-01, valid_to: 2025-12-31}', "lies before"),
        ("raw coal", "needs `rows`, a list of mappings"),
    ],
)
def test_load__names_file_and_row_of_what_is_wrong(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        with_own(tmp_path, f"{HEAD}rows:\n  - {row}\n")
    assert str(caught.value).startswith(str(tmp_path / "config" / "factors" / "own.yaml"))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_load__the_same_id_twice_in_a_file(tmp_path: Path) -> None:
    row = '  - {id: a, carrier: 原煤, quantity: kgce, value: "1", unit: kgce/kg}\n'
    with pytest.raises(ConfigError, match="row 2: id a stands there twice"):
        with_own(tmp_path, HEAD + "rows:\n" + row + row)


def test_load__the_same_id_in_two_files_of_the_county(tmp_path: Path) -> None:
    row = 'rows:\n  - {id: raw_coal.kgce, carrier: 原煤, quantity: kgce, value: "1", unit: kgce/kg}\n'
    with_own(tmp_path, HEAD + row)
    other = tmp_path / "config" / "factors" / "newer.yaml"
    other.write_text((HEAD + row).replace("id: own", "id: newer"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"own\.yaml and .*newer\.yaml both have the id raw_coal\.kgce"):
        Factors.load(Settings.load(tmp_path))
