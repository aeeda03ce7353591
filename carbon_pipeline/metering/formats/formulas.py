"""Formulas of a spreadsheet that nobody has reckoned: programs write them without a result, and to a reader the cell is empty."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from carbon_pipeline.metering.formats.result import Refusal
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHEETS: Final = "xl/worksheets/"
_UNRECKONED: Final = re.compile(
    rb'<(?:\w+:)?c\b(?![^>]*\bt="str")[^>]*\br="(\w+)"[^>]*>\s*'  # a text may be an empty one
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def unreckoned(content: bytes) -> Refusal | None:
    """Refuse an XLSX that holds a formula without a result: an empty share would be 1, an empty multiplier the register's."""
    for sheet in _sheets(content):
        if found := _UNRECKONED.search(sheet):
            return Refusal("formula_unreckoned", fact("formula_cell", cell=found[1].decode()))
    return None


def _sheets(content: bytes) -> Iterator[bytes]:
    """The XML of each sheet; none of a file that is no ZIP, as the older kind of spreadsheet, which always holds results."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            yield from (book.read(name) for name in book.namelist() if name.startswith(_SHEETS))
    except (zipfile.BadZipFile, zlib.error):
        return
