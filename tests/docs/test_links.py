"""Links of the documents lead somewhere: files are there, headings too; and nothing points out of the repository."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from docs.generate import ROOT
from docs.reference import documents

if TYPE_CHECKING:
    from pathlib import Path

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def without_code(path: Path) -> str:
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """Anchors of the headings of a file, as GitHub makes them."""
    found: dict[str, int] = {}
    anchored = set()
    for heading in re.findall(r"^#+ (.+)$", without_code(path), re.MULTILINE):
        kept = "".join(c for c in heading.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LN")
        anchor = kept.replace(" ", "-")
        anchored.add(anchor if anchor not in found else f"{anchor}-{found[anchor]}")
        found[anchor] = found.get(anchor, 0) + 1
    return anchored


LINKS = [(path, link) for path in documents(ROOT) for link in _LINK.findall(without_code(path)) if "://" not in link]


@pytest.mark.parametrize(("path", "link"), LINKS, ids=[f"{path.relative_to(ROOT)}: {link}" for path, link in LINKS])
def test_link__resolves(path: Path, link: str) -> None:
    name, _, anchor = unquote(link).partition("#")
    target = (path.parent / name).resolve() if name else path
    assert target.is_relative_to(ROOT)
    assert target.exists()
    if anchor:
        assert anchor in anchors(target)


def test_links__lead_to_what_is_in_the_repository() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no working copy")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)  # noqa: S607 - whichever git is there
    tracked = {(ROOT / name).resolve() for name in listed.stdout.decode().split("\0") if name}
    folders = {parent for path in tracked for parent in path.parents}
    targets = {(path.parent / unquote(link).partition("#")[0]).resolve() for path, link in LINKS if not link.startswith("#")}
    assert targets <= tracked | folders
