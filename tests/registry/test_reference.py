from __future__ import annotations

from typing import TYPE_CHECKING

from carbon_pipeline.registry.reference import Reference
from carbon_pipeline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_load__classes_and_carriers_that_ship(tmp_path: Path) -> None:
    reference = Reference.load(Settings(tmp_path))
    assert "1311" in reference.industry_codes
    assert reference.industry_codes.isdisjoint({"9999", "131", "13", "C"})
    assert {carrier: reference.carrier_units[carrier] for carrier in ("原煤", "天然气", "热力")} == {
        "原煤": "kg",
        "天然气": "m3",
        "热力": "MJ",
    }
    assert "电力" not in reference.carrier_units
