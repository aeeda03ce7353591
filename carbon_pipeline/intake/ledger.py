"""The book of receipts: numbers uploads, knows files again, and writes rows before the receipt that vouches for them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from carbon_pipeline.intake.comparing import compare
from carbon_pipeline.intake.numbering import last_number, number_of, receipt_id, seq_of
from carbon_pipeline.intake.recovery import begin, end, recover
from carbon_pipeline.lake.tables import READINGS, RECEIPTS
from carbon_pipeline.periods import TIMEZONE

if TYPE_CHECKING:
    from carbon_pipeline.lake.store import Store

ROWS_A_FLUSH: Final = 131_072


class Ledger:
    """Receipts of one call, and the rows that go with them until they are written.

    Args:
        store: the lake; what a broken-off call left in it without a receipt is taken out first.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        recover(store)
        held = store.read("receipts", ["receipt_id", "sha256", "status"])
        self.number = last_number(held["receipt_id"])
        taken = held.filter(pl.col("status").is_in(["accepted", "partly"])).sort("receipt_id", descending=True)
        self.known: dict[str, str] = dict(taken.select("sha256", "receipt_id").rows())
        self.told: list[dict[str, Any]] = []
        self._pending: list[dict[str, Any]] = []
        self._parts: dict[str, list[pl.DataFrame]] = {}
        self._readings: list[tuple[int, pl.DataFrame]] = []
        self._rows = 0

    def receipt(self, filename: str, sha256: str, status: str, profile: str | None = None, reason: str | None = None, **counts: int) -> str:
        """Enter an upload under the next number; refused and duplicate files have no counts."""
        self.number += 1
        line = dict.fromkeys(RECEIPTS.schema.names()) | counts
        line |= {
            "receipt_id": receipt_id(self.number),
            "filename": filename,
            "sha256": sha256,
            "status": status,
            "profile": profile,
            "reason": reason,
        }
        line["received_at"] = datetime.now(ZoneInfo(TIMEZONE)).isoformat(timespec="seconds")
        if status in ("accepted", "partly"):
            self.known[sha256] = receipt_id(self.number)
            line |= {"intervals_new": 0, "intervals_changed": 0, "intervals_same": 0}
        self._pending.append(line)
        return receipt_id(self.number)

    def keep(self, table: str, frame: pl.DataFrame) -> None:
        """Keep rows of the latest receipt for the next flush; readings come without a number."""
        if frame.is_empty():
            return
        if table == "readings":
            self._readings.append((self.number, frame))
            self._rows += frame.height
            if self._rows >= ROWS_A_FLUSH:
                self.flush()
            return
        if "receipt_id" not in frame.columns:
            frame = frame.with_columns(receipt_id=pl.lit(receipt_id(self.number)))
        self._parts.setdefault(table, []).append(frame)

    def flush(self) -> None:
        """Write what was kept; receipts last, so that a receipt stands only for what is in."""
        begin(self.store)
        if self._readings:
            readings = self._numbered()
            counts = compare(readings, self.store)
            for line in self._pending:
                found = counts.get(number_of(line["receipt_id"]))
                if found:
                    line["intervals_new"], line["intervals_changed"], line["intervals_same"] = found
            self.store.tidy("readings", readings["month"].unique().to_list())
            self.store.append("readings", readings)
        for table, frames in self._parts.items():
            self.store.append(table, pl.concat(frames, how="diagonal_relaxed"))
        self.store.append("receipts", pl.DataFrame(self._pending, schema=RECEIPTS.schema, orient="row"))
        self.told += self._pending
        self._pending, self._parts, self._readings, self._rows = [], {}, [], 0
        end(self.store)

    def _numbered(self) -> pl.DataFrame:
        """The readings kept so far, each row numbered by its receipt: all at once, for there may be hundreds of small files."""
        numbers = np.repeat([number for number, _ in self._readings], [frame.height for _, frame in self._readings])
        readings = pl.concat([frame for _, frame in self._readings], rechunk=True)  # else each look at a row finds its piece first
        return readings.with_columns(seq=seq_of(pl.col("row_no"), numbers)).select(READINGS.schema.names())
