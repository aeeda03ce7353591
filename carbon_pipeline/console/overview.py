"""What the page of a district is made of: the published tables of one refresh."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from carbon_pipeline.console.published import picked_refresh, published
from carbon_pipeline.industries import Industries
from carbon_pipeline.page.bars import Bars
from carbon_pipeline.page.district import Face
from carbon_pipeline.page.figures import District
from carbon_pipeline.rules import Rules

if TYPE_CHECKING:
    from carbon_pipeline.lake.store import Store
    from carbon_pipeline.settings import Settings

PAGE: Final = "district.html"
"""Name of the page in the home."""
MADE_UP: Final = Path("demo", ".made_by_demo")
"""Stands in a home whose enterprises and readings are made up, and holds whom their data are owed to; the page must say so."""
_TABLES: Final = ("energy", "grades", "budgets", "tariffs", "receipts", "quarantine")


def district_of(store: Store, settings: Settings, as_of: date | None = None) -> District:
    """The district as a refresh has it.

    Args:
        store: the lake.
        settings: where rules and names of industries are.
        as_of: the refresh to take, else the latest.

    Raises:
        CommandError: there is no such refresh.
    """
    chosen = date.fromisoformat(picked_refresh(store, as_of))
    tables = {name: published(store, settings, name, chosen) for name in _TABLES}
    return District(**tables, as_of=chosen, industry=Industries.load(settings).name, bars=Bars.of(Rules.load(settings)))


def face_of(settings: Settings, county: str) -> Face:
    """What the page says about itself."""
    mark = settings.home / MADE_UP
    if not mark.exists():
        return Face(county)
    return Face(county, tuple(mark.read_text(encoding="utf-8").splitlines()), is_made_up=True)
