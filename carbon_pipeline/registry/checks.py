"""What a row of the register is held against: reference lists, and the rows that stand when its turn comes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from carbon_pipeline.registry.problems import (
    RANGE_OVERLAP,
    RANGE_REVERSED,
    SHARE_ABOVE_ONE,
    UNKNOWN_CARRIER,
    UNKNOWN_ENTERPRISE,
    UNKNOWN_INDUSTRY,
    UNKNOWN_UNIT,
    WRONG_DIMENSION,
    Problem,
)
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.units import is_convertible, is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from carbon_pipeline.registry.ledger import Key, Ledgers, Record
    from carbon_pipeline.registry.reference import Reference

    Check = Callable[[Key, Record, Ledgers, Reference], None]


def check(table: str, key: Key, record: Record, ledgers: Ledgers, reference: Reference) -> None:
    """Hold a row that is about to stand under `key` against all that stands now, but the row it replaces.

    Raises:
        Problem: the first rule that it breaks.
    """
    for rule in _CHECKS[table]:
        rule(key, record, ledgers, reference)


def _industry_is_known(_key: Key, record: Record, _ledgers: Ledgers, reference: Reference) -> None:
    """行业代码 is a class of GB/T 4754-2017, four digits."""
    if record["industry_code"] not in reference.industry_codes:
        raise Problem(UNKNOWN_INDUSTRY, f"行业代码={record['industry_code']}")


def _enterprise_is_known(_key: Key, record: Record, ledgers: Ledgers, _reference: Reference) -> None:
    if not ledgers["enterprises"].has_group(record["enterprise_id"]):
        raise Problem(UNKNOWN_ENTERPRISE, f"统一社会信用代码={record['enterprise_id']}")


def _range_runs_forward(_key: Key, record: Record, _ledgers: Ledgers, _reference: Reference) -> None:
    if _start(record) > _end(record):
        raise Problem(RANGE_REVERSED, _days(record))


def _meter_is_free(key: Key, record: Record, ledgers: Ledgers, _reference: Reference) -> None:
    """One meter has one row on a day, whatever account it is on."""
    _no_overlap(record, ledgers["meters"].others(key, record))


def _account_is_not_owned_twice(key: Key, record: Record, ledgers: Ledgers, _reference: Reference) -> None:
    """One enterprise has one row of an account on a day."""
    rows = ledgers["accounts"].others(key, record)
    _no_overlap(record, [other for other in rows if other["enterprise_id"] == record["enterprise_id"]])


def _no_overlap(record: Record, others: list[Record]) -> None:
    for other in sorted(others, key=_start):
        if _start(record) <= _end(other) and _start(other) <= _end(record):
            raise Problem(RANGE_OVERLAP, f"{_days(record)} / {_days(other)}")


def _shares_fit(key: Key, record: Record, ledgers: Ledgers, _reference: Reference) -> None:
    """The shares 份额 of an account are at most 1 together on every day; they change only where a row begins."""
    rows = [record, *ledgers["accounts"].others(key, record)]
    for first in sorted({max(_start(row), _start(record)) for row in rows}):
        total = sum((Decimal(row["share"]) for row in rows if _start(row) <= first <= _end(row)), Decimal(0))
        if first <= _end(record) and total > 1:
            ever = first == date.min
            raise Problem(
                SHARE_ABOVE_ONE, fact("shares", total=str(total)) if ever else fact("shares_on", day=str(first), total=str(total))
            )


def _unit_fits_carrier(_key: Key, record: Record, _ledgers: Ledgers, reference: Reference) -> None:
    """单位 measures what the carrier's coefficient is per: 吨 does not measure 天然气, for which no density is given."""
    carrier, unit = record["carrier"], record["unit"]
    target = reference.carrier_units.get(carrier)
    if target is None:
        raise Problem(UNKNOWN_CARRIER, f"能源品种={carrier}")
    if not is_known(unit):
        raise Problem(UNKNOWN_UNIT, f"单位={unit}")
    if not is_convertible(unit, target):
        raise Problem(WRONG_DIMENSION, f"{carrier}: 单位={unit} ({target})")


def _start(record: Record) -> date:
    return record["date_from"] or date.min


def _end(record: Record) -> date:
    return record["date_to"] or date.max


def _days(record: Record) -> str:
    return f"{record['date_from'] or ''}..{record['date_to'] or ''}"


_CHECKS: Final[dict[str, tuple[Check, ...]]] = {
    "enterprises": (_industry_is_known,),
    "accounts": (_enterprise_is_known, _range_runs_forward, _account_is_not_owned_twice, _shares_fit),
    "meters": (_range_runs_forward, _meter_is_free),
    "economics": (_enterprise_is_known,),
    "fuels": (_enterprise_is_known, _unit_fits_carrier),
    "green": (_enterprise_is_known,),
    "budgets": (_enterprise_is_known,),
}
