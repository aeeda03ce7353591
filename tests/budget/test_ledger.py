"""What of a budget is used, to date and by month, and how many years it was exceeded."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from carbon_pipeline.accounting.books import Books
from carbon_pipeline.accounting.carbon import Coefficients
from carbon_pipeline.accounting.metered import Metered
from carbon_pipeline.accounting.months import month_text, parse_month
from carbon_pipeline.budget.ledger import Budgets, Ledger
from tests.accounting.district import District, shipped

JAN1, JAN31 = date(2025, 1, 1), date(2025, 1, 31)
DEC31 = date(2025, 12, 31)


def ledger(district: District, as_of: date) -> Ledger:
    factors, _ = shipped()
    metered = Metered.of(district.meter_days, district.registry, as_of)
    books = Books.of(metered, district.registry, factors, Coefficients(factors, "浙江"), Fraction(9, 10), as_of)
    return Ledger(books, Budgets(district.registry.budgets))


def used(district: District, as_of: date, basis: str = "等价值", month: str | None = None) -> Decimal | None:
    return ledger(district, as_of).used("A", basis, parse_month(month or f"{as_of:%Y-%m}"))


def test_used__electricity_to_date_and_a_months_fuel_in_full() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, DEC31, 10**6)
    district.fuel("A", "2025-02", "1000").fuel("A", "2025-03", "1000")
    # As of 1 February: 32 MWh x 0.3024 + 0.7143 of February.
    assert used(district, date(2025, 2, 1)) == Decimal("10.3911")
    assert used(district, date(2025, 2, 1), "当量值") == 32 * Decimal("0.1229") + Decimal("0.7143")


def test_used__green_power_is_taken_off_month_by_month_not_below_zero() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, date(2025, 2, 28), 10**6)
    district.green("A", "2025-01", "99999").green("A", "2025-02", "8000", kind="绿电交易").green("A", "2025-02", "500", kind="光伏自用")
    # January 31 MWh - 99.999 -> 0, February (28 - 8) MWh; what January has too much helps February nothing; own PV neither.
    assert used(district, date(2025, 2, 28)) == 20 * Decimal("0.3024")


def test_used__leaves_raw_material_and_own_pv_out() -> None:
    district = District().single("A", "3301000000001", "M").meter("G", "3301000000001", "发电")
    district.read("M", JAN1, JAN31, 10**6).read("G", JAN1, JAN31, 10**6).fuel("A", "2025-01", "1000", use="原料")
    assert used(district, JAN31) == 31 * Decimal("0.3024")


def test_used__is_empty_where_there_is_neither_reading_nor_fuel() -> None:
    district = District().single("A", "3301000000001", "M").read("M", date(2024, 12, 1), date(2024, 12, 31), 10**6)
    assert used(district, JAN31) is None
    assert used(district.fuel("A", "2025-01", "5", use="原料"), JAN31) is None
    assert used(district.fuel("A", "2025-01", "0"), JAN31) == 0


def test_used__begins_anew_with_the_year() -> None:
    district = District().single("A", "3301000000001", "M").read("M", date(2024, 12, 1), JAN31, 10**6)
    assert used(district, JAN31) == 31 * Decimal("0.3024")
    assert used(district, JAN31, month="2024-12") == 31 * Decimal("0.3024")


def test_budget__latest_in_force_by_a_day() -> None:
    rows = District().enterprise("A").budget("A", 2025, "10", JAN1).budget("A", 2025, "20", date(2025, 3, 1)).budget("A", 2024, "5", JAN1)
    budgets = Budgets(rows.registry.budgets)
    found = [budgets.in_force("A", 2025, day) for day in (date(2024, 12, 31), JAN1, date(2025, 2, 28), date(2025, 3, 1))]
    assert [budget and budget.budget_tce for budget in found] == [None, 10, 10, 20]
    assert budgets.in_force("B", 2025, DEC31) is None


def years(*amounts: tuple[int, int, str | None]) -> District:
    """Enterprise A with `wh` on 1 January of a year and that year's budget, if any."""
    district = District().single("A", "3301000000001", "M")
    for year, wh, budget in amounts:
        if wh:
            district.read("M", date(year, 1, 1), date(year, 1, 1), wh)
        if budget:
            district.budget("A", year, budget, date(year, 1, 1))
    return district


