"""One intake: takes uploads in their order and enters each in the book."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final, cast

import polars as pl

from carbon_pipeline.intake.ledger import Ledger
from carbon_pipeline.intake.reading import Read, read_all
from carbon_pipeline.intake.recovery import begin
from carbon_pipeline.intake.uploads import Export, Register, uploads
from carbon_pipeline.intake.waiting import NO_MULTIPLIER
from carbon_pipeline.lake.tables import RECEIPTS
from carbon_pipeline.metering.formats.profiles import profiles_of
from carbon_pipeline.metering.formats.result import ReadResult, Refusal
from carbon_pipeline.registry.ownership import meter_ranges
from carbon_pipeline.registry.persistence import TABLES, load_registry, save_registry
from carbon_pipeline.registry.reference import Reference
from carbon_pipeline.registry.upsert import apply_sheets
from carbon_pipeline.registry.workbook import read_register
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import ToldError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from carbon_pipeline.lake.store import Store
    from carbon_pipeline.metering.formats.containers import Source
    from carbon_pipeline.registry.upsert import ApplyResult
    from carbon_pipeline.registry.workbook import RawSheet
    from carbon_pipeline.settings import Settings

REGISTER: Final = "register"
"""Profile of a register file on its receipt."""


class OwnHomeError(ToldError, ValueError):
    """The home itself was handed in: all that it holds is the pipeline's own."""


class NoFileError(ToldError, ValueError):
    """A pipe or a device was handed in: what comes from it comes once, and a file is looked at more than once."""


def ingest(
    store: Store,
    settings: Settings,
    paths: Iterable[Path],
    progress: Callable[[str], None] | None = None,
    then: Callable[[], object] | None = None,
) -> pl.DataFrame:
    """Take files and folders of meter exports and registers.

    Args:
        store: the lake.
        settings: for the format profiles.
        paths: in the order in which they count.
        progress: told the name of each file when its turn has come.
        then: done in another thread while the last exports are written; what goes wrong in it is passed over.

    Returns:
        The receipts of this call in order; columns as `RECEIPTS`.

    Raises:
        FileNotFoundError: there is nothing at one of the paths; then nothing of the call is taken.
        NoFileError: one of them is a pipe or a device; likewise.
        OwnHomeError: one of them is the home itself; likewise.
        HomeBusyError: another command holds the home.
    """
    paths = list(paths)
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        if not path.is_dir() and not path.is_file():
            raise NoFileError(fact("no_file", path=str(path)))
        if path.resolve() == store.home.resolve():
            raise OwnHomeError(fact("own_home", path=str(path)))
    tell = progress or (lambda _: None)
    with store.writing():
        ledger = Ledger(store)
        for is_export, run in groupby(uploads(paths, store.home), lambda upload: isinstance(upload, Export)):
            if is_export:
                _take_exports(store, settings, ledger, cast("Iterable[Export]", run), tell, then)
            else:
                for register in cast("Iterable[Register]", run):
                    _take_register(store, settings, ledger, register, tell)
    return pl.DataFrame(ledger.told, schema=RECEIPTS.schema, orient="row")


def _take_exports(
    store: Store,
    settings: Settings,
    ledger: Ledger,
    exports: Iterable[Export],
    tell: Callable[[str], None],
    then: Callable[[], object] | None,
) -> None:
    """Read a run of exports against the register as it stands, and enter each in its turn."""
    ranges = meter_ranges(load_registry(store))
    sources = (export.source for export in exports)
    for read in read_all(sources, profiles_of(settings.config_dirs), ranges, frozenset(ledger.known), then):
        tell(read.filename)
        _enter(ledger, read)
    ledger.flush()


def _enter(ledger: Ledger, read: Read) -> None:
    result = read.outcome
    if result is None or read.sha256 in ledger.known:
        ledger.receipt(read.filename, read.sha256, "duplicate", reason=f"duplicate_file: {ledger.known[read.sha256]}")
    elif isinstance(result, Refusal):
        receipt_id = ledger.receipt(read.filename, read.sha256, "refused", reason=result.kept)
        ledger.store.keep_refused(receipt_id, read.filename, read.content)
    else:
        _enter_rows(ledger, read, result)


def _enter_rows(ledger: Ledger, read: Read, result: ReadResult) -> None:
    waiting = _waiting(read.rows, result)
    quarantined = result.rows_quarantined + waiting.height
    receipt_id = ledger.receipt(
        read.filename,
        read.sha256,
        "partly" if quarantined else "accepted",
        result.profile,
        rows_read=result.rows_read,
        rows_accepted=result.rows_accepted - waiting.height,
        rows_quarantined=quarantined,
        rows_ignored=result.rows_ignored,
    )
    if quarantined:
        place = {"receipt_id": pl.lit(receipt_id), "filename": pl.lit(read.filename), "sheet": pl.lit(None, pl.String)}
        ledger.keep("quarantine", pl.concat([result.quarantine, waiting]).with_columns(**place))
    ledger.keep("intake_findings", result.findings)
    ledger.keep("zones", result.zones)
    ledger.keep("readings", read.rows)


def _take_register(store: Store, settings: Settings, ledger: Ledger, register: Register, tell: Callable[[str], None]) -> None:
    """Apply the new sheets of one workbook together, and enter a receipt for each file of it."""
    sheets: dict[int, list[RawSheet]] = {}
    taken = set(ledger.known)
    for number, source in enumerate(register.sources):
        tell(source.filename)
        if source.sha256 in taken:
            continue
        read = read_register(source.filename, source.content)
        if isinstance(read, Refusal):
            receipt_id = ledger.receipt(source.filename, source.sha256, "refused", REGISTER, read.kept)
            store.keep_refused(receipt_id, source.filename, source.stored)
        else:
            sheets[number] = [replace(sheet, source=number) for sheet in read]
            taken.add(source.sha256)
    before = load_registry(store)
    result = apply_sheets(before, [sheet for of_file in sheets.values() for sheet in of_file], Reference.load(settings))
    for number, source in enumerate(register.sources):
        if number in sheets:
            _enter_sheets(ledger, number, source, result)
        elif source.sha256 in taken:
            ledger.receipt(source.filename, source.sha256, "duplicate", REGISTER, f"duplicate_file: {ledger.known[source.sha256]}")
    begin(store, TABLES)
    save_registry(store, before, result.registry)
    ledger.flush()


def _enter_sheets(ledger: Ledger, number: int, source: Source, result: ApplyResult) -> None:
    """One receipt a file: the counts of its sheets added up."""
    counts = [count for count in result.counts if count.source == number]
    total = {
        name: sum(getattr(count, name) for count in counts) for name in ("rows_read", "rows_accepted", "rows_quarantined", "rows_ignored")
    }
    ledger.receipt(source.filename, source.sha256, "partly" if total["rows_quarantined"] else "accepted", REGISTER, **total)
    ledger.keep("quarantine", result.quarantine.filter(pl.col("source") == number).drop("source"))
    ledger.keep("register_history", result.changes.filter(pl.col("source") == number).drop("source"))


def _waiting(rows: pl.DataFrame, result: ReadResult) -> pl.DataFrame:
    """Rows for which the register has no multiplier yet, as the quarantine shows them."""
    if not rows["waits"].any():
        return result.quarantine.clear()
    held = rows.filter("waits").select("row_no", "meter_no").unique("row_no").sort("row_no")
    raw = [result.raw_line(row_no) for row_no in held["row_no"]]
    return held.select("row_no", reason=pl.lit(NO_MULTIPLIER), detail="meter_no").with_columns(raw=pl.Series(raw, dtype=pl.String))
