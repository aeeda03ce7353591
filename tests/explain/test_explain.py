"""An explanation says what was published, and its parts add up to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.console.explaining import explanation
from carbon_pipeline.console.published import published
from carbon_pipeline.explain.document import exact, shown
from carbon_pipeline.explain.telling import told
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store
from carbon_pipeline.settings import Settings, packaged_config
from tests import small_district
from tests.small_district import enterprise

if TYPE_CHECKING:
    from pathlib import Path

    from carbon_pipeline.explain.document import Explanation


@pytest.fixture
def explained(reckoned_home: Path) -> dict[tuple[str, int], Explanation]:
    store, settings = Store(reckoned_home), Settings.load(reckoned_home, "en")
    return {(what, n): explanation(store, settings, what, enterprise(n)) for what in ("grade", "budget", "tariff") for n in (1, 5, 6)}


def test_explain__result_is_the_published_row(reckoned_home: Path, explained: dict[tuple[str, int], Explanation]) -> None:
    store, settings = Store(reckoned_home), Settings.load(reckoned_home, "en")
    for what, table in (("grade", "grades"), ("budget", "budgets")):
        rows = {
            row["enterprise_id"]: row for row in published(store, settings, table).to_dicts() if row.get("period", "2025-01") == "2025-01"
        }
        for n in (1, 5, 6):
            assert explained[what, n].sections["result"] == [rows[enterprise(n)]]
            assert "stale" not in explained[what, n].notes


def test_explain_grade__meters_and_months_add_up(explained: dict[tuple[str, int], Explanation]) -> None:
    one = explained["grade", 5]
    assert sum(row["wh"] for row in one.sections["meters"]) == 14_880_000  # type: ignore[misc]
    assert one.sections["electricity"][0]["import_kwh"] == Decimal(14880)
    assert one.sections["coverage"][0]["coverage"] == Fraction(1)
    assert [row["l"] for row in one.sections["peers"]] == [Decimal(text) for text in ("0.1480", "0.2961", "0.4441", "0.5921", "0.7401")]


def test_explain_grade__the_reason_stands_where_there_is_none(explained: dict[tuple[str, int], Explanation]) -> None:
    one = explained["grade", 6]
    assert one.sections["result"][0]["reason"] == "below_scale"
    assert "peers" not in one.sections
    assert "below_scale (" in told(one, "en")


def test_explain_budget__months_add_up_to_use(explained: dict[tuple[str, int], Explanation]) -> None:
    one = explained["budget", 5]
    steps = {step.name: step.value for step in one.steps}
    assert steps["used_tce"] == Decimal("4.499712")
    assert steps["ratio"] == Fraction(4499712, 4000000)
    assert one.sections["used"][-1]["used_to_end_tce"] == steps["used_tce"]
    assert [row["year"] for row in one.sections["factors"]] == [2024]


def test_explain_budget__without_one(explained: dict[tuple[str, int], Explanation]) -> None:
    assert [step.name for step in explained["budget", 1].steps] == ["used_tce"]


def test_explain_tariff__steps_are_the_excess(explained: dict[tuple[str, int], Explanation]) -> None:
    one = explained["tariff", 5]
    assert [row["excess_kwh"] for row in one.sections["steps"]] == [1323, 330, 0]
    assert sum((row["excess_tce"] for row in one.sections["steps"]), Decimal(0)) == Decimal("0.499712")  # type: ignore[misc]
    assert [row["account_no"] for row in one.sections["split"]] == [small_district.account(5)]
    assert "trial" in one.notes


def test_explain__what_changed_since_is_said(tmp_path: Path) -> None:
    settings = small_district.reckon(tmp_path)
    store = Store(settings.home)
    small_district.correct(settings, "经济指标", ",10,", ",11,")
    assert "stale" in explanation(store, settings, "grade", enterprise(1)).notes
    assert "stale" not in explanation(store, settings, "budget", enterprise(1)).notes


def test_explain__files_of_later_readings_are_not_behind_it(tmp_path: Path) -> None:
    settings = small_district.reckon(tmp_path)
    store, later = Store(settings.home), tmp_path / "readings_2025-02.csv"
    later.write_text(small_district.export(date(2025, 2, 1), date(2025, 2, 28)), encoding="utf-8")
    ingest(store, settings, [later])
    files = {row["filename"]: row["rows_here"] for row in explanation(store, settings, "budget", enterprise(5)).sections["files"]}
    assert files["readings_2025-01.csv"] == 31
    assert later.name not in files


def test_explain_tariff__lines_of_a_rule_in_force_are_no_trial_beside_a_draft(tmp_path: Path) -> None:
    settings = small_district.reckon(tmp_path)
    store, active, classes = Store(settings.home), settings.home / "config" / "rules" / "active.yaml", tmp_path / "企业.csv"
    active.parent.mkdir(parents=True)
    shipped = (packaged_config() / "rules" / "active.yaml").read_text(encoding="utf-8")
    active.write_text(f"{shipped.rstrip()}\n  - ruian_2022\n", encoding="utf-8")
    classes.write_text(
        "统一社会信用代码,企业名称,行业代码,镇街,规上,用地面积(亩),数据中心,两高,亩均等级\n"
        f"{enterprise(6)},第6纺织厂,1711,仙岩街道,否,10,否,否,D\n",
        encoding="utf-8",
    )
    before = tmp_path / "readings_2024-06.csv"
    before.write_text(small_district.export(date(2024, 6, 1), date(2024, 6, 30)), encoding="utf-8")
    ingest(store, settings, [classes, before])
    levied = explanation(store, settings, "tariff", enterprise(6))
    assert [(row["rule_id"], row["trial"]) for row in levied.sections["result"]] == [("ruian_2022", False)]
    assert levied.notes == ["stale"]
    assert {"readings_2024-06.csv": 30}.items() <= {row["filename"]: row["rows_here"] for row in levied.sections["files"]}.items()
    assert explanation(store, settings, "tariff", enterprise(5)).notes == ["trial"]


@pytest.mark.parametrize(
    ("value", "as_exact", "as_shown"),
    [
        (None, None, "-"),
        (Decimal("1.500"), "1.5", "1.5"),
        (Decimal("1E+3"), "1000", "1000"),
        (Fraction(5, 3), "5/3", "1.666667"),
        (True, "True", "true"),
        ("文", "文", "文"),
    ],
)
def test_values__exact_and_shown(value: object, as_exact: str | None, as_shown: str) -> None:
    assert (exact(value), shown(value)) == (as_exact, as_shown)
