"""Databases of runs: kept open during a run, and whole after it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from carbon_pipeline.run_history import kept_open

if TYPE_CHECKING:
    from pathlib import Path


def write(database: Path, *statements: str) -> None:
    """Open, write and close, as Dagster does for each event."""
    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def rows(database: Path) -> list[tuple[int]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT event FROM events ORDER BY event").fetchall()


def test_kept_open__log_is_carried_over_once_at_the_end(tmp_path: Path) -> None:
    database, log = tmp_path / "运行 1.db", tmp_path / "运行 1.db-wal"
    with kept_open():
        write(database, "CREATE TABLE events (event INTEGER)")
        for event in range(3):
            write(database, f"INSERT INTO events VALUES ({event})")  # noqa: S608 - numbers of our own
            assert log.stat().st_size > 0
        assert rows(database) == [(0,), (1,), (2,)]
    assert not log.exists()
    assert rows(database) == [(0,), (1,), (2,)]


def test_kept_open__commits_do_not_wait_for_the_disk(tmp_path: Path) -> None:
    normal = 1
    engine = create_engine(f"sqlite:///{tmp_path / 'runs.db'}", poolclass=NullPool)
    with kept_open(), engine.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == normal
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_kept_open__others_are_left_alone_afterwards(tmp_path: Path) -> None:
    database = tmp_path / "runs.db"
    with kept_open():
        pass
    write(database, "CREATE TABLE events (event INTEGER)")
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_kept_open__damaged_file_is_told_as_the_library_tells_it(tmp_path: Path) -> None:
    database = tmp_path / "runs.db"
    database.write_bytes(b"no database" * 100)
    with kept_open(), pytest.raises(DatabaseError, match="not a database"):
        write(database, "SELECT 1")
