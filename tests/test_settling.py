"""Settling in the background gives what settling on the spot gives, and hands on what goes wrong."""

from __future__ import annotations

from datetime import date
from functools import partialmethod
from typing import TYPE_CHECKING

import polars as pl
import pytest

from carbon_pipeline import settling
from carbon_pipeline.definitions import run_refresh
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import HomeBusyError, Store
from carbon_pipeline.settings import Settings
from tests import small_district
from tests.builders.exports import wide

if TYPE_CHECKING:
    from pathlib import Path

    from carbon_pipeline.metering.settlement import Settlement


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings.load(tmp_path / "home", "en")
    ingest(Store(found.home), found, small_district.write(tmp_path))
    return found


def test_begun__settles_once_for_whoever_asks(settings: Settings) -> None:
    with settling.begun(settings) as settle:
        assert settle(settings).days > 0
        assert settle(settings).days > 0
    assert settling.settle_home(settings).days == 0, "all was settled in the background"


def test_begun__a_refresh_takes_over_what_was_begun(settings: Settings) -> None:
    with settling.begun(settings) as settle:
        assert run_refresh(settings, small_district.AS_OF, settle=settle) == []
    store = Store(settings.home)
    assert store.version("settled_channels") == 0, "written once"
    assert store.read("budgets").height == 6


def test_begun__what_goes_wrong_is_raised_where_it_is_asked_for(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settling, "settle", broken)
    with settling.begun(settings) as settle, pytest.raises(OSError, match="No space left"):
        run_refresh(settings, small_district.AS_OF, settle=settle)
    monkeypatch.undo()
    assert run_refresh(settings, small_district.AS_OF) == []


def test_begun__another_command_holds_the_home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(settings.home)
    monkeypatch.setattr(Store, "writing", partialmethod(Store.writing, patience_s=0.1))
    with store.writing(), pytest.raises(HomeBusyError), settling.begun(settings):
        pytest.fail("begun although another holds the home")
    with settling.begun(settings) as settle:
        assert settle(settings).days > 0


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
