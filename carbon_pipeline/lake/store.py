"""The one door to the lake's tables: read, append, replace, and the lock that keeps two writers apart."""

from __future__ import annotations

import json
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from uuid import uuid4

import numpy as np
import polars as pl
import polars.selectors as cs
from deltalake import DeltaTable, Schema
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, create_table_with_add_actions

from carbon_pipeline.lake.picking import picked
from carbon_pipeline.lake.tables import RESULTS, TABLES
from carbon_pipeline.locks import take
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import ToldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from carbon_pipeline.lake.tables import Table

    Places = NDArray[np.int64] | NDArray[np.uint32]

_ROWS_OF_VALUES = 2048
"""Rows a Parquet row group of readings: one meter's year is then read without its neighbours'."""
_ROWS_A_GROUP = 16_384
"""The same of tables without values, which are small and mostly read whole."""
_FILES_A_MONTH = 16
"""Files of one month that may pile up before they are put together."""
_WRITERS = 2
"""Files of a commit that are packed side by side; while one waits for the disk, the other is packed."""
_TABLES_AT_ONCE = 4
_COMMITS = (".json", ".checkpoint.parquet")
"""How files of a log end that hold commits; one on its way is called `.json#1`."""
_PARQUET = b"PAR1"
"""How a Parquet file ends."""
_LONGEST_NAME_BYTES = 255
"""What Linux and its file systems take."""
_LONGEST_ENDING = 16
"""Characters that are kept of its ending where a name must be cut."""


class HomeBusyError(ToldError):
    """Another command writes to the same home."""


class HomeNameError(ToldError):
    """A path that the Delta library would take for another: `%20` in it stands for a blank there."""


class HomeOfOldError(ToldError):
    """A home was made by an older version, whose tables lack what is kept today."""

    def __init__(self, home: Path, table: str, lacking: set[str]) -> None:
        """Name the first table that lacks columns, and these."""
        super().__init__(fact("home_of_old", home=str(home), table=table, columns=sorted(lacking)))


class HomeDamagedError(ToldError):
    """A file of the lake is not as it was written: a disk or a copy of the home has lost some of it."""

    def __init__(self, table: str, file: Path) -> None:
        """Name the first such file; results can be made anew, readings and register cannot."""
        super().__init__(fact("results_damaged" if table in RESULTS else "home_damaged", file=str(file)))


class _Log(DeltaTable):
    """A table's log that tells files by their paths: the library tells addresses, and nobody finds a file in `%E5%8E%BF` for 县."""

    def file_uris(self, *args: Any, **asked: Any) -> list[str]:  # noqa: ANN401 - as the library has it
        return [unquote(file) for file in super().file_uris(*args, **asked)]


