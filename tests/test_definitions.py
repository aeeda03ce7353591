"""What Dagster is given: a snapshot of its parts, and what sensors and schedules decide."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import dagster as dg
import polars as pl
import pytest

from assets.lake import Home
from assets.results import monthly_grades
from assets.schemas import SCHEMAS, broken
from carbon_pipeline.console.published import result_schemas
from carbon_pipeline.definitions import build_definitions
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store
from carbon_pipeline.lake.tables import METER_DAYS
from carbon_pipeline.settings import Settings
from sensors.calendar import as_of_for, daily_refresh, live_as_of, monthly_grading
from tests import small_district
from tests.builders.recorded import run_refresh

if TYPE_CHECKING:
    from pathlib import Path

RESULTS = ["budgets", "energy", "grades", "inventory", "tariffs"]
SNAPSHOT = {
    "assets": {
        "budgets": (["meter_days"], "daily"),
        "energy": (["meter_days"], "daily"),
        "grades": (["meter_days"], "daily"),
        "inventory": (["meter_days"], "daily"),
        "meter_days": (["receipts"], None),
        "monthly_grades": (["meter_days"], "monthly"),
        "receipts": ([], None),
        "tariffs": (["meter_days"], "daily"),
    },
    "checks": sorted([*(f"{name}:columns" for name in [*RESULTS, "meter_days"]), "budgets:coverage", "energy:sums"]),
    "jobs": {
        "intake": ["meter_days", "receipts"],
        "monthly_grading": ["meter_days", "monthly_grades"],
        "refresh": ["budgets", "energy", "grades", "inventory", "meter_days", "tariffs"],
    },
    "schedules": {
        "daily_refresh": ("30 6 * * *", "Asia/Shanghai", "refresh"),
        "monthly_grading": ("0 7 5 * *", "Asia/Shanghai", "monthly_grading"),
    },
    "sensors": {"after_intake": "RUNNING", "inbox": "RUNNING"},
}


def taken_apart(definitions: dg.Definitions) -> dict[str, Any]:
    graph = definitions.resolve_asset_graph()
    repository = definitions.get_repository_def()
    kinds = {dg.DailyPartitionsDefinition: "daily", dg.MonthlyPartitionsDefinition: "monthly", type(None): None}
    return {
        "assets": {
            key.to_user_string(): (
                sorted(parent.to_user_string() for parent in graph.get(key).parent_keys),
                kinds[type(graph.get(key).partitions_def)],
            )
            for key in graph.get_all_asset_keys()
        },
        "checks": sorted(f"{key.asset_key.to_user_string()}:{key.name}" for key in graph.asset_check_keys),
        "jobs": {
            name: sorted(key.to_user_string() for key in repository.get_job(name).asset_layer.selected_asset_keys)
            for name in SNAPSHOT["jobs"]
        },
        "schedules": {s.name: (s.cron_schedule, s.execution_timezone, s.job_name) for s in repository.schedule_defs},
        "sensors": {s.name: s.default_status.value for s in repository.sensor_defs},
    }


def test_definitions__snapshot() -> None:
    assert taken_apart(build_definitions()) == SNAPSHOT


def test_definitions__one_process_runs_a_job() -> None:
    assert build_definitions().executor is dg.in_process_executor


def test_schemas__say_what_is_published() -> None:
    for name, schema in SCHEMAS.items():
        assert schema.create_empty().schema == (METER_DAYS.schema if name == "meter_days" else result_schemas()[name])


def test_schemas__a_broken_row_is_counted(reckoned_home: Path) -> None:
    grades = Store(reckoned_home).read("grades").drop("as_of")
    assert broken("grades", grades) == {}
    odd = grades.with_columns(grade=pl.when(pl.col("grade") == 1).then(0).otherwise(pl.col("grade")))
    assert broken("grades", odd) == {"grade|min": 1}
    assert broken("grades", pl.concat([grades, grades.head(1)])) == {"primary_key": 2}


def test_refresh__leaves_a_run_with_what_a_person_wants_to_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load(tmp_path / "home", "en")
    ingest(Store(settings.home), settings, small_district.write(tmp_path))
    assert run_refresh(settings, small_district.AS_OF) == []
    monkeypatch.setenv("DAGSTER_HOME", str(settings.home / "dagster"))
    with dg.DagsterInstance.get() as instance:
        (record,) = instance.get_run_records()
        assert record.dagster_run.job_name == "refresh"
        assert record.dagster_run.tags["dagster/partition"] == "2025-01-31"
        event = instance.get_latest_materialization_event(dg.AssetKey("budgets"))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["rows"].value == 6
    assert "red" in str(event.asset_materialization.metadata["alert"].value)


def test_refresh__a_failing_check_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load(tmp_path / "home", "en")
    ingest(Store(settings.home), settings, small_district.write(tmp_path))
    monkeypatch.setattr("assets.describe.broken", lambda name, _: {"rule": 1} if name == "grades" else {})
    assert run_refresh(settings, small_district.AS_OF) == ["grades:columns"]


def test_monthly_grades__same_rows_as_the_refresh(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "home", "en")
    store = Store(settings.home)
    ingest(store, settings, small_district.write(tmp_path))
    home = {"home": Home(path=str(settings.home))}
    job = build_definitions(home).resolve_job_def("monthly_grading")
    assert job.execute_in_process(partition_key="2025-01-01", resources=home).success
    by_month = store.read("grades").sort("enterprise_id")
    run_refresh(settings, small_district.AS_OF)
    assert store.read("grades").sort("enterprise_id").equals(by_month)
    assert monthly_grades.partitions_def is not None


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        (date(2025, 3, 4), date(2025, 3, 5), date(2025, 3, 4)),
        (date(2025, 3, 1), date(2025, 3, 5), date(2025, 3, 4)),
        (date(2025, 3, 5), date(2025, 3, 5), date(2025, 3, 5)),
        (date(2025, 9, 9), date(2025, 3, 5), date(2025, 3, 5)),
        (date(2025, 1, 31), date(2025, 3, 5), date(2025, 1, 31)),
    ],
    ids=["yesterday came", "a feed that stopped shows", "today came", "never ahead", "an archive"],
)
def test_as_of_for__cases(last: date, today: date, expected: date) -> None:
    assert as_of_for(last, today) == expected


def test_live_as_of__of_an_archive_and_of_nothing(reckoned_home: Path, tmp_path: Path) -> None:
    assert live_as_of(Store(reckoned_home)) == small_district.AS_OF
    assert live_as_of(Store(tmp_path)) is None


def test_schedules__ask_for_the_right_partition(reckoned_home: Path) -> None:
    home = Home(path=str(reckoned_home))
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2025, 3, 4, 23, 0, tzinfo=UTC), resources={"home": home})
    grading = monthly_grading(context)
    assert isinstance(grading, dg.RunRequest)
    assert grading.partition_key == "2025-02-01"
    daily = daily_refresh(dg.build_schedule_context(resources={"home": home}))
    assert isinstance(daily, dg.RunRequest)
    assert daily.partition_key == "2025-01-31"