def test_years_running__counts_consecutive_years_over_this_one_included() -> None:
    # 10 MWh x 0.3025 (2021), 0.3015 (2022), 0.3016 (2023), 0.3024 (2024).
    over = years((2021, 10**7, "3"), (2022, 10**7, "3"), (2023, 10**7, "3"), (2024, 10**7, "3"), (2025, 10**7, "3"))
    assert ledger(over, JAN31).years_running("A", 2025) == 5
    kept = years((2022, 10**7, "3"), (2023, 10**7, "3.016"), (2024, 10**7, "3"), (2025, 10**7, "3"))
    # 2023 used exactly its budget, which is not over it.
    assert ledger(kept, JAN31).years_running("A", 2025) == 2


def test_years_running__ends_with_a_year_without_budget_or_without_readings() -> None:
    assert ledger(years((2023, 10**7, "3"), (2024, 10**7, None), (2025, 10**7, "3")), JAN31).years_running("A", 2025) == 1
    burning = years((2023, 10**7, "3"), (2024, 0, "3"), (2025, 10**7, "3")).fuel("A", "2024-05", "1000000")
    assert ledger(burning, JAN31).years_running("A", 2025) == 1


def test_years_running__takes_the_last_budget_of_a_past_year() -> None:
    district = years((2024, 10**7, "3"), (2025, 10**7, "3")).budget("A", 2024, "4", date(2024, 12, 31))
    assert ledger(district, JAN31).years_running("A", 2025) == 1


def test_years_running__ends_where_no_coefficient_is_published() -> None:
    district = years((2020, 10**7, "3"), (2021, 10**7, "3"))
    assert ledger(district, date(2021, 1, 31)).years_running("A", 2021) == 1


def test_used__of_months_whose_electricity_has_no_coefficient_is_unknown() -> None:
    district = District().single("A", "3301000000001", "M").read("M", date(2018, 2, 1), date(2018, 2, 28), 10**6)
    district.fuel("A", "2018-01", "1000").fuel("A", "2018-03", "1000")
    # Nothing is published for 2018 in 等价值: January is its fuel, from February on the whole is unknown, not its fuels alone.
    found = [used(district, date(2018, 3, 31), month=month) for month in ("2018-01", "2018-02", "2018-03")]
    assert found == [Decimal("0.7143"), None, None]
    assert used(district, date(2018, 3, 31), "当量值") == 28 * Decimal("0.1229") + 2 * Decimal("0.7143")


def test_fuel_gaps__are_the_pairs_that_are_counted() -> None:
    district = District().single("A", "3301000000001", "M").fuel("A", "2024-06", "5").fuel("A", "2025-01", "5", carrier="柴油")
    found = ledger(district, date(2025, 3, 31))
    march = parse_month("2025-03")
    pairs = [(month_text(gap.month), gap.carrier, month_text(gap.reported)) for gap in found.fuel_gaps("A", march)]
    coal = [(f"2025-0{month}", "原煤", "2024-06") for month in (1, 2, 3)]
    assert pairs == sorted(coal + [(f"2025-0{month}", "柴油", "2025-01") for month in (2, 3)])
    assert found.fuel_months_missing("A", march) == len(pairs)
    assert [gap.month for gap in found.fuel_gaps("A", parse_month("2025-01"))] == [parse_month("2025-01")]


def test_former_years__say_why_the_run_ends() -> None:
    def ends(district: District, year: int = 2025) -> list[str]:
        return [one.outcome for one in ledger(district, date(year, 1, 31)).former_years("A", year)]

    assert ends(years((2023, 10**7, "4"), (2024, 10**7, "3"))) == ["over", "within"]
    assert ends(years((2024, 10**7, None))) == ["no_budget"]
    assert ends(years((2024, 0, "3"))) == ["no_readings"]
    assert ends(years((2020, 10**7, "3")), 2021) == ["no_coefficient"]