class Store:
    """Delta tables under one home.

    Args:
        home: folder of everything that the pipeline keeps; made when something is first written.

    Raises:
        HomeNameError: tables cannot be kept under a path like this.
    """

    def __init__(self, home: Path) -> None:
        if unquote(str(home)) != str(home):
            raise HomeNameError(fact("home_name", home=str(home)))
        self.home = home

    def path(self, table: str) -> Path:
        """Folder of a table."""
        return self.home / "lake" / table

    def _log(self, table: str) -> _Log:
        """A table's log, to be read from."""
        return _opened(self.path(table), *self.latest(table))

    def exists(self, table: str) -> bool:
        """Whether anything was ever written to a table."""
        return bool(_commits(self.path(table)))

    def version(self, table: str) -> int | None:
        """Number of a table's latest commit, as its file is named: to open a log takes a hundred times as long."""
        commits = _commits(self.path(table))
        return _number_of(commits[-1]) if commits else None

    def latest(self, table: str) -> tuple[Path, int]:
        """File of the latest commit of a table that exists, and when it was written: as long as both stay, so does all that was read."""
        commit = _commits(self.path(table))[-1]
        return commit, commit.stat().st_mtime_ns

    def scan(self, table: str, months: Sequence[str] | None = None) -> pl.LazyFrame:
        """A table, lazily; of some months only, where it is partitioned by month."""
        if not self.exists(table):
            return pl.LazyFrame(schema=TABLES[table].schema if table in TABLES else None)
        frame = pl.scan_delta(self._log(table))
        return frame if months is None else frame.filter(pl.col("month").is_in(list(months)))

    def read(self, table: str, columns: Sequence[str] | None = None, months: Sequence[str] | None = None) -> pl.DataFrame:
        """A table, or some of its columns or months; rows in no promised order."""
        frame = self.scan(table, months)
        return (frame if columns is None else frame.select(columns)).collect()

    def pick(self, table: str, keys: Sequence[str], lists: str, months: Sequence[str], wanted: pl.Expr) -> pl.DataFrame:
        """Keys and lists of a few rows of a table by month; rows in no promised order."""
        files = self._log(table).file_uris(file_pruning_predicate=[("month", "in", months)]) if months else []
        schema = {name: TABLES[table].schema[name] for name in (*keys, lists)}
        return picked(files, keys, lists, wanted) if files else pl.DataFrame(schema=schema)

    def must_be_of_today(self) -> None:
        """Look whether every table has the columns that are kept today; too slow to be asked before every read.

        Raises:
            HomeOfOldError: one lacks some.
        """
        for table in filter(self.exists, TABLES):
            held = pl.scan_delta(self._log(table)).collect_schema()
            if lacking := set(TABLES[table].schema).difference(held):
                raise HomeOfOldError(self.home, table, lacking)

    def must_be_whole(self) -> None:
        """Look whether the log and every file of every table are there to their end; for when something could not be read.

        Raises:
            HomeDamagedError: one is not.
        """
        for table in filter(self.exists, (*TABLES, *RESULTS)):
            try:
                files = pl.DataFrame(self._log(table).get_add_actions()).select("path", "size_bytes").rows()
            except DeltaError:
                raise HomeDamagedError(table, self.path(table) / "_delta_log") from None
            for name, size in files:
                if not _is_whole(file := self.path(table) / unquote(name), size):
                    raise HomeDamagedError(table, file)

    def months(self, table: str, first: str) -> list[str]:
        """Months of a table from one on."""
        if not self.exists(table):
            return []
        held = {str(values["month"]) for values in self._log(table).partitions()}
        return sorted(month for month in held if month >= first)

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Add rows; none, no commit."""
        if frame.height:
            self._commit(table, frame, "append")

    def replace(self, table: str, frame: pl.DataFrame) -> None:
        """Put rows in the place of all that a table holds."""
        self._commit(table, frame, "overwrite")

    def replace_partition(self, table: str, value: str, frame: pl.DataFrame) -> None:
        """Put rows in the place of those of one partition."""
        self._commit(table, frame, "overwrite", of=value)

    def tidy(self, table: str, months: Sequence[str]) -> None:
        """Put the many small files of daily appends to a month into one, sorted by meter; what they hold stays the same."""
        if not self.exists(table):
            return
        lake = self._log(table)
        for month in months:
            if len(lake.file_uris(file_pruning_predicate=[("month", "=", month)])) >= _FILES_A_MONTH:
                self.replace_partition(table, month, self.read(table, months=[month]))

    def keep_refused(self, receipt_id: str, filename: str, content: bytes) -> None:
        """Keep the bytes of a refused file under its receipt, so that somebody can look at what was sent."""
        folder = self.home / "refused"
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / _short(f"{receipt_id}-{filename.replace('/', '-')}")
        kept.write_bytes(content)
        to_disk(kept)

    def drop_after(self, table: str, column: str, last: int | str) -> None:
        """Take out rows whose column is greater than a value: what a broken-off upload left behind.

        Such rows lie in files of their own, for every flush writes its own: they leave the log, and the library writes none anew.
        """
        if self.exists(table):
            literal = f"'{last}'" if isinstance(last, str) else str(last)
            _Log(self.path(table)).delete(f"{column} > {literal}")
            to_disk(*_latest_of_log(self.path(table)))

    def restore(self, table: str, version: int | None) -> None:
        """Take a table back to one of its commits; None: to before it had any."""
        if version is None:
            shutil.rmtree(self.path(table), ignore_errors=True)
        elif self.version(table) != version:
            _Log(self.path(table)).restore(version)
            to_disk(*_latest_of_log(self.path(table)))

    def _commit(self, table: str, frame: pl.DataFrame, mode: str, of: str | None = None) -> None:
        """Write a file a partition, and commit them together: beside what is there, or in its place.

        The files are ours and only the log is the library's: where its own writer finds a full disk, it shouts from another thread.

        Raises:
            HomeOfOldError: the table's log would pass over a column of today.
        """
        path, partition, spec = self.path(table), _partition(table), TABLES.get(table)
        frame = frame.select(spec.schema.names()) if spec else frame
        types = _typed(spec, frame.clear()).to_arrow().schema
        by = [partition] if partition else None
        lake = _Log(path) if self.exists(table) else None
        stays = lake is not None and (mode == "append" or of is not None)
        if lake is None:
            shutil.rmtree(path / "_delta_log", ignore_errors=True)  # what a first commit has left that broke off
        elif stays and (lacking := set(types.names).difference(field.name for field in lake.schema().fields)):
            raise HomeOfOldError(self.home, table, lacking)
        with ThreadPoolExecutor(_WRITERS) as pool:
            parts = _parts(frame, partition, _places(spec, frame))
            added = list(pool.map(lambda part: _written(path, table, partition, part[0], frame[part[1]]), parts))
        if lake is None:
            create_table_with_add_actions(str(path), Schema.from_arrow(types), added, partition_by=by)
        else:
            filters = [(str(partition), "=", of)] if of else None
            lake.create_write_transaction([*added], mode, lake.schema() if stays else types, partition_by=by, partition_filters=filters)
        to_disk(*_latest_of_log(path))

    @contextmanager
    def writing(self, patience_s: float = 600) -> Iterator[None]:
        """Hold the home for one writer at a time.

        Raises:
            HomeBusyError: another process kept the home longer than we were willing to wait.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("w") as lock:
            if not take(lock, patience_s):
                raise HomeBusyError(fact("home_busy", home=str(self.home)))
            yield


