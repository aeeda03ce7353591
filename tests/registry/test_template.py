from __future__ import annotations

import fastexcel
import pytest

from carbon_pipeline.registry.sheets import SHEETS
from carbon_pipeline.registry.template import _UNITS, HELP_SHEET, write_template
from carbon_pipeline.registry.workbook import is_register, read_register
from carbon_pipeline.units import is_known
from tests.registry.build import apply


@pytest.fixture(scope="module")
def template() -> bytes:
    return write_template(carriers=("原煤", "天然气"), streets=[f"第{number:03d}街道" for number in range(99)])


def test_write_template__is_a_register_workbook_with_every_column(template: bytes) -> None:
    assert is_register("模板.xlsx", template)
    sheets = read_register("模板.xlsx", template)
    assert isinstance(sheets, list)
    assert [sheet.header for sheet in sheets] == [sheet.titles for sheet in SHEETS]


def test_write_template__sent_back_as_it_is_changes_nothing(template: bytes) -> None:
    sheets = read_register("模板.xlsx", template)
    assert isinstance(sheets, list)
    result = apply(*sheets)
    assert {(count.rows_read, count.rows_ignored) for count in result.counts} == {(1, 1)}
    assert result.changes.is_empty()
    assert result.quarantine.is_empty()


def test_write_template__explains_every_column(template: bytes) -> None:
    text = fastexcel.read_excel(template).load_sheet(HELP_SHEET, header_row=None, dtypes="string").to_polars()
    explained = {(row[0], str(row[1]).strip("*")) for row in text.rows() if row[3]}
    assert explained >= {(sheet.name, column.title) for sheet in SHEETS for column in sheet.columns}


def test_write_template__offers_only_units_that_are_understood() -> None:
    assert all(map(is_known, _UNITS))
