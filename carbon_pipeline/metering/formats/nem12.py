"""AEMO NEM12 files: the library reads records and qualities; here is what it lets pass, and where the rows belong."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from carbon_pipeline.metering.formats import frames, placing
from carbon_pipeline.metering.formats.cells import as_reading_date, cells_of, fold
from carbon_pipeline.metering.formats.result import (
    FLAG_NOT_NUMBER,
    FLAG_OK,
    FLAG_SOURCE_INVALID,
    FLAG_SUSPECT,
    QUARANTINE,
    READINGS,
    ReadResult,
    Refusal,
)
from carbon_pipeline.metering.formats.tables import Lines
from carbon_pipeline.metering.formats.values import LARGEST, MICROS, NONE, Block, settle_signs
from carbon_pipeline.periods import MINUTES_A_DAY
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import ToldError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from nemreader.nem_objects import NEMReadings, Reading

    from carbon_pipeline.metering.formats.detect import Text
    from carbon_pipeline.metering.formats.profiles import FormatProfile
    from carbon_pipeline.sentences.fact import Detail, Fact

_STEPS: Final = (1, 5, 15, 30, 60)
_KWH_PER_UNIT: Final = {"KWH": Decimal(1), "WH": Decimal("0.001"), "MWH": Decimal(1000)}
_CHANNELS: Final = {"E": "forward", "B": "reverse"}
"""First letter of the NMI suffix, seen from the network: E goes out to the customer, B comes in from the customer."""

_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
"""A number as elsewhere, but that AEMO's own files leave out a 0 before the point."""

_QUALITY: Final = re.compile(r"[AEFNSV]\d*$")
_FIELDS_200: Final = 9

logging.getLogger("nemreader").addHandler(logging.NullHandler())


@dataclass
class _Stream:
    """A 200 record: one register of one NMI, with its unit and step."""

    record: Sequence[str]

    @property
    def nmi(self) -> str:
        return fold(self.record[1])

    @property
    def suffix(self) -> str:
        return self.record[4].strip().upper()

    @property
    def unit(self) -> str:
        return self.record[7].strip().upper()

    @property
    def step(self) -> int:
        return int(self.record[8])

    @property
    def channel(self) -> str | None:
        return _CHANNELS.get(self.suffix[:1]) if self.unit in _KWH_PER_UNIT else None

    @property
    def meter_no(self) -> str:
        """The NMI for its first register of a direction; further ones are meters of their own beside it."""
        number = self.suffix[1:]
        return self.nmi if number in ("", "1") else f"{self.nmi}-{number}"


@dataclass
class _Day:
    """A 300 record with the cells of its values, the intervals that its 400 records cover, and what keeps it from being placed."""

    line: int
    stream: _Stream
    day: dt.date | None
    quality: str
    cells: Sequence[str]
    reason: str = ""
    detail: Detail = ""
    covered: set[int] = field(default_factory=set)


class _BrokenError(ToldError):
    """The file as a whole cannot be read."""


def is_nem(data: bytes) -> bool:
    """Recognise a NEM12 or NEM13 file by its first record, quoted or not, or by a 200 record where the 100 record is missing."""
    first = data.lstrip()[:64].replace(b'"', b"").upper()
    return first.startswith((b"100,NEM1", b"200,"))


def read_nem12(text: Text, profile: FormatProfile) -> ReadResult | Refusal:
    """Read a NEM12 file: a 300 record is a row; channels that are not active energy are ignored.

    A 300 record that does not fit its 200 and 400 records is quarantined; a file in which none fits is refused.
    """
    lines = [_unquoted(line.strip("\r").replace("\r", " ")) for line in text.data.decode().split("\n")]
    try:
        days, kept = _scan(lines)
        readings = _parse([line for number, line in enumerate(lines, start=1) if number in kept])
    except _BrokenError as error:
        return Refusal("broken_nem12", error.fact)
    counted = [day for day in days if day.stream.channel]
    good, bad = [day for day in counted if not day.reason], [day for day in counted if day.reason]
    if bad and not good:
        return Refusal("broken_nem12", fact("at_line", line=bad[0].line, found=bad[0].detail))
    raw_line = Lines(text)
    return ReadResult(
        profile=profile.id,
        rows_read=len(days),
        readings=_readings(good, _by_line(days, readings)),
        quarantine=pl.DataFrame(
            [(day.line, day.reason, str(day.detail), raw_line(day.line)) for day in bad],
            schema=QUARANTINE,
            orient="row",
        ),
        ignored={placing.OTHER_TYPE: len(days) - len(counted)} if len(days) > len(counted) else {},
        findings=frames.negative_power(pl.DataFrame(), None),
        raw_line=raw_line,
    )


