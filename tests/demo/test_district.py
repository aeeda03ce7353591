"""The demo's district is the same every time, and holds every fault and every reason that it promises."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pytest

from carbon_pipeline.console.published import PUBLISHED, published
from carbon_pipeline.demo.district import District, make_district
from carbon_pipeline.demo.identity import credit_code
from carbon_pipeline.demo.series import CREDIT, steel
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store
from carbon_pipeline.registry.credit_code import is_valid
from carbon_pipeline.settings import Settings
from tests.builders.recorded import run_refresh

if TYPE_CHECKING:
    from pathlib import Path


class Run(NamedTuple):
    district: District
    failed: list[str]
    tables: dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    home = tmp_path_factory.mktemp("demo")
    district = make_district(home / "files")
    settings, store = Settings.load(home), Store(home)
    ingest(store, settings, district.uploads)
    failed = run_refresh(settings, district.as_of)
    return Run(district, failed, {name: published(store, settings, name) for name in PUBLISHED})


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_make_district__same_seed_same_bytes(run: Run, tmp_path: Path) -> None:
    make_district(tmp_path)
    assert _digests(tmp_path) == _digests(run.district.uploads[0].parent)


def test_make_district__other_seed_other_bytes(run: Run, tmp_path: Path) -> None:
    other = make_district(tmp_path, seed=7)
    assert _digests(tmp_path)["2025-01_day_wide.csv"] != _digests(run.district.uploads[0].parent)["2025-01_day_wide.csv"]
    assert other.as_of == date(2025, 12, 31)


def test_steel__is_the_published_series() -> None:
    assert steel().shape == (365, 96)
    assert round(float(steel().sum()), 2) == 959_636.71
    assert "CC BY 4.0" in CREDIT


def test_credit_code__is_valid_and_unique() -> None:
    codes = [credit_code(number) for number in range(0, 900_000, 9_001)]
    assert all(is_valid(code) for code in codes)
    assert len(set(codes)) == len(codes)


def test_district__size(run: Run) -> None:
    assert 290 <= run.district.enterprises <= 320
    assert 330 <= run.district.meters <= 400
    assert run.failed == []


def test_district__late_file_comes_after_the_next_month(run: Run) -> None:
    names = [path.name for path in run.district.uploads]
    assert names.index("2025-03_day_wide.csv") > names.index("2025-04_day_wide.csv")


def test_district__every_status_of_a_file(run: Run) -> None:
    assert set(run.tables["receipts"]["status"]) == {"accepted", "partly", "refused", "duplicate"}
    assert {"sg_curve", "sg_long", "sg_day_read", "day_wide", "register"} <= set(run.tables["receipts"]["profile"])


def test_district__rows_turned_away_with_reasons(run: Run) -> None:
    expected = {"number_damaged", "no_multiplier", "wrong_check_digit", "wrong_dimension", "not_positive"}
    assert expected <= set(run.tables["quarantine"]["reason"])
    assert run.tables["quarantine"].height < 40


@pytest.mark.parametrize("reason", ["negative_power", "register_spike", "above_rated_power"])
def test_district__findings_of_faults(run: Run, reason: str) -> None:
    assert reason in set(run.tables["findings"]["reason"])


def test_district__rollover_leaves_no_finding(run: Run) -> None:
    assert "register_decrease" not in set(run.tables["findings"]["reason"])


def test_district__every_reason_against_a_grade(run: Run) -> None:
    reasons = set(run.tables["grades"].filter(pl.col("period") == "2025")["reason"].drop_nulls())
    assert reasons == {
        "below_scale", "not_industry", "no_value_added", "value_added_not_positive", "no_meter_data",
        "low_coverage", "fuel_not_reported", "no_peer_group", "peer_group_zero",
    }  # fmt: skip


def test_district__every_grade_and_alert(run: Run) -> None:
    assert set(run.tables["grades"]["grade"].drop_nulls()) == {1, 2, 3, 4, 5}
    assert set(run.tables["budgets"]["alert"]) == {"none", "yellow", "orange", "red", "low_coverage", "no_budget"}


def test_district__surcharges_firm_and_provisional(run: Run) -> None:
    tariffs = run.tables["tariffs"]
    assert set(tariffs["provisional"]) == {True, False}
    assert set(tariffs["step"]) == {1, 2, 3}
    assert tariffs["trial"].all()
