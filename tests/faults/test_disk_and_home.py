"""A full disk, a home that cannot be written to, two at once: one plain sentence or patience, and the next run finds all in order."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.builders import register
from tests.builders.county import County
from tests.builders.exports import day, wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
AS_OF = date(2025, 2, 28)
LIMITED = """
import ctypes, os, resource, sys
file_bytes, *command = sys.argv[1:]
if int(file_bytes):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(file_bytes), int(file_bytes)))
else:
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # even root then needs the permissions of a folder
os.execv(command[0], command)
"""
COMMAND = [sys.executable, "-m", "carbon_pipeline.cli", "ingest"]


def noisy(days: int) -> str:
    """A file that does not compress."""
    return wide(
        {day(number): {slot: f"{(number * 96 + slot) * 7919 % 10_007 / 10_000:.4f}" for slot in range(96)} for number in range(days)}
    )


def run(county: County, paths: Sequence[Path], *before: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [*before, *COMMAND, "--home", str(home or county.store.home), "--lang", "en", *map(str, paths)]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)


def could_not(done: subprocess.CompletedProcess[str], *says: str) -> None:
    """It ended with 1 and one line that says what and where."""
    assert (done.returncode, done.stdout) == (1, "")
    line = done.stderr.removesuffix("\n")
    assert line.startswith("carbon-pipeline: ")
    assert "\n" not in line
    assert "Traceback" not in line
    assert all(part in line for part in says), line


def all_in(county: County, paths: Sequence[Path]) -> None:
    """The next run takes what the first could not, and nothing twice."""
    done = run(county, paths)
    assert (done.returncode, done.stderr) == (0, "")
    receipts = [row for row in county.show("receipts") if row["status"] == "accepted"]
    assert sorted(row["filename"] for row in receipts) == sorted(path.name for path in paths)
    county.refresh(AS_OF)
    expected = County(county.folder / "undisturbed")
    expected.hand_in(list(paths))
    expected.refresh(AS_OF)
    assert county.results(AS_OF) == expected.results(AS_OF)


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path)


@contextmanager
def small_disk(path: Path, size: str) -> Iterator[None]:
    """A file system of a few blocks; skipped where we may not mount one."""
    path.mkdir(parents=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], capture_output=True, check=False).returncode:  # noqa: S607
        pytest.skip("needs the right to mount a small file system")
    try:
        yield
    finally:
        subprocess.run(["umount", path], check=True)  # noqa: S607


@pytest.mark.parametrize("file_bytes", [1, 300, 2_000, 5_000])
def test_full_disk__is_told_in_one_sentence_and_the_next_run_succeeds(county: County, file_bytes: int) -> None:
    paths = county.put(register.single() | {"a.csv": noisy(2), "b.csv": noisy(40)})
    could_not(run(county, paths, sys.executable, "-c", LIMITED, str(file_bytes)), str(county.store.home), "is full")
    all_in(county, paths)


def test_full_file_system__is_told_in_one_sentence_and_the_next_run_succeeds(county: County) -> None:
    paths = county.put(register.single() | {"a.csv": noisy(2), "b.csv": noisy(40)})
    with small_disk(county.folder / "small", "96k"):
        could_not(run(county, paths, home=county.folder / "small" / "home"), "small/home", "is full")
        mount = ["mount", "-o", "remount,size=64m", str(county.folder / "small")]
        subprocess.run(mount, check=True)
        done = run(county, paths, home=county.folder / "small" / "home")
        assert (done.returncode, done.stderr) == (0, "")


def test_full_file_system__during_a_refresh_of_two_processes(county: County) -> None:
    paths = county.put(register.single() | {"a.csv": noisy(2)})
    home, filler = county.folder / "small" / "home", county.folder / "small" / "filler"
    refresh = [*COMMAND[:-1], "refresh", "--home", str(home), "--lang", "en", "--as-of", str(AS_OF)]
    with small_disk(home.parent, "8m"):
        assert run(county, paths, home=home).returncode == 0
        with suppress(OSError), filler.open("wb", buffering=0) as stream:
            while True:
                stream.write(bytes(1024))
        could_not(subprocess.run(refresh, cwd=ROOT, capture_output=True, text=True, check=False), "small/home", "is full")
        filler.unlink()
        done = subprocess.run(refresh, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_home__that_cannot_be_written_to(county: County) -> None:
    paths = county.put({"a.csv": noisy(2)})
    county.store.home.mkdir(mode=0o555)
    could_not(run(county, paths, sys.executable, "-c", LIMITED, "0"), "permission denied", str(county.store.home))
    county.store.home.chmod(0o755)
    all_in(county, paths)


def test_home__that_is_a_file(county: County) -> None:
    paths = county.put({"a.csv": noisy(2)})
    county.store.home.write_text("not a folder")
    could_not(run(county, paths), str(county.store.home), "is a file and no folder")


def test_path__that_is_not_there(county: County) -> None:
    paths = county.put({"a.csv": noisy(2)})
    could_not(run(county, [*paths, county.folder / "gone.csv"]), "gone.csv: there is no such file")
    assert not county.store.exists("receipts")


def test_two_at_once__one_waits_and_both_are_in(county: County) -> None:
    first, second = county.put(register.single() | {"a.csv": noisy(3)}), county.put({"b.csv": noisy(5)})
    commands = [[*COMMAND, "--home", str(county.store.home), *map(str, paths)] for paths in (first, second)]
    with county.store.writing():
        both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for command in commands]
        time.sleep(1.5)
        assert [process.poll() for process in both] == [None, None]
    assert [(process.communicate()[1], process.returncode) for process in both] == [(b"", 0), (b"", 0)]
    receipts = county.show("receipts")
    assert [row["receipt_id"] for row in receipts] == [f"R{number:08d}" for number in range(1, 6)]
    assert {row["filename"] for row in receipts} == {path.name for path in [*first, *second]}
    county.refresh(AS_OF)
    assert len(county.days()) == 5
