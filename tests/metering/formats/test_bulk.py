"""What machine code makes of a body: never anything else than is made of it cell by cell, as texts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carbon_pipeline.metering.formats import detect, tables
from carbon_pipeline.metering.formats.bulk import split
from carbon_pipeline.metering.formats.values import NONE
from tests.metering.formats.build import CLOCK, PROFILES, day_wide

if TYPE_CHECKING:
    from carbon_pipeline.metering.formats.bulk import Split
    from carbon_pipeline.metering.formats.detect import Layout

ORDINARY = "3308004000000011,2025-01-01,34.8751,NULL,-0.5,\n3308004000000012,2025/1/1,0,,7.000001,-9999"


def _layout(values: tuple[int, ...] = (2, 3, 4, 5), width: int = 6, delimiter: str = ",") -> Layout:
    """Two columns and four values, by a profile that knows `NULL` and `-9999`."""
    found = detect.recognise(detect.Text.of(day_wide({}).encode(), "utf-8"), PROFILES)
    assert isinstance(found, detect.Layout)
    assert {"", "NULL", "-9999"} <= set(found.profile.missing)
    return replace(found, values=values, width=width, delimiter=delimiter)


def _split(*bodies: str, layout: Layout | None = None) -> Split | None:
    return split([body.encode() for body in bodies], [body.count("\n") + 1 for body in bodies], layout or _layout())


def _micros(body: str) -> list[list[int]]:
    found = _split(body)
    assert found is not None
    return found.values.micros.tolist()


def test_split__ordinary_rows() -> None:
    found = _split(ORDINARY)
    assert found is not None
    assert found.values.micros.tolist() == [[34_875_100, NONE, -500_000, NONE], [0, NONE, 7_000_001, NONE]]
    assert not found.values.flags.any()
    assert found.texts == b"3308004000000011,2025-01-01\n3308004000000012,2025/1/1\n"
    assert found.is_clean


def test_split__several_bodies_are_as_one() -> None:
    lines = ORDINARY.split("\n")
    parted, whole = _split(*lines), _split(ORDINARY)
    assert parted is not None
    assert whole is not None
    assert parted.texts == whole.texts
    assert parted.values.micros.tolist() == whole.values.micros.tolist()


@pytest.mark.parametrize(
    ("cell", "micros"),
    [
        ("0", 0), ("-0", 0), ("007", 7_000_000), ("0.000001", 1), ("0.1", 100_000), ("123456789012.123456", 123_456_789_012_123_456),
        ("-999999999999.999999", -999_999_999_999_999_999), ("NULL", NONE), ("", NONE), ("-9999", NONE), ("-9999.00", NONE),
        ("-9999.5", -9_999_500_000), ("9999", 9_999_000_000),
    ],
)  # fmt: skip
def test_split__a_value(cell: str, micros: int) -> None:
    for place in range(4):
        cells = ["1"] * 4
        cells[place] = cell
        expected = [1_000_000] * 4
        expected[place] = micros
        assert _micros("M,D," + ",".join(cells)) == [expected]


@pytest.mark.parametrize(
    "cell",
    [
        "1.0000001", "1234567890123", "1" * 30, ".5", "5.", "-", "-.5", ".", "1.2.3", "+1", "1e3", " 1", "1 ", "NUL", "NULLS", "null ", "x",
        '"1"', '"', "1-", "--1", "１", "NaN", "1\r2",
    ],
)  # fmt: skip
def test_split__a_value_that_is_left_to_the_reader_of_texts(cell: str) -> None:
    for place in range(4):
        cells = ["1"] * 4
        cells[place] = cell
        assert _split("M,D,1,1,1,1\nM,D," + ",".join(cells)) is None


@pytest.mark.parametrize(
    "row",
    ["M,D,1,1,1", "M,D,1,1,1,1,", "M,D,1,1,1,1,1", "M", "", "M,D", "M,D,", 'M"x",D,1,1,1,1', '"M,D,1,1,1,1', '"M"x,D,1,1,1,1', '"M\n"'],
)
def test_split__a_row_that_is_left_to_the_reader_of_texts(row: str) -> None:
    assert _split(f"{row}\nM,D,1,1,1,1") is None
    assert _split(f"M,D,1,1,1,1\n{row}") is None


@pytest.mark.parametrize("row", ["M,D,1,1,1", "M,D,1,1,1,a,", "M,D,1,1,1,a,b", "M,D,1", "M", "", 'M,D,1,1,1,"a', "M,D,1,1,1,a\n"])
def test_split__a_row_that_is_left_to_the_reader_of_texts_beside_a_column_behind_the_values(row: str) -> None:
    """Where the cell behind the values is lacking, the body must not be read beyond its end."""
    layout, ordinary = _layout((2, 3, 4)), "M,D,1,1,1,a"
    for body in (f"{row}\n{ordinary}", f"{ordinary}\n{row}"):
        assert _split(body, layout=layout) is None


@pytest.mark.parametrize("body", ["M,D,1,1,1,", "M,D,1,1,1,a\nM,D,1,1,1,"])
def test_split__an_empty_cell_at_the_end(body: str) -> None:
    found = _split(body, layout=_layout((2, 3, 4)))
    assert found is not None
    assert found.texts == body.replace(",1,1,1", "").encode() + b"\n"


@pytest.mark.parametrize("values", [(0, 1, 2, 3), (1, 2, 3, 5), (3, 2, 4, 5)])
def test_split__values_elsewhere_than_side_by_side_behind_a_column(values: tuple[int, ...]) -> None:
    assert _split("1,1,1,1,1,1", layout=_layout(values)) is None


def test_split__columns_on_either_side_of_the_values() -> None:
    found = _split("M,D,1,2,a,b\nN,D,3,,,", layout=_layout((2, 3)))
    assert found is not None
    assert found.texts == b"M,D,a,b\nN,D,,\n"
    assert found.values.micros.tolist() == [[1_000_000, 2_000_000], [3_000_000, NONE]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_split__other_delimiters_and_line_ends(delimiter: str) -> None:
    body = ORDINARY.replace(",", delimiter)
    found, windows = (
        _split(body, layout=_layout(delimiter=delimiter)),
        _split(body.replace("\n", "\r\n"), layout=_layout(delimiter=delimiter)),
    )
    assert found is not None
    assert windows is not None
    assert found.values.micros.tolist() == windows.values.micros.tolist() == _micros(ORDINARY)
    assert found.texts == windows.texts


@pytest.mark.parametrize("text", ['"M"', '"M,1"', " M", "M\t", "Ｍ", "`M", "'M"])
def test_split__texts_that_ask_for_cleaning(text: str) -> None:
    found = _split(f"{text},D,1,1,1,1")
    assert found is not None
    assert not found.is_clean
    assert found.texts == f"{text},D\n".encode()


CELLS = st.sampled_from(["", "0", "1.5", "-2.25", "0.123456", "0.1234565", "NULL", "-9999", "x", "1e3", "12345678901234"])
TEXTS = st.sampled_from(["3390001", "2025-01-05", "", " ", '"a,b"', "户", "NULL", "E", "a b"])
USUAL_ROWS = st.tuples(TEXTS, TEXTS, CELLS, CELLS, CELLS, CELLS)
ANY_ROWS = st.lists(TEXTS | CELLS, min_size=1, max_size=7)
ROWS = st.lists((USUAL_ROWS | USUAL_ROWS | USUAL_ROWS | ANY_ROWS).map(",".join), min_size=1, max_size=6)


@given(st.lists(ROWS, min_size=1, max_size=3), st.sampled_from(["\n", "\r\n"]), st.sampled_from([(2, 3, 4, 5), (2, 3, 4), (2, 3), (1, 2)]))
@example([["M,D,1,1,1,1"], [",,,,,"]], "\n", (2, 3, 4, 5))
@example([["M,D,1,1,1,"], ["M,D,1,1,1"]], "\n", (2, 3, 4))
def test_read_regular__by_machine_code_as_by_texts(files: list[list[str]], line_end: str, values: tuple[int, ...]) -> None:
    bodies = [line_end.join(rows).encode() for rows in files]
    counts = [len(rows) for rows in files]
    layout = _layout(values)
    with pytest.MonkeyPatch.context() as patch:
        by_texts = tables.read_regular(bodies, counts, layout, str)
        patch.setattr(tables, "BULK", 0)
        by_machine = tables.read_regular(bodies, counts, layout, str)
    if by_machine is None or by_texts is None:
        assert by_machine is by_texts
        return
    assert by_machine.row_no.tolist() == by_texts.row_no.tolist()
    assert by_machine.texts(layout).equals(by_texts.texts(layout))
    of_each = [table.values(layout.values, layout.profile.missing) for table in (by_machine, by_texts)]
    assert of_each[0].micros.tolist() == of_each[1].micros.tolist()
    assert of_each[0].flags.tolist() == of_each[1].flags.tolist()


def test_split__a_whole_export() -> None:
    rows = day_wide(*({"T0000": f"0.{point}", "T2345": "NULL"} for point in range(1, 100))).split("\n", 1)[1].rstrip()
    found = _split(rows, layout=_layout(tuple(range(2, 98)), 98))
    assert found is not None
    assert found.values.micros.shape == (99, len(CLOCK))
    assert found.values.micros[:, 0].tolist() == [int(f"{point:0<6}") for point in map(str, range(1, 100))]
    assert (found.values.micros[:, -1] == NONE).all()
    assert found.texts == b"3390001,2025-01-05\n" * 99
