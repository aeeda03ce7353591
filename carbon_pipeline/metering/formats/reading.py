"""One export from its source to its readings: what it is, which reader takes it, or why it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon_pipeline.metering.formats import detect, nem12
from carbon_pipeline.metering.formats.containers import GzipError, is_spreadsheet
from carbon_pipeline.metering.formats.day_read import read_day_reads
from carbon_pipeline.metering.formats.foreign import foreign_archive, web_page
from carbon_pipeline.metering.formats.headers import other_header
from carbon_pipeline.metering.formats.long import read_long
from carbon_pipeline.metering.formats.result import Refusal
from carbon_pipeline.metering.formats.spreadsheets import read_spreadsheet
from carbon_pipeline.metering.formats.tables import read_text
from carbon_pipeline.metering.formats.unreadable import with_unreadable
from carbon_pipeline.metering.formats.wide import read_wide
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbon_pipeline.metering.formats.containers import Source
    from carbon_pipeline.metering.formats.detect import Layout
    from carbon_pipeline.metering.formats.profiles import FormatProfile
    from carbon_pipeline.metering.formats.result import ReadResult
    from carbon_pipeline.metering.formats.tables import Table

_WORKBOOKS = (".xlsx", ".xlsm", ".xls")
_READERS = {"wide": read_wide, "long": read_long, "day_read": read_day_reads}


def read_export(source: Source, profiles: Sequence[FormatProfile]) -> ReadResult | Refusal:
    """Read one meter export.

    Args:
        source: the file, from `containers.expand`.
        profiles: the format profiles in use.

    Returns:
        What the file holds, or why it is refused: unreadable bytes, no profile or more than one that fits.
    """
    outcome = _read_source(source, profiles)
    return outcome if isinstance(outcome, Refusal) else with_unreadable(outcome)


def _read_source(source: Source, profiles: Sequence[FormatProfile]) -> ReadResult | Refusal:
    if source.refusal is not None:
        return source.refusal
    try:
        content = source.content
    except GzipError as error:
        return Refusal("broken_archive", error.fact)
    if not is_spreadsheet(content):
        return _of_its_name(source.filename, _read_text(content, profiles))
    found = read_spreadsheet(content, profiles)
    return found if isinstance(found, Refusal) else _read(*found, profiles)


def _of_its_name(filename: str, outcome: ReadResult | Refusal) -> ReadResult | Refusal:
    """What is neither a spreadsheet nor a text, but named as a spreadsheet, is a broken one: no encoding would help."""
    is_broken = isinstance(outcome, Refusal) and outcome.reason == "undecodable" and filename.lower().endswith(_WORKBOOKS)
    return Refusal("broken_spreadsheet", fact("sheet_no_workbook")) if is_broken else outcome


def _read_text(content: bytes, profiles: Sequence[FormatProfile]) -> ReadResult | Refusal:
    if not content.strip():
        return Refusal("empty_file")
    if archive := foreign_archive(content):
        return archive
    text = detect.decode(content)
    if isinstance(text, Refusal):
        return text
    if page := web_page(text.data):
        return page
    profile = next((profile for profile in profiles if profile.layout == "nem12"), None)
    if profile is not None and nem12.is_nem(text.data):
        return nem12.read_nem12(text, profile)
    layout = detect.recognise(text, profiles)
    return layout if isinstance(layout, Refusal) else _read(read_text(text, layout), layout, profiles)


def _read(table: Table, layout: Layout, profiles: Sequence[FormatProfile]) -> ReadResult | Refusal:
    return other_header(table, layout, profiles) or _READERS[layout.profile.layout](table, layout)
