"""What tests of several parts share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import small_district

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def reckoned_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small district taken in and refreshed; tests only read it."""
    return small_district.reckon(tmp_path_factory.mktemp("reckoned")).home
