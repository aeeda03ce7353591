"""What `refresh` asks of the lake before it starts, and says of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from carbon_pipeline.console.errors import CommandError, note
from carbon_pipeline.console.language import sentence
from carbon_pipeline.console.output import say
from carbon_pipeline.periods import DAYS_AHEAD, FIRST_DAY, is_over, month_of, today
from carbon_pipeline.rules import Rules

if TYPE_CHECKING:
    from carbon_pipeline.lake.store import Store
    from carbon_pipeline.periods import Period
    from carbon_pipeline.settings import ConfigFile, Settings


def must_be_in_range(as_of: date) -> None:
    """Say so of a date that no refresh can be meant for.

    Raises:
        CommandError: it is out of range.
    """
    if not FIRST_DAY <= as_of <= today() + timedelta(days=DAYS_AHEAD):
        raise CommandError("as_of_out_of_range", as_of=as_of)


def must_be_possible(store: Store, as_of: date, period: Period | None) -> None:
    """Say why a refresh makes no sense, before any time is spent on it.

    Raises:
        CommandError: the date is out of range, the period is not over, or the home holds nothing that could be reckoned by that date.
    """
    must_be_in_range(as_of)
    if period is not None and not is_over(period, as_of):
        raise CommandError("not_over", period=period, as_of=as_of, last=period.last)
    if not store.exists("readings") and not store.exists("register_enterprises"):
        raise CommandError("home_empty", home=store.home)
    if store.exists("register_enterprises"):  # every enterprise has a row, whatever has been read
        return
    months = store.scan("readings").filter(pl.col("month") <= month_of(as_of))
    if months.filter(pl.col("day") <= as_of).head(1).collect().is_empty():
        first = store.scan("readings").select(pl.col("day").min()).collect().item()
        raise CommandError("no_readings_by", as_of=as_of, first=first)


def idle_rules(settings: Settings) -> list[ConfigFile]:
    """Rule sets that the county has added and not named among those in use: it may think that they count."""
    own = [file for file in settings.load_yaml("rules") if file.is_local]
    if not own:  # as in most homes, and then nothing is read twice
        return []
    active = Rules.load(settings).active
    return [file for file in own if file.content["id"] not in {active.id, *active.rules}]


@dataclass(frozen=True)
class Refreshed:
    """What a refresh has done: the date, the rows of each result, the seconds that it took, and the names of the checks that failed."""

    as_of: date
    rows: dict[str, int]
    seconds: float
    failed_checks: list[str]

    def tell(self, settings: Settings, *, aloud: bool) -> None:
        """Print that results are up to date, and beside it which rules of the county they do not rest on.

        Raises:
            CommandError: checks have failed.
        """
        if aloud:
            say(sentence("refreshed", settings.lang, as_of=self.as_of, seconds=self.seconds))
        for file in idle_rules(settings):
            note(sentence("rule_idle", settings.lang, path=file.path, id=file.content["id"]))
        if self.failed_checks:
            raise CommandError("checks_failed", names=", ".join(self.failed_checks))
