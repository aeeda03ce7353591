"""What was handed in, unpacked: a file, a folder, a ZIP within a ZIP, a gzip; one source after another, in order."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import os
import zipfile
import zlib
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from carbon_pipeline.metering.formats.foreign import document
from carbon_pipeline.metering.formats.result import Refusal
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import ToldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.sentences.fact import Detail

_ZIP_MAGIC: Final = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC: Final = b"PK\x05\x06"
_GZIP_MAGIC: Final = b"\x1f\x8b"
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF8_NAME_FLAG: Final = 0x800
_ENCRYPTED_FLAG: Final = 0x1
_SYSTEM_FILES: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_BESIDE_FILES: Final = ("~$", "._")
"""How files begin that an open spreadsheet, or a Mac on a disk of another system, leaves beside another."""
_SYSTEM_FOLDERS: Final = frozenset({"lost+found", "System Volume Information", "$RECYCLE.BIN"})
"""At the root of a disk; only the system may look into them."""


@dataclass(frozen=True)
class Limits:
    """Bounds on unpacking, so that a small file cannot fill the machine: bytes per file and per upload, depth, members."""

    file_bytes: int = 2 * 1024**3
    total_bytes: int = 16 * 1024**3
    depth: int = 4
    members: int = 200_000


DEFAULT_LIMITS: Final = Limits()


class _TooLargeError(Exception):
    """More bytes come out of a container than the limits allow."""


class GzipError(ToldError, ValueError):
    """A gzip that is broken or too large."""


@dataclass(frozen=True)
class Source:
    """One file to read.

    Attributes:
        filename: as receipts show it: the path below the folder given, `a.zip/member.csv` for a member.
        path: where it lies, for a file that is not packed.
        packed: its bytes, for a member.
        refusal: why it could not be unpacked; of such a source nothing is read, and of a member not even its bytes are had.
    """

    filename: str
    path: Path | None = None
    packed: bytes | None = None
    refusal: Refusal | None = None

    @cached_property
    def stored(self) -> bytes:
        """The bytes as handed in."""
        if self.packed is not None:
            return self.packed
        return self.path.read_bytes() if self.path else b""

    def head(self, size: int) -> bytes:
        """The first bytes as handed in, without keeping the rest in memory."""
        if self.packed is not None or self.path is None:
            return self.stored[:size]
        with self.path.open("rb") as stream:
            return stream.read(size)

    @property
    def size(self) -> int:
        """Bytes as handed in."""
        return self.path.stat().st_size if self.packed is None and self.path else len(self.stored)

    @cached_property
    def sha256(self) -> str:
        """Fingerprint of the bytes as handed in, by which the same file is known again."""
        return hashlib.sha256(self.stored).hexdigest()

    @cached_property
    def content(self) -> bytes:
        """The bytes to read: unpacked if they are a gzip.

        Raises:
            GzipError: the gzip is broken or too large.
        """
        return _gunzip(self.stored) if self.stored.startswith(_GZIP_MAGIC) else self.stored

    def release(self) -> None:
        """Let go of what was read from disk, keeping its fingerprint, so that a year of files does not stay in memory."""
        if self.path is not None and self.packed is None and "stored" in self.__dict__:
            _ = self.sha256
            self.__dict__.pop("stored")
            self.__dict__.pop("content", None)

    @property
    def is_spreadsheet(self) -> bool:
        """Whether the content is a spreadsheet (XLSX or XLS), whatever its name."""
        return is_spreadsheet(self.content)


def is_spreadsheet(content: bytes) -> bool:
    """Recognise a spreadsheet by its content: an XLSX is a ZIP that holds a workbook part."""
    if content.startswith(_OLE_MAGIC):
        return True
    return content.startswith(_ZIP_MAGIC) and any(name.startswith("xl/workbook.") for name in _names(content))


def expand(path: Path, limits: Limits = DEFAULT_LIMITS, apart: Path | None = None) -> Iterator[Source]:
    """Give the sources of a file or folder, one by one: by full path in code-point order, ZIP members likewise.

    Args:
        path: the file or folder.
        limits: bounds on unpacking.
        apart: a folder whose files are not handed in where it lies within `path`.

    Raises:
        FileNotFoundError: there is nothing at `path`.
        PermissionError: a folder within it may not be read, so that nobody knows what it holds.
    """
    if path.is_dir():
        left_out = _within(path, apart)
        found = ((file.relative_to(path), file) for file in _within_folders(path) if file.is_file() and _counts(file.name))
        named = sorted((_readable(name.as_posix()), file) for name, file in found if left_out is None or not name.is_relative_to(left_out))
    elif path.exists():
        named = [(_readable(path.name), path)]
    else:
        raise FileNotFoundError(path)
    budget = _Budget(limits)
    for name, file in named:
        yield from _open(Source(filename=name, path=file), budget, depth=0)


def _within_folders(path: Path) -> Iterator[Path]:
    """What lies in a folder and the folders in it; links to folders are not followed."""

    def stop(error: OSError) -> None:
        raise OSError(error.errno, error.strerror, error.filename)

    for at, inner, names in os.walk(path, onerror=stop):
        inner[:] = [name for name in inner if name not in _SYSTEM_FOLDERS]
        yield from (Path(at) / name for name in names)


def _readable(name: str) -> str:
    """A file's name as text: one that is no UTF-8 is GB18030, as archives of old unpack."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", errors="replace")
    return name


