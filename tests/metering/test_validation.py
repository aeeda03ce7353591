"""The bound of mean power, at its edge and far beyond it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.metering.validation import NO_BOUND, above, remove_above


def is_above(wh: int, minutes: int, bound_uw: int) -> bool:
    return bool(above(np.array([wh]), np.array([minutes]), np.array([bound_uw]))[0])


def test_above__equal_is_allowed() -> None:
    assert not is_above(250, 15, 1_000_000_000)  # 1 kW for a quarter of an hour
    assert is_above(251, 15, 1_000_000_000)


def test_above__no_bound_and_nothing_known() -> None:
    assert not is_above(10**15, 15, NO_BOUND)
    assert not is_above(-1, 15, 0)


@given(st.integers(0, 10**17), st.sampled_from([15, 60, 1440, 500_000]), st.integers(0, 10**15))
def test_above__agrees_with_the_inequality_however_large(wh: int, minutes: int, bound_uw: int) -> None:
    assert is_above(wh, minutes, bound_uw) == (wh * 60_000_000 > bound_uw * minutes)


def test_remove_above__makes_missing_and_says_which() -> None:
    wh, removed = remove_above(np.array([250, 251]), np.array([15, 15]), np.array([1_000_000_000] * 2))
    assert wh.tolist() == [250, -1]
    assert removed.tolist() == [False, True]
