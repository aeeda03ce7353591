from __future__ import annotations

import polars as pl
import pytest

from carbon_pipeline.registry.state import KEYS, SCHEMAS, Registry
from tests.registry.build import A, companies, registry, sheet


def test_registry__empty_has_every_column() -> None:
    frames = Registry.empty().frames()
    assert {name: frame.schema for name, frame in frames.items()} == SCHEMAS
    assert list(frames) == list(KEYS)


def test_registry__frames_there_and_back_in_any_row_order() -> None:
    there = registry(companies(A), sheet("绿电", {"月份": "2025-02"}, {}), sheet("户号", {"起始日期": "2025-01-01"}))
    shuffled = {name: frame.reverse().with_columns(surplus=pl.lit(1)) for name, frame in there.frames().items()}
    back = Registry.from_frames(shuffled)
    assert back == there
    assert back.green["month"].to_list() == ["2025-01", "2025-02"]


def test_registry__equal_only_to_the_same_rows() -> None:
    assert registry(companies(A)) != Registry.empty()
    assert registry(companies(A)) != "register"


def test_registry__is_not_hashable() -> None:
    with pytest.raises(TypeError):
        hash(Registry.empty())


def test_from_frames__a_column_is_lacking() -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        Registry.from_frames({"green": pl.DataFrame({"enterprise_id": [A]})})
