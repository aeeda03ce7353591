"""Dagster in a process of its own: what it records, and what is told when it, or who asked it, comes to an end."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from carbon_pipeline import refreshing
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import HomeOfOldError, Store
from carbon_pipeline.recording import RecorderGoneError, recording
from carbon_pipeline.serving import one_at_a_time
from carbon_pipeline.settings import Settings
from tests import small_district

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
RESULTS = ("energy", "grades", "budgets", "tariffs", "inventory", "checks", "result_findings", "meter_days")


def children() -> list[int]:
    """Processes of Dagster that this one has started."""
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            parent = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1] if process.name.isdigit() else ""
            if parent == str(os.getpid()) and "carbon_pipeline.recording" in (process / "cmdline").read_text(encoding="utf-8"):
                found.append(int(process.name))
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings.load(tmp_path / "home", "en")
    ingest(Store(found.home), found, small_district.write(tmp_path))
    return found


@pytest.fixture
def runs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[tuple[str, str]]]:
    """Gives status and log of each run of the home."""

    def read() -> list[tuple[str, str]]:
        with dg.DagsterInstance.get() as instance:
            found = [record.dagster_run for record in instance.get_run_records()]
            return [(run.status.value, str([str(log) for log in instance.all_logs(run.run_id)])) for run in found]

    monkeypatch.setenv("DAGSTER_HOME", str(settings.home / "dagster"))
    return read


def test_refresh__gives_and_records_what_a_run_in_one_process_does(
    settings: Settings, tmp_path: Path, runs: Callable[[], list[tuple[str, str]]]
) -> None:
    with recording() as recorder:
        assert recorder.refresh(settings, small_district.AS_OF).failed_checks == []
    apart = small_district.reckon(tmp_path / "apart")
    for table in RESULTS:
        assert Store(settings.home).read(table).equals(Store(apart.home).read(table)), table
    ((status, said),) = runs()
    assert status == "SUCCESS"
    assert "ASSET_CHECK_EVALUATION" in said
    assert Store(settings.home).version("settled_channels") == 0, "written once"


def test_refresh__of_one_period(settings: Settings) -> None:
    with recording() as recorder:
        recorder.refresh(settings, small_district.AS_OF, "2025-01")
    assert set(Store(settings.home).read("grades")["period"]) == {"2025-01"}


def test_recording__touches_nothing_until_it_is_asked(tmp_path: Path) -> None:
    with recording():
        time.sleep(0.5)
        assert len(children()) == 1
    assert list(tmp_path.iterdir()) == []
    assert children() == []


def test_make_ready__opens_the_history_of_runs_and_begins_none(settings: Settings, runs: Callable[[], list[tuple[str, str]]]) -> None:
    with recording() as recorder:
        recorder.make_ready(settings)
        recorder.make_ready(settings)  # once for each run of exports between two registers
        give_up = time.monotonic() + 30
        while not (settings.home / "dagster" / "history" / "runs.db").exists() and time.monotonic() < give_up:
            time.sleep(0.1)
        with one_at_a_time(settings.home / "dagster"):  # until all of it is there
            assert runs() == []
        assert recorder.refresh(settings, small_district.AS_OF).failed_checks == []
    ((status, _),) = runs()
    assert status == "SUCCESS"


def test_make_ready__leaves_nothing_to_be_loaded_for_a_refresh(settings: Settings) -> None:
    code = """
import sys
from datetime import date
from carbon_pipeline.recording import recording
from carbon_pipeline.settings import Settings
with recording() as recorder:
    recorder.make_ready(Settings.load(sys.argv[1]))
known = set(sys.modules)
from carbon_pipeline.refreshing import refresh_home
from carbon_pipeline.settling import settle_home
home = Settings.load(sys.argv[1])
settle_home(home)
refresh_home(home, date(2025, 12, 31))
print([name for name in sorted(set(sys.modules) - known) if name.startswith(("carbon_pipeline", "pint"))])
"""
    told = subprocess.run([sys.executable, "-c", code, str(settings.home)], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout == "[]\n"


def test_refresh__what_goes_wrong_here_is_raised_and_recorded(
    settings: Settings, runs: Callable[[], list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, recording() as recorder:
        patched.setattr(refreshing, "reckon", broken)
        with pytest.raises(OSError, match="No space left"):
            recorder.refresh(settings, small_district.AS_OF)
    ((status, said),) = runs()
    assert status == "FAILURE"
    assert "No space left" in said
    with recording() as recorder:
        assert recorder.refresh(settings, small_district.AS_OF).failed_checks == []
    assert sorted(status for status, _ in runs()) == ["FAILURE", "SUCCESS"]


def test_refresh__what_goes_wrong_there_is_raised_here(settings: Settings) -> None:
    (settings.home / "dagster").write_text("in the way")
    with recording() as recorder, pytest.raises(FileExistsError) as told:
        recorder.refresh(settings, small_district.AS_OF)
    assert "dagster_home" in "".join(told.value.__notes__), "the way that it has come"


def test_refresh__a_process_that_is_gone_is_told_of(settings: Settings) -> None:
    with recording() as recorder:
        (process,) = children()
        os.kill(process, signal.SIGKILL)
        with pytest.raises(RecorderGoneError, match="process of Dagster"):
            recorder.refresh(settings, small_district.AS_OF)


def test_refresh__of_a_caller_that_is_killed_is_recorded_as_failed(settings: Settings, runs: Callable[[], list[tuple[str, str]]]) -> None:
    dies = f"""
import os, signal
from datetime import date
from carbon_pipeline import refreshing
from carbon_pipeline.recording import recording
from carbon_pipeline.settings import Settings
from pathlib import Path
if __name__ == "__main__":
    refreshing.reckon = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
    with recording() as recorder:
        recorder.refresh(Settings(Path({str(settings.home)!r}), "en"), date(2025, 1, 31))
"""
    script = settings.home.parent / "dies.py"
    script.write_text(dies, encoding="utf-8")
    done = subprocess.run([sys.executable, script], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (-signal.SIGKILL, b""), "its streams are closed when the process is gone too"
    ((status, _),) = runs()
    assert status == "FAILURE"


def test_command__says_nothing_of_a_process_that_ends_with_it(settings: Settings) -> None:
    command = [sys.executable, "-m", "carbon_pipeline.cli", "refresh", "--home", str(settings.home), "--as-of", "2025-01-31"]
    for _ in range(3):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")


def test_command__that_is_interrupted_ends_quietly_and_leaves_no_process(settings: Settings) -> None:
    command = [sys.executable, "-m", "carbon_pipeline.cli", "refresh", "--home", str(settings.home), "--as-of", "2025-01-31"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    while not (settings.home / "dagster").exists() and running.poll() is None:
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)
    assert (running.communicate()[0], running.returncode) == (b"", 1), "nor is anybody left who holds the stream"


def test_error__comes_out_as_it_went_in() -> None:
    error = HomeOfOldError(Path("/x"), "readings", {"parts"})
    error.add_note("seen on the way")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - just made
    assert isinstance(again, HomeOfOldError)
    assert (str(again), again.sentence("zh"), again.__notes__) == (str(error), error.sentence("zh"), error.__notes__)
