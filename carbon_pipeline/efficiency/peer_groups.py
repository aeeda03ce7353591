"""Peer groups: the smallest class of GB/T 4754-2017 around an enterprise that has enough gradable enterprises."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CLASS_GROUP_DIVISION: Final = (4, 3, 2)
_REFERENCE: Final = "ref:"


@dataclass(frozen=True, slots=True)
class Gradable:
    """What a gradable enterprise brings into its peer groups: net tCO2 and value added (10^4 yuan), exact."""

    industry_code: str
    net: Fraction
    value_added: Fraction


@dataclass(slots=True)
class PeerGroup:
    """A peer group and its L.

    Attributes:
        code: class, group or division of GB/T 4754, or `ref:` and a division.
        count: gradable enterprises in it, the one graded included; None for a reference.
        intensity: L of the group, sum of net tCO2 / sum of value added.
        value_added: that sum; None for a reference.
    """

    code: str
    count: int | None
    intensity: Fraction
    value_added: Fraction | None


class PeerGroups:
    """Peer groups of one period."""

    def __init__(self, gradable: Iterable[Gradable], least_peers: int, references: Mapping[str, Fraction]) -> None:
        """Sum up the gradable enterprises of every class, group and division.

        Args:
            gradable: all gradable enterprises of the period.
            least_peers: a level counts as a group from this many on.
            references: dated, sourced reference L by division, for divisions that are too small.
        """
        self._least, self._references = least_peers, references
        sums: dict[str, tuple[int, Fraction, Fraction]] = defaultdict(lambda: (0, Fraction(0), Fraction(0)))
        for one in gradable:
            for digits in _CLASS_GROUP_DIVISION:
                count, net, value_added = sums[one.industry_code[:digits]]
                sums[one.industry_code[:digits]] = (count + 1, net + one.net, value_added + one.value_added)
        self._groups = {code: PeerGroup(code, n, net / value_added, value_added) for code, (n, net, value_added) in sums.items()}

    def of(self, industry_code: str) -> PeerGroup | None:
        """The group of a class: 4 digits if large enough, else 3, else 2, else the division's reference, else None."""
        for digits in _CLASS_GROUP_DIVISION:
            group = self._groups.get(industry_code[:digits])
            if group and group.count is not None and group.count >= self._least:
                return group
        division = industry_code[:2]
        reference = self._references.get(division)
        return None if reference is None else PeerGroup(_REFERENCE + division, None, reference, None)
