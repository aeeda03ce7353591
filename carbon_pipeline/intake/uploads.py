"""What was handed in, in the order in which it counts: meter exports one by one, register sheets of one folder together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from carbon_pipeline.metering.formats.containers import GzipError, Source, expand
from carbon_pipeline.registry.workbook import is_register

_HEAD_BYTES: Final = 1 << 16
_PACKED: Final = (b"PK", b"\xd0\xcf", b"\x1f\x8b")
"""First bytes of spreadsheets and gzips, whose beginning alone does not tell what they are."""

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Export:
    """One file that is no register: a meter export, or something to be refused."""

    source: Source


@dataclass(frozen=True)
class Register:
    """One workbook: an XLSX, or the CSV sheets of one folder."""

    sources: tuple[Source, ...]


def uploads(paths: Iterable[Path], home: Path | None = None) -> Iterator[Export | Register]:
    """The uploads of some paths, in order; a folder's register sheets count together, where the first of them stands.

    What the pipeline keeps in its own home is no upload, though the home lies in the folder that was given; its inbox is one by itself.
    """
    for path in paths:
        yield from _grouped(list(expand(path, apart=home)))


def _grouped(sources: list[Source]) -> Iterator[Export | Register]:
    sheets: dict[str | int, list[Source]] = {}
    marked = [(_group(source, number) if _is_register(source) else None, source) for number, source in enumerate(sources)]
    for group, source in marked:
        if group is not None:
            sheets.setdefault(group, []).append(source)
    for group, source in marked:
        if group is None:
            yield Export(source)
        elif together := sheets.pop(group, None):
            yield Register(tuple(together))


def _is_register(source: Source) -> bool:
    if source.refusal is not None:
        return False
    head = source.head(_HEAD_BYTES)
    try:
        content = head if not head.startswith(_PACKED) else source.content
    except GzipError:  # a broken gzip: its reader says so
        return False
    return is_register(source.filename, content)


def _group(source: Source, number: int) -> str | int:
    """Workbooks stand alone, even two of one name in a ZIP; CSV sheets belong to their folder."""
    return number if source.head(2).startswith(_PACKED) else source.filename.rpartition("/")[0]
