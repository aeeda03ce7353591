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
    from carbon_pipeline.definitions import run_refresh  # noqa: PLC0415 - only some tests need Dagster
    from carbon_pipeline.intake.session import ingest  # noqa: PLC0415
    from carbon_pipeline.lake.store import Store  # noqa: PLC0415
    from carbon_pipeline.settings import Settings  # noqa: PLC0415

    settings = Settings.load(tmp_path_factory.mktemp("reckoned") / "home", "en")
    ingest(Store(settings.home), settings, small_district.write(settings.home.parent))
    assert run_refresh(settings, small_district.AS_OF) == []
    return settings.home
