"""What is told of a body at a glance: never more than a close look would say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.metering.formats.plain import BYTES_A_BLOCK, is_bare, is_clean, is_plain

ODD = [bytes([code]) for code in range(256) if code != ord("\n") and not ord(",") <= code <= ord("Z")]


def _is_bare(body: bytes) -> bool:
    return is_bare(body, body.count(b"\n") + 1)


@given(st.text('0123456789.,-/;:ABENZe+=\n\r \t"é', max_size=40).map(str.encode) | st.binary(max_size=12))
def test_is_bare__never_says_more_than_a_close_look(body: bytes) -> None:
    assert not _is_bare(body) or (is_plain(body) and is_clean(body))


def test_is_bare__ordinary_rows() -> None:
    assert _is_bare(b"3308004000000011,2025-01-01,34.8751,NULL,-0.5,\n3308004000000012,2025/1/1,0,,7\n")


@pytest.mark.parametrize("odd", [*ODD, b"E"])
def test_is_bare__any_other_byte_asks_for_a_close_look(odd: bytes) -> None:
    assert not _is_bare(b"1,2025-01-01,0.5\n2,2025-01-01," + odd)


@pytest.mark.parametrize("body", [b".5,1", b"1,.5", b"1,5.", b"1,5.,2", b"1,-.5", b"1,2\n.5,3"])
def test_is_bare__a_point_without_a_digit_on_either_side(body: bytes) -> None:
    assert not _is_bare(body)
    assert not is_plain(body)


@pytest.mark.parametrize("at", range(BYTES_A_BLOCK - 3, BYTES_A_BLOCK + 4))
def test_is_bare__a_lone_point_where_two_blocks_meet(at: int) -> None:
    body = b"1" * at + b".," + b"1" * 8
    assert not _is_bare(body)
    assert not is_plain(body)
    assert _is_bare(body.replace(b".,", b".5"))
