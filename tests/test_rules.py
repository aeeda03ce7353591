"""Rule sets as they ship, what a county may change, and what is said of a file that is wrong."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from carbon_pipeline.exact import parse_decimal
from carbon_pipeline.factors import Factors
from carbon_pipeline.rules import DifferentialRule, RuleError, Rules
from carbon_pipeline.settings import ConfigError, Settings, packaged_config


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    return Rules.load(Settings.load(tmp_path_factory.mktemp("home")))


def with_own(home: Path, name: str, text: str) -> Rules:
    folder = home / "config" / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return Rules.load(Settings.load(home))


def shipped(name: str) -> str:
    return (packaged_config() / "rules" / name).read_text(encoding="utf-8")


def test_grading__bounds_of_the_carbon_efficiency_code(rules: Rules) -> None:
    rule = rules.grading
    assert rule.id == "zj_carbon_efficiency_2021"
    assert [(level.name, level.upto) for level in rule.levels] == [("low", Decimal("0.6")), ("mid", Decimal("2.0")), ("high", None)]
    assert [str(grade.upto) for grade in rule.grades] == ["0.6", "0.8", "1.2", "2.0", "None"]
    assert [grade.grade for grade in rule.grades] == [1, 2, 3, 4, 5]
    assert (rule.least_peers, rule.least_coverage, rule.factor_year) == (5, Decimal("0.9"), None)
    assert not rule.is_trial


def test_grading__industry_is_06_to_46(rules: Rules) -> None:
    assert rules.grading.divisions == frozenset(f"{number:02d}" for number in range(6, 47))


def test_alerts__yellow_orange_red(rules: Rules) -> None:
    assert (rules.alerts.yellow, rules.alerts.orange, rules.alerts.red) == (Decimal("0.8"), Decimal("0.9"), Decimal(1))
    assert (rules.coverage.least, rules.coverage.least_pv) == (Decimal("0.9"), Decimal("0.9"))


def test_stepped__steps_follow_one_another(rules: Rules) -> None:
    assert rules.stepped is not None
    steps = [(step.above, step.upto) for step in rules.stepped.steps]
    assert steps == [(Decimal(0), Decimal("0.1")), (Decimal("0.1"), Decimal("0.2")), (Decimal("0.2"), None)]


@pytest.mark.parametrize(
    ("years", "rates", "status"),
    [
        (1, ["0.10", "0.20", "0.30"], "assumed"),
        (2, ["0.12", "0.23", "0.33"], "assumed"),
        (3, ["0.15", "0.25", "0.35"], "draft"),
        (4, ["0.15", "0.25", "0.35"], "draft"),
        (10, ["0.15", "0.25", "0.35"], "draft"),
    ],
)
def test_stepped__rates_by_years_running(rules: Rules, years: int, rates: list[str], status: str) -> None:
    assert rules.stepped is not None
    row = rules.stepped.rates_of(years)
    assert ([str(rate) for rate in row.cny_per_kwh], row.status) == (rates, status)


def test_stepped__is_a_trial_for_seven_industries_and_data_centers(rules: Rules) -> None:
    rule = rules.stepped
    assert rule is not None
    assert rule.is_trial
    assert sorted(rule.divisions) == ["17", "22", "25", "26", "28", "30", "31"]
    assert (rule.divisions_status, rule.includes_data_centers) == ("assumed", True)
    assert rule.holds_on(date(2025, 1, 31))


def test_differential__ships_but_is_not_active(rules: Rules) -> None:
    assert rules.differential is None
    rule = rules.all["ruian_2022"]
    assert isinstance(rule, DifferentialRule)
    assert {key: str(rate.cny_per_kwh) for key, rate in rule.by_class.items()} == {
        (True, "D"): "0.10",
        (False, "C"): "0.10",
        (False, "D"): "0.30",
    }
    assert (rule.levy_year_starts, rule.least_kwh, rule.cap_cny) == (7, Decimal(50_000), Decimal(500_000))


def test_active__grid_region_has_a_factor(rules: Rules, tmp_path: Path) -> None:
    assert rules.active.grid_region == "浙江"
    assert rules.active.grid_region in Factors.load(Settings.load(tmp_path)).regions


def test_active__a_county_turns_a_rule_on(tmp_path: Path) -> None:
    own = with_own(tmp_path, "active.yaml", shipped("active.yaml") + "  - ruian_2022\n")
    assert own.differential is not None
    assert own.differential.id == "ruian_2022"
    assert own.stepped is not None


def test_active__a_county_turns_a_rule_off(tmp_path: Path) -> None:
    assert with_own(tmp_path, "active.yaml", shipped("active.yaml").replace("  - zj_stepped_2021_draft\n", "")).stepped is None


def test_load__a_county_replaces_a_rule_as_a_whole(tmp_path: Path) -> None:
    own = with_own(tmp_path, "alerts.yaml", shipped("budget_alerts.yaml").replace('yellow: "0.8"', 'yellow: "0.75"'))
    assert own.alerts.yellow == Decimal("0.75")


def test_grading_on__the_last_active_one_that_holds(tmp_path: Path) -> None:
    newer = shipped("zj_carbon_efficiency_2021.yaml")
    newer = newer.replace("id: zj_carbon_efficiency_2021", "id: newer").replace("valid_from: null", "valid_from: 2026-01-01")
    with_own(tmp_path, "newer.yaml", newer)
    own = with_own(tmp_path, "active.yaml", shipped("active.yaml") + "  - newer\n")
    assert own.grading_on(date(2025, 12, 31)).id == "zj_carbon_efficiency_2021"
    assert own.grading_on(date(2026, 1, 31)).id == "newer"
    only = with_own(tmp_path, "active.yaml", shipped("active.yaml").replace("- zj_carbon_efficiency_2021", "- newer"))
    with pytest.raises(RuleError, match="valid on 2025-12-31"):
        only.grading_on(date(2025, 12, 31))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("budget_alerts.yaml", 'yellow: "0.8"', "yellow: 0.8", "yellow: write the number as quoted text"),
        ("budget_alerts.yaml", 'yellow: "0.8"', 'yellow: "0.95"', "yellow must lie below orange"),
        ("budget_alerts.yaml", "status: in_force", "status: official", "status: Input should be"),
        ("budget_alerts.yaml", "kind: alerts", "kind: alarm", "'alarm'"),
        ("coverage.yaml", 'least: "0.9"', 'least: "90"', "a share lies between 0 and 1"),
        ("zj_carbon_efficiency_2021.yaml", 'grade: 2, upto: "0.8"', 'grade: 2, upto: "0.5"', "the upper bounds of grades must rise"),
        ("zj_carbon_efficiency_2021.yaml", "name: high, upto: null", 'name: high, upto: "9"', "the upper bounds of levels must rise"),
        ("zj_carbon_efficiency_2021.yaml", '["06-46"]', '["6-46"]', "no division"),
        ("zj_carbon_efficiency_2021.yaml", '["06-46"]', "06-46", "write a list of quoted divisions"),
        ("zj_carbon_efficiency_2021.yaml", "valid_to: null\n", "", "valid_to: Field required"),
        ("zj_stepped_2021_draft.yaml", 'above: "0.10"', 'above: "0.15"', "each step must begin where the one before it ends"),
        ("zj_stepped_2021_draft.yaml", "years: 2,", "years: 4,", "without a gap"),
        ("zj_stepped_2021_draft.yaml", '"0.12", "0.23", "0.33"', '"0.12", "0.23"', "each row of rates needs 3 of them"),
        ("ruian_2022.yaml", "is_above_scale: true", "is_above_scale: false", "stands there twice"),
        ("ruian_2022.yaml", 'cny_per_kwh: "0.30"', 'cny_per_kwh: "-0.30"', "cny_per_kwh: Input should be greater than or equal to 0"),
        (
            "ruian_2022.yaml",
            "m: null\nvalid_to: null",
            "m: 2026-01-01\nvalid_to: 2025-12-31",
            "valid_to (2025-12-31) lies before valid_from",
        ),
        ("active.yaml", "- coverage_90", "- coverage_95", "coverage_95 names no rule set"),
        ("active.yaml", "  - coverage_90\n", "", "no coverage rule set is in use"),
    ],
)
def test_load__names_file_and_what_is_wrong(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    assert old in shipped(name)
    with pytest.raises(ConfigError) as caught:
        with_own(tmp_path, name, shipped(name).replace(old, new))
    assert said in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_tariffs__reference_rows_are_dated_sourced_and_exact(tmp_path: Path) -> None:
    (file,) = Settings.load(tmp_path).load_yaml("tariffs")
    rows = file.content["rows"]
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["source"], row["id"]
        assert "valid_from" in row, row["id"]
        assert row["confidence"] in {"V1", "V2"}, row["id"]
        assert all(parse_decimal(rate) for rate in row["rates"].values()), row["id"]


ACTIVE = shipped("active.yaml")


@pytest.mark.parametrize(("name", "old"), [("coverage.yaml", "coverage_90"), ("zj_stepped_2021_draft.yaml", "zj_stepped_2021_draft")])
def test_check__two_rules_of_a_kind_that_must_be_alone(tmp_path: Path, name: str, old: str) -> None:
    with_own(tmp_path, "second.yaml", shipped(name).replace(f"id: {old}", "id: second"))
    with pytest.raises(ConfigError, match=f"of {old} and second only one can be in use"):
        with_own(tmp_path, "active.yaml", f"{ACTIVE}  - second\n")


def test_check__validation_holds_for_all_days(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="leave valid_from and valid_to empty"):
        with_own(tmp_path, "own.yaml", shipped("metering_validation.yaml").replace("valid_from: null", "valid_from: 2025-01-01"))


@pytest.mark.parametrize(
    ("name", "rule"), [("coverage.yaml", "coverage_90"), ("budget_alerts.yaml", "budget_alerts_80_90_100"), ("active.yaml", "active")]
)
def test_check_on__a_rule_of_another_time(tmp_path: Path, name: str, rule: str) -> None:
    rules = with_own(tmp_path, "own.yaml", shipped(name).replace("valid_to: null", "valid_to: 2025-06-30"))
    rules.check_on(date(2025, 6, 30))
    with pytest.raises(RuleError, match=f"{rule} is in use but not valid on 2025-07-01"):
        rules.check_on(date(2025, 7, 1))
