"""Where what is shown goes: files are put in place whole, and an error names what could not be written."""

from __future__ import annotations

import errno
import os
import resource
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.console.output import say, write_file

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As a full disk, at a byte of our choice; Python leaves the signal that comes with it alone."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_write_file__what_stood_there_stays_where_there_is_no_room(tmp_path: Path) -> None:
    target = tmp_path / "预算.csv"
    write_file(b"old", target)
    with files_of_at_most(8), pytest.raises(OSError, match="预算") as caught:
        write_file(b"longer than eight", target)
    assert caught.value.errno == errno.EFBIG
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_write_file__a_link_stays_one_and_rights_stay(tmp_path: Path) -> None:
    kept, link = tmp_path / "kept.csv", tmp_path / "link.csv"
    kept.write_bytes(b"old")
    kept.chmod(0o640)
    link.symlink_to(kept)
    write_file(b"new", link)
    assert link.is_symlink()
    assert kept.read_bytes() == b"new"
    assert kept.stat().st_mode & 0o777 == 0o640


def test_write_file__a_name_as_long_as_may_be_and_a_pipe(tmp_path: Path) -> None:
    longest = tmp_path / ("é" * 125 + "a.csv")
    write_file(b"new", longest)
    assert longest.read_bytes() == b"new"
    os.mkfifo(tmp_path / "pipe")
    end = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_file(b"through", tmp_path / "pipe")
    assert os.read(end, 99) == b"through"
    os.close(end)


def test_write_file__a_folder_is_none(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as caught:
        write_file(b"new", tmp_path)
    assert caught.value.filename == str(tmp_path)


def test_say__standard_output_that_is_full_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(OSError, match="stdout") as caught:
            say("nowhere")
        monkeypatch.undo()
        with pytest.raises(OSError, match="No space"):  # what the stream still holds
            full.close()
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, "stdout")