@lru_cache(maxsize=32)
def _opened(table: Path, _latest: Path, _written_ns: int) -> _Log:
    """A table's log as of its latest commit: a command asks for most tables several times."""
    return _Log(table)


def side_by_side(write: Callable[[str], None], tables: Iterable[str]) -> None:
    """Write some tables at once, each by itself: a small one waits for the disk longer than it takes to be packed."""
    with ThreadPoolExecutor(_TABLES_AT_ONCE) as pool:
        for _ in pool.map(write, tables):
            pass


def to_disk(*files: Path) -> None:
    """Wait until files, and their names in their folders, are on the disk: a power cut then takes nothing that we have said is in."""
    for file in files:
        _wait_for(file)
    for folder in dict.fromkeys(file.parent for file in files):
        with suppress(OSError):  # not every file system knows how to wait for a folder
            _wait_for(folder)


def _wait_for(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _commits(table: Path) -> list[Path]:
    """The commits and checkpoints of a table's log, by number; none where the first of them broke off and left an empty file."""
    log = table / "_delta_log"
    found = sorted(log / name for name in os.listdir(log) if name.endswith(_COMMITS)) if log.is_dir() else []  # noqa: PTH208 - names
    return found if len(found) > 1 or any(commit.stat().st_size for commit in found) else []


def _number_of(commit: Path) -> int:
    return int(commit.name.partition(".")[0])


def _latest_of_log(table: Path) -> list[Path]:
    """The files that the latest commit has left in a table's log: a checkpoint may be among them, and what points to it."""
    commits = _commits(table)
    pointer = table / "_delta_log" / "_last_checkpoint"
    latest = [commit for commit in commits if _number_of(commit) == _number_of(commits[-1])]
    return [*latest, pointer] if pointer.exists() else latest


def _short(name: str) -> str:
    """A name that a file system takes: one that is too long loses the end of its stem, for a path in an archive may have any length."""
    whole, ending = os.fsencode(name), PurePosixPath(name).suffix[-_LONGEST_ENDING:]
    if len(whole) <= _LONGEST_NAME_BYTES:
        return name
    return whole[: _LONGEST_NAME_BYTES - len(os.fsencode(ending))].decode(errors="ignore") + ending


def _is_whole(file: Path, size: int) -> bool:
    """Whether a file has the length that the log says, and ends as Parquet does: a crash may leave zeros."""
    if not file.is_file() or file.stat().st_size != size:
        return False
    with file.open("rb") as stream:
        stream.seek(-len(_PARQUET), os.SEEK_END)
        return stream.read() == _PARQUET


def _parts(frame: pl.DataFrame, partition: str | None, places: Places) -> Iterator[tuple[str, Places]]:
    """The rows of each partition, of rows that are in its order; of a table without partitions all."""
    if partition is None:
        yield from [("", places)] if frame.height else []
        return
    start = 0
    for value, length in frame[partition][places].rle().struct.unnest().select("value", "len").rows():
        yield value, places[start : start + length]
        start += length


def _written(path: Path, table: str, partition: str | None, value: str, part: pl.DataFrame) -> AddAction:
    """Write one file and tell the log of it."""
    folder = f"{partition}={value}/" if partition else ""
    name = f"{folder}part-{uuid4()}.parquet"
    target = path / name
    target.parent.mkdir(parents=True, exist_ok=True)
    spec = TABLES.get(table)
    part = _typed(spec, part.drop(partition or []))
    if spec and spec.is_bulky:
        _write_bulky(spec, part, target)
    else:
        part.write_parquet(target, compression="zstd", compression_level=1, row_group_size=_ROWS_A_GROUP)
    to_disk(target)
    values = {partition: value} if partition else {}
    stats = _statistics(spec, part)
    return AddAction(name, target.stat().st_size, values, time.time_ns() // 1_000_000, data_change=True, stats=stats)


def _statistics(spec: Table | None, part: pl.DataFrame) -> str:
    """What the log says of a file: who asks for some days, or for the latest uploads, opens no file that holds none of them."""
    keys = part.select(name for name in (spec.order if spec else ()) if name in part.columns).select(cs.integer() | cs.date())
    bounds = {"minValues": keys.min(), "maxValues": keys.max(), "nullCount": keys.null_count()}
    told = {name: bound.row(0, named=True) for name, bound in bounds.items() if keys.width}
    return json.dumps({"numRecords": part.height} | told, default=str)


def _write_bulky(spec: Table, frame: pl.DataFrame, target: Path) -> None:
    """Write numbers that differ little from their neighbours as these differences: half the time of plain lists, and no larger."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - costs a tenth of a second, and a refresh does not need it

    integers = [name for name, kind in spec.schema.items() if kind.is_integer()]
    lists = [f"{name}.list.element" for name, kind in spec.schema.items() if kind == pl.List(pl.Int64)]
    pq.write_table(
        frame.to_arrow(),
        target,
        compression="lz4",
        row_group_size=_ROWS_OF_VALUES,
        write_statistics=list(spec.order),  # what rows are looked up by
        use_dictionary=[name for name, kind in spec.schema.items() if kind == pl.String],
        column_encoding=dict.fromkeys([*integers, *lists], "DELTA_BINARY_PACKED"),
    )


def _partition(table: str) -> str | None:
    spec = TABLES.get(table)
    return spec.partition if spec else "as_of" if table in RESULTS else None


def _places(spec: Table | None, frame: pl.DataFrame) -> Places:
    """The order of a table for its rows, by place; tables without a description of their own are kept as they come.

    Told before types are the table's, and of keys alone: whoever packs a part puts it in order. Ranks of texts sort in a third of the
    time of texts, and by NumPy, which takes rows that are sorted in part as such, in half.
    """
    keys = frame.select([*([spec.partition] if spec.partition else []), *spec.order] if spec else [])
    if not keys.width:
        return np.arange(frame.height)
    if any(key.null_count() for key in keys):
        return keys.select(pl.arg_sort_by(keys.columns, maintain_order=True)).to_series().to_numpy()
    ranks = [key.cast(pl.Enum(key.unique().sort())) if key.dtype == pl.String else key for key in reversed(keys.get_columns())]
    return np.lexsort([rank.to_physical().to_numpy() for rank in ranks])


def _typed(spec: Table | None, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.cast({name: kind for name, kind in spec.schema.items() if name in frame.columns}) if spec else frame
