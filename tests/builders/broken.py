"""Files that no reader can take, made in code: damaged archives and spreadsheets, foreign formats, broken NEM12."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GOOD_NEM = ("200,NMI0000009,E1,1,E1,N1,SERIAL1,kWh,30,", "300,20250105," + "1," * 48 + "A,,,20250106000000,")


def nem12(*lines: str, header: str = "100,NEM12,202501060000,MDP,RETAIL") -> str:
    """A NEM12 file of some records."""
    return "\n".join([header, *lines, "900"]) + "\n"


def packed(files: dict[str, bytes] | Sequence[tuple[str, bytes]]) -> bytes:
    """A ZIP; as a list, a name may come twice."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def nested(content: bytes, depth: int) -> bytes:
    """A file within a ZIP within a ZIP, so many deep."""
    for level in range(depth):
        content = packed({f"{level}.zip" if level else "inner.csv": content})
    return content


def encrypted(files: dict[str, bytes]) -> bytes:
    """A ZIP whose members say that they need a password."""
    content = bytearray(packed(files))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(sign, at + 4)
    return bytes(content)


def spoiled_member(files: dict[str, bytes], name: str) -> bytes:
    """A ZIP of which one member's compressed bytes are damaged."""
    content = bytearray(packed(files))
    start = content.find(name.encode()) + len(name)
    content[start + 2 : start + 8] = b"\xff" * 6
    return bytes(content)


def spoiled_workbook() -> bytes:
    """An archive that says it is a workbook and is none."""
    return packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<no workbook"})


def cut(content: bytes) -> bytes:
    """The first half, as a broken-off transfer leaves it."""
    return content[: len(content) // 2]


def gzipped(content: bytes) -> bytes:
    """A gzip."""
    return gzip.compress(content, mtime=0)


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A sound workbook with named sheets; numbers become number cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, lines in sheets.items():
            page = book.add_worksheet(name)
            for line, cells in enumerate(lines):
                page.write_row(line, 0, cells)
    return out.getvalue()
