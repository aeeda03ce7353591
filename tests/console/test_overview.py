"""The page of a home says that it is made up where it is, whoever writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon_pipeline.console.overview import MADE_UP, face_of
from carbon_pipeline.page.district import Face
from carbon_pipeline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_face_of__a_county_s_own_home(tmp_path: Path) -> None:
    assert face_of(Settings(tmp_path, "zh"), "某县") == Face("某县")


def test_face_of__a_made_up_home_stays_made_up(tmp_path: Path) -> None:
    mark = tmp_path / MADE_UP
    mark.parent.mkdir()
    mark.write_text("whom the series are owed to", encoding="utf-8")
    assert face_of(Settings(tmp_path, "zh"), "某县") == Face("某县", ("whom the series are owed to",), is_made_up=True)
