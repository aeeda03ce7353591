"""One line of a register sheet read into the values that the register keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from carbon_pipeline.metering.formats.cells import unwrap
from carbon_pipeline.registry.cells import account_key, fold, mapped
from carbon_pipeline.registry.ledger import Key, Record, key_of
from carbon_pipeline.registry.problems import MISSING_VALUE, NUMBER_DAMAGED, SURPLUS_CELLS, Problem
from carbon_pipeline.registry.sheets import BY_NAME, EXAMPLE_MARK, WITHDRAWN_TITLE, YES_NO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbon_pipeline.registry.sheets import Column, Sheet
    from carbon_pipeline.registry.workbook import RawRow, RawSheet


class _Cell(NamedTuple):
    """Where a column stands in the lines of a file, and what its texts mean."""

    at: int
    title: str
    field: str
    meanings: _Meanings


class RowReader:
    """Reads the rows of one sheet: a text that a column has over and over is understood once."""

    def __init__(self, given: RawSheet) -> None:
        """Find the columns; nothing is understood yet."""
        self.sheet = BY_NAME[given.sheet]
        self._given = given
        columns = self.sheet.columns
        self._cells = [_Cell(given.places[c.title], c.title, c.field, _Meanings(c)) for c in columns if c.title in given.places]
        self._empty = {column.field: column.default for column in columns}
        keys = {column.field for column in columns if column.is_key}
        self._key_cells = [cell for cell in self._cells if cell.field in keys]
        self._empty_key = {field: default for field, default in self._empty.items() if field in keys}

    def is_example(self, row: RawRow) -> bool:
        """Tell the template's example from data."""
        texts = self._filled(row)
        for at in self._given.places.values():
            if first := unwrap(texts[at]):
                return fold(first).startswith(EXAMPLE_MARK)
        return False

    def is_withdrawal(self, row: RawRow) -> bool:
        """Tell whether 作废 withdraws the row's key.

        Raises:
            Problem: the cell says neither 是 nor 否.
        """
        text = self._given.text(row, WITHDRAWN_TITLE)
        try:
            return bool(text) and mapped(YES_NO)(text)
        except Problem as problem:
            raise Problem(problem.reason, f"{WITHDRAWN_TITLE}={problem.detail}") from problem

    def read(self, row: RawRow) -> tuple[Key, Record | Problem]:
        """Read a row: its key, and all its cells or the problem of the first, from the left, that is not what it should be.

        Raises:
            Problem: a cell of the key is damaged, lacking or not what it should be.
        """
        try:
            record = self._record(row)
        except Problem as problem:
            return key_of(self.sheet.table, self._values(self._empty_key, self._key_cells, row)), problem
        return key_of(self.sheet.table, record), record

    def _record(self, row: RawRow) -> Record:
        if self._given.has_surplus(row):
            raise Problem(SURPLUS_CELLS, row.raw)
        return self._values(self._empty, self._cells, row)

    def _values(self, empty: Record, cells: list[_Cell], row: RawRow) -> Record:
        texts = self._filled(row)
        damaged = self._given.damaged(row)
        record = empty.copy()
        for at, title, field, meanings in cells:
            if title in damaged:
                raise Problem(NUMBER_DAMAGED, f"{title}={unwrap(texts[at])}")
            record[field] = meanings[texts[at]]
        return _with_account_keys(self.sheet, record)

    def _filled(self, row: RawRow) -> Sequence[str]:
        """The cells of a row; a short one is filled up to the width of the header."""
        lacking = self._given.width - len(row.cells)
        return [*row.cells, *[""] * lacking] if lacking > 0 else row.cells


class _Meanings(dict[str, Any]):
    """What the texts of one column mean, each read when it first comes; a text that means nothing is a problem each time."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self._column = column

    def __missing__(self, text: str) -> Any:  # noqa: ANN401 - as the column has it
        """Read a text."""
        meaning = self[text] = _meaning(self._column, unwrap(text))
        return meaning


def _meaning(column: Column, text: str) -> Any:  # noqa: ANN401 - as the column has it
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
