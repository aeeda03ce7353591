"""The register in the lake: what is asked for again is what stands now, however it came to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from carbon_pipeline.lake.store import Store
from carbon_pipeline.registry.persistence import TABLES, load_registry, save_registry
from carbon_pipeline.registry.state import SCHEMAS, Registry

if TYPE_CHECKING:
    from pathlib import Path


def enterprises(*names: str) -> Registry:
    rows = [{"enterprise_id": f"9133038100000000{number:02d}", "name": name} for number, name in enumerate(names)]
    return Registry.from_frames({"enterprises": pl.DataFrame(rows, schema=SCHEMAS["enterprises"])})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home")


def test_load_registry__of_an_empty_home(store: Store) -> None:
    assert load_registry(store) == Registry.empty()


def test_load_registry__what_was_written_since_it_was_asked_for_last(store: Store) -> None:
    one, two = enterprises("甲"), enterprises("甲", "乙")
    save_registry(store, Registry.empty(), one)
    assert load_registry(store) == one
    save_registry(Store(store.home), one, two)
    assert load_registry(store) == two


def test_load_registry__after_a_table_was_taken_back(store: Store) -> None:
    one, two = enterprises("甲"), enterprises("乙")
    save_registry(store, Registry.empty(), one)
    save_registry(store, load_registry(store), two)
    store.restore("register_enterprises", 0)
    assert load_registry(store) == one
    store.restore("register_enterprises", None)
    assert load_registry(store) == Registry.empty()
    save_registry(store, Registry.empty(), two)  # under the number that its first commit had
    assert load_registry(store) == two


def test_load_registry__of_another_home(store: Store, tmp_path: Path) -> None:
    save_registry(store, Registry.empty(), enterprises("甲"))
    save_registry(other := Store(tmp_path / "other"), Registry.empty(), enterprises("乙"))
    assert load_registry(store) == enterprises("甲")
    assert load_registry(other) == enterprises("乙")


def test_save_registry__only_what_differs(store: Store) -> None:
    save_registry(store, Registry.empty(), enterprises("甲"))
    assert [table for table in TABLES if store.exists(table)] == ["register_enterprises"]
