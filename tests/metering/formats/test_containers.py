from __future__ import annotations

import gzip
import hashlib
import io
import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.metering.formats import Limits, ReadResult, Refusal, Source, expand, read_export
from tests.builders.rights import close
from tests.metering.formats.build import PROFILES, curve, sheet

if TYPE_CHECKING:
    from pathlib import Path


def _zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def _names(path: Path, limits: Limits | None = None) -> list[str]:
    return [source.filename for source in (expand(path, limits) if limits else expand(path))]


def test_expand__a_file_is_itself(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x")
    [source] = expand(tmp_path / "a.csv")
    assert (source.filename, source.content, source.sha256) == ("a.csv", b"x", hashlib.sha256(b"x").hexdigest())


def test_expand__a_folder_by_full_path_in_code_point_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.csv", "a.csv", "B.csv", "中.csv", "a-1.csv", ".DS_Store", "~$a.xlsx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert _names(tmp_path) == ["B.csv", "a-1.csv", "a.csv", "a/z.csv", "b.csv", "中.csv"]


@pytest.mark.parametrize(("raw", "name"), [("曲线.csv".encode("gb18030"), "曲线.csv"), (b"\xff.csv", "\ufffd.csv")])
def test_expand__a_name_that_is_no_utf8_is_text_all_the_same(tmp_path: Path, raw: bytes, name: str) -> None:
    file = tmp_path / os.fsdecode(raw)
    file.write_bytes(b"x")
    assert _names(tmp_path) == _names(file) == [name]


def test_expand__members_in_code_point_order_within_each_other(tmp_path: Path) -> None:
    inner = _zip(("2.csv", b"2"), ("1.csv", b"1"))
    (tmp_path / "a.zip").write_bytes(_zip(("b.csv", b"b"), ("a/in.zip", inner), ("a/", b""), ("__MACOSX/a", b"x")))
    assert _names(tmp_path) == ["a.zip/a/in.zip/1.csv", "a.zip/a/in.zip/2.csv", "a.zip/b.csv"]


def test_expand__names_without_the_utf8_flag_are_gb18030(tmp_path: Path) -> None:
    marker = "xx"
    plain = _zip((marker * 2 + ".csv", b"x"), ("数据.csv", b"y"))
    (tmp_path / "a.zip").write_bytes(plain.replace((marker * 2).encode(), "曲线".encode("gb18030")))
    assert _names(tmp_path) == ["a.zip/数据.csv", "a.zip/曲线.csv"]


def test_expand__nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(expand(tmp_path / "none"))


def test_expand__a_folder_that_may_not_be_read_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.csv", "closed/b.csv", "lost+found/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    close(tmp_path / "lost+found", monkeypatch)  # at the root of every disk, and none of ours
    assert [source.filename for source in expand(tmp_path)] == ["a.csv", "closed/b.csv"]
    close(tmp_path / "closed", monkeypatch)
    with pytest.raises(PermissionError, match="closed"):
        list(expand(tmp_path))


def test_expand__is_lazy(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(_zip(("a.csv", b"a"), ("b.csv", b"b" * 1000)))
    assert next(expand(tmp_path / "a.zip", Limits(file_bytes=10))).refusal is None


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(file_bytes=100), "archive_too_large"),
        (Limits(total_bytes=100), "archive_too_large"),
        (Limits(depth=1), "archive_too_large"),
        (Limits(members=1), "archive_too_large"),
    ],
)
def test_expand__bounds(tmp_path: Path, limits: Limits, reason: str) -> None:
    (tmp_path / "a.zip").write_bytes(_zip(("a.zip", _zip(("a.csv", b"0" * 10_000)))))
    [source] = expand(tmp_path / "a.zip", limits)
    assert source.refusal is not None
    assert source.refusal.reason == reason
    assert read_export(source, PROFILES) is source.refusal


def test_expand__broken_encrypted_and_empty_archives(tmp_path: Path) -> None:
    good = _zip(("a.csv", b"0123456789" * 100))
    locked = bytearray(good)
    locked[6] |= 1
    locked[good.index(b"PK\x01\x02") + 8] |= 1
    spoiled = bytearray(good)
    spoiled[40] ^= 0xFF
    cases = {"broken_archive": good[:60], "encrypted_archive": bytes(locked), "empty_archive": _zip()}
    for reason, content in [*cases.items(), ("broken_archive", bytes(spoiled))]:
        (tmp_path / "a.zip").write_bytes(content)
        [source] = expand(tmp_path / "a.zip")
        assert source.refusal is not None, reason
        assert source.refusal.reason == reason


@pytest.mark.parametrize(
    ("content", "limits"), [(_zip()[:20] + b"x", Limits()), (_zip(("a.csv", b"0")), Limits(depth=0))], ids=["broken", "too deep"]
)
def test_expand__what_is_refused_keeps_its_bytes_and_fingerprint(tmp_path: Path, content: bytes, limits: Limits) -> None:
    """Under its receipt somebody looks for what was sent; it was an empty file, and all refused archives had one fingerprint."""
    (tmp_path / "a.zip").write_bytes(content)
    [source] = expand(tmp_path / "a.zip", limits)
    assert source.refusal is not None
    assert source.stored == content
    assert source.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("at", range(44, 60))
def test_expand__a_spoiled_member_however_it_is_packed(tmp_path: Path, method: int, at: int) -> None:
    spoiled = bytearray(_zip(("a.csv", b"0123456789" * 100), method=method))
    spoiled[at] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(spoiled)
    [source] = expand(tmp_path / "a.zip")
    assert source.refusal is not None
    assert source.refusal.reason == "broken_archive"


def test_expand__a_spreadsheet_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "table.zip").write_bytes(sheet([["a"]]))
    (tmp_path / "archive.xlsx").write_bytes(_zip(("a.csv", b"x")))
    sources = list(expand(tmp_path))
    assert [(source.filename, source.is_spreadsheet) for source in sources] == [("archive.xlsx/a.csv", False), ("table.zip", True)]


def test_expand__a_document_is_one_upload_and_not_its_parts(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(_zip(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x/>")))
    parts = ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<x/>")
    (tmp_path / "b.ods").write_bytes(_zip(*parts, method=zipfile.ZIP_STORED))
    found = [(source.filename, source.refusal.reason if source.refusal else None) for source in expand(tmp_path)]
    assert found == [("a.docx", "unknown_format"), ("b.ods", "broken_spreadsheet")]


def test_expand__what_a_mac_leaves_beside_files_is_none(tmp_path: Path) -> None:
    beside = [(name, b"\0\5\x16\7") for name in ("._a.csv", "x/._a.csv", "__MACOSX/._b.csv", "x/__MACOSX/b.csv")]
    (tmp_path / "a.zip").write_bytes(_zip(("a.csv", b"x"), *beside))
    (tmp_path / "._a.zip").write_bytes(b"\0\5\x16\7")
    assert [source.filename for source in expand(tmp_path)] == ["a.zip/a.csv"]


def test_source__a_gzip_is_read_by_its_content(tmp_path: Path) -> None:
    packed = gzip.compress(curve({}).encode())
    (tmp_path / "a.csv.gz").write_bytes(packed)
    [source] = expand(tmp_path)
    assert source.sha256 == hashlib.sha256(packed).hexdigest()
    assert isinstance(read_export(source, PROFILES), ReadResult)
    broken = read_export(Source("a.gz", packed=packed[:40]), PROFILES)
    assert isinstance(broken, Refusal)
    assert broken.reason == "broken_archive"
