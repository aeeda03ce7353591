"""Readers of meter exports: bytes in, readings out; what one source writes is said by a profile, not by code."""

from carbon_pipeline.metering.formats.containers import Limits, Source, expand, is_spreadsheet
from carbon_pipeline.metering.formats.profiles import FormatProfile, load_profiles, packaged_folder, profiles_of
from carbon_pipeline.metering.formats.reading import read_export
from carbon_pipeline.metering.formats.result import FINDINGS, QUARANTINE, READINGS, ZONES, ReadResult, Refusal

__all__ = [
    "FINDINGS",
    "QUARANTINE",
    "READINGS",
    "ZONES",
    "FormatProfile",
    "Limits",
    "ReadResult",
    "Refusal",
    "Source",
    "expand",
    "is_spreadsheet",
    "load_profiles",
    "packaged_folder",
    "profiles_of",
    "read_export",
]
