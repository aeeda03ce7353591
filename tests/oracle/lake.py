"""What has come in: uploads in their order, receipts, what was turned away or waits, and the settled channels of all meters."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from tests.oracle.cells import Rows, csv_rows, files_under, is_workbook, sheets
from tests.oracle.channel import Channel, DayTotal
from tests.oracle.exports import Ignored, Reading, Unplaced, layout, records
from tests.oracle.numbers import account_key, number
from tests.oracle.tables import SHEETS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from tests.oracle.register import Register

BOUND = Fraction("1.2")
ChannelKey = tuple[str, str]


@dataclass
class Receipt:
    """What became of one file."""

    filename: str
    status: str
    read: int | None = None
    quarantined: int = 0
    ignored: int = 0


@dataclass
class Lake:
    """Everything held, in the order in which it counts."""

    register: Register
    readings: list[Reading] = field(default_factory=list)
    waiting: dict[tuple[str, int], Reading] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    quarantine: list[tuple[str, str, int, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    uploads: int = 0

    def upload(self, path: Path) -> None:
        """Take a file or a folder."""
        files = [(name, data) for name, data in files_under(path) if not self.is_duplicate(name, data)]
        books: list[tuple[str, str, Rows]] = []
        exports: list[tuple[str, Rows]] = []
        for name, data in files:
            inside = sheets(data) if is_workbook(data) else {"": csv_rows(data)}
            stem = Path(name).stem
            if "" in inside and stem in SHEETS:
                inside = {stem: inside[""]}
            known = [(name, sheet, rows) for sheet, rows in inside.items() if sheet in SHEETS]
            books += known
            if not known:
                exports.append((name, next(iter(inside.values()))))
            if known or (exports[-1][1] and layout(exports[-1][1][0][1])):
                self.seen.add(hashlib.sha256(data).hexdigest())
        self.take_register(books)
        for name, rows in exports:
            self.take_export(name, rows)

    def is_duplicate(self, name: str, data: bytes) -> bool:
        """Whether the same bytes have been taken; then there is only a receipt."""
        if hashlib.sha256(data).hexdigest() not in self.seen:
            return False
        self.receipts.append(Receipt(name, "duplicate"))
        return True

    def take_register(self, books: list[tuple[str, str, Rows]]) -> None:
        """Take the sheets in their order, one receipt for each file; then take up the rows that waited."""
        receipts: dict[str, Receipt] = {}
        for name, sheet, rows in sorted(books, key=lambda book: SHEETS.index(book[1])):
            count, refused = self.register.take(sheet, rows)
            receipt = receipts.setdefault(name, Receipt(name, "accepted", 0))
            receipt.read = (receipt.read or 0) + count
            receipt.quarantined += len(refused)
            receipt.status = "partly" if receipt.quarantined else "accepted"
            self.quarantine += [(name, sheet, line, reason) for line, reason in refused]
        self.receipts += receipts.values()
        for where, reading in list(self.waiting.items()):
            if self.register.multiplier(reading.meter, reading.multiplier_day) is not None:
                self.readings.append(self.waiting.pop(where))

    def take_export(self, name: str, rows: Rows) -> None:
        """Take a file of readings, row by row."""
        self.uploads += 1
        found = layout(rows[0][1]) if rows else None
        if found is None:
            self.receipts.append(Receipt(name, "refused"))
            return
        receipt = Receipt(name, "accepted", len(rows) - 1)
        for line, row in records(rows):
            try:
                reading = replace(found[1](row), place=(self.uploads, line))
            except Ignored:
                receipt.ignored += 1
                continue
            except Unplaced as reason:
                self.quarantine.append((name, "", line, str(reason)))
                receipt.quarantined += 1
                continue
            if reading.needs_multiplier and self.register.multiplier(reading.meter, reading.multiplier_day) is None:
                self.waiting[name, line] = reading
                receipt.quarantined += 1
            else:
                self.readings.append(reading)
        receipt.status = "partly" if receipt.quarantined else "accepted"
        self.receipts.append(receipt)

    def turned_away(self) -> list[tuple[str, str, int, str]]:
        """Every line that was turned away or still waits."""
        return [*self.quarantine, *((name, "", line, "no_multiplier") for name, line in self.waiting)]

    def negative_power(self, as_of: date) -> dict[str, bool]:
        """Meters with power below 0, and whether later readings have corrected all of it (or it is later than the date)."""
        last: dict[tuple[object, ...], tuple[int, ...]] = {}
        for reading in self.ordered():
            for slot in reading.values:
                last[reading.meter, reading.kind, reading.step, reading.day, slot] = reading.place
        found: dict[str, bool] = {}
        for reading in self.readings:
            for slot in reading.negative:
                corrected = last[reading.meter, reading.kind, reading.step, reading.day, slot] != reading.place
                found[reading.meter] = found.get(reading.meter, True) and (corrected or reading.day > as_of)
        return found

    def ordered(self) -> list[Reading]:
        """Readings from the first upload to the last."""
        return sorted(self.readings, key=lambda reading: reading.place)

    def settled(self) -> dict[ChannelKey, dict[date, DayTotal]]:
        """The days of every channel with any row, as register and readings stand now."""
        channels: dict[ChannelKey, Channel] = {}
        multipliers: dict[tuple[str, date], Fraction | None] = {}
        for reading in self.ordered():
            multiplier: Fraction | None = reading.multiplier or Fraction(1)
            if reading.needs_multiplier:
                key = (reading.meter, reading.multiplier_day)
                if key not in multipliers:
                    multipliers[key] = self.register.multiplier(*key)
                multiplier = multipliers[key]
            if multiplier is None:
                continue
            channel = channels.setdefault(
                (reading.meter, reading.channel), Channel(self.digits_of(reading.meter), self.bound_of(reading.meter))
            )
            day = channel.held.setdefault((reading.kind, reading.step), {}).setdefault(reading.day.toordinal(), {})
            day.update({slot: (value, multiplier) for slot, value in reading.values.items()})
        return {key: channel.settle() for key, channel in channels.items()}

    def digits_of(self, meter: str) -> Callable[[int], int | None]:
        """How many digits the dial has before the point, by instant."""
        rows = [(start, end, row) for name, start, end, row in self.register.meters() if name == meter]

        def digits_at(at: int) -> int | None:
            day = at // 1440
            for start, end, row in rows:
                if row.get("示数位数") and start.toordinal() <= day <= end.toordinal():
                    return int(row["示数位数"])
            return None

        return digits_at

    def bound_of(self, meter: str) -> Callable[[int], Fraction | None]:
        """The mean power above which an interval is not believed, by day."""
        rows = [(start, end, row) for name, start, end, row in self.register.meters() if name == meter]
        owners = list(self.register.owners())
        known: dict[int, Fraction | None] = {}

        def bound_on(day: int) -> Fraction | None:
            if day not in known:
                known[day] = None
                for start, end, row in rows:
                    if start.toordinal() <= day <= end.toordinal():
                        rated = number(row.get("额定功率(千瓦)", ""))
                        capacities = [
                            size
                            for key, _, first, last, owner in owners
                            if key == account_key(row["户号"]) and first.toordinal() <= day <= last.toordinal()
                            if (size := number(owner.get("合同容量(千伏安)", ""))) is not None
                        ]
                        limit = rated if rated is not None else max(capacities, default=None)
                        known[day] = None if limit is None else BOUND * limit
            return known[day]

        return bound_on
