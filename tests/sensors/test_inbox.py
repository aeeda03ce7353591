"""The inbox sensor: asks for what is due, waits for its run, takes a failed one up again; what its runs leave in the book."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest

from assets.lake import Home
from carbon_pipeline.definitions import build_definitions
from carbon_pipeline.inbox import QUIET_S
from carbon_pipeline.lake.store import Store
from sensors.inbox import BATCH, Memory, inbox
from tests import small_district

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Sensor:
    """A home with an inbox, a Dagster instance and a clock of its own."""

    def __init__(self, home: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home, self.instance, self.cursor = home, instance, ""
        self.now = time.time()
        monkeypatch.setattr("sensors.inbox.time.time", lambda: self.now)
        (home / "inbox").mkdir(parents=True)

    def left(self, name: str, text: str) -> Path:
        path = self.home / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def look(self, after_s: float = QUIET_S) -> dg.RunRequest | None:
        self.now += after_s
        resources = {"home": Home(path=str(self.home))}
        result = inbox(dg.build_sensor_context(instance=self.instance, cursor=self.cursor, resources=resources))
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor or ""
        return next(iter(result.run_requests or []), None)

    def asked(self) -> dg.RunRequest:
        """What is asked for once everything has come to rest."""
        self.look()
        request = self.look()
        assert request is not None
        return request

    def run(self, request: dg.RunRequest) -> None:
        home = {"home": Home(path=str(self.home))}
        job = build_definitions(home).resolve_job_def("intake")
        job.execute_in_process(request.run_config, self.instance, tags=request.tags, resources=home, raise_on_error=False)

    def receipts(self) -> list[tuple[str, str]]:
        frame = Store(self.home).read("receipts").sort("receipt_id")
        return list(frame.select("filename", "status").iter_rows())


def paths(request: dg.RunRequest) -> list[str]:
    config: dict[str, Any] = request.run_config["ops"]["receipts"]["config"]
    return list(config["paths"])


@pytest.fixture
def sensor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sensor]:
    with dg.instance_for_test() as instance:
        yield Sensor(tmp_path / "home", instance, monkeypatch)


def test_inbox__asks_once_for_the_files_in_order(sensor: Sensor) -> None:
    sensor.left("2.csv", "2")
    sensor.left("1.csv", "1")
    request = sensor.asked()
    assert paths(request) == ["1.csv", "2.csv"]
    sensor.run(request)
    assert sensor.receipts() == [("1.csv", "refused"), ("2.csv", "refused")]
    assert sensor.look() is None


def test_inbox__a_refused_file_is_read_anew_when_dropped_again(sensor: Sensor) -> None:
    sensor.left("a.csv", "no export")
    sensor.run(sensor.asked())
    sensor.left("a.csv", "no export")
    sensor.run(sensor.asked())
    assert sensor.receipts() == [("a.csv", "refused")] * 2


def test_inbox__a_folder_of_sheets_is_one_workbook_under_its_name(sensor: Sensor, tmp_path: Path) -> None:
    register, readings = small_district.write(tmp_path / "files")
    register.rename(sensor.home / "inbox" / "2025 台账")
    readings.rename(sensor.home / "inbox" / readings.name)
    sensor.run(sensor.asked())
    told = sensor.receipts()
    assert {status for _, status in told} == {"accepted"}
    assert ("2025 台账/企业.csv", "accepted") in told
    assert (readings.name, "accepted") in told
    assert list((sensor.home / "tmp").iterdir()) == []


def test_inbox__waits_for_its_run(sensor: Sensor) -> None:
    sensor.left("a.csv", "a")
    request = sensor.asked()
    job = build_definitions().resolve_job_def("intake")
    sensor.instance.create_run_for_job(job, run_config=request.run_config, tags=request.tags, status=dg.DagsterRunStatus.STARTED)
    sensor.left("b.csv", "b")
    assert sensor.look() is None
    assert sensor.look() is None
    assert Memory.of(sensor.cursor).key == request.tags[BATCH]


def test_inbox__a_failed_run_is_tried_again(sensor: Sensor, monkeypatch: pytest.MonkeyPatch) -> None:
    sensor.left("a.csv", "a")
    request = sensor.asked()
    with monkeypatch.context() as broken:
        broken.setattr("carbon_pipeline.intake.session.ingest", lambda *_: 1 / 0)
        sensor.run(request)
    assert sensor.look() is None
    again = sensor.look(after_s=60)
    assert again is not None
    assert paths(again) == paths(request)
    assert again.run_key != request.run_key
    sensor.run(again)
    assert sensor.receipts() == [("a.csv", "refused")]
    assert sensor.look(after_s=600) is None


def test_memory__of_an_older_version_is_forgotten() -> None:
    assert Memory.of('[["a.csv", 1, 2, "hash"]]') == Memory()
    assert Memory.of(None) == Memory()
