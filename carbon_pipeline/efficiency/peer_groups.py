"""Peer groups: the smallest class of GB/T 4754-2017 around an enterprise that has enough gradable enterprises."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CLASS_GROUP_DIVISION: Final = (4, 3, 2)
"""Digits of the levels at which peers are looked for, the narrowest first."""
REFERENCE: Final = "ref:"
"""Stands before the division in the code of a group that is none: its L is a reference of the configuration."""

Gradable = tuple[str, int, int]
"""What a gradable enterprise brings into its peer groups: industry code, net tCO2 and value added (10^4 yuan).

Both numbers are whole, in one unit small enough for all enterprises of the period, so that their quotient is L.
"""


@dataclass(slots=True)
class PeerGroup:
    """A peer group and its L.

    Attributes:
        code: class, group or division of GB/T 4754, or `ref:` and a division.
        count: gradable enterprises in it, the one graded included; None for a reference.
        intensity: L of the group, sum of net tCO2 / sum of value added.
        value_added: that sum, in the unit of what was brought in; None for a reference.
    """

    code: str
    count: int | None
    intensity: Fraction
    value_added: int | None


@dataclass(slots=True)
class _Sum:
    count: int = 0
    net: int = 0
    value_added: int = 0

    def add(self, count: int, net: int, value_added: int) -> None:
        self.count += count
        self.net += net
        self.value_added += value_added


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
        by_class: dict[str, _Sum] = defaultdict(_Sum)
        for code, net, value_added in gradable:
            by_class[code].add(1, net, value_added)
        sums: dict[str, _Sum] = defaultdict(_Sum)
        for code, one in by_class.items():
            for digits in CLASS_GROUP_DIVISION:
                sums[code[:digits]].add(one.count, one.net, one.value_added)
        self._groups = {code: PeerGroup(code, s.count, Fraction(s.net, s.value_added), s.value_added) for code, s in sums.items()}
        self._found: dict[str, PeerGroup | None] = {}

    def of(self, industry_code: str) -> PeerGroup | None:
        """The group of a class: 4 digits if large enough, else 3, else 2, else the division's reference, else None."""
        if industry_code not in self._found:
            self._found[industry_code] = self._smallest(industry_code)
        return self._found[industry_code]

    def _smallest(self, industry_code: str) -> PeerGroup | None:
        for digits in CLASS_GROUP_DIVISION:
            group = self._groups.get(industry_code[:digits])
            if group and group.count is not None and group.count >= self._least:
                return group
        division = industry_code[:2]
        reference = self._references.get(division)
        return None if reference is None else PeerGroup(REFERENCE + division, None, reference, None)
