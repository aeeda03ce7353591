"""What is one upload: exports file by file, register sheets of one folder together, in the order in which they count."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon_pipeline.intake.uploads import Export, uploads
from tests.builders import register
from tests.builders.broken import gzipped, packed, workbook
from tests.builders.exports import JAN1, wide

EXPORT = wide({JAN1: "1"}).encode()
SHEETS = register.single()
BOOK = workbook({"企业": [line.split(",") for line in SHEETS["企业.csv"].decode().splitlines()]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "given"


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def told(*paths: Path, home: Path | None = None) -> list[str | tuple[str, ...]]:
    """Filenames of uploads: a register's together."""
    found = uploads(paths, home)
    return [
        upload.source.filename if isinstance(upload, Export) else tuple(source.filename for source in upload.sources) for upload in found
    ]


def test_folder__by_full_path_with_its_register_where_the_first_sheet_stands(folder: Path) -> None:
    put(folder, {"a.csv": EXPORT, "z.csv": EXPORT} | SHEETS)
    assert told(folder) == ["a.csv", "z.csv", ("企业.csv", "户号.csv", "电表.csv")]
    put(folder, {"鿿.csv": EXPORT})
    assert told(folder)[-1] == "鿿.csv"


@pytest.mark.parametrize("given", ["{folder}", "{folder}/../given", "."])
def test_folder__what_the_home_in_it_holds_is_no_upload(folder: Path, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = (
        put(folder, {"a.csv": EXPORT, ".carbon/lake/part.parquet": b"PAR1", ".carbon/inbox/b.csv": EXPORT, ".carbon2/c.csv": EXPORT})
        / ".carbon"
    )
    monkeypatch.chdir(folder)
    whole = Path(given.format(folder=folder))
    assert told(whole, home=Path(".carbon")) == told(whole, home=home) == [".carbon2/c.csv", "a.csv"]
    assert told(home / "inbox", home=home) == ["b.csv"]


def test_folders__each_has_its_own_register(folder: Path) -> None:
    put(folder, {f"{place}/{name}": content for place in ("1", "2") for name, content in SHEETS.items()} | {"1/z.csv": EXPORT})
    assert told(folder) == [
        "1/z.csv",
        ("1/企业.csv", "1/户号.csv", "1/电表.csv"),
        ("2/企业.csv", "2/户号.csv", "2/电表.csv"),
    ]


def test_files_given_one_by_one__are_one_register_each(folder: Path) -> None:
    put(folder, SHEETS)
    assert told(folder / "户号.csv", folder / "企业.csv") == [("户号.csv",), ("企业.csv",)]


def test_zip__its_sheets_belong_together_and_its_exports_stand_alone(folder: Path) -> None:
    put(folder, {"all.zip": packed({"x.csv": EXPORT} | SHEETS)})
    assert told(folder / "all.zip") == ["all.zip/x.csv", ("all.zip/企业.csv", "all.zip/户号.csv", "all.zip/电表.csv")]


def test_workbook__stands_alone(folder: Path) -> None:
    put(folder, {"1.xlsx": BOOK, "2.xlsx": BOOK} | SHEETS)
    assert told(folder) == [("1.xlsx",), ("2.xlsx",), ("企业.csv", "户号.csv", "电表.csv")]


def test_packed_sheet__is_known_as_one(folder: Path) -> None:
    put(folder, {"企业.csv.gz": gzipped(SHEETS["企业.csv"]), "broken.gz": gzipped(EXPORT)[:20]})
    assert told(folder) == ["broken.gz", ("企业.csv.gz",)]


def test_register__under_any_name_in_any_encoding(folder: Path) -> None:
    sheet = SHEETS["企业.csv"].decode()
    put(folder, {"a.csv": sheet.encode("gb18030"), "b/c.txt": sheet.encode("utf-16"), "d.csv": ("说明\n\n" + sheet).encode()})
    assert told(folder) == [("a.csv", "d.csv"), ("b/c.txt",)]


def test_nothing_there(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        told(folder / "nowhere.csv")
    assert told(put(folder, {".DS_Store": b"x", "~$book.xlsx": b"x"})) == []
