"""What is neither a table nor packed in a way that can be unpacked, told by its content: archives of other kinds, web pages, documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from carbon_pipeline.metering.formats.result import Refusal
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Collection

_ARCHIVES: Final = (
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
    (4, b"1AY&SY", "bzip2"),
    (257, b"ustar", "tar"),
)
"""Where an archive of a kind has its sign, and the sign."""

_TABLE_SIGNS: Final = (b"<table", b"urn:schemas-microsoft-com:office:spreadsheet", b"urn:oasis:names:tc:opendocument")
_PAGE_HEAD: Final = 1 << 16
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument"
_FIRST_MEMBER: Final = 128
"""Where such a document says what it is: in its first member, which is not compressed."""
_LOCKED_PART: Final = "EncryptedPackage".encode("utf-16-le")
_LOCKED_SAID: Final = "password"
_DOCUMENT_PART: Final = "[Content_Types].xml"


def foreign_archive(content: bytes) -> Refusal | None:
    """Refuse an archive that is no ZIP and no gzip, so that nobody looks for its encoding."""
    for place, sign, kind in _ARCHIVES:
        if content.startswith(sign, place):
            return Refusal("unsupported_archive", fact("archive_kind", kind=kind))
    return None


def web_page(text: bytes) -> Refusal | None:
    """Refuse a table that is a web page or an XML, as many systems export it under the name of a spreadsheet."""
    head = text[:_PAGE_HEAD].lstrip().lower()
    is_table = head.startswith(b"<") and any(sign in head for sign in _TABLE_SIGNS)
    return Refusal("broken_spreadsheet", fact("sheet_is_page")) if is_table else None


def document(content: bytes, names: Collection[str]) -> Refusal | None:
    """Refuse an office document that is a ZIP of parts and no workbook: each of its parts would be an upload."""
    if _OPEN_DOCUMENT in content[:_FIRST_MEMBER]:
        return Refusal("broken_spreadsheet", fact("sheet_open_document"))
    return Refusal("unknown_format", fact("document")) if _DOCUMENT_PART in names else None


def is_locked(content: bytes, said: str) -> bool:
    """Whether a spreadsheet is protected by a password, by what is in it or by what the library says that could not open it."""
    return _LOCKED_PART in content or _LOCKED_SAID in said
