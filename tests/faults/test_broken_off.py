"""Commands that are killed, or that run at the same time, leave a home in which everything comes out as if nothing had been."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.console.published import published
from carbon_pipeline.definitions import run_refresh
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store
from carbon_pipeline.settings import Settings
from tests import small_district

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

RESULTS = ("energy", "grades", "budgets", "tariffs", "inventory")
DIES_AT = """
import os, signal, sys
from carbon_pipeline.lake import store
left = [int(sys.argv[1])]
def dying(write):
    def written(*arguments, **named):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return write(*arguments, **named)
    return written
for name in ("append", "replace", "replace_partition"):
    setattr(store.Store, name, dying(getattr(store.Store, name)))
sys.argv[1:2] = []
from carbon_pipeline.cli import main
main()
"""


def daily_files(folder: Path) -> list[Path]:
    """The export of January as one file a day."""
    folder.mkdir(parents=True)
    paths = []
    for at in range(31):
        day = date(2025, 1, 1) + timedelta(days=at)
        path = folder / f"{day}.csv"
        path.write_text(small_district.export(day, day), encoding="utf-8")
        paths.append(path)
    return paths


def results(settings: Settings) -> dict[str, pl.DataFrame]:
    run_refresh(settings, small_district.AS_OF)
    return {name: published(Store(settings.home), settings, name) for name in RESULTS}


@pytest.fixture
def expected(reckoned_home: Path) -> dict[str, pl.DataFrame]:
    settings = Settings.load(reckoned_home, "en")
    return {name: published(Store(reckoned_home), settings, name) for name in RESULTS}


def command(home: Path, *arguments: str) -> list[str]:
    return [arguments[0], "--home", str(home), *arguments[1:]]


@pytest.mark.parametrize("at", [1, 2])
def test_ingest__killed_while_it_writes_goes_on_after(tmp_path: Path, expected: dict[str, pl.DataFrame], at: int) -> None:
    settings = Settings.load(tmp_path / "home", "en")
    register, _ = small_district.write(tmp_path / "files")
    days = daily_files(tmp_path / "days")
    ingest(Store(settings.home), settings, [register])
    arguments = command(settings.home, "ingest", *map(str, days))
    killed = subprocess.run(
        [sys.executable, "-c", DIES_AT, str(at), *arguments], check=False, capture_output=True, env=os.environ | {"LC_ALL": "C.UTF-8"}
    )
    assert killed.returncode == -signal.SIGKILL
    told = ingest(Store(settings.home), settings, days)
    assert set(told["status"]) <= {"accepted", "duplicate"}
    receipts = Store(settings.home).read("receipts")
    assert receipts["receipt_id"].is_unique().all()
    for name, frame in results(settings).items():
        assert frame.equals(expected[name]), name


@pytest.mark.parametrize("at", [1, 2, 4, 8])
def test_refresh__killed_while_it_writes_goes_on_after(tmp_path: Path, expected: dict[str, pl.DataFrame], at: int) -> None:
    settings = Settings.load(tmp_path / "home", "en")
    ingest(Store(settings.home), settings, small_district.write(tmp_path / "files"))
    arguments = command(settings.home, "refresh", "--as-of", "2025-01-31")
    killed = subprocess.run(
        [sys.executable, "-c", DIES_AT, str(at), *arguments], check=False, capture_output=True, env=os.environ | {"LC_ALL": "C.UTF-8"}
    )
    assert killed.returncode == -signal.SIGKILL
    for name, frame in results(settings).items():
        assert frame.equals(expected[name]), name


@pytest.mark.slow
def test_ingest__two_at_once_take_turns(tmp_path: Path, expected: dict[str, pl.DataFrame]) -> None:
    settings = Settings.load(tmp_path / "home", "en")
    register, _ = small_district.write(tmp_path / "files")
    ingest(Store(settings.home), settings, [register])
    days = daily_files(tmp_path / "days")
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "carbon_pipeline.cli", *command(settings.home, "ingest", *map(str, part))], stdout=subprocess.DEVNULL
        )
        for part in (days[:20], days[10:])
    ]
    assert [process.wait(120) for process in running] == [0, 0]
    statuses = Store(settings.home).read("receipts")["status"].value_counts()
    assert dict(statuses.iter_rows())["duplicate"] == 10
    for name, frame in results(settings).items():
        assert frame.equals(expected[name]), name


@pytest.mark.slow
def test_refresh__two_at_once_in_a_fresh_home(tmp_path: Path, expected: dict[str, pl.DataFrame]) -> None:
    settings = Settings.load(tmp_path / "home", "en")
    ingest(Store(settings.home), settings, small_district.write(tmp_path / "files"))
    arguments = command(settings.home, "refresh", "--as-of", "2025-01-31")
    running = [subprocess.Popen([sys.executable, "-m", "carbon_pipeline.cli", *arguments], stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(120) for process in running] == [0, 0]
    for name, frame in expected.items():
        assert published(Store(settings.home), settings, name).equals(frame), name


def test_home_in_use__is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner  # noqa: PLC0415 - only here

    from carbon_pipeline.cli import app  # noqa: PLC0415
    from carbon_pipeline.lake import store  # noqa: PLC0415

    def impatient(*_: object, **__: object) -> None:
        raise store.HomeBusyError(str(tmp_path))

    monkeypatch.setattr(store.Store, "writing", impatient)
    (tmp_path / "a.csv").write_text("x\n", encoding="utf-8")
    result = CliRunner().invoke(app, command(tmp_path / "home", "ingest", str(tmp_path / "a.csv"), "--lang", "en"))
    assert result.exit_code == 1
    assert "another command is writing to this home" in result.stderr
