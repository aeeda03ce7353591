"""Files read side by side, handed on in their order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.intake.rows import stored
from carbon_pipeline.lake.tables import READINGS
from carbon_pipeline.metering.formats.reading import read_export
from carbon_pipeline.metering.formats.result import ReadResult, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from carbon_pipeline.metering.formats.containers import Source
    from carbon_pipeline.metering.formats.profiles import FormatProfile

_WORKERS: Final = 2
_AHEAD: Final = 8
"""Files that may be read before their turn comes; bounds the memory."""

_NOTHING: Final = pl.DataFrame(schema={**READINGS.schema, "waits": pl.Boolean})


@dataclass(frozen=True)
class Read:
    """One export, read but not yet counted."""

    filename: str
    sha256: str
    outcome: ReadResult | Refusal | None
    """None for bytes that are in already."""
    rows: pl.DataFrame
    """Rows for the lake, reckoned as if they were of receipt 0; with `waits`."""


def read_all(sources: Iterable[Source], profiles: Sequence[FormatProfile], ranges: pl.DataFrame, known: frozenset[str]) -> Iterator[Read]:
    """Read exports, some ahead of their turn.

    Args:
        sources: in order.
        profiles: the formats that are understood.
        ranges: multipliers of the register as it stands.
        known: fingerprints of files that are in; these are not read again.
    """
    waiting: deque[Future[Read]] = deque()
    with ThreadPoolExecutor(_WORKERS) as pool:
        for source in sources:
            waiting.append(pool.submit(_read, source, profiles, ranges, known))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _read(source: Source, profiles: Sequence[FormatProfile], ranges: pl.DataFrame, known: frozenset[str]) -> Read:
    if source.sha256 in known:
        return Read(source.filename, source.sha256, None, _NOTHING)
    outcome = source.refusal or read_export(source, profiles)
    rows = _NOTHING if isinstance(outcome, Refusal) or outcome.readings.is_empty() else stored(outcome.readings, 0, ranges)
    return Read(source.filename, source.sha256, outcome, rows)
