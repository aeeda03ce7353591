"""The inbox of a home: which files have come to rest, which of them are due to be taken in, and under which names."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

QUIET_S: Final = 10.0
"""A file or folder that was seen to change less than this ago may still be on its way."""
_FIRST_WAIT_S: Final = 60
_LONGEST_WAIT_S: Final = 3600
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".crdownload", "~")


@dataclass(frozen=True, slots=True)
class Left:
    """A file in the inbox.

    Attributes:
        name: its path below the inbox.
        stamp: size in bytes, when it was written and when it was put there (ns): one of them differs when it is dropped again.
        since_s: when it was first seen like this, by our own clock.
        is_taken: whether an intake has read it like this.
        failures: how often an intake of it has broken off.
        again_s: when it may be tried again.
    """

    name: str
    stamp: tuple[int, int, int]
    since_s: float
    is_taken: bool = False
    failures: int = 0
    again_s: float = 0.0

    @property
    def unit(self) -> str:
        """The file or folder that somebody dropped: the first part of its path."""
        return self.name.partition("/")[0]


Files = dict[str, Left]
"""Files of the inbox by name, in code-point order."""


def look(folder: Path, before: Mapping[str, Left], now_s: float) -> Files:
    """What lies in the inbox now: files, and folders that may not be read, whose intake then fails for everybody to see.

    Args:
        folder: the inbox.
        before: what lay there at the last look; what has not changed since stays as it was.
        now_s: the time.
    """
    found: Files = {}
    closed: set[Path] = set()
    held = [Path(at) / name for at, _, names in os.walk(folder, onerror=lambda error: closed.add(Path(error.filename))) for name in names]
    for path in (*held, *closed):
        name = path.relative_to(folder).as_posix()
        if _is_unfinished(name):
            continue
        try:
            is_left, stat = path.is_file() or path in closed, path.stat()
        except OSError:  # gone while we looked
            continue
        stamp = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        known = before.get(name)
        if is_left:
            found[name] = known if known and known.stamp == stamp else Left(name, stamp, now_s)
    return dict(sorted(found.items()))


def due(files: Mapping[str, Left], now_s: float) -> list[str]:
    """Files to take in together now: those of every file or folder that has come to rest, as far as they are not in.

    Where an intake broke off, each dropped file or folder is tried again alone, so that one that breaks it holds up no other.
    """
    busy = {left.unit for left in files.values() if now_s - left.since_s < QUIET_S}
    waiting = [left for left in files.values() if not left.is_taken and left.unit not in busy]
    failed = {left.unit for left in waiting if left.failures}
    if fresh := [left.name for left in waiting if left.unit not in failed]:
        return fresh
    again = [left for left in waiting if left.again_s <= now_s]
    first = min(again, key=lambda left: (left.failures, left.name), default=None)
    return [] if first is None else [left.name for left in waiting if left.unit == first.unit]


def taken(files: Files, batch: Mapping[str, Sequence[int]]) -> Files:
    """The files after an intake of some of them, by name and stamp; one that has changed meanwhile is due again."""
    return {name: replace(left, is_taken=True) if _is_same(left, batch) else left for name, left in files.items()}


def failed(files: Files, batch: Mapping[str, Sequence[int]], now_s: float) -> Files:
    """The files after an intake that broke off: tried again after a minute, then after twice as long, at most an hour."""
    return {name: _waits(left, now_s) if _is_same(left, batch) else left for name, left in files.items()}


def _is_same(left: Left, batch: Mapping[str, Sequence[int]]) -> bool:
    return tuple(batch.get(left.name, ())) == left.stamp


def _waits(left: Left, now_s: float) -> Left:
    wait = min(_FIRST_WAIT_S * 2**left.failures, _LONGEST_WAIT_S)  # of whole numbers: no power overflows
    return replace(left, failures=left.failures + 1, again_s=now_s + wait)


def as_text(files: Mapping[str, Left]) -> str:
    """Files as JSON."""
    return json.dumps([asdict(left) for left in files.values()], ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> Files:
    """Files from the JSON of `as_text`."""
    rows = (Left(**row | {"stamp": tuple(row["stamp"])}) for row in json.loads(text))
    return {left.name: left for left in rows}


@contextmanager
def gathered(folder: Path, names: Collection[str], work: Path) -> Iterator[Path]:
    """A folder that holds some files of the inbox and no others, each at its own place, until the block ends.

    What lies in one folder of it is then taken as one workbook, and receipts name files by their path below the inbox.

    Args:
        folder: the inbox.
        names: paths below it.
        work: where to put the folder of links.

    Raises:
        PermissionError: one of them is a folder that may not be read.
    """
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work, prefix="inbox-") as made:
        for name in names:
            if (folder / name).is_dir():
                os.listdir(folder / name)  # noqa: PTH208 - one that may not be read says so here
            link = Path(made) / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to((folder / name).absolute())
        yield Path(made)


def _is_unfinished(name: str) -> bool:
    return name.endswith(_UNFINISHED) or any(part.startswith(".") for part in name.split("/"))
