"""The register while a workbook is taken: rows by key, and by what they share with the rows they are checked against."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from carbon_pipeline.registry.state import KEYS, SCHEMAS, Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Key = tuple[Any, ...]
Record = dict[str, Any]
"""One row by field; see `SCHEMAS`."""

_KEY_OF: Final[dict[str, Callable[[Record], Key]]] = {table: itemgetter(*fields) for table, fields in KEYS.items()}
_GROUPS: Final = {"enterprises": "enterprise_id", "accounts": "account_key", "meters": "meter_no"}


class Ledger:
    """The rows of one table."""

    def __init__(self, table: str, records: Iterable[Record]) -> None:
        """Take the rows that stand."""
        self.table = table
        self.rows: dict[Key, Record] = {}
        self._group_field = _GROUPS.get(table)
        self._groups: dict[str, set[Key]] = {}
        for record in records:
            self.put(key_of(table, record), record)

    def put(self, key: Key, record: Record) -> None:
        """Let a row stand in the place of the one with its key, if there is one."""
        self.rows[key] = record
        if self._group_field:
            self._groups.setdefault(record[self._group_field], set()).add(key)

    def remove(self, key: Key) -> Record:
        """Take a row out and give it back."""
        record = self.rows.pop(key)
        if self._group_field:
            self._groups[record[self._group_field]].discard(key)
        return record

    def has_group(self, name: str) -> bool:
        """Tell whether any row of this enterprise, account or meter stands."""
        return bool(self._groups.get(name))

    def others(self, key: Key, record: Record) -> list[Record]:
        """The standing rows of the same enterprise, account or meter but the one with this key."""
        group = self._groups.get(record[self._group_field or ""], set())
        return [self.rows[other] for other in group if other != key]

    def frame(self) -> pl.DataFrame:
        """All rows, in no promised order."""
        schema = SCHEMAS[self.table]
        return pl.DataFrame({name: [record[name] for record in self.rows.values()] for name in schema}, schema=schema)


class Ledgers:
    """The seven tables while a workbook is taken."""

    def __init__(self, registry: Registry) -> None:
        """Open the register as it stands."""
        self._before = registry.frames()
        self._tables = {name: Ledger(name, frame.iter_rows(named=True)) for name, frame in self._before.items()}
        self._changed: set[str] = set()

    def __getitem__(self, table: str) -> Ledger:
        """One table."""
        return self._tables[table]

    def mark_changed(self, table: str) -> None:
        """Note that a table is no longer what it was."""
        self._changed.add(table)

    def registry(self) -> Registry:
        """The register as it stands now."""
        return Registry.from_frames(self._before | {name: self._tables[name].frame() for name in sorted(self._changed)})


def key_of(table: str, record: Record) -> Key:
    """By what a row is known again."""
    return _KEY_OF[table](record)