def _unquoted(line: str) -> str:
    """A record without the quotation marks that a spreadsheet may leave: the library would read on behind one, over line ends."""
    return ",".join(cell.replace('"', "").replace(",", " ") for cell in cells_of(line)) if '"' in line else line


def _scan(lines: Sequence[str]) -> tuple[list[_Day], set[int]]:
    """Find the 300 records, judge each by its neighbours, and give the lines that are fit for the library."""
    days: list[_Day] = []
    kept: set[int] = set()
    stream, current = None, None
    records = list(_records(lines))
    _check_header(records)
    for number, record in records:
        match record[0].strip():
            case "200":
                stream, current = _stream(number, record), None
            case "300":
                current = _day(number, record, stream)
                days.append(current)
            case "400":
                _cover(number, record, current)
        if current is None or not current.reason:
            kept.add(number)
    if not days:
        raise _BrokenError(fact("nem_no_days"))
    for day in days:
        _judge_cover(day)
    spoiled = {day.line for day in days if day.reason}
    return days, _without(records, kept, spoiled)


def _records(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines, start=1):
        cells = cells_of(line)
        if any(cell.strip() for cell in cells):
            yield number, cells


def _check_header(records: Sequence[tuple[int, list[str]]]) -> None:
    number, record = records[0]
    if record[0].strip() != "100":
        raise _broken_at(number, fact("nem_no_header"))
    if record[1].strip().upper() != "NEM12":
        raise _broken_at(number, fact("nem_accumulated", version=record[1].strip()))


def _broken_at(line: int, found: Fact) -> _BrokenError:
    return _BrokenError(fact("at_line", line=line, found=found))


def _stream(number: int, record: Sequence[str]) -> _Stream:
    step = record[8].strip() if len(record) >= _FIELDS_200 else ""
    if not step.isdecimal() or int(step) == 0 or MINUTES_A_DAY % int(step):
        raise _broken_at(number, fact("nem_no_step"))
    return _Stream(record)


def _day(number: int, record: Sequence[str], stream: _Stream | None) -> _Day:
    if stream is None:
        raise _broken_at(number, fact("nem_day_too_early"))
    points = MINUTES_A_DAY // stream.step
    written = record[1].strip() if len(record) > 1 else ""
    quality = record[points + 2].strip() if len(record) > points + 2 else ""
    day = _Day(number, stream, as_reading_date(written), quality, record[2 : points + 2])
    if not stream.nmi:
        day.reason, day.detail = "no_meter_no", fact("nem_no_nmi")
    elif day.day is None:
        day.reason, day.detail = "bad_date", f"IntervalDate: {written}"
    elif stream.channel and stream.step not in _STEPS:
        day.reason, day.detail = "off_grid", fact("nem_step", minutes=stream.step)
    elif not _QUALITY.match(quality):
        cells = [cell.strip() for cell in record[2:]]
        found = next((index for index, cell in enumerate(cells) if _QUALITY.match(cell)), sum(map(bool, cells)))
        day.reason = "wrong_interval_count"
        day.detail = fact("nem_values", found=found, minutes=stream.step, points=points)
    return day


def _cover(number: int, record: Sequence[str], day: _Day | None) -> None:
    if day is None:
        raise _broken_at(number, fact("nem_cover_too_early"))
    points = MINUTES_A_DAY // day.stream.step
    first, last = (cell.strip() for cell in [*record, "", ""][1:3])
    if not (first.isdecimal() and last.isdecimal() and 1 <= int(first) <= int(last) <= points):
        day.reason = day.reason or "wrong_interval_count"
        found = fact("nem_cover", first=first, last=last, points=points)
        day.detail = day.detail or fact("at_line", line=number, found=found)
    else:
        day.covered.update(range(int(first), int(last) + 1))


