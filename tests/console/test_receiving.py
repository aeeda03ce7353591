"""What `ingest` says of files that are in, though what was to follow failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from carbon_pipeline.cli import app
from tests import small_district

if TYPE_CHECKING:
    from pathlib import Path


def test_ingest__receipts_are_told_though_the_refresh_cannot_be_done(tmp_path: Path) -> None:
    readings = small_district.write(tmp_path)[1]
    arguments = ["ingest", "--home", str(tmp_path / "home"), str(readings), "--refresh", "2024-12-31", "--json"]
    result = CliRunner().invoke(app, arguments, env={"LC_ALL": "C.UTF-8"})
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "no readings up to 2024-12-31" in result.stderr
    told = json.loads(result.stdout)
    assert [row["status"] for row in told["receipts"]] == ["accepted"]
    assert told["refresh"] is None
