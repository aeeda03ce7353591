"""What a reader hands on: readings, rows set aside with their reasons, findings; or a refusal of the whole file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbon_pipeline.sentences.fact import Detail

MISSING: Final = -1
"""Stands for a missing value in `values`; a value itself is never negative."""

FLAG_OK, FLAG_SUSPECT, FLAG_SOURCE_INVALID, FLAG_NOT_NUMBER, FLAG_NEGATIVE, FLAG_ABSENT = 0, 2, 3, 4, 5, 6

READINGS: Final = pl.Schema(
    {
        "meter_no": pl.String(),
        "channel": pl.String(),
        "day": pl.Date(),
        "kind": pl.String(),
        "step": pl.Int32(),
        "row_no": pl.Int64(),
        "account_no": pl.String(),
        "mult_num": pl.Int64(),
        "mult_den": pl.Int64(),
        "mult_day": pl.Date(),
        "parts": pl.Int32(),
        "values": pl.List(pl.Int64()),
        "flags": pl.List(pl.UInt8()),
    },
)
"""One row per meter, channel, day, kind and file row.

`values` are millionths of a kWh (kW for `P`), half-even at 6 decimals, `MISSING` where unknown, 1440 / step of them; power from finer
steps is the sum of its `parts`, which are 1 of anything else;
`flags` (null when all plain) says per value why: 2 suspect but kept, 3 invalid at the source, 4 no number, 5 negative,
6 flagged absent. A null multiplier is the register's for `mult_day`. A midnight register has step 1440 and the `day`
that begins at that midnight.
"""

QUARANTINE: Final = pl.Schema({"row_no": pl.Int64(), "reason": pl.String(), "detail": pl.String(), "raw": pl.String()})

FINDINGS: Final = pl.Schema(
    {
        "meter_no": pl.String(),
        "channel": pl.String(),
        "date_from": pl.Date(),
        "date_to": pl.Date(),
        "account_no": pl.String(),
        "reason": pl.String(),
        "evidence": pl.String(),
    },
)

ZONES: Final = pl.Schema(
    {
        "meter_no": pl.String(),
        "channel": pl.String(),
        "day": pl.Date(),
        "row_no": pl.Int64(),
        "sharp": pl.Int64(),
        "peak": pl.Int64(),
        "flat": pl.Int64(),
        "valley": pl.Int64(),
    },
)
"""尖峰平谷 registers of day reads in millionths of a kWh: kept, never summed into energy."""

_NO_ZONES: Final = pl.DataFrame(schema=ZONES)


@dataclass(frozen=True)
class Refusal:
    """A file that is not read: the reason code, and what was found beyond what the reason says."""

    reason: str
    detail: Detail = ""

    @property
    def kept(self) -> str:
        """As the book of receipts keeps it."""
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


@dataclass(frozen=True)
class ReadResult:
    """One file, read.

    Attributes:
        profile: id of the profile that fits.
        rows_read: data rows in the file; accepted + quarantined + ignored.
        readings: see `READINGS`, in file order.
        quarantine: see `QUARANTINE`, in file order.
        ignored: reason -> rows.
        findings: see `FINDINGS`.
        zones: see `ZONES`.
        raw_line: row number -> the line as it stands in the file, for rows that come to wait in quarantine later.
    """

    profile: str
    rows_read: int
    readings: pl.DataFrame
    quarantine: pl.DataFrame
    ignored: dict[str, int]
    findings: pl.DataFrame
    raw_line: Callable[[int], str]
    zones: pl.DataFrame = field(default_factory=lambda: _NO_ZONES)

    @property
    def rows_quarantined(self) -> int:
        """Rows that cannot be placed."""
        return self.quarantine.height

    @property
    def rows_ignored(self) -> int:
        """Rows of a type that does not count."""
        return sum(self.ignored.values())

    @property
    def rows_accepted(self) -> int:
        """Rows that are in, those that wait for the register's multiplier included."""
        return self.rows_read - self.rows_quarantined - self.rows_ignored
