"""The demo runs by itself in a fresh home, and leaves a home that is not its own alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.console.errors import PlainError
from carbon_pipeline.console.overview import PAGE
from carbon_pipeline.demo import tour
from carbon_pipeline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_run__refuses_a_home_with_other_data(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    with pytest.raises(PlainError, match="needs an empty folder"):
        tour.run(Settings.load(tmp_path, "en"), lambda _: None)
    assert (tmp_path / "lake").is_dir()


@pytest.mark.slow
def test_run__twice_gives_the_same_page(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "home", "zh")
    told = tour.run(settings, lambda _: None)
    first = (settings.home / PAGE).read_bytes()
    assert tour.run(settings, lambda _: None) == told
    assert (settings.home / PAGE).read_bytes() == first
    assert told.count("explain ") == 3
    assert str(settings.home / PAGE) in told
