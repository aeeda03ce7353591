"""One command, one table: runs every part of the benchmark as its own process and holds the results against each other."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks import clock, data, equality
from benchmarks.register import FIRST_DAY
from carbon_pipeline.console.errors import PlainError
from carbon_pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.clock import Cost

PEERS = {"duckdb": "benchmarks.peers.duckdb_peer", "pandas": "benchmarks.peers.pandas_peer"}
HISTORY = {1: 31, 6: 181, 12: 365}
"""Months of history -> days of 2025 that they are."""
TRIES = 5
"""A virtual machine is not always equally fast: every part takes its turn so often, and the middle of its runs and ratios counts."""


class ResultsDifferError(PlainError):
    """A peer reckoned something else than this project; the message names rows and values."""


@dataclass
class Result:
    """What the benchmark found."""

    meters: int
    days: int
    readings: int
    csv_mb: float
    costs: dict[str, Cost] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    """How many times the bare conversion of the same turn a part takes."""
    bytes_per_reading: float = 0.0
    one_more_day: dict[str, Cost] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The figures under their published names, seconds and MB rounded to two places."""
        seconds = {f"{name}_s": round(self.costs[name].seconds, 2) for name in ("bare", "ours", "pandas", "duckdb")}
        return {
            "meters": self.meters,
            "days": self.days,
            "readings": self.readings,
            **seconds,
            "bare_peak_mb": round(self.costs["bare"].peak_mb, 1),
            "ours_peak_mb": round(self.costs["ours"].peak_mb, 1),
            "bytes_per_reading": round(self.bytes_per_reading, 3),
            "one_more_day_s": {months: round(cost.seconds, 2) for months, cost in self.one_more_day.items()},
        }


