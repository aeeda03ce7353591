"""What became of the rows of a sheet, as the register's history tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.registry.state import KEYS, SCHEMAS

if TYPE_CHECKING:
    from carbon_pipeline.registry.ledger import Key, Record
    from carbon_pipeline.registry.sheets import Sheet

CHANGES: Final = pl.Schema(
    {
        "source": pl.Int64(),
        "sheet": pl.String(),
        "key": pl.String(),
        "action": pl.String(),
        "old": pl.String(),
        "new": pl.String(),
    },
)
"""What became of a row of the register: `action` is new, replaced or withdrawn; `key`, `old` and `new` are JSON."""

_JSON: Final = json.JSONEncoder(ensure_ascii=False, default=str)


class History:
    """The changes that one sheet makes, in the order in which they are made."""

    def __init__(self, sheet: Sheet, source: int) -> None:
        """Begin without a change."""
        self._sheet = sheet
        self._source = source
        self._changes: dict[str, list[str | None]] = {"key": [], "action": [], "old": [], "new": []}
        self._parts = [_Encoded() for _ in KEYS[sheet.table]]
        self._fields = {name: _Encoded(f'"{name}": ') for name in SCHEMAS[sheet.table]}

    def note(self, key: Key, old: Record | None, new: Record | None) -> None:
        """Add what stood under a key and what stands now; None is no row."""
        changes = self._changes
        changes["key"].append(self._array(key))
        changes["action"].append("withdrawn" if new is None else "new" if old is None else "replaced")
        changes["old"].append(self._object(old))
        changes["new"].append(self._object(new))

    def frame(self) -> pl.DataFrame:
        """The changes so far; see `CHANGES`."""
        count = len(self._changes["key"])
        given = {"source": [self._source] * count, "sheet": [self._sheet.name] * count}
        return pl.DataFrame(given | self._changes, schema=CHANGES)

    def _array(self, key: Key) -> str:
        return "[" + ", ".join([encoded[part] for encoded, part in zip(self._parts, key, strict=True)]) + "]"

    def _object(self, record: Record | None) -> str | None:
        if record is None:
            return None
        fields = self._fields
        return "{" + ", ".join([fields[name][value] for name, value in record.items()]) + "}"


class _Encoded(dict[object, str]):
    """The values of one field as JSON, each encoded when it first comes: a sheet says the same codes, months and words over and over."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._name = name

    def __missing__(self, value: object) -> str:
        """Encode a value."""
        text = self[value] = self._name + _JSON.encode(value)
        return text
