from __future__ import annotations

import io
import tarfile

import pytest

from tests.metering.formats.build import day_read, read, refused, said

_ROW = "1,M1,2025-01-05,1,5,,,,,1"
_TABLE = "<table><tr><td>户号</td><td>电能表资产号</td></tr></table>"
_OLD_XML = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(99), "7z"),
        (b"Rar!\x1a\x07\1\0" + bytes(99), "RAR"),
        (b"BZh91AY&SY" + bytes(99), "bzip2"),
        (_tar(), "tar"),
    ],
)
def test_foreign_archive__is_told_as_one_and_not_as_a_text_of_unknown_encoding(content: bytes, kind: str) -> None:
    found = refused(content)
    assert (found.reason, said(found.detail)) == ("unsupported_archive", f"{kind}; unpack it and upload the files in it")


@pytest.mark.parametrize("text", [f"<html><body>{_TABLE}</body></html>", _TABLE, f'<meta charset="gbk">{_TABLE}', "\n " + _OLD_XML])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_web_page__named_as_a_spreadsheet_is_told_as_one_and_not_line_by_line(text: str, encoding: str) -> None:
    found = refused(text.encode(encoding))
    assert found.reason == "broken_spreadsheet"
    assert said(found.detail).startswith("its content is a web page or XML and no spreadsheet; ")


def test_web_page__a_table_whose_first_cell_is_in_angle_brackets_is_none() -> None:
    assert read(f"<某县>,\n{day_read(_ROW)}").rows_accepted == 1


def test_is_locked__a_password_is_told() -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(999)
    assert said(refused(content).detail) == "it is protected by a password; save it without one"


def test_unknown_header__of_one_long_cell_is_told_by_its_beginning() -> None:
    assert len(said(refused("x" * 9999).detail)) < 99
