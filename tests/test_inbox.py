"""The inbox: what has come to rest, what is due, what is tried again, and how it is handed in."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.inbox import QUIET_S, Files, as_text, due, failed, from_text, gathered, look, taken
from tests.builders.rights import close

if TYPE_CHECKING:
    from pathlib import Path


def left(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def stamps(files: Files, names: list[str]) -> dict[str, list[int]]:
    return {name: list(files[name].stamp) for name in names}


def test_look__files_by_path_but_for_unfinished_and_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.csv", "a/c.csv", ".hidden", "a/.x/y.csv", "d.csv.part", "e.xlsx~"):
        left(tmp_path / name, "x")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    assert list(look(tmp_path, {}, 0)) == ["a/c.csv", "b.csv"]


def test_look__a_folder_that_may_not_be_read_is_due_and_its_intake_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = tmp_path / "inbox"
    for name in ("b.csv", "a/c.csv", ".x/d.csv"):
        left(inbox / name, "x")
    close(inbox / "a", monkeypatch)
    assert list(look(inbox, {}, 0)) == ["a", "b.csv"]
    with pytest.raises(PermissionError, match="inbox/a"), gathered(inbox, ["a", "b.csv"], tmp_path / "tmp"):
        pass


def test_due__only_what_stayed_the_same_for_a_while(tmp_path: Path) -> None:
    path = left(tmp_path / "a.csv", "1,2")
    files = look(tmp_path, {}, 100)
    assert due(files, 100) == []
    assert due(files, 100 + QUIET_S) == ["a.csv"]
    left(path, "1,2\n3,4")
    grown = look(tmp_path, files, 100 + QUIET_S)
    assert due(grown, 100 + QUIET_S) == []
    assert due(look(tmp_path, grown, 100 + 2 * QUIET_S), 100 + 2 * QUIET_S) == ["a.csv"]


def test_due__a_stamp_of_the_sender_is_not_our_clock(tmp_path: Path) -> None:
    path = left(tmp_path / "a.csv", "1,2")
    os.utime(path, (4e9, 4e9))
    assert due(look(tmp_path, {}, 100), 100 + QUIET_S) == ["a.csv"]


def test_due__a_folder_waits_for_its_last_file_and_holds_up_no_other(tmp_path: Path) -> None:
    left(tmp_path / "register" / "企业.csv", "x")
    left(tmp_path / "a.csv", "x")
    files = look(tmp_path, {}, 0)
    left(tmp_path / "register" / "户号.csv", "x")
    files = look(tmp_path, files, QUIET_S)
    assert due(files, QUIET_S) == ["a.csv"]
    files = taken(files, stamps(files, ["a.csv"]))
    assert due(files, 2 * QUIET_S) == ["register/企业.csv", "register/户号.csv"]


def test_due__taken_once_and_again_when_dropped_again(tmp_path: Path) -> None:
    path = left(tmp_path / "a.csv", "the same bytes")
    files = look(tmp_path, {}, 0)
    files = taken(files, stamps(files, ["a.csv"]))
    assert due(look(tmp_path, files, 99), 99) == []
    stamp = path.stat().st_mtime_ns
    path.unlink()
    left(path, "the same bytes")
    os.utime(path, ns=(stamp, stamp))
    assert due(look(tmp_path, files, 99), 99 + QUIET_S) == ["a.csv"]


def test_taken__not_what_changed_meanwhile(tmp_path: Path) -> None:
    path = left(tmp_path / "a.csv", "1")
    asked = look(tmp_path, {}, 0)
    left(path, "1,2")
    files = taken(look(tmp_path, asked, 50), stamps(asked, ["a.csv"]))
    assert due(files, 50 + QUIET_S) == ["a.csv"]


def test_failed__tried_again_one_by_one_and_ever_later(tmp_path: Path) -> None:
    for name in ("a.csv", "b/1.csv", "b/2.csv"):
        left(tmp_path / name, "x")
    files = look(tmp_path, {}, 0)
    assert due(files, 100) == ["a.csv", "b/1.csv", "b/2.csv"]
    files = failed(files, stamps(files, list(files)), 100)
    assert due(files, 159) == []
    assert due(files, 160) == ["a.csv"]
    files = failed(files, stamps(files, ["a.csv"]), 160)
    assert due(files, 161) == ["b/1.csv", "b/2.csv"]
    files = taken(files, stamps(files, ["b/1.csv", "b/2.csv"]))
    assert due(files, 279) == []
    assert due(files, 280) == ["a.csv"]
    left(tmp_path / "new.csv", "x")
    assert due(look(tmp_path, files, 170), 180) == ["new.csv"]


def test_failed__for_ever_is_tried_every_hour(tmp_path: Path) -> None:
    left(tmp_path / "a.csv", "x")
    files = {name: replace(one, failures=1_024) for name, one in look(tmp_path, {}, 0).items()}
    files = failed(files, stamps(files, ["a.csv"]), 100)
    assert (due(files, 3_699), due(files, 3_700)) == ([], ["a.csv"])


def test_text__there_and_back(tmp_path: Path) -> None:
    left(tmp_path / "企业.csv", "x")
    files = failed(look(tmp_path, {}, 1.5), {}, 2)
    assert from_text(as_text(files)) == files


def test_gathered__each_at_its_place_and_the_originals_untouched(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    path = left(inbox / "a" / "1.csv", "one")
    left(inbox / "a" / "2.csv", "two")
    files = look(inbox, {}, 0)
    with gathered(inbox, ["a/1.csv"], tmp_path / "tmp") as folder:
        assert [one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()] == ["a/1.csv"]
        assert (folder / "a" / "1.csv").read_text() == "one"
    assert not folder.exists()
    assert path.exists()
    assert look(inbox, files, 9) == files
