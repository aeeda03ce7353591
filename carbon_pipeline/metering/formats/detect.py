"""Which profile a file fits: its text decoded, its header found, and exactly one profile recognised; or a refusal."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from carbon_pipeline.metering.formats.cells import cells_of, normalise_header
from carbon_pipeline.metering.formats.result import Refusal
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from carbon_pipeline.metering.formats.profiles import FormatProfile, Kind
    from carbon_pipeline.sentences.fact import Fact

HEADER_LINES: Final = 20
"""A header stands within the first lines; titles may come before it."""

_NAMES_SHOWN: Final = 6
_LETTERS_SHOWN: Final = 60
_SAMPLE: Final = 1024
_STRAY_NULS: Final = 3
_NO_ASCII: Final = 128
"""The first code that is none of ASCII."""
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True)
class Text:
    """A file as UTF-8 bytes.

    Attributes:
        first: its first line, with the line end.
        rest: what follows; where that is ASCII, a view of the bytes that were handed in.
        encoding: what it had.
    """

    first: bytes
    rest: memoryview
    encoding: str

    @classmethod
    def of(cls, data: bytes, encoding: str) -> Text:
        """A text whose bytes are UTF-8 already."""
        end = data.find(b"\n") + 1 or len(data)
        return cls(data[:end], memoryview(data)[end:], encoding)

    @cached_property
    def data(self) -> bytes:
        """The whole; where its first line was decoded, whoever can do with the parts spares a copy."""
        given = cast("bytes", self.rest.obj)
        is_whole = len(given) == len(self.first) + len(self.rest) and given.startswith(self.first)
        return given if is_whole else b"".join((self.first, self.rest))


@dataclass(frozen=True)
class Layout:
    """A header that fits one profile.

    Attributes:
        profile: the profile.
        kind: of a wide file, the kind of its values; else None.
        columns: role -> column index.
        values: of a wide file, the column index of each point.
        width: cells of the header.
        line: number of the header's line, first = 1.
        foreign: header cells that say how values are to be taken, as other profiles know, where this one knows nothing of the kind.
        repeated: header cells of its columns that stand there more than once.
        delimiter: of a text file.
    """

    profile: FormatProfile
    kind: Kind | None
    columns: dict[str, int]
    values: tuple[int, ...]
    width: int
    line: int
    foreign: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    delimiter: str = ","


def decode(content: bytes) -> Text | Refusal:
    """Bring a file to UTF-8: by its byte-order mark, else UTF-8 where valid, else GB18030.

    Only what is not ASCII is decoded: an export in GB18030 has Chinese in its header and digits below.
    """
    text = _decoded(*_marked(content))
    if isinstance(text, Text) and _ends_lines_with_returns(text.first):
        return Text.of(text.data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), text.encoding)
    return text


def _ends_lines_with_returns(line: bytes) -> bool:
    """Whether the first line ends with a carriage return alone, as old Macs write them, whatever ends the later ones.

    With a line feed anywhere else, as at the end of such a file, rows would be taken for cells of the header. A return within quotation
    marks, or before another, ends no line.
    """
    first = line.find(b"\r")
    return first >= 0 and line[first + 1 : first + 2] not in (b"\r", b"\n") and line.count(b'"', 0, first) % 2 == 0


def _marked(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Part a byte-order mark from the text, and give the encodings that it may have; none for what is no text."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :], (encoding,)
    head = content[:_SAMPLE]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if 8 * max(even, odd) >= len(head) > 0 and min(even, odd) * 8 <= max(even, odd):  # digits and commas in UTF-16
        return content, ("utf-16-le" if odd > even else "utf-16-be",)
    return content, ("utf-8", "gb18030") if even + odd <= _STRAY_NULS else ()


def _decoded(content: bytes, encodings: tuple[str, ...]) -> Text | Refusal:
    if not encodings:
        return Refusal("undecodable", fact("zero_bytes"))
    if not encodings[0].startswith("utf-16"):
        if content.isascii():
            return Text.of(content, "utf-8")
        head = content.find(b"\n") + 1
        rest = memoryview(content)[head:]
        if np.asarray(rest).max(initial=0) < _NO_ASCII:  # `isascii` would need a copy
            first = _decoded_whole(content[:head], encodings)
            return first if isinstance(first, Refusal) else Text(first.data, rest, first.encoding)
    return _decoded_whole(content, encodings)


def _decoded_whole(content: bytes, encodings: tuple[str, ...]) -> Text | Refusal:
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return Text.of(content if encoding == "utf-8" else text.encode(), encoding)
    return Refusal("undecodable", fact("no_encoding", encodings=encodings))


def recognise(text: Text, profiles: Sequence[FormatProfile]) -> Layout | Refusal:
    """Find the header among the first lines of a text file and the one profile that it fits."""
    aspects = aspects_of(profiles)
    candidates = [profile for profile in profiles if not profile.encodings or text.encoding in profile.encodings]
    delimiters = sorted({delimiter for profile in candidates for delimiter in profile.delimiters})
    lines = [line.decode(errors="replace") for line in text.data[: 1 << 20].split(b"\n", HEADER_LINES)[:HEADER_LINES]]
    for number, line in enumerate(lines, start=1):
        layouts = [
            layout
            for delimiter in delimiters
            if delimiter in line or len(delimiters) == 1
            for layout in match(cells_of(line, delimiter), [p for p in candidates if delimiter in p.delimiters], aspects, number, delimiter)
        ]
        if layouts:
            return only(layouts)
    return unknown(next(cells_of(line, ",") for line in lines if line.strip()) if any(map(str.strip, lines)) else [])


def aspects_of(profiles: Iterable[FormatProfile]) -> dict[str, str]:
    """Give every header name that any profile knows as a type, a multiplier, or the validity of values, with which of these it is."""
    return {name: aspect for profile in profiles for aspect, names in profile.aspects.items() for name in names}


def match(
    header: Sequence[str], profiles: Iterable[FormatProfile], aspects: dict[str, str], line: int, delimiter: str = ","
) -> list[Layout]:
    """Give every way in which a header fits a profile: all its required columns, and all value columns of one kind."""
    names = [normalise_header(cell) for cell in header]
    where = {name: index for index, name in reversed(list(enumerate(names)))}
    layouts = []
    for profile in profiles:
        columns = _columns(profile, where)
        if profile.layout == "nem12" or columns is None:
            continue
        known = profile.aspects.keys() | {None}
        foreign = tuple(cell.strip() for cell, name in zip(header, names, strict=True) if aspects.get(name) not in known)
        repeated = tuple(header[index].strip() for index in columns.values() if names.count(names[index]) > 1)
        for kind, values in _value_columns(profile, names, where):
            layouts.append(Layout(profile, kind, columns, values, len(names), line, foreign, repeated, delimiter))
    return layouts


def only(layouts: Sequence[Layout]) -> Layout | Refusal:
    """Give the one layout of a header, or refuse it: of two columns of one name nobody knows which counts.

    A profile that does not know a type or a multiplier would take every row as forward and unmultiplied: it does not fit.
    """
    fitting = [layout for layout in layouts if not layout.foreign]
    if len(fitting) == 1:
        (found,) = fitting
        return Refusal("repeated_columns", fact("columns_twice", columns=found.repeated)) if found.repeated else found
    return _ambiguous(fitting) if fitting else _foreign(layouts)


def _ambiguous(layouts: Sequence[Layout]) -> Refusal:
    """Refuse a header that fits more than one profile, or one profile in two ways."""
    fits = [f"{layout.profile.id} ({layout.kind})" if layout.kind else layout.profile.id for layout in layouts]
    return Refusal("ambiguous_format", fact("profiles_fit", profiles=fits))


def _foreign(layouts: Sequence[Layout]) -> Refusal:
    """Refuse a header with columns that change what its values mean and that no profile of these values knows."""
    unknown = [fact("profile_unknowing", profile=layout.profile.id, columns=layout.foreign) for layout in layouts]
    return Refusal("unknown_format", fact("columns_foreign", unknown=unknown))


def unknown(header: Sequence[str]) -> Refusal:
    """Refuse a file whose header fits no profile."""
    if not any(map(str.strip, header)):
        return Refusal("empty_file", fact("no_text"))
    return Refusal("unknown_format", shown(header))


def shown(header: Sequence[str]) -> Fact:
    """The beginning of a header, enough to know it by."""
    names = [cell.strip() for cell in header if cell.strip()]
    first = [name if len(name) <= _LETTERS_SHOWN else name[:_LETTERS_SHOWN] + "..." for name in names[:_NAMES_SHOWN]]
    return fact("header", cells=first if len(names) <= _NAMES_SHOWN else [*first, "..."])


def _columns(profile: FormatProfile, where: dict[str, int]) -> dict[str, int] | None:
    columns = {}
    for role, names in profile.role_names.items():
        found = [where[name] for name in names if name in where]
        if found:
            columns[role] = min(found)
        elif role in profile.columns:
            return None
    return columns


def _value_columns(profile: FormatProfile, names: Sequence[str], where: dict[str, int]) -> list[tuple[Kind | None, tuple[int, ...]]]:
    if profile.layout != "wide":
        return [(None, ())]
    found: list[tuple[Kind | None, tuple[int, ...]]] = []
    for kind, patterns in profile.value_names.items():
        points: dict[int, int] = {}
        for pattern in patterns:
            points |= {point: where[name] for name, point in pattern.items() if name in where}
        shapes = profile.value_shapes[kind]
        alike = sum(any(shape.fullmatch(name) for shape in shapes) for name in names)
        if len(points) == profile.points == alike:
            found.append((kind, tuple(points[point] for point in range(profile.points))))
    return found
