"""One upload with a bit of everything, and all that a home then holds, told so that two homes can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tests.builders import register
from tests.builders.exports import climb, curve, day, day_read, energies, registers, wide

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.builders.county import County

_METERS = ({"电能表资产号": "M1"}, {"电能表资产号": "M2", "综合倍率": "20"})


def mixed() -> dict[str, bytes | str]:
    """Two registers (the second takes back and corrects), and exports: good, broken in part, refused, doubled."""
    first = register.single(电表=[*_METERS, {"电能表资产号": "M9"}], 用能预算=[{}])
    second = {
        "企业.csv": register.sheet("企业", {"企业名称": "新名"}),
        "电表.csv": register.sheet("电表", {"电能表资产号": "M9", "作废": "是"}, {"电能表资产号": "M3", "综合倍率": "0"}),
    }
    zones = "户号,电能表资产号,数据日期,示数类型,示数,尖,峰,平,谷\n33,M1,2025-01-04,1,10,1,2,3,9\n,M1,2025-02-30,1,10,,,,\n"
    negative = {"METER_ASSET_NO": "M1", "DATA_DATE": "2025-01-06", "P1": "-1", "T_FACTOR": "2"}
    good = wide({day(0): "1", day(1): {5: ""}})
    return {
        **{f"a/{name}": content for name, content in first.items()},
        "b.csv": good,
        "c.csv": registers({day(2): climb(5, 0.5), day(3): climb(53, 0.5)}, "M2"),
        "d.csv": energies({day(4): "1", day(32): "1"}, "M7"),
        "e.csv": zones,
        "f.csv": "nothing,known\n1,2\n",
        "g.csv": good,
        **{f"h/{name}": content for name, content in second.items()},
        "i.csv": curve(negative, kind="P", columns=["T_FACTOR"]),
        "j.csv": day_read("33,M2,2025-01-04,1,101,,,,,20"),
    }


ROWS_A_FLUSH = 3
"""So few that `mixed` is written in several pieces."""


def given(county: County) -> list[Path]:
    """The files and folders of `mixed`, in order."""
    return sorted(county.put(mixed())[0].parents[1].iterdir())


def held(county: County) -> dict[str, Any]:
    """What a home holds but for numbers and times of receipts, which tell how often somebody tried."""
    read = county.store.read
    receipts = [row for row in county.show("receipts") if row["status"] != "duplicate"]
    tables = {name: _rows(read(name)) for name in ("zones", "intake_findings", "register_history")}
    tables |= {name: _rows(read(f"register_{name}")) for name in ("enterprises", "accounts", "meters", "budgets")}
    readings = read("readings").sort("seq", "day").with_columns(seq=pl.col("seq").rank("dense"))
    return tables | {
        "receipts": sorted({str(_without(row, "receipt_id", "received_at")) for row in receipts}),
        "quarantine": sorted(str(_without(row, "receipt_id")) for row in county.show("quarantine")),
        "readings": readings.rows(),
    }


def _without(row: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in row.items() if name not in names}


def _rows(frame: pl.DataFrame) -> list[str]:
    return sorted(str(row) for row in frame.drop("receipt_id", strict=False).rows())
