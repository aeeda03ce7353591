"""Peer groups: class, group, division, reference, in this order."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from carbon_pipeline.efficiency.peer_groups import PeerGroups


def groups(*codes: str, **references: int) -> PeerGroups:
    gradable = [(code, 2, 1) for code in codes]
    return PeerGroups(gradable, 5, {name[1:]: Fraction(value) for name, value in references.items()})


def test_class__stands_from_five_on() -> None:
    found = groups(*["2641"] * 5, "2642").of("2641")
    assert found is not None
    assert (found.code, found.count) == ("2641", 5)


def test_group__stands_where_the_class_is_small() -> None:
    found = groups(*["2641"] * 4, "2642").of("2642")
    assert found is not None
    assert (found.code, found.count) == ("264", 5)


def test_division__counts_those_with_a_class_of_their_own_too() -> None:
    found = groups(*["2641"] * 5, "2614").of("2614")
    assert found is not None
    assert (found.code, found.count) == ("26", 6)


def test_reference__stands_where_the_division_is_small() -> None:
    found = groups("2641", d26=3).of("2641")
    assert found is not None
    assert (found.code, found.count, found.intensity, found.value_added) == ("ref:26", None, 3, None)
    assert groups("2641").of("2641") is None


def test_intensity__is_the_ratio_of_sums_not_the_mean_of_ratios() -> None:
    parts = [(1, 1), (1, 9), (2, 1), (3, 1), (4, 8)]
    found = PeerGroups([("1711", net, va) for net, va in parts], 5, {}).of("1711")
    assert found is not None
    assert found.intensity == Fraction(11, 20)


@given(st.permutations(["2641", "2641", "2642", "2614", "2614", "2641", "1711"]))
def test_group__does_not_mind_the_order(codes: list[str]) -> None:
    found = groups(*codes).of("2641")
    assert found is not None
    assert (found.code, found.count, found.intensity) == ("26", 6, 2)
