"""A second header among the data rows, as two exports have it that were written one behind the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from carbon_pipeline.metering.formats import detect
from carbon_pipeline.metering.formats.cells import cells_of, normalise_header
from carbon_pipeline.metering.formats.result import Refusal
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from carbon_pipeline.metering.formats.detect import Layout
    from carbon_pipeline.metering.formats.profiles import FormatProfile
    from carbon_pipeline.metering.formats.tables import Table

_TELLING_ROLES: Final = ("meter_no", "date", "stamp")
"""Every layout has a column of one of these, in which no data row holds a column's name."""
_LETTER: Final = r"\p{L}"
_GLUED: Final = 2
"""Names beyond the last column that make a header of what follows a row, where the first file did not end its last line."""


def other_header(table: Table, layout: Layout, profiles: Sequence[FormatProfile]) -> Refusal | None:
    """Refuse a file in which another header follows: its rows would be read by the first, power as energy or one column as the next.

    The same header again does no harm: it is a row that cannot be placed.
    """
    rows = header_rows(table, layout, profiles)
    if not rows.any():
        return None
    first = _names(_cells(table, layout.line, layout))
    for row_no in table.row_no[rows].tolist():
        cells = _cells(table, row_no, layout)
        found = _names(cells)
        is_glued = len(found) > layout.width
        if found != first and (found[layout.width :] != first[1:] if is_glued else _fits_otherwise(cells, layout, profiles)):
            return Refusal("several_headers", fact("at_line", line=row_no, found=detect.shown(cells)))
    return None


def header_rows(table: Table, layout: Layout, profiles: Sequence[FormatProfile]) -> NDArray[np.bool_]:
    """Tell the rows that may be headers: a column's name stands where a meter or a date should, or behind the last column."""
    rows = np.zeros(table.height, np.bool_)
    names = {name for profile in profiles for of_role in profile.role_names.values() for name in of_role}
    role = next(role for role in _TELLING_ROLES if role in layout.columns)
    cells = table.cells[str(layout.columns[role])]
    texts = cells.unique().drop_nulls()
    known = [text for text in texts.filter(texts.str.contains(_LETTER)) if normalise_header(text) in names]
    if known:
        rows |= cells.is_in(known).fill_null(value=False).to_numpy()
    if table.too_long is not None:
        names |= {name for profile in profiles for of_kind in profile.value_names.values() for pattern in of_kind for name in pattern}
        for index in np.flatnonzero(table.too_long.to_numpy()).tolist():
            beyond = _names(_cells(table, int(table.row_no[index]), layout))[layout.width :]
            rows[index] |= sum(name in names for name in beyond) >= _GLUED
    return rows


def _cells(table: Table, line: int, layout: Layout) -> list[str]:
    return cells_of(table.raw_line(line), layout.delimiter)


def _names(cells: Sequence[str]) -> list[str]:
    """Cells as names of columns, without empty ones at the end."""
    names = [normalise_header(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _fits_otherwise(cells: Sequence[str], layout: Layout, profiles: Sequence[FormatProfile]) -> bool:
    """Whether a header fits a profile, and none of the ways in which it does is the file's own."""
    found = detect.match(cells, profiles, {}, layout.line)
    same = [other for other in found if other.profile.id == layout.profile.id and other.kind == layout.kind]
    return bool(found) and not any(other.columns == layout.columns and other.values == layout.values for other in same)
