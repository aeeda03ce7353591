"""Settling a home for one command at a time, and again where something came in between."""

from __future__ import annotations

from datetime import date
from functools import partialmethod
from typing import TYPE_CHECKING

import polars as pl
import pytest

from carbon_pipeline import settling
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import HomeBusyError, Store
from carbon_pipeline.settings import Settings
from tests import small_district
from tests.builders.exports import wide
from tests.builders.recorded import run_refresh

if TYPE_CHECKING:
    from pathlib import Path

    from carbon_pipeline.outcomes import Settlement


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings.load(tmp_path / "home", "en")
    ingest(Store(found.home), found, small_district.write(tmp_path))
    return found


def test_settle_home__another_command_holds_the_home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "writing", partialmethod(Store.writing, patience_s=0.1))
    with Store(settings.home).writing(), pytest.raises(HomeBusyError):
        settling.settle_home(settings)
    assert settling.settle_home(settings).days > 0


def test_settled__what_came_in_since_is_settled_before_it_is_reckoned(settings: Settings, tmp_path: Path) -> None:
    store = Store(settings.home)
    whole = {tmp_path / "late" / "a.csv": wide({date(2025, 3, 1): "1"}, meter="LATE")}

    def settle_and_be_overtaken(of: Settings) -> Settlement:
        done = settling.settle_home(of)
        for path, content in whole.items():
            path.parent.mkdir()
            path.write_text(content, encoding="utf-8")
        ingest(store, of, whole)
        return done

    run_refresh(settings, small_district.AS_OF, settle=settle_and_be_overtaken)
    assert store.scan("meter_days").filter(pl.col("meter_no") == "LATE").collect().height == 1


def test_settled__nothing_is_settled_twice(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settling.settle_home(settings)
    monkeypatch.setattr(settling, "settle", lambda *_: pytest.fail("settled again"))
    with settling.settled(settings):
        pass