@dataclass(frozen=True)
class Product:
    """This project, from outside: its own command on a home of its own."""

    home: Path

    def run(self, as_of: object, *paths: Path) -> Cost:
        """Take files in and bring every result up to date, by the one command that does both."""
        return clock.run([*command(), "ingest", "--json", "--home", self.home, "--refresh", str(as_of), *paths])

    def ingest(self, *paths: Path) -> Cost:
        """Take files in."""
        return clock.run([*command(), "ingest", "--json", "--home", self.home, *paths])

    def refresh(self, as_of: object) -> Cost:
        """Bring every result up to date through the Dagster job."""
        return clock.run([*command(), "refresh", "--home", self.home, "--as-of", str(as_of)])

    def show(self, name: str) -> pl.DataFrame:
        """A result table as text."""
        done = subprocess.run(
            [*command(), "show", name, "--home", self.home, "--format", "csv"],
            capture_output=True,
            check=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        return pl.read_csv(done.stdout, infer_schema=False).with_columns(pl.all().fill_null(""))

    def copied(self, home: Path) -> Product:
        """The same in another place."""
        shutil.copytree(self.home, home, copy_function=_copied)
        return Product(home)

    def size(self) -> int:
        """Bytes of everything that the home holds on disk, but for the logs and runs of Dagster."""
        lake = self.home / "lake"
        return sum(path.stat().st_size for path in (lake if lake.is_dir() else self.home).rglob("*") if path.is_file())


def command() -> list[str]:
    """How this project's command is started: the console script beside this interpreter, else by import."""
    script = Path(sys.executable).with_name("carbon-pipeline")
    return [str(script)] if script.exists() else [sys.executable, "-c", "from carbon_pipeline.cli import main; main()"]


def run_bench(folder: Path, meters: int = 2000, days: int = 365, progress: Callable[[str], object] = lambda _: None) -> Result:
    """Run all parts.

    Args:
        folder: where data are kept and work is done; the data stay for the next time.
        meters: meters in the district.
        days: days of readings.
        progress: told what runs now.

    Returns:
        The figures.

    Raises:
        ResultsDifferError: when a peer's results are not ours.
        PartFailedError: when a part cannot run.
    """
    progress("data")
    made = data.make(folder / "data", meters, days)
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    megabytes = sum(path.stat().st_size for path in made.readings.iterdir()) / 1e6
    result = Result(meters, days, made.count, megabytes)
    ours, apart = Product(work / "ours"), Product(work / "apart")
    parts: dict[str, Callable[[], Cost]] = {
        "bare": lambda: clock.run_module("benchmarks.bare", made.readings, work / "bare"),
        "ours": lambda: ours.run(made.as_of, made.register, made.readings),
        **{name: partial(_run_peer, module, made, work / name) for name, module in PEERS.items()},
        "ingest": lambda: apart.ingest(made.register, made.readings),
        "refresh": lambda: apart.refresh(made.as_of),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in parts}
    for turn in range(1, TRIES + 1):
        for folder_of_last in work.iterdir():
            shutil.rmtree(folder_of_last)
        for name, run in parts.items():
            progress(f"{name}, {turn} of {TRIES}")
            os.sync()  # whoever waits for the disk must not wait for what the last part has left
            costs[name].append(run())
    result.costs = {name: _middle(tries) for name, tries in costs.items()}
    bare = [cost.seconds for cost in costs["bare"]]
    result.ratios = {name: median(cost.seconds / one for cost, one in zip(tries, bare, strict=True)) for name, tries in costs.items()}
    shutil.rmtree(apart.home)
    result.bytes_per_reading = ours.size() / made.count
    progress("comparison")
    check_equal(ours, work)
    result.one_more_day = one_more_day(made, ours, work, progress)
    shutil.rmtree(work)
    return result


def _run_peer(module: str, made: data.BenchData, out: Path) -> Cost:
    return clock.run_module(module, made.register, made.readings, str(made.as_of), out)


def _middle(tries: list[Cost]) -> Cost:
    return sorted(tries, key=lambda cost: cost.seconds)[len(tries) // 2]


def check_equal(ours: Product, work: Path) -> None:
    """Hold every result table against both peers'."""
    lines = []
    for name in equality.KEYS:
        table = ours.show(name)
        for peer in PEERS:
            lines += [f"{peer}: {line}" for line in equality.differences(name, table, equality.read(work / peer / f"{name}.csv"))]
    if lines:
        msg = "results differ: " + "; ".join(lines[:5])
        raise ResultsDifferError(msg)


def one_more_day(made: data.BenchData, whole: Product, work: Path, progress: Callable[[str], object]) -> dict[str, Cost]:
    """What the files of one more day take, by months of history: taken in and everything refreshed, processes and Dagster included."""
    eves = list(_eves(made, whole, work, progress))
    tries: dict[str, list[Cost]] = {eve.months: [] for eve in eves}
    for turn in range(1, TRIES + 1):
        for eve in eves:
            progress(f"one more day on {eve.months} months, {turn} of {TRIES}")
            copy = eve.home.copied(work / "day")
            os.sync()
            tries[eve.months].append(copy.run(eve.as_of, eve.next_day))
            shutil.rmtree(copy.home)
    return {months: _middle(costs) for months, costs in tries.items()}


@dataclass(frozen=True)
class Eve:
    """A home with some months of history, and what the day after brings."""

    months: str
    home: Product
    next_day: Path
    as_of: date


def _eves(made: data.BenchData, whole: Product, work: Path, progress: Callable[[str], object]) -> Iterator[Eve]:
    growing, done = Product(work / "growing"), 0
    for months, days in HISTORY.items():
        as_of = FIRST_DAY + timedelta(days=days)
        if days == made.days:
            yield Eve(str(months), whole, made.next_day, as_of)
        if days >= made.days:
            break
        progress(f"{months} months of history")
        files = _staged(work / f"to_{days}", made.files(done, days - 1))
        growing.run(as_of - timedelta(days=1), *([made.register] if not done else []), files)
        next_day = _staged(work / f"day_{days}", made.files(days, days))
        yield Eve(str(months), growing.copied(work / f"home_{days}"), next_day, as_of)
        growing.ingest(next_day)
        done = days + 1


def _copied(source: str, target: str) -> None:
    """Share Parquet files, which are never changed, so that the disk is at rest when the clock runs; copy all others."""
    (os.link if source.endswith(".parquet") else shutil.copy2)(source, target)


def _staged(folder: Path, files: list[Path]) -> Path:
    folder.mkdir()
    for path in files:
        os.link(path, folder / path.name)
    return folder


def table(result: Result) -> Table:
    """The figures as one table, with ratios to the bare conversion."""
    size = f"{result.meters:,} meters x {result.days} days, {result.readings / 1e6:,.1f} M readings, {result.csv_mb:,.0f} MB of CSV"
    out = Table(title=size, title_justify="left")
    for name, justify in (
        ("part", "left"),
        ("seconds", "right"),
        ("x bare", "right"),
        ("CPU s", "right"),
        ("MB/s", "right"),
        ("peak MB", "right"),
    ):
        out.add_column(name, justify=justify)  # type: ignore[arg-type]
    names = {
        "bare": "bare: Polars, CSV to Parquet",
        "ours": "ours: CSV to final tables",
        "ingest": "  in two commands: ingest",
        "refresh": "  and refresh",
        "duckdb": "DuckDB, the same reckoning",
        "pandas": "pandas, the same reckoning",
    }
    for key, label in names.items():
        cost = result.costs[key]
        rates = f"{cost.seconds:.2f}", f"{result.ratios[key]:.2f}", f"{cost.cpu_seconds:.2f}", f"{result.csv_mb / cost.seconds:.0f}"
        out.add_row(label, *rates, f"{cost.peak_mb:.0f}")
    out.add_section()
    for months, cost in result.one_more_day.items():
        out.add_row(f"one more day on {months} month{'s' if months != '1' else ''}", f"{cost.seconds:.2f}", "", f"{cost.cpu_seconds:.2f}")
    out.add_row("bytes per reading in the lake", f"{result.bytes_per_reading:.2f}")
    return out


def main(meters: int, days: int, *, as_json: bool = False, folder: Path | None = None) -> None:
    """Run the benchmark and print its table or its JSON.

    Args:
        meters: meters in the district.
        days: days of readings.
        as_json: print only the published figures.
        folder: where data are kept and work is done; by default `bench` in the home.
    """
    log = Console(stderr=True)
    where = folder or Settings.load().home / "bench"
    result = run_bench(where, meters, days, lambda part: log.print(f"{part} ...", style="dim") if log.is_terminal else None)
    if as_json:
        print(json.dumps(result.as_json()))
    else:
        Console().print(table(result))
