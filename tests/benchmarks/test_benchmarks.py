"""The benchmark's data are the same every time, and its two peers agree with each other and with hand-made cases."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks import clock, data, equality
from benchmarks.compare import Result, table

pytest.importorskip("duckdb")
pytest.importorskip("pandas")

from benchmarks.peers import duckdb_peer, pandas_peer


def _digest(folder: Path) -> str:
    content = hashlib.sha256()
    for path in sorted(folder.rglob("*.csv")):
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> data.BenchData:
    return data.make(tmp_path_factory.mktemp("bench"), meters=60, days=33)


def test_data__same_seed_same_bytes(made: data.BenchData, tmp_path: Path) -> None:
    assert _digest(data.make(tmp_path, meters=60, days=33).folder) == _digest(made.folder)


def test_data__half_of_the_meters_come_in_gb18030(made: data.BenchData) -> None:
    curve = next(iter(sorted(made.readings.glob("*_1_curve.csv")))).read_bytes().decode("gb18030")
    assert curve.startswith("户号,电能表资产号,数据日期,数据类型,综合倍率,E1,")
    wide = next(iter(sorted(made.readings.glob("*_2_day_wide.csv")))).read_text(encoding="utf-8")
    assert wide.startswith("meter_no,date,T0000,T0015,")
    assert made.as_of == date(2025, 2, 2)
    assert made.count == 60 * 33 * 96


def test_peers__agree_to_the_last_digit(made: data.BenchData, tmp_path: Path) -> None:
    duckdb_peer.reckon(made.register, made.readings, str(made.as_of), tmp_path / "duckdb")
    pandas_peer.reckon(made.register, made.readings, str(made.as_of), tmp_path / "pandas")
    for name in equality.KEYS:
        ours, theirs = equality.read(tmp_path / "duckdb" / f"{name}.csv"), equality.read(tmp_path / "pandas" / f"{name}.csv")
        assert ours.height > 0, name
        assert equality.differences(name, ours, theirs) == []


def test_pandas_estimate__line_and_like_day() -> None:
    block = np.full((1, 15 * 96), 100, dtype=np.int64)
    block[0, 5 * 96 : 5 * 96 + 2] = -1
    block[0, 5 * 96 - 1], block[0, 5 * 96 + 2] = 10, 25
    block[0, 14 * 96 : 14 * 96 + 9] = -1
    block[0, 7 * 96], block[0, 0] = 201, 102
    rows, slots, values = pandas_peer.estimate(block)
    filled = dict(zip(slots.tolist(), values.tolist(), strict=True))
    assert set(rows.tolist()) == {0}
    assert (filled[480], filled[481]) == (15, 20)
    assert filled[14 * 96] == 152  # (201 + 102) / 2 = 151.5, half-even
    assert filled[14 * 96 + 1] == 100


def test_equality__names_what_differs() -> None:
    one = pl.DataFrame({"enterprise_id": ["a", "b"], "used_tce": ["1.000", "2.000"]})
    two = pl.DataFrame({"enterprise_id": ["a", "c"], "used_tce": ["1.001", "2.000"]})
    lines = equality.differences("budgets", one, two)
    assert len(lines) == 3
    assert any("'1.000' against '1.001'" in line for line in lines)


def test_clock__says_why_a_part_failed() -> None:
    with pytest.raises(clock.PartFailedError, match="no such thing"):
        clock.run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_clock__peak_is_the_childs_own() -> None:
    ours = np.ones(40_000_000)  # 320 MB in this process
    small = clock.run([sys.executable, "-c", "pass"])
    large = clock.run([sys.executable, "-c", "x = bytearray(200_000_000); x[::4096] = b'1' * len(x[::4096])"])
    assert small.peak_mb < 100
    assert 190 < large.peak_mb < 300
    assert large.seconds > 0
    assert ours.all()


def test_clock__a_command_that_is_not_there() -> None:
    with pytest.raises(clock.PartFailedError, match="no-such-command"):
        clock.run(["no-such-command"])


def test_result__published_figures() -> None:
    cost = clock.Cost(2.0, 300.0)
    parts = ("bare", "ours", "ingest", "refresh", "duckdb", "pandas")
    result = Result(10, 2, 1_920, 0.01, dict.fromkeys(parts, cost), dict.fromkeys(parts, 1.0), 3.0, {"1": cost})
    seconds = ["bare_s", "ours_s", "pandas_s", "duckdb_s"]
    rest = ["bare_peak_mb", "ours_peak_mb", "bytes_per_reading", "one_more_day_s"]
    assert list(result.as_json()) == ["meters", "days", "readings", *seconds, *rest]
    assert table(result).row_count == 8


@pytest.mark.slow
def test_bench__by_the_command(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("carbon-pipeline")
    env = {**os.environ, "CARBON_HOME": str(tmp_path)}
    done = subprocess.run(
        [script, "bench", "--meters", "20", "--days", "32", "--json"], capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["readings"] == 20 * 32 * 96
    assert list(told["one_more_day_s"]) == ["1"]
    assert all(told[key] > 0 for key in ("bare_s", "ours_s", "pandas_s", "duckdb_s", "ours_peak_mb", "bytes_per_reading"))
