from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.metering.formats.result import FLAG_ABSENT, FLAG_NEGATIVE, FLAG_OK, MISSING
from carbon_pipeline.metering.formats.values import LARGEST, NONE, Block, exact_micros, from_texts, settle_signs, to_grid

if TYPE_CHECKING:
    from carbon_pipeline.metering.formats.profiles import Kind

_WIDE = Context(prec=200)


def _expected(text: str) -> int:
    return int(_WIDE.multiply(Decimal(text), Decimal(10**6)).quantize(Decimal(1), ROUND_HALF_EVEN, _WIDE))


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("0", 0), ("12.5", 12_500_000), ("0.1234565", 123_456), ("0.1234575", 123_458), ("0.12345650000001", 123_457),
        ("-0.5", -500_000), ("999999.999999", 999_999_999_999), ("32.10000229", 32_100_002), ("007", 7_000_000),
        ("123456789.123456", 123_456_789_123_456),
    ],
)  # fmt: skip
def test_from_texts__half_even_at_the_sixth_decimal(text: str, micros: int) -> None:
    block = from_texts(pl.Series([text]), ("",))
    assert block.micros.tolist() == [micros]
    assert block.flags.tolist() == [0]


@pytest.mark.parametrize("text", ["NaN", "#N/A", "--", "+5", "1e3", "1,234", ".5", "5.", "abc", "٣", "1 2", "9" * 30])
def test_from_texts__no_number_is_missing_and_flagged(text: str) -> None:
    block = from_texts(pl.Series([text]), ("", "NULL", "-9999"))
    assert block.micros.tolist() == [NONE]
    assert block.flags.tolist() == [4]


def test_from_texts__missing_codes_are_plainly_missing() -> None:
    block = from_texts(pl.Series(["", None, "NULL", "-9999", " NULL "]), ("", "NULL", "-9999"))
    assert (block.micros == NONE).all()
    assert not block.flags.any()


def test_from_texts__a_missing_code_too_large_for_a_number_is_plainly_missing() -> None:
    block = from_texts(pl.Series(["9" * 30, "8" * 30, " " + "9" * 30]), ("9" * 30,))
    assert (block.micros == NONE).all()
    assert block.flags.tolist() == [0, 4, 0]


def test_from_texts__a_number_that_equals_a_missing_code_is_missing_however_it_is_written() -> None:
    block = from_texts(pl.Series(["-9999.00", '="-9999"', " -9999", "-9999.1", "9999"]), ("-9999",))
    assert block.micros.tolist() == [NONE, NONE, NONE, -9_999_100_000, 9_999_000_000]
    assert not block.flags.any()


_numbers = st.one_of(
    st.from_regex(r"-?[0-9]{1,13}(\.[0-9]{1,12})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,6}\.[0-9]{4}", fullmatch=True),
    st.from_regex(r"0\.[0-9]{6}(5|50|49999999|50000001)", fullmatch=True),
)


@given(st.lists(_numbers, min_size=1, max_size=30))
def test_from_texts__equals_decimal_arithmetic(texts: list[str]) -> None:
    expected = [micros if abs(micros := _expected(text)) < 2**62 else NONE for text in texts]
    assert from_texts(pl.Series(texts), ()).micros.tolist() == expected


def test_exact_micros__more_digits_than_a_decimal_context_holds() -> None:
    assert exact_micros("1.0000005" + "0" * 40 + "1") == 1_000_001
    assert exact_micros("1.0000005" + "0" * 40) == 1_000_000
    assert exact_micros("-1.0000015" + "0" * 40) == -1_000_002
    assert exact_micros("9" * 40) is None


def _block(*micros: int) -> Block:
    return Block(np.array([micros], np.int64), np.zeros((1, len(micros)), np.uint8))


def test_settle_signs__negative_energy_is_missing() -> None:
    block, lowest = settle_signs("E", _block(5, -5, NONE), None)
    assert (block.micros.tolist(), block.flags.tolist(), lowest) == ([[5, -1, -1]], [[0, 5, 0]], None)


def test_settle_signs__negative_power_is_zero_unless_flagged_absent() -> None:
    block, lowest = settle_signs("P", _block(5, -5, -7), np.array([[False, False, True]]))
    assert (block.micros.tolist(), block.flags.tolist()) == ([[5, 0, -1]], [[0, 0, 6]])
    assert lowest is not None
    assert lowest.tolist() == [-5]


def _settled(kind: str, micros: int, *, is_absent: bool, is_reverse: bool) -> tuple[int, int]:
    """Value and flag of one cell."""
    if is_absent:
        return MISSING, FLAG_ABSENT
    if micros == NONE:
        return MISSING, FLAG_OK
    if micros >= 0:
        return micros, FLAG_OK
    return (0, FLAG_OK) if kind == "P" and not is_reverse else (MISSING, FLAG_NEGATIVE)


cells = st.tuples(st.integers(-3, 3) | st.just(NONE), st.booleans())


@given(
    st.sampled_from(["E", "P", "R"]), st.lists(st.tuples(st.lists(cells, min_size=3, max_size=3), st.booleans()), min_size=1, max_size=4)
)
def test_settle_signs__every_cell_by_itself(kind: Kind, rows: list[tuple[list[tuple[int, bool]], bool]]) -> None:
    micros, absent = (np.array([[cell[part] for cell in row] for row, _ in rows]) for part in (0, 1))
    reverse = np.array([is_reverse for _, is_reverse in rows])
    block, lowest = settle_signs(kind, Block(micros, np.zeros(micros.shape, np.uint8)), absent, reverse)
    wanted = [[_settled(kind, micros, is_absent=is_absent, is_reverse=back) for micros, is_absent in row] for row, back in rows]
    assert block.micros.tolist() == [[value for value, _ in row] for row in wanted]
    assert block.flags.tolist() == [[flag for _, flag in row] for row in wanted]
    least = [min([0, *(micros for micros, is_absent in row if micros > NONE and not is_absent)]) for row, _ in rows]
    assert (None if lowest is None else lowest.tolist()) == (least if kind == "P" and min(least) < 0 else None)


def test_to_grid__energy_and_power_summed_register_every_third() -> None:
    fine = _block(1, 2, 4, 10, -1, 10)
    assert to_grid("E", fine, 3).micros.tolist() == [[7, -1]]
    assert to_grid("P", fine, 3).micros.tolist() == [[7, -1]]
    assert to_grid("R", fine, 3).micros.tolist() == [[1, 10]]


def test_to_grid__no_sum_leaves_64_bits() -> None:
    assert to_grid("E", _block(LARGEST - 1, LARGEST - 1, LARGEST - 1, 1, 2, 3), 3).micros.tolist() == [[-1, 6]]


def test_to_grid__keeps_the_gravest_flag() -> None:
    fine = Block(np.array([[1, 2, 3, 1, -1, 3]]), np.array([[0, 2, 0, 2, 4, 0]], np.uint8))
    assert to_grid("E", fine, 3).flags.tolist() == [[2, 4]]
