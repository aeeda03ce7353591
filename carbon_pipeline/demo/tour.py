"""Runs the demo in a fresh home: makes the district, takes it in, reckons, writes the page, and says what to look at."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.console.errors import PlainError
from carbon_pipeline.console.output import write_file
from carbon_pipeline.console.overview import MADE_UP, PAGE, district_of, face_of
from carbon_pipeline.demo.district import make_district
from carbon_pipeline.demo.series import CREDIT
from carbon_pipeline.demo.tour_texts import FAILURES, TEXTS
from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store
from carbon_pipeline.page.district import district_page
from carbon_pipeline.recording import recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbon_pipeline.demo.district import District
    from carbon_pipeline.page.figures import District as Shown
    from carbon_pipeline.settings import Settings

FOLDER: Final = MADE_UP.parent
COUNTY: Final = "瓯海区"


def run(settings: Settings, tell: Callable[[str], None]) -> str:
    """Make and run the demo.

    Args:
        settings: the home; it must have no lake, or that of an earlier demo, which is made anew.
        tell: told what is under way.

    Returns:
        The tour: where results are, and three explanations worth reading.

    Raises:
        PlainError: the home holds something else than a demo, or a check of the sums fails.
    """
    home = settings.home
    _clear(settings)
    tell(PAGE)
    district = make_district(home / FOLDER)
    (home / MADE_UP).write_text(CREDIT, encoding="utf-8")
    store = Store(home)
    with recording() as recorder:
        ingest(store, settings, district.uploads, tell, lambda: recorder.make_ready(settings))
        done = recorder.refresh(settings, district.as_of)
    if done.failed_checks:
        raise PlainError(TEXTS[settings.lang]["unsound"].format(names=", ".join(done.failed_checks)))
    shown = district_of(store, settings, district.as_of)
    write_file(district_page(shown, face_of(settings, COUNTY)).encode(), home / PAGE)
    return tour(settings, district, shown)


def _clear(settings: Settings) -> None:
    """Remove an earlier demo; leave the lake of anyone else alone."""
    home = settings.home
    if (home / "lake").exists() and not (home / MADE_UP).exists():
        raise PlainError(TEXTS[settings.lang]["not_fresh"].format(home=home))
    for name in (FOLDER, "lake", "dagster"):
        shutil.rmtree(home / name, ignore_errors=True)


def tour(settings: Settings, district: District, shown: Shown) -> str:
    """The tour as text.

    Args:
        settings: home and language.
        district: what was made.
        shown: what came out.
    """
    year = str(shown.as_of.year)
    graded = shown.grades.filter((pl.col("period") == year) & (pl.col("status") == "graded"))
    alerts = dict(shown.budgets.group_by("alert").len().iter_rows())
    status = dict(shown.receipts.group_by("status").len().iter_rows())
    details = {
        "enterprises": district.enterprises,
        "meters": district.meters,
        "files": shown.receipts.height,
        "refused": status.get("refused", 0),
        "partly": status.get("partly", 0),
        "duplicate": status.get("duplicate", 0),
        "quarantined": shown.quarantine.height,
        "graded": graded.height,
        "ungraded": shown.budgets.height - graded.height,
        "red": alerts.get("red", 0),
        "orange": alerts.get("orange", 0),
        "yellow": alerts.get("yellow", 0),
        "lines": shown.tariffs.height,
        "charged": shown.tariffs["enterprise_id"].n_unique(),
    }
    texts = {
        key: text.format(**details, path=settings.home / PAGE, credit=CREDIT)
        for key, text in TEXTS[settings.lang].items()
        if key not in FAILURES
    }
    shows = [
        (f"show {name}{f' --period {year}' if name == 'grades' else ''}", name)
        for name in ("grades", "budgets", "tariffs", "receipts", "quarantine")
    ]

    def told(asked: list[tuple[str, str]]) -> list[str]:
        return [f"  {_command(settings, rest)}\n      {texts[key]}" for rest, key in asked]

    lines = [texts["done"], "", texts["page"], "", texts["look"], *told(shows), "", texts["explain"], *told(_explains(shown, graded, year))]
    return "\n".join([*lines, "", texts["credit"]])


def _explains(shown: Shown, graded: pl.DataFrame, year: str) -> list[tuple[str, str]]:
    """The worst grade, the largest overrun, and the largest surcharge that is not provisional."""
    worst = graded.sort("k", "enterprise_id", descending=[True, False])
    over = shown.budgets.filter(pl.col("alert") == "red").sort("overrun_tce", "enterprise_id", descending=[True, False])
    firm = shown.tariffs.filter(~pl.col("provisional")).sort("amount_cny", "enterprise_id", descending=[True, False])
    found = []
    if worst.height:
        found.append((f"explain grade {worst['enterprise_id'][0]} --period {year}", "why_grade"))
    if over.height:
        found.append((f"explain budget {over['enterprise_id'][0]}", "why_budget"))
    if firm.height:
        found.append((f"explain tariff {firm['enterprise_id'][0]} --period {firm['month'][0]}", "why_tariff"))
    return found


def _command(settings: Settings, rest: str) -> str:
    """A command as it can be typed here."""
    started = Path(sys.argv[0])
    name = sys.argv[0] if started.name.startswith("carbon-pipeline") and not started.is_absolute() else "carbon-pipeline"
    is_default = settings.home == Path(".carbon").absolute()
    return f"{name} {rest}{'' if is_default else f' --home {shlex.quote(str(settings.home))}'}"
