"""The register in the lake: one table each, written only where it changed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from carbon_pipeline.lake.store import Store, side_by_side
from carbon_pipeline.registry.state import SCHEMAS, Registry

if TYPE_CHECKING:
    from pathlib import Path


def load_registry(store: Store) -> Registry:
    """The register as it stands; read anew only where something was written: a command asks for it up to four times."""
    return _loaded(store.home, tuple((name, *store.latest(_table(name))) for name in SCHEMAS if store.exists(_table(name))))


@lru_cache(maxsize=1)
def _loaded(home: Path, latest: tuple[tuple[str, Path, int], ...]) -> Registry:
    store = Store(home)
    return Registry.from_frames({name: store.read(_table(name)) for name, *_ in latest})


def save_registry(store: Store, before: Registry, after: Registry) -> None:
    """Write the tables in which two states differ."""
    old, new = before.frames(), after.frames()
    side_by_side(lambda name: store.replace(_table(name), new[name]), [name for name in new if not new[name].equals(old[name])])


def _table(name: str) -> str:
    return f"register_{name}"


TABLES: Final = tuple(map(_table, SCHEMAS))
"""Tables of the lake that hold the register."""