def _within(path: Path, other: Path | None) -> Path | None:
    """Where another folder lies within a folder, None where it does not."""
    if other is None or not other.resolve().is_relative_to(path.resolve()):
        return None
    return other.resolve().relative_to(path.resolve())


class _Budget:
    """What is left of the limits while one upload is unpacked."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bytes_left = limits.total_bytes
        self.members_left = limits.members

    def read(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
        allowed = min(self.limits.file_bytes, self.bytes_left)
        with archive.open(member) as stream:
            content = stream.read(allowed + 1)
        if len(content) > allowed:
            raise _TooLargeError
        self.bytes_left -= len(content)
        return content


def _open(source: Source, budget: _Budget, depth: int) -> Iterator[Source]:
    content = source.packed if source.packed is not None else _head(source.path)
    if not content.startswith((_ZIP_MAGIC, _EMPTY_ZIP_MAGIC)) or is_spreadsheet(source.stored):
        yield source
    elif depth >= budget.limits.depth:
        yield _refused(source, "archive_too_large", fact("zip_too_deep", depth=budget.limits.depth))
    else:
        yield from _members(source, budget, depth)


def _members(source: Source, budget: _Budget, depth: int) -> Iterator[Source]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.stored))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        reason = "broken_spreadsheet" if source.filename.lower().endswith(".xlsx") else "broken_archive"
        yield _refused(source, reason, fact("zip_not_opened", said=str(error)))
        return
    if found := document(source.stored, archive.namelist()):
        yield _refused(source, found.reason, found.detail)
        return
    named = [(_member_name(info), info) for info in archive.infolist() if not info.is_dir() and _counts(_member_name(info))]
    members = sorted(named, key=lambda member: member[0])  # two members of one name keep the archive's order
    if not members:
        yield _refused(source, "empty_archive")
    for name, member in members:
        inner = _member(Source(filename=f"{source.filename}/{name}"), archive, member, budget)
        if inner.refusal:
            yield inner
        else:
            yield from _open(inner, budget, depth + 1)


def _member(named: Source, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> Source:
    if member.flag_bits & _ENCRYPTED_FLAG:
        return _refused(named, "encrypted_archive", fact("member_locked"))
    budget.members_left -= 1
    if budget.members_left < 0:
        return _refused(named, "archive_too_large", fact("zip_too_many", members=budget.limits.members))
    try:
        return Source(filename=named.filename, packed=budget.read(archive, member))
    except _TooLargeError:
        return _refused(named, "archive_too_large", fact("zip_too_large"))
    except NotImplementedError:
        return _refused(named, "broken_archive", fact("member_method"))
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError) as error:
        return _refused(named, "broken_archive", fact("member_spoiled", said=str(error)))


def _refused(source: Source, reason: str, detail: Detail = "") -> Source:
    return replace(source, refusal=Refusal(reason, detail))


def _member_name(member: zipfile.ZipInfo) -> str:
    """Name of a member: UTF-8 where the archive says so, else GB18030 (Python has taken it for cp437)."""
    if member.flag_bits & _UTF8_NAME_FLAG:
        return member.filename
    try:
        return member.orig_filename.encode("cp437").decode("gb18030").replace("\\", "/")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _counts(name: str) -> bool:
    """Leave out what operating systems and open spreadsheets drop beside the files."""
    last = name.rsplit("/", 1)[-1]
    return last not in _SYSTEM_FILES and not last.startswith(_BESIDE_FILES) and "__MACOSX" not in name.split("/")


def _head(path: Path | None) -> bytes:
    if path is None:
        return b""
    with path.open("rb") as stream:
        return stream.read(len(_OLE_MAGIC))


def _names(content: bytes) -> list[str]:
    try:
        return zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return []


def _gunzip(stored: bytes, limit: int = DEFAULT_LIMITS.file_bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(stored)) as stream:
            content = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise GzipError(fact("gzip_spoiled", said=str(error))) from error
    if len(content) > limit:
        raise GzipError(fact("gzip_too_large"))
    return content
