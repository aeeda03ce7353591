"""The lake's one door: rows added, replaced and taken out again, and one writer at a time."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import polars as pl
import pytest
from deltalake import DeltaTable
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from carbon_pipeline.lake.store import HomeBusyError, HomeNameError, HomeOfOldError, Store
from carbon_pipeline.lake.tables import METER_DAYS, READINGS, RECEIPTS
from tests.builders import HOME

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from carbon_pipeline.lake.store import Store
with Store(Path(sys.argv[1])).writing():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / HOME)


def test_append__a_file_that_holds_none_of_the_days_or_uploads_is_not_opened(store: Store) -> None:
    store.append("readings", readings(("a", JAN, 7), ("b", JAN, 9)))
    store.append("readings", readings(("a", FEB, 11)))
    (january,) = store.path("readings").glob("month=2025-01/*.parquet")
    january.unlink()
    for later in (pl.col("seq") > 9, pl.col("day") >= FEB):
        assert store.scan("readings").filter(later).select("meter_no", "seq").collect().rows() == [("a", 11)]


def test_exists__a_table_that_broke_off_before_its_first_commit_is_begun_anew(store: Store) -> None:
    log = store.path("readings") / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json#1").touch()
    assert not store.exists("readings")
    assert store.read("readings").is_empty()
    store.append("readings", readings(("a", JAN, 7)))
    assert store.read("readings", ["meter_no"]).rows() == [("a",)]


def test_home__whose_path_the_library_reads_as_another_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HomeNameError, match=r"a%20b: a home cannot"):
        Store(tmp_path / "a%20b")
    assert not Store(tmp_path / "100% 用能").exists("readings")


def days(*rows: tuple[str, date, int | None]) -> pl.DataFrame:
    fixed = {"channel": "forward", "step": 15, "measured_min": 1440, "shaped_min": 0, "estimated_min": 0}
    lines = [{"month": f"{when:%Y-%m}", "meter_no": meter, "day": when, "wh": wh} | fixed for meter, when, wh in rows]
    return pl.DataFrame(lines, schema=METER_DAYS.schema)


def readings(*rows: tuple[str, date, int]) -> pl.DataFrame:
    same = {"channel": "forward"}
    lines = [
        {"month": f"{when:%Y-%m}", "meter_no": meter, "day": when, "seq": seq, "values": [seq, -1]} | same for meter, when, seq in rows
    ]
    return pl.DataFrame(lines, schema=READINGS.schema)


def test_append__to_a_table_of_an_older_version_writes_nothing(store: Store) -> None:
    pl.DataFrame(schema=READINGS.schema).drop("parts").write_delta(
        str(store.path("readings")), delta_write_options={"partition_by": ["month"]}
    )
    with pytest.raises(HomeOfOldError, match="readings lack parts"):
        store.append("readings", readings(("a", date(2025, 1, 1), 1)))
    assert store.version("readings") == 0
    assert not list(store.path("readings").rglob("*.parquet"))
    with pytest.raises(HomeOfOldError, match="readings lack parts"):
        store.must_be_of_today()


def wh_of(store: Store, months: list[str] | None = None) -> list[tuple[str, int | None]]:
    return sorted(store.read("meter_days", ["meter_no", "wh"], months).rows())


JAN, FEB, FEB2 = date(2025, 1, 31), date(2025, 2, 1), date(2025, 2, 2)


def test_store__before_anything_is_written(store: Store) -> None:
    assert not store.exists("readings")
    assert store.version("readings") is None
    assert store.read("readings").schema == READINGS.schema
    assert store.read("receipts", ["receipt_id"]).is_empty()
    store.drop_after("readings", "seq", 0)
    assert not store.home.exists()


def test_append__adds_rows_and_none_is_no_commit(store: Store) -> None:
    store.append("meter_days", days(("b", FEB, 2), ("a", JAN, 1)))
    store.append("meter_days", days(("c", FEB, None)))
    before = store.version("meter_days")
    store.append("meter_days", days())
    assert wh_of(store) == [("a", 1), ("b", 2), ("c", None)]
    assert wh_of(store, ["2025-02"]) == [("b", 2), ("c", None)]
    assert store.version("meter_days") == before


def test_append__of_a_bulky_table_keeps_types_order_and_values(store: Store) -> None:
    store.append("readings", readings(("b", FEB, 3), ("a", JAN, 2), ("a", FEB, 1)))
    store.append("readings", readings(("c", JAN, 9)))
    store.append("readings", readings())
    held = store.read("readings")
    assert held.schema == READINGS.schema
    assert sorted(held.select("meter_no", "month", "seq").rows()) == [
        ("a", "2025-01", 2),
        ("a", "2025-02", 1),
        ("b", "2025-02", 3),
        ("c", "2025-01", 9),
    ]
    assert held.filter(seq=9)["values"].to_list() == [[9, -1]]
    assert store.read("readings", ["seq"], ["2025-01"])["seq"].sort().to_list() == [2, 9]
    files = sorted(path.parent.name for path in store.path("readings").rglob("*.parquet"))
    assert files == ["month=2025-01", "month=2025-01", "month=2025-02"]


def test_replace__leaves_nothing_of_what_was(store: Store) -> None:
    store.append("meter_days", days(("a", JAN, 1), ("b", FEB, 2)))
    store.replace("meter_days", days(("z", FEB, 9)))
    assert wh_of(store) == [("z", 9)]
    store.replace("meter_days", days())
    assert store.read("meter_days").schema == METER_DAYS.schema
    assert wh_of(store) == []


def test_replace_partition__leaves_the_others(store: Store) -> None:
    store.replace_partition("meter_days", "2025-01", days(("a", JAN, 1)))
    store.append("meter_days", days(("b", FEB, 2), ("c", FEB2, 3)))
    store.replace_partition("meter_days", "2025-02", days(("b", FEB, 20)))
    assert wh_of(store) == [("a", 1), ("b", 20)]
    store.replace_partition("meter_days", "2025-01", days())
    assert wh_of(store) == [("b", 20)]


def test_replace_partition__of_a_result_with_a_quote_in_its_name(store: Store) -> None:
    rows = pl.DataFrame({"as_of": ["o'clock", "2025-01-31"], "n": [1, 2]})
    store.replace("energy", rows)
    store.replace_partition("energy", "o'clock", rows.head(1).with_columns(n=pl.lit(7, pl.Int64)))
    assert_frame_equal(store.read("energy").sort("n"), pl.DataFrame({"as_of": ["2025-01-31", "o'clock"], "n": [2, 7]}))


@pytest.mark.parametrize(("last", "left"), [(0, []), (1, [1]), (2, [1, 2]), (3, [1, 2, 3])])
def test_drop_after__takes_out_what_is_greater(store: Store, last: int, left: list[int]) -> None:
    store.append("readings", readings(("a", JAN, 1), ("a", FEB, 2), ("b", FEB, 3)))
    store.drop_after("readings", "seq", last)
    assert store.read("readings", ["seq"])["seq"].sort().to_list() == left
    store.append("readings", readings(("d", FEB, 8)))
    assert store.read("readings", ["seq"])["seq"].sort().to_list() == [*left, 8]


def test_drop_after__of_whole_files_writes_none(store: Store) -> None:
    store.append("readings", readings(("a", JAN, 1), ("a", FEB, 2)))
    store.append("readings", readings(("b", FEB, 3), ("c", FEB, 4)))
    before = set(store.path("readings").rglob("*.parquet"))
    store.drop_after("readings", "seq", 2)
    assert store.read("readings", ["seq"])["seq"].sort().to_list() == [1, 2]
    assert set(store.path("readings").rglob("*.parquet")) == before


@pytest.mark.parametrize("table", ["readings", "receipts"])
def test_drop_after__of_nothing_is_no_commit(store: Store, table: str) -> None:
    lines = [dict.fromkeys(RECEIPTS.schema.names()) | {"receipt_id": "R00000001"}]
    store.append("receipts", pl.DataFrame(lines, schema=RECEIPTS.schema))
    store.append("readings", readings(("a", JAN, 1)))
    before = store.version(table)
    store.drop_after(table, *(("seq", 1) if table == "readings" else ("receipt_id", "R00000001")))
    assert store.version(table) == before


def test_drop_after__by_text(store: Store) -> None:
    lines = [dict.fromkeys(RECEIPTS.schema.names()) | {"receipt_id": f"R0000000{number}"} for number in (1, 2, 3)]
    store.append("receipts", pl.DataFrame(lines, schema=RECEIPTS.schema))
    store.drop_after("receipts", "receipt_id", "R00000002")
    assert store.read("receipts", ["receipt_id"])["receipt_id"].sort().to_list() == ["R00000001", "R00000002"]


@given(st.lists(st.text(st.sampled_from("县电表a b.😀"), min_size=1, max_size=90), min_size=1, max_size=6).map("/".join))
def test_keep_refused__under_its_receipt_whatever_the_length_of_its_path(filename: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        Store(Path(home)).keep_refused("R00000007", filename, b"as sent")
        (kept,) = (Path(home) / "refused").iterdir()
        assert kept.read_bytes() == b"as sent"
        stem = f"R00000007-{filename.replace('/', '-')}"
        assert kept.name == stem or (kept.name.startswith("R00000007-") and len(kept.name.encode()) in range(240, 256))


def test_keep_refused__a_long_name_is_cut_between_characters_and_keeps_its_ending(store: Store) -> None:
    store.keep_refused("R00000001", "a.zip/" + "瓯海区" * 40 + ".csv", b"")
    (kept,) = (store.home / "refused").iterdir()
    assert kept.name == "R00000001-a.zip-" + ("瓯海区" * 40)[:78] + ".csv"


def test_writing__is_for_one_at_a_time(store: Store) -> None:
    with store.writing(), pytest.raises(HomeBusyError), store.writing(patience_s=0.2):
        pass
    with store.writing(patience_s=0):
        pass


def test_writing__waits_for_the_other(store: Store) -> None:
    order = []

    def second() -> None:
        with store.writing():
            order.append("second")

    with store.writing():
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.2)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_writing__is_free_again_when_its_holder_was_killed(store: Store) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(store.home)], stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(HomeBusyError), store.writing(patience_s=0):
            pass
        holder.kill()
    with store.writing(patience_s=5):
        pass


def test_tidy__many_small_files_become_one_with_the_same_rows(store: Store) -> None:
    store.tidy("readings", ["2025-01"])  # nothing there yet
    store.append("readings", readings(("a", FEB, 1)))
    for day in range(1, 20):
        store.append("readings", readings((f"m{-day}", date(2025, 1, day), day)))
    before = store.read("readings").sort("day")
    store.tidy("readings", ["2025-01", "2025-02"])
    assert_frame_equal(store.read("readings").sort("day"), before)
    files = [unquote(file) for file in DeltaTable(store.path("readings")).file_uris()]
    assert sorted(Path(file).parent.name for file in files) == ["month=2025-01", "month=2025-02"]
    january = pl.read_parquet(next(file for file in files if "2025-01" in file))
    assert january["meter_no"].is_sorted()
