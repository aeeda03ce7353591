"""Steps with upper bounds, such as levels of L and grades of K, and exact quotients held against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from carbon_pipeline.rules import Grade, Level

if TYPE_CHECKING:
    from collections.abc import Sequence

B = TypeVar("B", bound=Level | Grade)


class Bounds(Generic[B]):
    """Steps in their order; an upper bound belongs to its step, and the last step has none."""

    def __init__(self, steps: Sequence[B]) -> None:
        """Take the steps of a rule."""
        self._last = steps[-1]
        self._bounded = [(step, *step.upto.as_integer_ratio()) for step in steps if step.upto is not None]

    def step_of(self, numerator: int, denominator: int) -> B:
        """The step of a quotient, which is not rounded; the denominator is above 0."""
        for step, above, below in self._bounded:
            if numerator * below <= above * denominator:
                return step
        return self._last
