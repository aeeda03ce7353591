"""Plausibility of measured intervals: mean power above what the meter or the contract allows is removed, never capped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from carbon_pipeline.metering.facts import MISSING

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_BOUND: Final = -1
"""Stands for a day on which neither 额定功率 nor 合同容量 is known."""

MICROWATT_MINUTES_PER_WH: Final = 60_000_000


def above(wh: NDArray[np.int64], minutes: NDArray[np.int64], bound_uw: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell whose mean power lies above the bound.

    Args:
        wh: energy in Wh, `MISSING` where unknown.
        minutes: length of each interval or piece.
        bound_uw: bound of each in microwatts, `NO_BOUND` where there is none.

    Returns:
        True where energy is known and its mean power exceeds the bound (equal is allowed).
    """
    # Wh above the bound in whole numbers, without a product that a glitch of many gigawatts could carry over 64 bits.
    whole, rest = np.divmod(bound_uw, MICROWATT_MINUTES_PER_WH)
    allowed = whole * minutes + rest * minutes // MICROWATT_MINUTES_PER_WH
    return (bound_uw >= 0) & (wh > allowed)


def remove_above(
    wh: NDArray[np.int64], minutes: NDArray[np.int64], bound_uw: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Make intervals above the bound missing (`above_rated_power`), and say which they were."""
    if not (bound_uw >= 0).any():
        return wh, np.zeros(len(wh), np.bool_)
    removed = above(wh, minutes, bound_uw)
    return np.where(removed, MISSING, wh), removed
