"""One line of a register sheet read into the values that the register keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon_pipeline.registry.cells import account_key, fold, mapped
from carbon_pipeline.registry.ledger import Key, Record, key_of
from carbon_pipeline.registry.problems import MISSING_VALUE, NUMBER_DAMAGED, SURPLUS_CELLS, Problem
from carbon_pipeline.registry.sheets import EXAMPLE_MARK, WITHDRAWN_TITLE, YES_NO

if TYPE_CHECKING:
    from carbon_pipeline.registry.sheets import Column, Sheet
    from carbon_pipeline.registry.workbook import RawRow


def is_example(row: RawRow) -> bool:
    """Tell the template's example from data."""
    first = next((text for text in row.cells.values() if text), "")
    return fold(first).startswith(EXAMPLE_MARK)


def read_key(sheet: Sheet, row: RawRow) -> Key:
    """Read the cells that make a row's key.

    Raises:
        Problem: a cell of the key is damaged, lacking or not what it should be.
    """
    keyed = {column.field: _value(column, row) for column in sheet.columns if column.is_key}
    return key_of(sheet.table, _with_account_keys(sheet, keyed))


def is_withdrawal(row: RawRow) -> bool:
    """Tell whether 作废 withdraws the row's key.

    Raises:
        Problem: the cell says neither 是 nor 否.
    """
    text = row.cells.get(WITHDRAWN_TITLE, "")
    try:
        return bool(text) and mapped(YES_NO)(text)
    except Problem as problem:
        raise Problem(problem.reason, f"{WITHDRAWN_TITLE}={problem.detail}") from problem


def read_record(sheet: Sheet, row: RawRow) -> Record:
    """Read every cell of a row.

    Raises:
        Problem: the first cell, from the left, that is not what it should be.
    """
    if row.has_surplus:
        raise Problem(SURPLUS_CELLS, row.raw)
    return _with_account_keys(sheet, {column.field: _value(column, row) for column in sheet.columns})


def _value(column: Column, row: RawRow) -> object:
    text = row.cells.get(column.title, "")
    if column.title in row.damaged:
        raise Problem(NUMBER_DAMAGED, f"{column.title}={text}")
    if not text:
        if column.is_filled and not column.is_optional:
            raise Problem(MISSING_VALUE, column.title)
        return column.default
    try:
        return column.read(text)
    except Problem as problem:
        raise Problem(problem.reason, f"{column.title}={problem.detail}") from problem


def _with_account_keys(sheet: Sheet, record: Record) -> Record:
    """Add to each account number by what it is matched."""
    for name, key in sheet.account_fields.items():
        if name in record:
            record[key] = None if record[name] is None else account_key(record[name])
    return record
