"""A file left in the inbox of a running `serve` becomes new lists with nobody's help; the servers end with it."""

from __future__ import annotations

import csv
import io
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.serving import any_free_port, is_free
from tests import small_district
from tests.builders import HOME
from tests.small_district import enterprise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PATIENCE_S = 240


def until(what: str, holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up, what
        time.sleep(1)


def alive(home: Path) -> list[str]:
    """Command lines of processes that work on a home."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            is_ours = f"CARBON_HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if is_ours and "dagster" in command:
            found.append(command)
    return found


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[Path, int, subprocess.Popen[bytes]]]:
    home, port = tmp_path / HOME, any_free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "carbon_pipeline.cli", "serve", "--home", str(home), "--port", str(port)], cwd=tmp_path
    )
    try:
        until("the web server answers", lambda: not is_free(port) and process.poll() is None)
        yield home, port, process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def budgets(home: Path) -> list[dict[str, str]]:
    command = [sys.executable, "-m", "carbon_pipeline.cli", "show", "budgets", "--home", str(home), "--format", "csv"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def row_of(home: Path, number: int) -> dict[str, str]:
    return next((row for row in budgets(home) if row["enterprise_id"] == enterprise(number)), {})


def test_inbox__a_file_becomes_new_lists_by_itself(serving: tuple[Path, int, subprocess.Popen[bytes]], tmp_path: Path) -> None:
    home, port, process = serving
    inbox = home / "inbox"
    register, readings = small_district.write(tmp_path / "files")
    until("the inbox is there", inbox.is_dir)
    register.rename(inbox / "register")
    readings.rename(inbox / readings.name)
    until("the first list", lambda: row_of(home, 5).get("alert") == "red")
    assert (row_of(home, 5)["as_of"], row_of(home, 5)["used_tce"]) == ("2025-01-31", "4.500")

    (inbox / "February.csv").write_text(small_district.export(date(2025, 2, 1), date(2025, 2, 10), times=2), encoding="utf-8")
    until("the next list", lambda: row_of(home, 5).get("as_of") == "2025-02-10")
    # 10 days x 96 x 10 kWh more: 9,600 kWh x 0.3024 = 2.90304 tce.
    assert row_of(home, 5)["used_tce"] == "7.403"
    assert "Checking for new runs" not in (home / "logs" / "daemon.log").read_text(encoding="utf-8")  # a line every 5 seconds, for ever

    assert alive(home)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    until("all servers have ended", lambda: not alive(home))
    assert is_free(port)
    assert {path.name for path in home.iterdir()} <= {"dagster", "inbox", "lake", "lock", "logs", "settled.json", "tmp"}


def test_serve__killed_outright_its_servers_end_too(serving: tuple[Path, int, subprocess.Popen[bytes]]) -> None:
    home, _, process = serving
    until("servers run", lambda: len(alive(home)) >= 3)
    process.kill()
    until("all servers have ended", lambda: not alive(home))


def test_serve__a_port_in_use_is_said(serving: tuple[Path, int, subprocess.Popen[bytes]], tmp_path: Path) -> None:
    _, port, _ = serving
    command = [sys.executable, "-m", "carbon_pipeline.cli", "serve", "--home", str(tmp_path / "other"), "--port", str(port), "--lang", "en"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, f"carbon-pipeline: port {port} is in use or not permitted; choose another with --port\n")
