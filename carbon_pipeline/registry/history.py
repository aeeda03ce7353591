"""Keys and rows of the register as JSON, for the history of its changes."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from carbon_pipeline.registry.state import KEYS

if TYPE_CHECKING:
    from carbon_pipeline.registry.ledger import Key, Record

_JSON: Final = json.JSONEncoder(ensure_ascii=False, default=str)


class _Encoded(dict[object, str]):
    """The values of one field as JSON, each encoded when it first comes."""

    def __missing__(self, value: object) -> str:
        """Encode a value."""
        text = self[value] = _JSON.encode(value)
        return text


class HistoryWriter:
    """Writes what became of the rows of one table; a sheet says the same codes, months and words over and over."""

    def __init__(self, table: str) -> None:
        """Begin with nothing encoded."""
        self._key_fields = KEYS[table]
        self._fields: defaultdict[str, _Encoded] = defaultdict(_Encoded)

    def key(self, key: Key) -> str:
        """A key as an array."""
        fields = self._fields
        return "[" + ", ".join([fields[name][value] for name, value in zip(self._key_fields, key, strict=True)]) + "]"

    def record(self, record: Record | None) -> str | None:
        """A row as an object; of no row nothing."""
        if record is None:
            return None
        fields = self._fields
        return "{" + ", ".join([f'"{name}": {fields[name][value]}' for name, value in record.items()]) + "}"
