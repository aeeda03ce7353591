"""The servers of `serve`: what is said of one that does not come up, and what their UI leaves alone."""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING

import dagster
import pytest
from typer.testing import CliRunner

from carbon_pipeline.cli import app
from carbon_pipeline.serving import LOOPBACK, NoAnswerError, _start, alone, any_free_port, dagster_home, wait_until_up
from carbon_pipeline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_wait_until_up__says_for_how_long_nobody_answered() -> None:
    with pytest.raises(NoAnswerError) as caught:
        wait_until_up([], f"http://{LOOPBACK}:{any_free_port()}", patience_s=1)
    assert caught.value.seconds == 1


def test_dagster_home__asks_nobody_for_an_address_and_sends_nothing(tmp_path: Path) -> None:
    with dagster.DagsterInstance.from_config(str(dagster_home(Settings.load(tmp_path, "en")))) as instance:
        assert (instance.nux_enabled, instance.telemetry_enabled) == (False, False)


WAITS = "import signal, time; signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT)); print('up', flush=True); time.sleep(60)"
"""What Dagster's servers do with signals."""


def test_started__a_server_of_a_script_in_the_background_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        log = tmp_path / "server.log"
        with log.open("wb") as written:
            server = _start([sys.executable, "-c", WAITS], Settings.load(tmp_path, "en"), tmp_path, written)
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        while not log.read_bytes():
            time.sleep(0.05)
        server.terminate()
        assert server.wait(timeout=10) != 0
    finally:
        server.kill()


def test_serve__is_told_where_a_home_is_served_already_and_on_which_port_it_is_asked_does_not_matter(tmp_path: Path) -> None:
    with alone(Settings.load(tmp_path, "en")):
        for lang, said in (("zh", "已有 serve 在运行"), ("en", "another serve runs on this home")):
            done = CliRunner().invoke(app, ["serve", "--home", str(tmp_path), "--port", str(any_free_port()), "--lang", lang])
            assert done.exit_code == 1
            assert said in done.stderr
            assert done.stdout == ""
    with alone(Settings.load(tmp_path, "en")):  # the lock went with its holder, else this raises
        pass
