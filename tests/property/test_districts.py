"""Random districts from files to tables: sums exact to the Wh, and the same bytes whatever the order, pieces or repetitions of files."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.builders.county import County
from tests.property.draw import AS_OF, District, file_of, parted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    Fresh = Callable[[], County]

few = settings(
    max_examples=2,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a seed does not shrink to anything simpler
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
seeds = st.integers(0, 10**6)


@pytest.fixture
def fresh(tmp_path: Path) -> Fresh:
    """Counties that nobody has used, one after another."""
    numbers = count()
    return lambda: County(tmp_path / str(next(numbers)))


def results(county: County, district: District, *uploads: Iterable[tuple[str, str]]) -> dict[str, bytes]:
    """Every table after the register and each upload in turn."""
    county.take(district.register)
    for upload in uploads:
        county.take(dict(upload))
    county.refresh(AS_OF)
    return county.results(AS_OF)


@few
@given(seed=seeds)
def test_totals__of_enterprises_and_of_nobody_are_those_of_accounts_and_meters(fresh: Fresh, seed: int) -> None:
    county, district = fresh(), District(seed)
    results(county, district, district.exports().items())
    days = county.store.read("meter_days").join(county.store.read("register_meters").select("meter_no", "account_key"), on="meter_no")
    metered = days["wh"].sum()
    owned = sum(int(row["import_wh"] or 0) for row in county.show("energy"))
    checks = county.store.read("checks")
    assert checks["holds"].all()
    by_check = checks.with_columns(pl.col("expected").str.to_decimal(scale=6), nobody=pl.col("detail").str.extract(r"unassigned_wh=(\d+)"))
    for name in ("account_totals", "meter_totals"):
        assert by_check.filter(check=name)["expected"].sum() == metered
        assert by_check.filter(check=name)["nobody"].cast(pl.Int64).sum() == metered - owned
    assert metered > 0
    steps: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for row in county.show("tariffs"):
        steps[row["month"], row["enterprise_id"], row["step"]] += int(row["excess_kwh"])
        assert row["delta_kwh"] == row["excess_kwh"]
    stepped = {row["scope"]: row for row in checks.to_dicts() if row["check"].startswith("step")}
    assert sum(steps.values()) == sum(int(float(row["expected"])) for row in stepped.values())


@few
@given(seed=seeds)
def test_order_of_files__that_do_not_contradict_changes_no_byte(fresh: Fresh, seed: int) -> None:
    district = District(seed)
    files = list(district.exports().items())
    once = results(fresh(), district, files)
    district.dice.shuffle(files)
    assert results(fresh(), district, files) == once
    late_register = fresh()
    late_register.take(dict(reversed(files)))
    assert results(late_register, district) == once
    bit_by_bit = fresh()
    for part in (files[:1], files[1:3], files[3:]):
        bit_by_bit.take(dict(part))
        bit_by_bit.refresh(AS_OF)
    assert results(bit_by_bit, district) == once


@few
@given(seed=seeds)
def test_files__twice_change_nothing(fresh: Fresh, seed: int) -> None:
    county, district = fresh(), District(seed)
    files = district.exports()
    once = results(county, district, files.items())
    rows = county.store.read("readings").height
    again = county.take({f"copy_{name}": content for name, content in files.items()})
    assert {receipt["status"] for receipt in again} == {"duplicate"}
    assert county.store.read("readings").height == rows
    touched = county.take({name: content + "\n" for name, content in files.items()})  # the same rows in other bytes
    assert {(receipt["status"], receipt["intervals_new"], receipt["intervals_changed"]) for receipt in touched} == {("accepted", "0", "0")}
    county.refresh(AS_OF)
    assert county.results(AS_OF) == once
    assert [county.csv(name) for name in ("receipts", "quarantine")] == [county.csv(name) for name in ("receipts", "quarantine")]


@few
@given(seed=seeds)
def test_corrections__stand_as_if_they_had_come_first(fresh: Fresh, seed: int) -> None:
    district = District(seed)
    wrong = {id(line) for line in district.lines if line.kind != "M" and district.dice.random() < 0.3}
    county = fresh()
    results(county, district, district.exports().items())
    corrected = [
        replace(line, values=[value if value is None else value + 10_000 * (slot + 1) for slot, value in enumerate(line.values)])
        if id(line) in wrong
        else line
        for line in district.lines
    ]
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for old, new in zip(district.lines, corrected, strict=True):
        if id(old) in wrong:
            by_kind[new.kind].append(file_of([new]))
    for kind, contents in by_kind.items():
        county.take({f"{kind}_{index}.csv": content for index, content in enumerate(contents)})
    district.lines = corrected
    county.refresh(AS_OF)
    assert county.results(AS_OF) == results(fresh(), district, district.exports().items())


@few
@given(seed=seeds)
def test_file__in_pieces_is_the_file(fresh: Fresh, seed: int) -> None:
    district = District(seed)
    files = district.exports()
    pieces = {
        f"{name}_{index}.csv": piece
        for name, content in files.items()
        for index, piece in enumerate(parted(content, district.dice) if content.count("\n") > 2 else [content])
    }
    assert results(fresh(), district, pieces.items()) == results(fresh(), district, files.items())


@few
@given(seed=seeds)
def test_engines__of_polars_and_repetition_give_the_same_bytes(fresh: Fresh, seed: int) -> None:
    district = District(seed)
    files = district.exports()
    found = []
    for engine in ("in-memory", "streaming"):
        with pl.Config() as config:
            config.set_engine_affinity(engine)
            county = fresh()
            found.append(results(county, district, files.items()))
            county.refresh(AS_OF)
            assert county.results(AS_OF) == found[-1]
    assert found[0] == found[1]