def _judge_cover(day: _Day) -> None:
    """A day of varying quality (V) has a 400 record for each of its intervals."""
    points = MINUTES_A_DAY // day.stream.step
    if not day.reason and day.quality.startswith("V") and len(day.covered) < points:
        day.reason = "wrong_interval_count"
        day.detail = fact("nem_covers_too_little", covered=len(day.covered), points=points)


def _without(records: Sequence[tuple[int, list[str]]], kept: set[int], spoiled: set[int]) -> set[int]:
    """Take out the spoiled 300 records and what follows each up to the next 200 or 300."""
    is_spoiled = False
    for number, record in records:
        if record[0].strip() in ("200", "300", "900"):
            is_spoiled = number in spoiled
        if is_spoiled:
            kept.discard(number)
    return kept


def _parse(lines: Iterable[str]) -> NEMReadings:
    from nemreader import NEMFile  # noqa: PLC0415  the library loads pandas, which only these files need

    try:
        return NEMFile("", strict=True).parse_nem_file(iter(lines))
    except (ValueError, AttributeError, IndexError, KeyError, TypeError) as error:
        raise _BrokenError(fact("nem_unsound", said=str(error.__cause__ or error))) from error


def _by_line(days: Sequence[_Day], readings: NEMReadings) -> dict[int, list[Reading]]:
    """Part the library's readings, one list per NMI and suffix, by the 300 record that they came from."""
    taken: defaultdict[tuple[str, str], int] = defaultdict(int)
    parts = {}
    for day in days:
        if day.reason:
            continue
        stream, points = day.stream, MINUTES_A_DAY // day.stream.step
        key = stream.record[1], stream.record[4]
        parts[day.line] = readings.readings[key[0]][key[1]][taken[key] : taken[key] + points]
        taken[key] += points
    return parts


def _readings(days: Sequence[_Day], by_line: dict[int, list[Reading]]) -> pl.DataFrame:
    parts = [_of_step(step, [day for day in days if day.stream.step == step], by_line) for step in _STEPS]
    return pl.concat(parts).sort("row_no")


def _of_step(step: int, days: Sequence[_Day], by_line: dict[int, list[Reading]]) -> pl.DataFrame:
    if not days:
        return pl.DataFrame(schema=READINGS)
    micros = np.array([_micros(day, by_line[day.line]) for day in days], np.int64)
    flags = np.array([[_flag(reading.quality_method or "") for reading in by_line[day.line]] for day in days], np.uint8)
    is_written = np.array([[bool(cell.strip()) for cell in day.cells] for day in days], np.bool_)
    is_gap = (micros == NONE) & (flags != FLAG_SOURCE_INVALID)
    flags[is_gap] = np.where(is_written[is_gap], FLAG_NOT_NUMBER, FLAG_OK)
    block, _ = settle_signs("E", Block(micros, flags), None)
    rows = pl.DataFrame(
        {
            "meter_no": [day.stream.meter_no for day in days],
            "account_no": [day.stream.nmi for day in days],
            "channel": [day.stream.channel for day in days],
            "day": [day.day for day in days],
            "row_no": [day.line for day in days],
            "mult_num": [1] * len(days),
            "mult_den": [1] * len(days),
        },
    ).with_columns(pl.col("day").alias("mult_day"))
    return frames.readings(rows, block, "E", step)


def _micros(day: _Day, readings: Sequence[Reading]) -> list[int]:
    """Millionths of a kWh, by the digits that are written: to the library `1e3` and `+2` are numbers, and all are doubles."""
    per_unit = _KWH_PER_UNIT[day.stream.unit] * MICROS
    return [
        NONE if (reading.quality_method or "").startswith("N") else _exact(cell.strip(), per_unit)
        for cell, reading in zip(day.cells, readings, strict=True)
    ]


def _exact(text: str, per_unit: Decimal) -> int:
    if not _NUMBER.fullmatch(text):
        return NONE
    micros = (Decimal(text) * per_unit).to_integral_value(ROUND_HALF_EVEN)
    return int(micros) if abs(micros) < LARGEST else NONE


def _flag(quality: str) -> int:
    """Actual values stand; estimated and substituted ones are kept and flagged; null ones are missing."""
    if quality.startswith("N"):
        return FLAG_SOURCE_INVALID
    return FLAG_SUSPECT if quality[:1] in ("E", "F", "S") else FLAG_OK
