"""A surcharge taken apart: every published kWh and amount can be followed, and where there is none it is said why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from carbon_pipeline.explain.case import Case
from carbon_pipeline.explain.tariff import explain_tariff
from carbon_pipeline.industries import Industries
from tests.accounting.district import District, shipped

if TYPE_CHECKING:
    from carbon_pipeline.explain.document import Explanation
    from carbon_pipeline.rules import Rules

JAN1, JAN31, FEB28, DEC31 = date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 28), date(2025, 12, 31)


def explained(district: District, as_of: date, name: str = "A", rules: Rules | None = None, period: str | None = None) -> Explanation:
    factors, in_use = shipped()
    case = Case.of(district.meter_days, district.registry, factors, rules or in_use, Industries({}, (), {}), as_of)
    return explain_tariff(case, name, district.reckon(as_of, rules=rules).tariffs, period)


def said(told: Explanation) -> list[str]:
    return [step.name for step in told.steps]


def both(**change: object) -> Rules:
    """The shipped rules with the differential tariff in use, too."""
    found = shipped()[1]
    levy = found.all["ruian_2022"].model_copy(update=change)
    active = found.active.model_copy(update={"rules": (*found.active.rules, "ruian_2022")})
    return replace(found, all=found.all | {levy.id: levy}, active=active)


def table(told: Explanation, section: str, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in columns) for row in told.sections[section]]


def over(**more: object) -> District:
    """A: 15 MWh on 1 January against a budget of 10 MWh, nothing in February."""
    district = District().single("A", "3301000000001", "M", **more).budget("A", 2025, "3.024", JAN1)  # type: ignore[arg-type]
    return district.read("M", JAN1, JAN1, 15 * 10**6).read("M", date(2025, 1, 2), FEB28, 0)


def test_steps__say_why_a_month_above_the_budget_has_none() -> None:
    told = explained(over(), FEB28)
    assert said(told) == ["excess_of_month", "years_running", "excess_of_month", "no_excess"]
    assert (told.steps[0].how, told.steps[0].value) == ("2025-01 (等价值): max(4.536 - max(0, 3.024), 0)", Decimal("1.512"))
    assert said(explained(over(industry="3912"), FEB28)) == ["excess_of_month", "out_of_scope"] * 2


def test_steps__tell_a_month_without_budget_from_one_without_use() -> None:
    district = District().single("A", "3301000000001", "M").budget("A", 2025, "1", date(2025, 2, 1)).read("M", JAN1, FEB28, 0)
    assert said(explained(district, FEB28)) == ["no_budget", "excess_of_month", "no_excess"]
    assert said(explained(District().single("A", "3301000000001", "M").budget("A", 2025, "1", JAN1), JAN31)) == ["no_use"]


def test_steps__of_a_year_without_coefficient_have_no_kwh() -> None:
    district = District().single("A", "3301000000001", "M").budget("A", 2019, "1", date(2019, 1, 1))
    told = explained(district.fuel("A", "2019-01", "100000", carrier="柴油"), date(2019, 1, 31))
    assert said(told) == ["excess_of_month", "no_coefficient"]
    assert [row["excess_kwh"] for row in told.sections["steps"]] == [None] * 3


def test_steps__say_that_no_account_can_bear_them() -> None:
    district = District().single("A", "3301000000001", "M").budget("A", 2025, "1", JAN1)
    told = explained(district.fuel("A", "2025-01", "10000"), JAN31)
    assert said(told) == ["excess_of_month", "years_running", "no_account"]


def test_steps__of_less_than_half_a_kwh_are_not_told_as_none() -> None:
    # 1,400 kg of coal are 1.00002 tce: 0.00002 above the budget, a fifteenth of a kWh.
    told = explained(District().single("A", "3301000000001", "M").budget("A", 2025, "1", JAN1).fuel("A", "2025-01", "1400"), JAN31)
    assert [(step.name, step.value) for step in told.steps] == [("excess_of_month", Decimal("0.00002")), ("no_whole_kwh", None)]


def test_levied__the_cap_can_be_followed_over_all_owners_and_the_whole_levy_year() -> None:
    # 31 MWh a month at 0.10 are 3,100 yuan (30 MWh 3,000); the cap of 20,000 leaves 1,600 in January.
    district = District().single("A", "3301000000001", "M", industry="3912", efficiency_class="D").enterprise("B", efficiency_class="D")
    district.read("M", date(2023, 7, 1), DEC31, 10**6)
    told = explained(district, FEB28, rules=both(cap_cny=Decimal(20000)))
    columns = ("month", "import_kwh", "excess_kwh", "uncut_cny", "paid_before_cny", "left_cny", "amount_cny", "gives")
    assert table(told, "levied", *columns)[-3:] == [
        ("2024-12", 31000, 31000, 3100, 15300, 4700, 3100, "levied"),
        ("2025-01", 31000, 31000, 3100, 18400, 1600, 1600, "cut"),
        ("2025-02", 28000, 0, 0, 20000, 0, 0, "capped_out"),
    ]
    assert [row["amount_cny"] for row in told.sections["result"]] == [1600]


def test_levied__an_owner_before_counts_for_the_cap() -> None:
    district = District().enterprise("A", industry="3912", efficiency_class="D").enterprise("B", industry="3912", efficiency_class="D")
    district.account("3301000000001", "A", end=date(2024, 12, 31)).account("3301000000001", "B", JAN1).meter("M", "3301000000001")
    told = explained(district.read("M", date(2023, 7, 1), DEC31, 10**6), JAN31, "B", both())
    assert table(told, "levied", "month", "enterprise_id")[-2:] == [("2024-12", "A"), ("2025-01", "B")]


def test_exemptions__show_the_twelve_months_that_decide() -> None:
    def of(first: date, wh: int) -> Explanation:
        district = District().single("A", "3301000000001", "M", industry="3912", efficiency_class="D")
        return explained(district.read("M", first, date(2024, 6, 30), wh).read("M", date(2024, 7, 1), JAN31, 10**6), JAN31, rules=both())

    columns = ("levy_year", "date_from", "date_to", "import_kwh", "least_kwh", "coverage", "gives")
    year = ("2024-07", date(2023, 7, 1), date(2024, 6, 30))
    full, half = date(2023, 7, 1), date(2024, 1, 1)
    assert table(of(full, 136_000), "exemptions", *columns) == [(*year, Decimal(49776), 50000, 1, "exempt")]
    assert table(of(full, 137_000), "exemptions", *columns) == [(*year, Decimal(50142), 50000, 1, "not_exempt")]
    assert table(of(half, 100_000), "exemptions", *columns) == [(*year, Decimal(18200), 50000, Fraction(182, 366), "too_little_data")]


def test_exemption_months__add_up_to_what_decides() -> None:
    district = District().enterprise("A", industry="3912", efficiency_class="D").enterprise("B", industry="3912", efficiency_class="D")
    district.account("3301000000001", "A", end=date(2024, 3, 31)).account("3301000000001", "B", date(2024, 4, 1)).meter(
        "M", "3301000000001"
    )
    told = explained(district.read("M", date(2024, 1, 1), JAN31, 10**6), JAN31, "B", both())
    months = told.sections["exemption_months"]
    assert [(row["month"], row["import_kwh"]) for row in months][-4:] == [
        ("2024-03", 31000),
        ("2024-04", 30000),
        ("2024-05", 31000),
        ("2024-06", 30000),
    ]
    (asked,) = told.sections["exemptions"]
    assert sum(Decimal(str(row["import_kwh"])) for row in months) == asked["import_kwh"]
    measured, expected = (sum(int(str(row[name])) for row in months) for name in ("measured_min", "expected_min"))
    assert Fraction(measured, expected) == asked["coverage"] == Fraction(182, 366)


def test_overlap__which_steps_stand_and_which_kwh_leave_the_differential_line() -> None:
    # Steps 1,000 kWh at 0.10, 1,000 at 0.20, 3,000 at 0.30; the differential rate is 0.10.
    district = over(efficiency_class="D").read("M", date(2024, 1, 1), date(2024, 6, 30), 10**6)
    told = explained(district.read("M", date(2023, 7, 1), date(2023, 12, 31), 10**6), JAN31, rules=both())
    assert table(told, "overlap", "step", "excess_kwh", "gives") == [(2, 1000, "kept"), (3, 3000, "kept"), (1, 1000, "dropped")]
    assert table(told, "levied", "import_kwh", "kept_kwh", "excess_kwh") == [(15000, 4000, 11000)]


def test_overlap__an_account_that_is_not_hit_has_none() -> None:
    # 36,600 kWh in the twelve months before: exempt, so that all steps stand, whatever their rate.
    told = explained(over(efficiency_class="D").read("M", date(2023, 7, 1), date(2024, 6, 30), 10**5), JAN31, rules=both())
    assert table(told, "levied", "kept_kwh", "excess_kwh", "gives") == [(5000, 0, "exempt")]
    assert told.sections["overlap"] == []


def test_coverage__is_that_of_the_year_to_each_months_end_with_the_fuel_rows_missing_by_then() -> None:
    district = over().fuel("A", "2024-12", "5").fuel("A", "2025-01", "0")
    district.days = [row for row in district.days if row[2] <= date(2025, 1, 27)]
    told = explained(district, FEB28)
    columns = ("month", "coverage", "fuel_months_missing")
    assert table(told, "coverage", *columns) == [("2025-01", Fraction(27, 31), 0), ("2025-02", Fraction(27, 59), 1)]
    assert table(told, "fuel_gaps", "month", "carrier", "reported_month") == [("2025-02", "原煤", "2025-01")]
    assert table(explained(district, FEB28, period="2025-01"), "fuel_gaps", "month") == []


def test_used__each_month_is_in_the_basis_of_its_own_budget() -> None:
    district = over().budget("A", 2025, "1", date(2025, 2, 1), basis="当量值")
    told = explained(district, FEB28)
    assert table(told, "used", "month", "basis", "used_to_end_tce") == [
        ("2025-01", "等价值", Decimal("4.536")),
        ("2025-02", "当量值", Decimal("1.8435")),
    ]
    assert {row["basis"] for row in told.sections["factors"]} == {"equivalent", "calorific"}


def test_used__what_counts_comes_of_import_green_electricity_and_fuels() -> None:
    told = explained(over().green("A", "2025-01", "1000").fuel("A", "2025-01", "100"), JAN31)
    assert table(told, "used", "counted_kwh", "fuel_tce") == [(14000, Decimal("0.07143"))]
    assert table(told, "electricity", "import_kwh", "green_bought_kwh") == [(15000, 1000)]
    assert table(told, "fuels", "carrier", "quantity", "tce") == [("原煤", 100, Decimal("0.07143"))]


def test_electricity__minutes_are_told_to_the_minute() -> None:
    district = District().single("A", "3301000000001", "M").read("M", JAN1, JAN1, 10**6, measured_min=1425)
    assert table(explained(district, JAN31), "electricity", "measured_min", "estimated_min") == [(1425, 0)]


def test_years__those_that_make_the_count_and_the_one_that_ends_it() -> None:
    district = over().budget("A", 2024, "3", date(2024, 1, 1)).budget("A", 2023, "3.016", date(2023, 1, 1))
    district.read("M", date(2024, 3, 1), date(2024, 3, 1), 10**7).read("M", date(2023, 3, 1), date(2023, 3, 1), 10**7)
    assert table(explained(district, JAN31), "years", "year", "budget_tce", "used_tce", "gives") == [
        (2024, 3, Decimal("3.024"), "over"),
        (2023, Decimal("3.016"), Decimal("3.016"), "within"),
    ]


def test_years__what_was_used_in_each_can_be_followed_month_by_month() -> None:
    district = over().budget("A", 2024, "3", date(2024, 1, 1)).budget("A", 2023, "1.229", date(2023, 1, 1), basis="当量值")
    district.read("M", date(2024, 3, 1), date(2024, 3, 1), 10**7).read("M", date(2023, 3, 1), date(2023, 3, 1), 9 * 10**6)
    told = explained(district.green("A", "2023-03", "1000").fuel("A", "2024-05", "100"), JAN31)
    assert table(told, "years", "year", "used_tce") == [(2024, Decimal("3.09543")), (2023, Decimal("0.9832"))]
    ends = [row for row in table(told, "used", "month", "basis", "used_to_end_tce") if str(row[0])[5:] in {"01", "12"}]
    assert ends == [
        ("2023-01", "当量值", None),
        ("2023-12", "当量值", Decimal("0.9832")),
        ("2024-01", "等价值", None),
        ("2024-12", "等价值", Decimal("3.09543")),
        ("2025-01", "等价值", Decimal("4.536")),
    ]
    assert table(told, "electricity", "month", "import_kwh", "green_bought_kwh")[:2] == [("2023-03", 9000, 1000), ("2024-03", 10000, 0)]
    assert table(told, "fuels", "month", "carrier") == [("2024-05", "原煤")]
    assert table(told, "budgets", "year", "budget_tce") == [(2023, "1.229"), (2024, "3"), (2025, "3.024")]
    used = {"electricity.calorific", "electricity.equivalent.2024", "raw_coal.kgce"}
    assert used <= {row["id"] for row in told.sections["factors"]}


def test_years__that_say_nothing_are_not_told_by_month() -> None:
    told = explained(over().budget("A", 2024, "3", date(2024, 1, 1)), JAN31)
    assert table(told, "years", "year", "gives") == [(2024, "no_readings")]
    assert table(told, "used", "month") == [("2025-01",)]


def test_result__that_no_longer_stands_is_told_anew_and_said() -> None:
    before = over().reckon(JAN31).tariffs
    later = over().budget("A", 2025, "3.6288", date(2025, 1, 2))
    factors, rules = shipped()
    case = Case.of(later.meter_days, later.registry, factors, rules, Industries({}, (), {}), JAN31)
    told = explain_tariff(case, "A", before)
    assert table(told, "result", "step", "excess_kwh") == [(1, 1200), (2, 1200), (3, 600)]
    assert told.notes == ["stale"]
    assert explained(over(), JAN31).notes == []
