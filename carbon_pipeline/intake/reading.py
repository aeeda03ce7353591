"""Files read side by side, handed on in their order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.intake.rows import STORED, stored
from carbon_pipeline.lake.tables import READINGS
from carbon_pipeline.metering.formats.batch import read_exports
from carbon_pipeline.metering.formats.result import ReadResult, Refusal
from carbon_pipeline.registry.workbook import misnamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from carbon_pipeline.metering.formats.containers import Source
    from carbon_pipeline.metering.formats.profiles import FormatProfile

_WORKERS: Final = 2
_AHEAD: Final = 2
"""Batches that may be read before their turn comes; with their size this bounds the memory."""
_FILES_A_BATCH: Final = 64
_BYTES_A_BATCH: Final = 1 << 25

_NOTHING: Final = pl.DataFrame(schema={**{name: READINGS.schema[name] for name in STORED}, "waits": pl.Boolean})


@dataclass(frozen=True)
class Read:
    """One export, read but not yet counted."""

    filename: str
    sha256: str
    outcome: ReadResult | Refusal | None
    """None for bytes that are in already."""
    rows: pl.DataFrame
    """Rows for the lake, not yet numbered; with `waits`."""
    content: bytes = b""
    """Bytes of a refused file, which is kept."""


def read_all(
    sources: Iterable[Source],
    profiles: Sequence[FormatProfile],
    ranges: pl.DataFrame,
    known: frozenset[str],
    then: Callable[[], object] | None = None,
) -> Iterator[Read]:
    """Read exports, some ahead of their turn.

    Args:
        sources: in order.
        profiles: the formats that are understood.
        ranges: multipliers of the register as it stands.
        known: fingerprints of files that are in; these are not read again.
        then: done once everything is read, beside what is done with the last of it.
    """
    waiting: deque[Future[list[Read]]] = deque()
    with ThreadPoolExecutor(_WORKERS) as pool:
        for batch in _batches(sources):
            waiting.append(pool.submit(_read, batch, profiles, ranges, known))
            if len(waiting) > _AHEAD:
                yield from waiting.popleft().result()
        if then is not None:
            pool.submit(then)
        while waiting:
            yield from waiting.popleft().result()


def _batches(sources: Iterable[Source]) -> Iterator[list[Source]]:
    batch: list[Source] = []
    size = 0
    for source in sources:
        if batch and (len(batch) == _FILES_A_BATCH or size + source.size > _BYTES_A_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(source)
        size += source.size
    if batch:
        yield batch


def _told_of_register(source: Source, outcome: ReadResult | Refusal | None) -> ReadResult | Refusal | None:
    """A workbook that is no export may be a register whose sheets have other names: then that is what is told of it."""
    is_unknown = isinstance(outcome, Refusal) and outcome.reason == "unknown_format" and source.refusal is None
    return (misnamed(source.filename, source.content) or outcome) if is_unknown and source.is_spreadsheet else outcome


def _read(batch: list[Source], profiles: Sequence[FormatProfile], ranges: pl.DataFrame, known: frozenset[str]) -> list[Read]:
    fresh = [source for source in batch if source.sha256 not in known]
    outcomes = dict(zip(map(id, fresh), read_exports(fresh, profiles, lambda readings: stored(readings, ranges)), strict=True))
    reads = []
    for source in batch:
        outcome = _told_of_register(source, outcomes.get(id(source)))
        rows = outcome.readings if isinstance(outcome, ReadResult) else _NOTHING
        content = source.stored if isinstance(outcome, Refusal) else b""
        reads.append(Read(source.filename, source.sha256, outcome, rows, content))
    return reads
