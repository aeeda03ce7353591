"""Small exports of one make read at one go: a county sends hundreds of files alike, and each costs more to open than to parse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.metering.formats import detect, nem12
from carbon_pipeline.metering.formats.containers import GzipError, is_spreadsheet
from carbon_pipeline.metering.formats.headers import header_rows
from carbon_pipeline.metering.formats.reading import read_export
from carbon_pipeline.metering.formats.result import ReadResult, Refusal
from carbon_pipeline.metering.formats.tables import Lines, count_lines, last_end, read_regular
from carbon_pipeline.metering.formats.unreadable import with_unreadable
from carbon_pipeline.metering.formats.wide import read_wide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from carbon_pipeline.metering.formats.containers import Source
    from carbon_pipeline.metering.formats.detect import Text
    from carbon_pipeline.metering.formats.profiles import FormatProfile
    from carbon_pipeline.metering.formats.tables import Table

Finish = Callable[[pl.DataFrame], pl.DataFrame]
"""Readings, and what is made of them row by row."""

_FILE_BITS: Final = 40
"""While files are read together, a row's number is its file's x 2^40 + its line."""
_LINE: Final = (1 << _FILE_BITS) - 1


def read_exports(sources: Sequence[Source], profiles: Sequence[FormatProfile], finish: Finish) -> list[ReadResult | Refusal]:
    """Read exports; those with the same header line together where nothing in them is out of the ordinary.

    Args:
        sources: files in any order.
        profiles: the formats that are understood.
        finish: what is made of readings before they are parted by file; keeps the rows, their order and `row_no`.

    Returns:
        For each source what `read_export` gives, its readings finished.
    """
    alike: dict[tuple[bytes, str], dict[int, Text]] = {}
    for index, source in enumerate(sources):
        text = _plain_text(source)
        if text is not None:
            alike.setdefault((text.first, text.encoding), {})[index] = text
    results: dict[int, ReadResult | Refusal] = {}
    for group in alike.values():
        if len(group) > 1:
            together = _read_together(list(group.values()), profiles, finish)
            results |= dict(zip(group, together, strict=True)) if together else {}
    outcomes = [results.get(index) or _read_alone(source, profiles, finish) for index, source in enumerate(sources)]
    for source in sources:
        source.release()
    return outcomes


def _read_alone(source: Source, profiles: Sequence[FormatProfile], finish: Finish) -> ReadResult | Refusal:
    outcome = read_export(source, profiles)
    return outcome if isinstance(outcome, Refusal) else replace(outcome, readings=finish(outcome.readings))


def _plain_text(source: Source) -> Text | None:
    """The text of a source that is no spreadsheet, no NEM12 and not broken; such are left to `read_export`."""
    try:
        content = b"" if source.refusal else source.content
    except GzipError:
        return None
    if not content or is_spreadsheet(content):
        return None
    text = detect.decode(content)
    return None if isinstance(text, Refusal) or not text.first.strip() or nem12.is_nem(text.first) else text


def _read_together(texts: Sequence[Text], profiles: Sequence[FormatProfile], finish: Finish) -> list[ReadResult] | None:
    layout = detect.recognise(texts[0], profiles)
    if isinstance(layout, Refusal) or layout.profile.layout != "wide" or layout.line != 1:
        return None
    bodies = [text.rest[: last_end(text.rest)] for text in texts]
    if not all(map(len, bodies)):
        return None
    counts = np.array([count_lines(body) for body in bodies])
    table = read_regular(bodies, counts.tolist(), layout, Lines(texts[0]))
    if table is None or header_rows(table, layout, profiles).any():
        return None
    whole = read_wide(_numbered(table, counts, texts), layout)
    if whole.findings.height:  # which speak of rows by number
        return None
    return _parted(replace(whole, readings=finish(whole.readings)), counts, texts)


def _numbered(table: Table, counts: NDArray[np.int64], texts: Sequence[Text]) -> Table:
    """Number the rows by file and line."""
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    line = np.arange(counts.sum()) - np.repeat(starts, counts) + 2
    row_no = (np.repeat(np.arange(len(counts)), counts) << _FILE_BITS) + line
    raw = [Lines(text) for text in texts]
    return replace(table, row_no=row_no, raw_line=lambda number: raw[number >> _FILE_BITS](number & _LINE))


def _parted(whole: ReadResult, counts: NDArray[np.int64], texts: Sequence[Text]) -> list[ReadResult]:
    """Part the outcome of joined files by file."""
    readings, quarantine = _by_file(whole.readings, len(texts)), _by_file(whole.quarantine, len(texts))
    reason = next(iter(whole.ignored), "")
    parts = []
    for index, text in enumerate(texts):
        ignored = int(counts[index]) - readings[index]["row_no"].n_unique() - quarantine[index].height
        part = ReadResult(
            profile=whole.profile,
            rows_read=int(counts[index]),
            readings=readings[index],
            quarantine=quarantine[index],
            ignored={reason: ignored} if ignored else {},
            findings=whole.findings,
            raw_line=Lines(text),
        )
        parts.append(with_unreadable(part))
    return parts


def _by_file(frame: pl.DataFrame, files: int) -> list[pl.DataFrame]:
    """Part rows, sorted by number, by the file in it."""
    ends = np.searchsorted(frame["row_no"].to_numpy() >> _FILE_BITS, np.arange(files), side="right")
    frame = frame.with_columns(pl.col("row_no") & _LINE)
    return [frame[int(start) : int(end)] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
