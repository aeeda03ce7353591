"""What `ingest` takes in, and says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon_pipeline.console import published, render
from carbon_pipeline.console.language import sentence
from carbon_pipeline.console.output import say
from carbon_pipeline.console.progress import progress
from carbon_pipeline.console.telling import receipts_told
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from carbon_pipeline.settings import Settings


def receive(paths: list[Path], settings: Settings, then: Callable[[], object] | None = None) -> pl.DataFrame:
    """Take files in; their receipts, in the language of who reads them. See `ingest` for what is done then."""
    with progress(sentence("reading_file", settings.lang)) as tell_name:
        return receipts_told(ingest(Store(settings.home), settings, paths, tell_name, then), settings.lang)


def tell(receipts: pl.DataFrame, settings: Settings) -> None:
    """Print receipts, and how many files came to which end."""
    counts = dict.fromkeys(("accepted", "partly", "refused", "duplicate"), 0) | dict(receipts["status"].value_counts().iter_rows())
    render.print_table(receipts, published.PUBLISHED["receipts"].face, "receipts", settings.lang, always_face=True)
    say(sentence("ingested", settings.lang, files=receipts.height, **counts))
    if counts["partly"]:
        say(sentence("see_quarantine", settings.lang))
