"""A call that broke off: the mark that stands while something is written, and how its leavings are taken out again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from carbon_pipeline.intake.numbering import last_number, last_seq, receipt_id
from carbon_pipeline.lake.store import to_disk

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from carbon_pipeline.lake.store import Store

_MARK: Final = "intake.open"
_LAST_RECEIPT: Final = "last_receipt"
_BY_RECEIPT: Final = ("quarantine", "zones", "register_history", "intake_findings")


def begin(store: Store, tables: Iterable[str] = ()) -> None:
    """Mark the home before anything is written for which no receipt stands yet; a mark that stands is left alone.

    Args:
        store: the lake.
        tables: those that are written as a whole, and so must go back to the version that they have now.
    """
    mark = _mark(store)
    if not mark.exists():
        versions = {table: store.version(table) for table in tables}
        draft = mark.with_suffix(".draft")
        draft.write_text(json.dumps(versions | ({_LAST_RECEIPT: _last_receipt(store)} if versions else {})), encoding="utf-8")
        to_disk(draft)
        draft.replace(mark)
        to_disk(mark)


def end(store: Store) -> None:
    """Take the mark away: the receipts are in."""
    _mark(store).unlink()


def recover(store: Store) -> None:
    """Take out what a call wrote that broke off before its receipts; to be called by whoever holds the home."""
    mark = _mark(store)
    if not mark.exists():
        return
    number = _last_receipt(store)
    store.drop_after("readings", "seq", last_seq(number))
    for table in _BY_RECEIPT:
        store.drop_after(table, "receipt_id", receipt_id(number))
    versions: dict[str, int | None] = json.loads(mark.read_text(encoding="utf-8") or "{}")
    if versions and versions.pop(_LAST_RECEIPT) == number:
        for table, version in versions.items():
            store.restore(table, version)
    mark.unlink()


def _last_receipt(store: Store) -> int:
    return last_number(store.read("receipts", ["receipt_id"])["receipt_id"])


def _mark(store: Store) -> Path:
    return store.home / _MARK
