"""Dagster's databases during a run: kept open, so that the disk is waited for at the end and not after each of hundreds of events."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def kept_open() -> Iterator[None]:
    """Keep every SQLite file open that Dagster opens meanwhile, with a write-ahead log from the first.

    Dagster opens and closes them for each event. Whoever closes a file last carries its log over and waits for the disk, four
    times; with one more connection nobody is last. A log need not be waited for after each commit either: a power cut takes the
    latest events with it, and spoils nothing (<https://www.sqlite.org/pragma.html#pragma_synchronous>, NORMAL).
    """
    held: dict[str, sqlite3.Connection] = {}
    with ExitStack() as stack:

        def hold(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            *_, path = connection.execute("PRAGMA database_list").fetchone()
            if path not in held:
                held[path] = stack.enter_context(closing(sqlite3.connect(path, check_same_thread=False)))
                held[path].execute("SELECT 1 FROM sqlite_schema").fetchall()  # before it has read, a connection holds no log

        event.listen(Engine, "connect", hold)
        stack.callback(event.remove, Engine, "connect", hold)
        yield
