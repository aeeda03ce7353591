"""Formulas without results: each way in which a program leaves one, and what a reckoned one looks like."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from carbon_pipeline.metering.formats.formulas import unreckoned
from carbon_pipeline.registry.workbook import read_register
from tests.metering.formats.build import CLOCK, METER, refused

RECKONED = b'<c r="B2"><f>1/2</f><v>0.5</v></c>'


def book(rows: list[list[object]], cell: bytes = RECKONED, name: str = "Sheet1") -> bytes:
    """A workbook with a formula in B2, which the library writes as `RECKONED`; `cell` takes its place."""
    written, packed = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as made:
        sheet = made.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        sheet.write_formula("B2", "=1/2", None, 0.5)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
        for part in source.namelist():
            found = source.read(part)
            assert part != "xl/worksheets/sheet1.xml" or RECKONED in found
            target.writestr(part, found.replace(RECKONED, cell))
    return packed.getvalue()


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="B2"><f>1/2</f></c>',
        b'<c r="B2"><f>1/2</f><v></v></c>',
        b'<c s="3" r="B2"><f>1/2</f><v/></c>',
        b'<c r="B2"><f t="shared" si="0"/><v /></c>',
        b'<x:c r="B2">\n<x:f ca="1">IF(A1&gt;0,1,2)</x:f>\n</x:c>',
    ],
)
def test_unreckoned__is_refused_with_its_cell(cell: bytes) -> None:
    found = unreckoned(book([], cell))
    assert found is not None
    assert (found.reason, found.detail.sentence("en")) == ("formula_unreckoned", "cell B2")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "cell",
    [
        RECKONED,
        b'<c r="B2" t="str"><f>IF(A1="","",1)</f><v></v></c>',
        b'<c r="B2"/>',
        b'<c r="B2"><v></v></c><c r="C2"><f>1</f><v>1</v></c>',
    ],
)
def test_reckoned__empty_texts_and_empty_cells_are_no_harm(cell: bytes) -> None:
    assert unreckoned(book([], cell)) is None


def test_unreckoned__an_export_and_a_register_are_refused_by_it() -> None:
    export = book([["meter_no", "date", *CLOCK], [METER, "", *[1] * 96]], b'<c r="B2"><f>TODAY()</f></c>')
    assert refused(export).reason == "formula_unreckoned"
    titles = ["户号", "份额", "统一社会信用代码", "起始日期", "终止日期"]
    register = [titles, ["3303304000001", "", "91330304MA7C0JLNXY", "", ""]]
    found = read_register("台账.xlsx", book(register, b'<c r="B2"><f>1/2</f></c>', "户号"))
    assert getattr(found, "reason", None) == "formula_unreckoned"
    assert not hasattr(read_register("台账.xlsx", book(register, name="户号")), "reason")


def test_unreckoned__what_is_no_zip_holds_none() -> None:
    assert unreckoned(b"\xd0\xcf\x11\xe0") is None
