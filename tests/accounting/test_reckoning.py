"""One refresh as a whole: the same tables from the same inputs in any order, closed months that may be kept, withdrawn enterprises."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

import polars as pl
import pytest

from carbon_pipeline.accounting.metered import Metered
from carbon_pipeline.accounting.months import parse_month
from carbon_pipeline.reckoning import reckon_metered
from tests.accounting.district import District, shipped

if TYPE_CHECKING:
    from carbon_pipeline.outcomes import Reckoning

TABLES = ("energy", "grades", "budgets", "tariffs", "inventory", "findings", "checks")
NOV1, JAN1, FEB10, FEB28 = date(2024, 11, 1), date(2025, 1, 1), date(2025, 2, 10), date(2025, 2, 28)


def district(seed: int) -> District:
    """Some enterprises with shared accounts, PV, fuels, green power, budgets and gaps, drawn from a seed."""
    dice = Random(seed)  # noqa: S311 - a test's dice
    found = District()
    for number in range(8):
        name = f"E{number}"
        found.enterprise(name, dice.choice(["1711", "1712", "3011"]), street=dice.choice(["甲", "乙"]))
        for month in ("2024-11", "2024-12", "2025-01"):
            found.value_added(name, month, str(dice.randint(1, 90))).fuel(name, month, str(dice.randint(0, 900)))
        found.green(name, "2025-01", str(dice.randint(1, 4000))).budget(name, 2025, str(dice.randint(1, 9)), JAN1)
    for number in range(6):
        account = f"330100000000{number}"
        owners = dice.sample(range(8), 2)
        for owner, share in zip(owners, dice.choice([("0.5", "0.5"), ("0.3", "0.7"), ("0.5", "0.4")]), strict=True):
            found.account(account, f"E{owner}", share=share)
        found.meter(f"M{number}", account).meter(f"G{number}", account, "发电")
        for meter in (f"M{number}", f"G{number}"):
            day = NOV1.toordinal()
            while (day := day + dice.choice([1, 1, 1, 1, 3])) <= FEB28.toordinal():
                found.read(meter, date.fromordinal(day), date.fromordinal(day), dice.randint(0, 10**7))
    return found


def tables(found: Reckoning) -> dict[str, str]:
    return {name: getattr(found, name).write_csv() for name in TABLES}


@pytest.mark.parametrize("seed", range(4))
def test_tables__are_the_same_bytes_whatever_the_order_of_rows(seed: int) -> None:
    one = district(seed)
    before = tables(one.reckon(FEB10, None))
    dice = Random(seed)  # noqa: S311 - a test's dice
    dice.shuffle(one.days)
    for rows in one.tables.values():
        dice.shuffle(rows)
    assert tables(one.reckon(FEB10, None)) == before


def test_tables__after_as_of_change_nothing() -> None:
    one = district(7)
    before = tables(one.reckon(FEB10, None))
    one.days = [row for row in one.days if row[2] <= FEB10 or row[0].startswith("M")]
    one.fuel("E1", "2025-03", "5")
    assert tables(one.reckon(FEB10, None)) == before


def test_closed_months__may_be_kept_and_put_together_again() -> None:
    one = district(5)
    early, late = Metered.of(one.meter_days, one.registry, date(2024, 12, 31)), Metered.of(one.meter_days, one.registry, FEB10)
    january = parse_month("2025-01")
    kept = Metered(
        late.attribution,
        pl.concat([early.sums, late.sums.filter(pl.col("month") >= january)]),
        pl.concat([early.totals, late.totals.filter(pl.col("month") >= january)]),
        late.channels,
    )
    again = reckon_metered(kept, one.registry, *shipped(), FEB10)
    assert tables(again) == tables(one.reckon(FEB10, None))


def test_withdrawn_enterprise__leaves_its_meters_to_nobody() -> None:
    one = District().single("A", "3301000000001", "M").single("B", "3301000000002", "N").read("M", JAN1, JAN1, 5).read("N", JAN1, JAN1, 7)
    one.tables["enterprises"] = one.tables["enterprises"][1:]
    found = one.fuel("A", "2025-01", "5").budget("A", 2025, "1", JAN1).reckon(FEB10, None)
    assert set(found.energy["enterprise_id"]) == {"B"}
    assert found.checks.filter(check="meter_totals")["expected"].to_list() == ["12"]


def test_is_sound__is_false_where_a_check_fails() -> None:
    one = district(3)
    metered = Metered.of(one.meter_days, one.registry, FEB10)
    broken = Metered(metered.attribution, metered.sums, metered.totals.with_columns(pl.col("wh") + 1), metered.channels)
    assert not reckon_metered(broken, one.registry, *shipped(), FEB10, ()).is_sound


def test_empty_district__gives_empty_tables_of_the_same_columns() -> None:
    empty, full = District().reckon(FEB10, None), district(1).reckon(FEB10, None)
    for name in TABLES:
        assert getattr(empty, name).schema == getattr(full, name).schema
        assert getattr(empty, name).is_empty() or name == "checks"


def test_inventory__is_the_sum_of_energy_without_raw_material_within_rounding() -> None:
    found = district(2).reckon(FEB10, None)
    for column in ("tce_equivalent", "tco2_net"):
        cells, rows = found.inventory[column].sum(), found.energy[column].sum()
        assert abs(Fraction(cells) - Fraction(rows)) <= Fraction(found.energy.height, 2000)
