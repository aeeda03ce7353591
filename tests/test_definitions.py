"""What Dagster is given: a snapshot of its parts, and what sensors and schedules decide."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import dagster as dg
import polars as pl
import pytest

from assets.lake import Home
from assets.results import monthly_grades
from assets.schemas import SCHEMAS, broken
from carbon_pipeline.console.published import result_schemas
from carbon_pipeline.definitions import build_definitions, run_refresh
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store
from carbon_pipeline.lake.tables import METER_DAYS
from carbon_pipeline.settings import Settings
from sensors.calendar import as_of_for, daily_refresh, live_as_of, monthly_grading
from sensors.inbox import Left, cursor_of, inbox, new_content, remembered, waiting_files
from tests import small_district

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
    odd = grades.with_columns(grade=pl.when(pl.col("grade") == 1).then(9).otherwise(pl.col("grade")))
    assert broken("grades", odd) == {"grade|max": 1}
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


def left(path: Path, text: str, age_s: float = 60) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    stamp = path.stat().st_mtime - age_s
    os.utime(path, (stamp, stamp))
    return path


def test_inbox__new_content_once(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    now = left(folder / "b.csv", "b").stat().st_mtime + 60
    left(folder / "a" / "c.csv", "c")
    left(folder / ".hidden", "x")
    left(folder / "d.csv.part", "x")
    first = waiting_files(folder, {}, now) or []
    assert [one.name for one in first] == ["a/c.csv", "b.csv"]
    seen = remembered(cursor_of({one.name: one for one in first}))
    assert new_content(waiting_files(folder, seen, now) or [], seen) == []
    left(folder / "copy of b.csv", "b")
    left(folder / "b.csv", "b, corrected")
    assert [one.name for one in new_content(waiting_files(folder, seen, now) or [], seen)] == ["b.csv"]


def test_inbox__a_file_on_its_way_holds_back_the_others(tmp_path: Path) -> None:
    now = left(tmp_path / "a.csv", "a").stat().st_mtime + 60
    left(tmp_path / "b.csv", "b", age_s=0)
    assert waiting_files(tmp_path, {}, now) is None


def test_inbox__unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    path = left(tmp_path / "a.csv", "a")
    stat = path.stat()
    seen = {"a.csv": Left("a.csv", stat.st_size, stat.st_mtime_ns, "as remembered")}
    assert waiting_files(tmp_path, seen, stat.st_mtime + 60) == list(seen.values())


def test_inbox_sensor__asks_for_one_run_with_the_files_in_order(tmp_path: Path) -> None:
    home = Home(path=str(tmp_path))
    left(tmp_path / "inbox" / "2.csv", "2")
    left(tmp_path / "inbox" / "1.csv", "1")
    with dg.instance_for_test() as instance:
        result = inbox(dg.build_sensor_context(instance=instance, resources={"home": home}))
        assert isinstance(result, dg.SensorResult)
        (request,) = result.run_requests or []
        assert request.run_config["ops"]["receipts"]["config"]["paths"] == [str(tmp_path / "inbox" / name) for name in ("1.csv", "2.csv")]
        again = inbox(dg.build_sensor_context(instance=instance, cursor=result.cursor, resources={"home": home}))
        assert isinstance(again, dg.SensorResult)
        assert not again.run_requests
