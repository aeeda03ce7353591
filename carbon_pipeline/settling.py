"""Settling a home, and holding one that is settled."""

from __future__ import annotations

import json
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from carbon_pipeline.intake.recovery import recover
from carbon_pipeline.lake.store import Store
from carbon_pipeline.metering.settlement import settle
from carbon_pipeline.registry.ownership import meter_settings
from carbon_pipeline.registry.persistence import TABLES, load_registry
from carbon_pipeline.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.outcomes import Settlement
    from carbon_pipeline.settings import Settings

_MARK: Final = "settled.json"
"""What of the home was settled last."""


def settle_home(settings: Settings) -> Settlement:
    """Bring meter days up to date with the readings and the register.

    Raises:
        HomeBusyError: another command holds the home.
    """
    store = Store(settings.home)
    with store.writing():
        return _settled(store, settings)


@contextmanager
def settled(settings: Settings) -> Iterator[None]:
    """Hold a home whose meter days are those of the readings, the register and the rules as they stand.

    What another command took in since they were settled is settled first: else new owners would be reckoned with old days.

    Raises:
        HomeBusyError: another command holds the home.
    """
    store = Store(settings.home)
    with store.writing():
        if _read_mark(store) != _state(store, Rules.load(settings)):
            _settled(store, settings)
        yield


def _settled(store: Store, settings: Settings) -> Settlement:
    """Settle a home that is held."""
    recover(store)
    rules = Rules.load(settings)
    rule = rules.validation
    done = settle(store, meter_settings(load_registry(store), Fraction(rule.headroom)), rule)
    (store.home / _MARK).write_text(_state(store, rules), encoding="utf-8")
    return done


def _state(store: Store, rules: Rules) -> str:
    """What meter days rest on."""
    versions = {table: store.version(table) for table in ("readings", *TABLES)}
    return json.dumps([versions, rules.validation.model_dump_json()])


def _read_mark(store: Store) -> str | None:
    mark = store.home / _MARK
    return mark.read_text(encoding="utf-8") if mark.exists() else None
