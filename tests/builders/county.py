"""A county in a folder: files handed in, results brought up to date and read, all by the calls that the commands make."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from assets.lake import Home
from assets.metering import meter_days
from carbon_pipeline.console import published, render
from carbon_pipeline.console.telling import receipts_told
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store
from carbon_pipeline.refreshing import reckon_settled
from carbon_pipeline.settings import Settings
from carbon_pipeline.settling import settle_home
from tests.builders import HOME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    import polars as pl

Row = dict[str, str]
DAY_COLUMNS = ("meter_no", "channel", "day", "step", "wh", "measured_min", "shaped_min", "estimated_min")
RESULTS = ("energy", "grades", "budgets", "tariffs", "inventory", "findings")


class County:
    """One home, and a folder beside it for the files that are handed in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(folder / HOME, "en")
        self.store = Store(self.settings.home)
        self._calls = 0

    def put(self, files: Mapping[str, bytes | str]) -> list[Path]:
        """Write files into a folder of their own."""
        self._calls += 1
        paths = [self.folder / f"upload{self._calls:03d}" / name for name in files]
        for path, content in zip(paths, files.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return paths

    def take(self, files: Mapping[str, bytes | str]) -> list[Row]:
        """Hand files in, in this order; their receipts."""
        return self.hand_in(self.put(files))

    def hand_in(self, paths: list[Path]) -> list[Row]:
        """Hand files or folders in, in this order; their receipts."""
        return rows_of(receipts_told(ingest(self.store, self.settings, paths), self.settings.lang))

    def one(self, name: str, content: bytes | str) -> Row:
        """Hand one file in that has one receipt."""
        (receipt,) = self.take({name: content})
        return receipt

    def refresh(self, as_of: date, periods: list[str] | None = None) -> None:
        """Settle and reckon, as the steps of the refresh job do."""
        home = Home(path=str(self.settings.home))
        meter_days(home=home, settle=settle_home)
        reckon_settled(self.settings, as_of, periods)

    def csv(self, name: str, as_of: date | None = None) -> bytes:
        """What `show NAME --format csv` writes."""
        return render.as_bytes(published.published(self.store, self.settings, name, as_of), "csv")

    def show(self, name: str, as_of: date | None = None) -> list[Row]:
        """Rows of a published table as its CSV reads."""
        return list(csv.DictReader(io.StringIO(self.csv(name, as_of).decode(), newline="")))

    def results(self, as_of: date | None = None) -> dict[str, bytes]:
        """Every table of a refresh as its CSV."""
        return {name: self.csv(name, as_of) for name in RESULTS}

    def days(self) -> dict[tuple[str, str, date], tuple[int, int, int | None, int, int, int]]:
        """Settled days: step, Wh and minutes measured, shaped and estimated, by meter, channel and day."""
        rows = self.store.read("meter_days").select(DAY_COLUMNS).rows()
        found = {row[:3]: row[3:] for row in rows}
        assert len(found) == len(rows), "a day of a channel stands twice"
        return found


def rows_of(frame: pl.DataFrame) -> list[Row]:
    """Rows as texts, empty where there is nothing."""
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in frame.to_dicts()]
