"""A power cut: what was not waited for is lost, and the home is as if the intake had not come so far; what is told as in, is in."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from carbon_pipeline.intake import ledger
from carbon_pipeline.intake.session import ingest
from tests.builders.county import County
from tests.builders.upload import ROWS_A_FLUSH, given, held

if TYPE_CHECKING:
    from collections.abc import Callable


class PowerCutError(BaseException):
    """What nothing catches, like the end of the process."""


class Disk:
    """Knows which files have been waited for; the power is cut at the n-th wait, and whoever waits later waits in vain."""

    def __init__(self, moment: int) -> None:
        self.moment, self.waits = moment, 0
        self.safe: set[Path] = set()
        self._one_at_a_time = Lock()

    def fsync(self, number: int) -> None:
        """Stand in for `os.fsync`."""
        with self._one_at_a_time:
            self.waits += 1
            if 0 < self.moment <= self.waits:
                raise PowerCutError
            self.safe.add(Path(f"/proc/self/fd/{number}").readlink())

    def lose(self, home: Path, lost: Callable[[Path], object]) -> None:
        """Spoil every file of a home that was never waited for."""
        for file in home.rglob("*"):
            if file.is_file() and file not in self.safe:
                lost(file)


def emptied(file: Path) -> None:
    """The name reached the disk, what it holds did not."""
    file.write_bytes(b"")


LOST = {"emptied": emptied, "gone": Path.unlink}
EVERY = 9
"""Of so many waits one is tried: a wait takes a second, and there are over a hundred."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    county = County(tmp_path_factory.mktemp("undisturbed"))
    county.hand_in(given(county))
    return held(county)


def taken_in(folder: Path, monkeypatch: pytest.MonkeyPatch, moment: int) -> tuple[County, list[Path], Disk]:
    """A county whose power is cut at the n-th wait of an intake, if there are so many."""
    county, disk = County(folder), Disk(moment)
    paths = given(county)
    with monkeypatch.context() as patched:
        patched.setattr(ledger, "ROWS_A_FLUSH", ROWS_A_FLUSH)
        patched.setattr(os, "fsync", disk.fsync)
        if moment:
            with pytest.raises(PowerCutError):
                ingest(county.store, county.settings, paths)
        else:
            ingest(county.store, county.settings, paths)
    return county, paths, disk


@pytest.mark.parametrize("lost", LOST)
def test_intake__told_as_in_survives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, Any], lost: str) -> None:
    county, _, disk = taken_in(tmp_path, monkeypatch, 0)
    disk.lose(county.store.home, LOST[lost])
    assert held(county) == undisturbed


@pytest.mark.parametrize(("first", "lost"), [(1, "emptied"), (5, "gone")])
def test_intake__cut_at_some_wait_and_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, Any], first: int, lost: str
) -> None:
    *_, whole = taken_in(tmp_path / "whole", monkeypatch, 0)
    for moment in range(first, whole.waits + 1, EVERY):
        county, paths, disk = taken_in(tmp_path / str(moment), monkeypatch, moment)
        disk.lose(county.store.home, LOST[lost])
        county.hand_in(paths)
        assert held(county) == undisturbed, moment
