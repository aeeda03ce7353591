"""A county's own format: a file in its home, no code, and every number as exact as with the formats that ship."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.builders.county import County
from tests.builders.exports import day
from tests.builders.register import METER, single
from tests.metering.formats.build import text

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = """
id: fine_power
title: 五分钟功率 · power every five minutes
layout: wide
columns: {meter_no: [表号], date: [日期]}
optional: {factor: [倍率]}
values: {P: ["{hh}:{mm}"]}
points: 288
step: 5
stamp: start
first_point: "00:00"
is_secondary: true
"""
CLOCK = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 1440, 5)]


@pytest.mark.parametrize("own_factor", [True, False])
@pytest.mark.parametrize("is_broken", [True, False])
def test_five_minute_power__is_rounded_once_and_half_even(tmp_path: Path, *, own_factor: bool, is_broken: bool) -> None:
    """At a multiplier of 60, three parts of 0.0005 kW together are 2.5 Wh: 2, where their mean to six decimals would make 3."""
    county = County(tmp_path)
    formats = county.settings.home / "config" / "formats"
    formats.mkdir(parents=True)
    (formats / "fine_power.yaml").write_text(PROFILE, encoding="utf-8")
    powers = [f"0.000{part % 7}" for part in range(288)]
    if is_broken:  # a gap at the end: the day is reckoned interval by interval, not from the sums of its row
        powers[-4:] = [""] * 4
    factors = {"倍率": "60"} if own_factor else {}
    export = text([["表号", "日期", *factors, *CLOCK], [METER, f"{day(0)}", *factors.values(), *powers]])
    county.take({**single(meter={"综合倍率": "7" if own_factor else "60"}), "export.csv": export})
    county.refresh(day(20))
    quarters = [powers[part : part + 3] for part in range(0, 288, 3)]
    wh = [round(sum(map(Fraction, three)) * 60 * 1000 * Fraction(5, 60)) for three in quarters if all(three)]
    (found,) = county.days().values()
    assert found[:3] == (15, sum(wh), 15 * len(wh))


def test_power_of_another_step__is_the_same_where_the_mean_is(tmp_path: Path) -> None:
    """Three parts of 1 kW are kept as their sum: it is not the same as 3 kW, but as 1 kW."""
    county = County(tmp_path)
    formats = county.settings.home / "config" / "formats"
    formats.mkdir(parents=True)
    (formats / "fine_power.yaml").write_text(PROFILE, encoding="utf-8")
    coarse = PROFILE.replace("fine_power", "coarse_power").replace("points: 288", "points: 96").replace("step: 5", "step: 15")
    (formats / "coarse_power.yaml").write_text(coarse, encoding="utf-8")
    county.take(single())

    def counts(clock: list[str], power: str) -> tuple[str, ...]:
        export = text([["表号", "日期", "倍率", *clock], [METER, f"{day(0)}", "1", *[power] * len(clock)]])
        receipt = county.one("export.csv", export)
        return tuple(receipt[name] for name in ("intervals_new", "intervals_changed", "intervals_same"))

    assert counts(CLOCK, "1") == ("96", "0", "0")
    assert counts(CLOCK[::3], "3") == ("0", "96", "0")
    assert counts(CLOCK[::3], "1") == ("0", "96", "0")
    assert counts(CLOCK, "1.0") == ("0", "0", "96")
