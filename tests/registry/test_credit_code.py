from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.registry.credit_code import ALPHABET, check_character, is_valid, normalise

BODIES = st.text(st.sampled_from(ALPHABET), min_size=17, max_size=17)


def test_check_character__by_hand() -> None:
    # only the second character counts: 1 x 3, and 31 - 3 = 28 is W, the 29th of the alphabet
    assert check_character("01" + "0" * 15) == "W"
    assert check_character("0" * 17) == "0"


@pytest.mark.parametrize("code", ["91350100M000100Y43"])
def test_is_valid__example_of_the_standard(code: str) -> None:
    assert is_valid(code)


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y44", "91350100M000100I43", "91350100M000100Y433"])
def test_is_valid__wrong_length_character_or_check(code: str) -> None:
    assert not is_valid(code)


def test_normalise__spaces_full_width_and_case() -> None:
    assert normalise(" 9135 0100m000100y4３ ") == "91350100M000100Y43"


def test_check_character__wrong_body() -> None:
    with pytest.raises(ValueError, match="first 17 characters"):
        check_character("91350100M000100I4")


@given(BODIES, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_is_valid__one_wrong_character_is_always_found(body: str, place: int, wrong: str) -> None:
    code = body + check_character(body)
    assert is_valid(code)
    changed = code[:place] + wrong + code[place + 1 :]
    assert is_valid(changed) == (changed == code)
