"""A register workbook taken into the register: withdrawals, changes and new rows, each on its own or into quarantine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from carbon_pipeline.registry.checks import check
from carbon_pipeline.registry.history import CHANGES, History
from carbon_pipeline.registry.ledger import Key, Ledgers, Record
from carbon_pipeline.registry.problems import DUPLICATE_KEY, NOTHING_TO_WITHDRAW, Problem
from carbon_pipeline.registry.rows import RowReader
from carbon_pipeline.registry.sheets import BY_NAME
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carbon_pipeline.registry.reference import Reference
    from carbon_pipeline.registry.state import Registry
    from carbon_pipeline.registry.workbook import RawRow, RawSheet

QUARANTINE: Final = pl.Schema(
    {
        "filename": pl.String(),
        "sheet": pl.String(),
        "row_no": pl.Int64(),
        "reason": pl.String(),
        "detail": pl.String(),
        "raw": pl.String(),
        "source": pl.Int64(),
    },
)


@dataclass(frozen=True)
class SheetCount:
    """What became of the rows of one sheet; accepted + quarantined + ignored = read."""

    source: int
    sheet: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_ignored: int


@dataclass(frozen=True)
class ApplyResult:
    """What a workbook, or a folder of sheets, did.

    Attributes:
        registry: the register as it stands now.
        counts: one entry per sheet, in the order in which the sheets were given.
        quarantine: see `QUARANTINE`; by sheet as given, then from the top.
        changes: see `history.CHANGES`; in the order in which they were made. A row that says what stands already changes nothing.
    """

    registry: Registry
    counts: list[SheetCount]
    quarantine: pl.DataFrame
    changes: pl.DataFrame


@dataclass
class _Outcome:
    """What became of the rows of one sheet, while they are taken."""

    source: RawSheet
    reader: RowReader
    history: History
    problems: dict[int, tuple[RawRow, Problem]] = field(default_factory=dict)
    ignored: int = 0

    @classmethod
    def begin(cls, source: RawSheet) -> _Outcome:
        """Nothing has become of any row yet."""
        reader = RowReader(source)
        return cls(source, reader, History(reader.sheet, source.source))

    @property
    def table(self) -> str:
        """The table that the sheet fills."""
        return self.reader.sheet.table

    def set_aside(self, row: RawRow, problem: Problem) -> None:
        self.problems[row.row_no] = (row, problem)

    def count(self) -> SheetCount:
        read, quarantined = len(self.source.rows), len(self.problems)
        return SheetCount(self.source.source, self.source.sheet, read, read - quarantined - self.ignored, quarantined, self.ignored)

    def quarantine(self) -> list[tuple[object, ...]]:
        found = sorted(self.problems.items())
        given = self.source
        return [(given.filename, given.sheet, number, p.reason, str(p.detail), row.raw, given.source) for number, (row, p) in found]


class _Entry(NamedTuple):
    row: RawRow
    key: Key
    read: Record | Problem


def apply_sheets(registry: Registry, sheets: Sequence[RawSheet], reference: Reference) -> ApplyResult:
    """Take the sheets of one workbook, or of one folder, into the register.

    Sheets are taken in the order of the workbook's description, whatever their order in the file. Within one, first
    withdrawals, then rows of known keys, then new ones, from the top; each is checked against what then stands, so that a
    workbook can close one range and open the next in either order. A row that is set aside leaves what stood.

    Args:
        registry: the register as it stands.
        sheets: rows as read by `workbook.read_register`.
        reference: the lists that rows must agree with.
    """
    ledgers = Ledgers(registry)
    outcomes = [_Outcome.begin(source) for source in sheets]
    order = list(BY_NAME)
    in_turn = sorted(outcomes, key=lambda o: order.index(o.source.sheet))
    for outcome in in_turn:
        _take_sheet(outcome, ledgers, reference)
    quarantine = [line for outcome in outcomes for line in outcome.quarantine()]
    return ApplyResult(
        registry=ledgers.registry(),
        counts=[outcome.count() for outcome in outcomes],
        quarantine=pl.DataFrame(quarantine, schema=QUARANTINE, orient="row"),
        changes=pl.concat([CHANGES.to_frame(), *(outcome.history.frame() for outcome in in_turn)]),
    )


def _take_sheet(outcome: _Outcome, ledgers: Ledgers, reference: Reference) -> None:
    rows = ledgers[outcome.table].rows
    withdrawals: list[_Entry] = []
    known: list[_Entry] = []
    new: list[_Entry] = []
    for entry in _entries(outcome):
        try:
            turn = withdrawals if outcome.reader.is_withdrawal(entry.row) else known if entry.key in rows else new
        except Problem as problem:
            outcome.set_aside(entry.row, problem)
        else:
            turn.append(entry)
    for entry in withdrawals:
        _withdraw(entry, outcome, ledgers)
    for entry in [*known, *new]:
        _put(entry, outcome, ledgers, reference)


def _entries(outcome: _Outcome) -> Iterable[_Entry]:
    """Rows whose key can be read and has not come before in this sheet, whatever became of the row that had it."""
    seen: dict[Key, int] = {}
    for row in outcome.source.rows:
        if outcome.reader.is_example(row):
            outcome.ignored += 1
            continue
        try:
            key, read = outcome.reader.read(row)
        except Problem as problem:
            outcome.set_aside(row, problem)
            continue
        if key in seen:
            outcome.set_aside(row, Problem(DUPLICATE_KEY, fact("key_of_row", key=_written(key), row=seen[key])))
            continue
        seen[key] = row.row_no
        yield _Entry(row, key, read)


def _withdraw(entry: _Entry, outcome: _Outcome, ledgers: Ledgers) -> None:
    """Take the row of a key out; of a withdrawal only the key is read."""
    ledger = ledgers[outcome.table]
    if entry.key not in ledger.rows:
        outcome.set_aside(entry.row, Problem(NOTHING_TO_WITHDRAW, _written(entry.key)))
        return
    old = ledger.remove(entry.key)
    ledgers.mark_changed(outcome.table)
    outcome.history.note(entry.key, old, None)


def _put(entry: _Entry, outcome: _Outcome, ledgers: Ledgers, reference: Reference) -> None:
    row, key, read = entry
    if isinstance(read, Problem):
        outcome.set_aside(row, read)
        return
    try:
        check(outcome.table, key, read, ledgers, reference)
    except Problem as problem:
        outcome.set_aside(row, problem)
        return
    ledger = ledgers[outcome.table]
    old = ledger.rows.get(key)
    if read != old:
        ledger.put(key, read)
        ledgers.mark_changed(outcome.table)
        outcome.history.note(key, old, read)


def _written(key: Key) -> str:
    return " / ".join("" if part is None else str(part) for part in key)
