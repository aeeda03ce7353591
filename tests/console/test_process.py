"""How a command sets its process up, and that it is not too late for it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from carbon_pipeline.console.process import ALLOCATOR, keep_memory

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
