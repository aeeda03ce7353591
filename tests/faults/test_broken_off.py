"""An intake that ends in the middle, at any of its writes or by kill -9: run again, the home is as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest
from deltalake import DeltaTable

from carbon_pipeline.intake import ledger
from carbon_pipeline.intake.numbering import receipt_id, receipt_of_seq
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store
from tests.builders import register
from tests.builders.county import County
from tests.builders.exports import day, wide
from tests.builders.upload import ROWS_A_FLUSH, given, held

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
AS_OF = date(2025, 2, 28)

CHILD = """
import os, signal, sys
from pathlib import Path
from carbon_pipeline.intake import ledger
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake import store
from carbon_pipeline.settings import Settings
home, moment, *paths = sys.argv[1:]
ledger.ROWS_A_FLUSH = 3
def dies(owner, name, here):
    usual = getattr(owner, name)
    def call(self, *args, **more):
        if here(self, args[0]):
            os.kill(os.getpid(), signal.SIGKILL)
        return usual(self, *args, **more)
    setattr(owner, name, call)
def at(table):
    return lambda lake, name: name == table and lake.exists("readings")
{"readings written, not committed":
    lambda: dies(store.DeltaTable, "create_write_transaction", lambda lake, _: lake.table_uri.rstrip("/").endswith("/readings")),
 "readings in, receipts not": lambda: dies(store.Store, "append", at("receipts")),
 "between two tables": lambda: dies(store.Store, "append", at("quarantine")),
 "never": lambda: None}[moment]()
ingest(store.Store(Path(home)), Settings(Path(home), "en"), [Path(path) for path in paths])
"""


class BrokenOffError(BaseException):
    """What nothing catches, like the end of the process."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What a home holds, and its results, when nothing goes wrong."""
    county = County(tmp_path_factory.mktemp("undisturbed"))
    county.hand_in(given(county))
    county.refresh(AS_OF)
    return held(county), county.results(AS_OF)


def breaking_off(monkeypatch: pytest.MonkeyPatch, moment: int, *, after: bool) -> Callable[[], int]:
    """Let the n-th write to the lake be the last that begins; gives how many there were."""
    done, one_at_a_time = 0, Lock()

    def dying(usual: Callable[..., None]) -> Callable[..., None]:
        def write(*args: Any, **more: Any) -> None:
            nonlocal done
            with one_at_a_time:
                done += 1
                mine = done
            if mine > moment or (mine == moment and not after):
                raise BrokenOffError
            usual(*args, **more)
            if mine == moment:
                raise BrokenOffError

        return write

    for name in ("append", "replace", "replace_partition"):
        monkeypatch.setattr(Store, name, dying(getattr(Store, name)))
    return lambda: done


def compare(county: County, expected: tuple[dict[str, Any], dict[str, bytes]]) -> None:
    found = held(county)
    assert {name: found[name] for name in found if found[name] != expected[0][name]} == {}
    assert not (county.store.home / "intake.open").exists()
    county.refresh(AS_OF)
    assert county.results(AS_OF) == expected[1]


WRITES = 22


def test_writes__are_as_many_as_the_cases_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "ROWS_A_FLUSH", ROWS_A_FLUSH)
    written = breaking_off(monkeypatch, 10_000, after=False)
    county = County(tmp_path)
    county.hand_in(given(county))
    assert written() == WRITES


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("moment", range(1, WRITES + 1))
def test_intake__broken_off_at_any_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: tuple[dict[str, Any], dict[str, bytes]], moment: int, *, after: bool
) -> None:
    county = County(tmp_path)
    paths = given(county)
    with monkeypatch.context() as patched:
        patched.setattr(ledger, "ROWS_A_FLUSH", ROWS_A_FLUSH)
        breaking_off(patched, moment, after=after)
        with pytest.raises(BrokenOffError):
            ingest(county.store, county.settings, paths)
    county.hand_in(paths)
    found = held(county)
    assert {name: found[name] for name in found if found[name] != undisturbed[0][name]} == {}
    assert not (county.store.home / "intake.open").exists()


def leavings(store: Store) -> tuple[bool, bool]:
    """Whether there are files of readings that nothing tells of, and readings without a receipt."""
    files = {path.name for path in store.path("readings").rglob("*.parquet")}
    told = {Path(file).name for file in DeltaTable(store.path("readings")).file_uris()}
    upload = store.read("readings").select(receipt_of_seq().max()).item()
    return files > told, upload is not None and receipt_id(upload) > str(store.read("receipts")["receipt_id"].max())


LEAVINGS = {
    "readings written, not committed": (True, False),
    "readings in, receipts not": (False, True),
    "between two tables": (False, True),
}


@pytest.mark.parametrize("moment", LEAVINGS)
def test_intake__killed(tmp_path: Path, undisturbed: tuple[dict[str, Any], dict[str, bytes]], moment: str) -> None:
    county = County(tmp_path)
    paths = given(county)
    killed = subprocess.run([sys.executable, "-c", CHILD, str(county.store.home), moment, *map(str, paths)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert leavings(county.store) == LEAVINGS[moment]
    county.hand_in(paths)
    compare(county, undisturbed)


def test_intake__killed_twice_before_it_succeeds(tmp_path: Path, undisturbed: tuple[dict[str, Any], dict[str, bytes]]) -> None:
    county = County(tmp_path)
    paths = given(county)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for moment, ended in (("between two tables", -signal.SIGKILL), ("readings in, receipts not", -signal.SIGKILL), ("never", 0)):
        command = [sys.executable, "-c", CHILD, str(county.store.home), moment, *map(str, paths)]
        assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == ended
    compare(county, undisturbed)


def test_refresh__between_counts_nothing_that_has_no_receipt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county = County(tmp_path)
    county.take(register.single())
    with monkeypatch.context() as patched:
        breaking_off(patched, 1, after=True)
        with pytest.raises(BrokenOffError):
            county.take({"lost.csv": wide({day(0): "1", day(1): "1"})})
    assert county.store.read("readings").height == 2
    county.refresh(AS_OF)
    assert (county.show("energy"), county.days()) == ([], {})
    county.take({"other.csv": wide({day(0): "5"})})
    county.refresh(AS_OF)
    assert county.show("energy")[0]["import_wh"] == str(5 * 96_000)


def test_refresh__broken_off_at_some_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    county, expected = County(tmp_path / "broken"), County(tmp_path / "undisturbed")
    for one in (county, expected):
        one.take(register.single())
        one.take({"first.csv": wide({day(number): {3: ""} for number in range(3)}), "last.csv": wide({day(40): "1"})})
    county.refresh(AS_OF)
    for moment in (1, 2, 3, 6, 9):
        late = {f"{moment}.csv": wide({day(2 + moment): {moment: "9", 50: ""}})}
        county.take(late)
        expected.take(late)
        with monkeypatch.context() as patched:
            breaking_off(patched, moment, after=moment % 2 == 0)
            with suppress(BrokenOffError):
                county.refresh(AS_OF)
        if moment != 3:  # else the next file comes before anybody tries again
            county.refresh(AS_OF)
    county.refresh(AS_OF)
    expected.refresh(AS_OF)
    assert county.days() == expected.days()
    assert county.results(AS_OF) == expected.results(AS_OF)
