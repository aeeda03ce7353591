"""Steps with upper bounds, such as levels of L and grades of K, and exact quotients held against them."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Generic, TypeVar

from carbon_pipeline.exact import most_decimals, whole
from carbon_pipeline.rules import Grade, Level

if TYPE_CHECKING:
    from collections.abc import Sequence

B = TypeVar("B", bound=Level | Grade)


class Bounds(Generic[B]):
    """Steps in their order; an upper bound belongs to its step, and the last step has none."""

    def __init__(self, steps: Sequence[B]) -> None:
        """Take the steps of a rule, whose bounds rise."""
        bounds = [step.upto for step in steps if step.upto is not None]
        places = most_decimals(bounds)
        self._steps, self._unit = steps, 10**places
        self._bounds = [whole(bound, places) for bound in bounds]

    def step_of(self, numerator: int, denominator: int) -> B:
        """The step of a quotient; the denominator is above 0.

        A quotient is rounded up to the places of the bounds first, which leaves it on the side of each of them that it is on.
        """
        return self._steps[bisect_left(self._bounds, -(-numerator * self._unit // denominator))]
