"""What tests of several parts share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests import small_district

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

settings.register_profile("no_clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no_clock")  # no test may fail because a machine is slow or busy


@pytest.fixture(scope="session", autouse=True)
def _no_wait_for_the_disk() -> Iterator[None]:
    """No power is cut here, and thousands of homes would wait minutes in all; `faults/test_power_cut.py` looks at what is waited for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def reckoned_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small district taken in and refreshed; tests only read it."""
    return small_district.reckon(tmp_path_factory.mktemp("reckoned")).home
