"""The servers of `serve`: what is said of one that does not come up, and what their UI leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dagster
import pytest

from carbon_pipeline.serving import LOOPBACK, NoAnswerError, any_free_port, dagster_home, wait_until_up
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
