"""Generated tables are what the code says now; worked examples print what they show."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

import pytest

from docs.blocks import filled
from docs.generate import ROOT
from docs.reference import MAKERS, documents
from docs.transcript import Transcript, blocks, commands, same

if TYPE_CHECKING:
    from pathlib import Path

HOW = "run `python -m docs.generate`"


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", documents(ROOT), ids=relative)
def test_tables__are_current(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert filled(text, MAKERS) == text, HOW


def test_examples__print_what_they_show() -> None:
    """One test for all, since each command rests on those before it."""
    stale = []
    with Transcript(ROOT) as transcript:
        for path in documents(ROOT):
            for block in blocks(path.read_text(encoding="utf-8")):
                stale += [
                    f"{relative(path)}: {command}" for command, shown in commands(block) if not same(transcript.output(command), shown)
                ]
        left = {path.name for path in transcript.home.iterdir()}
    assert stale == [], HOW
    operating = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert [name for name in left if f"`{name}`" not in operating and f"`{name}/`" not in operating] == []


@pytest.mark.parametrize("path", [path for path in documents(ROOT) if "\n>>> " in path.read_text(encoding="utf-8")], ids=relative)
def test_worked_numbers__come_out(path: Path) -> None:
    failed, tried = doctest.testfile(str(path), module_relative=False, encoding="utf-8", verbose=False, report=True)
    assert tried > 0
    assert failed == 0
