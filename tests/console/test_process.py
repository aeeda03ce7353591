"""How a command sets its process up, and that it is not too late for it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from carbon_pipeline.cli import app
from carbon_pipeline.console.process import ALLOCATOR, keep_memory

ROOT = Path(__file__).parents[2]
VARIABLE, SETTINGS = ALLOCATOR


@pytest.mark.parametrize(("said", "kept"), [(None, SETTINGS), ("dirty_decay_ms:0", "dirty_decay_ms:0")])
def test_keep_memory__unless_somebody_has_said_otherwise(monkeypatch: pytest.MonkeyPatch, said: str | None, kept: str) -> None:
    monkeypatch.setenv(VARIABLE, said or "")
    if said is None:
        monkeypatch.delenv(VARIABLE)
    keep_memory()
    assert os.environ[VARIABLE] == kept


def test_command_line__does_not_import_polars_by_itself() -> None:
    asked = "import sys, carbon_pipeline.cli; print('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout.strip() == "False"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_command_line__a_stream_that_was_closed_leads_nowhere(closed: str, reckoned_home: Path) -> None:
    command = f"{sys.executable} -m carbon_pipeline.cli show receipts --home {shlex.quote(str(reckoned_home))} --format csv {closed}"
    done = subprocess.run(["/bin/sh", "-c", command], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("receipt_id,") is (">&-" not in closed.split())
    assert done.stderr == ""


def test_command_line__a_folder_that_is_gone_and_nobody_s_home_are_told_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "carbon_pipeline.cli", "show", "receipts", "--lang", "en"]
    gone = f"mkdir {tmp_path}/gone && cd {tmp_path}/gone && rmdir {tmp_path}/gone && {' '.join(command)}"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    for asked, said in ((["/bin/sh", "-c", gone], "is gone"), ([*command, "--home", "~nobody-at-all/x"], "no such user")):
        done = subprocess.run(asked, check=False, capture_output=True, text=True, env=env)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert said in done.stderr


@pytest.mark.parametrize("arguments", [["ingest", ""], ["show", "receipts", "--home", ""], ["page", "-o", ""], ["template", ""]])
def test_command_line__an_empty_path_is_not_the_folder_we_are_in(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for lang, said in (("zh", "路径是空的"), ("en", "the path is empty")):
        monkeypatch.setenv("CARBON_LANG", lang)
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 2
        assert said in done.stderr
