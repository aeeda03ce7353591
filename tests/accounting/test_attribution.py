"""Whose Wh are whose: validity, ownership, shares, and that everything adds up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_pipeline.accounting.attribution import metered_totals, monthly_sums
from carbon_pipeline.accounting.months import parse_month
from tests.accounting.district import District

JAN = parse_month("2025-01")
FIRST, LAST = date(2025, 1, 1), date(2025, 1, 31)


def wh_of(sums: pl.DataFrame) -> dict[str | None, int | None]:
    """Wh by enterprise, all months and channels together."""
    known = sums.group_by("enterprise_id").agg(pl.col("wh").sum()).sort("enterprise_id")
    return dict(known.iter_rows())


def shared(*shares: tuple[str, str], wh: int, days: int = 1) -> dict[str | None, int | None]:
    district = District().meter("M", "3301000000001")
    for owner, share in shares:
        district.enterprise(owner).account("3301000000001", owner, share=share)
    district.read("M", FIRST, FIRST + timedelta(days=days - 1), wh)
    return wh_of(monthly_sums(district.meter_days, district.registry, LAST))


def test_shares__odd_wh_of_two_halves_goes_half_even_and_the_rest_to_the_smaller_id() -> None:
    # 3 Wh x 0.5 = 1.5 -> 2 (half-even) each, 4 in all: the remainder of -1 is B's or A's? Equal shares: the smaller id, A.
    assert shared(("B", "0.5"), ("A", "0.5"), wh=3) == {"A": 1, "B": 2}


def test_shares__remainder_goes_to_the_largest_share() -> None:
    # 10 Wh: A 0.33 -> 3.3 -> 3, B 0.33 -> 3, C 0.34 -> 3.4 -> 3; the remainder 1 is C's.
    assert shared(("A", "0.33"), ("B", "0.33"), ("C", "0.34"), wh=10) == {"A": 3, "B": 3, "C": 4}


def test_shares__are_split_per_day_not_per_month() -> None:
    # Three days of 1 Wh: 0.5 -> 0 (half-even) each, the remainder 1 is A's every day; a month's 3 Wh at once would give A 1, B 2.
    assert shared(("A", "0.5"), ("B", "0.5"), wh=1, days=3) == {"A": 3, "B": 0}


def test_shares__below_one_leave_the_rest_to_nobody() -> None:
    # 25 Wh: A 0.5 -> 12.5 -> 12 (half-even), B 0.4 -> 10; 3 are nobody's, and neither owner takes them.
    assert shared(("A", "0.5"), ("B", "0.4"), wh=25) == {None: 3, "A": 12, "B": 10}


def test_shares__a_single_part_owner_leaves_the_rest_to_nobody() -> None:
    assert shared(("A", "0.63"), wh=100) == {None: 37, "A": 63}


def test_shares__of_the_largest_day_that_metering_holds_are_exact() -> None:
    # 96 intervals of 10^15 Wh; times 333333 millionths they are beyond 64 bits.
    parts = {"A": 31_999_968 * 10**9, "B": 64_000_032 * 10**9}
    assert shared(("A", "0.333333"), ("B", "0.666667"), wh=96 * 10**15) == parts


def test_ownership__changes_within_a_month_by_day() -> None:
    district = District().enterprise("A").enterprise("B").meter("M", "3301000000001")
    district.account("3301000000001", "A", end=date(2025, 1, 10)).account("1000000001", "B", start=date(2025, 1, 15))
    district.read("M", FIRST, LAST, 100)
    sums = monthly_sums(district.meter_days, district.registry, LAST)
    # 10 days A, 17 days (15th to 31st) B, 4 days nobody; the ten-digit number is the same account.
    assert wh_of(sums) == {None: 400, "A": 1000, "B": 1700}


def test_meter__counts_on_its_valid_days_and_up_to_as_of() -> None:
    district = District().single("A", "3301000000001", "M", industry="1711")
    district.tables["meters"][0] |= {"date_from": date(2025, 1, 5), "date_to": date(2025, 1, 20)}
    district.read("M", FIRST, LAST, 7)
    assert wh_of(monthly_sums(district.meter_days, district.registry, LAST)) == {"A": 16 * 7}
    assert wh_of(monthly_sums(district.meter_days, district.registry, date(2025, 1, 6))) == {"A": 2 * 7}


def test_meter__sub_meters_are_not_summed() -> None:
    district = District().single("A", "3301000000001", "M").meter("SUB", "3301000000001", is_billed=False)
    district.read("M", FIRST, FIRST, 7).read("SUB", FIRST, FIRST, 5)
    assert wh_of(monthly_sums(district.meter_days, district.registry, LAST)) == {"A": 7}


def test_meter__generation_and_feed_in_belong_to_the_account_they_feed() -> None:
    district = District().enterprise("A").account("3301000000001", "A")
    district.meter("G", "3309999999999", "发电", fed_account_no="1000000001").meter("F", "3301000000001", "上网", channel="reverse")
    district.read("G", FIRST, FIRST, 50).read("F", FIRST, FIRST, 20, channel="reverse").read("F", FIRST, FIRST, 9)
    sums = monthly_sums(district.meter_days, district.registry, LAST)
    assert sums.select("meter_no", "role", "account_key", "enterprise_id", "wh").rows() == [
        ("F", "export", "1000000001", "A", 20),
        ("G", "generation", "1000000001", "A", 50),
    ]


def test_unknown_wh__is_not_zero() -> None:
    district = District().single("A", "3301000000001", "M")
    district.read("M", FIRST, FIRST, None, measured_min=0)
    sums = monthly_sums(district.meter_days, district.registry, LAST)
    assert sums["wh"].to_list() == [None]
    assert sums["measured_min"].to_list() == [0]


def test_minutes__count_whole_for_each_owner_and_once_for_the_account() -> None:
    district = District().meter("M", "3301000000001")
    for owner, share in (("A", "0.3"), ("B", "0.7")):
        district.enterprise(owner).account("3301000000001", owner, share=share)
    district.read("M", FIRST, FIRST, 100, measured_min=600, shaped_min=60, estimated_min=30)
    sums = monthly_sums(district.meter_days, district.registry, LAST).sort("enterprise_id")
    assert sums.select("enterprise_id", "measured_min", "estimated_min", "account_min").rows() == [("A", 660, 30, 0), ("B", 660, 30, 660)]


def test_last_measured__is_no_day_that_is_shaped_or_estimated_only() -> None:
    district = District().single("A", "3301000000001", "M").read("M", FIRST, FIRST, 10)
    district.read("M", date(2025, 1, 2), date(2025, 1, 3), 10, measured_min=0, shaped_min=1440)
    district.read("M", date(2025, 1, 4), date(2025, 1, 5), 10, measured_min=0, estimated_min=1440)
    sums = monthly_sums(district.meter_days, district.registry, LAST)
    assert sums["last_measured"].to_list() == [FIRST]
    assert sums.select("measured_min", "estimated_min").row(0) == (3 * 1440, 2 * 1440)


SHARES = st.lists(st.integers(1, 40), min_size=1, max_size=4).map(lambda parts: [Decimal(part) / 100 for part in parts])


@settings(max_examples=40)
@given(
    shares=SHARES,
    wholes=st.booleans(),
    days=st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=1, max_size=20),
    seed=st.randoms(use_true_random=False),
)
def test_split__adds_up_and_does_not_mind_the_order(shares: list[Decimal], wholes: bool, days: list[int | None], seed: object) -> None:  # noqa: FBT001
    if wholes:
        shares = [*shares[:-1], 1 - sum(shares[:-1], Decimal(0))]
    district = District().meter("M", "3301000000001").single("Z", "3301000000002", "N")
    for number, share in enumerate(shares):
        district.enterprise(f"E{number}").account("3301000000001", f"E{number}", share=str(share))
    for offset, wh in enumerate(days):
        day = date(2024, 12, 20) + timedelta(days=offset)
        district.read("M", day, day, wh, measured_min=0 if wh is None else 1440).read("N", day, day, wh)
    sums = monthly_sums(district.meter_days, district.registry, LAST)
    totals = metered_totals(district.meter_days, district.registry, LAST)
    assert sums["wh"].sum() == totals["wh"].sum() == 2 * sum(wh or 0 for wh in days)
    seed.shuffle(district.days)  # type: ignore[attr-defined]
    assert monthly_sums(district.meter_days, district.registry, LAST).equals(sums)
    for number, share in enumerate(shares):
        got = sums.filter(enterprise_id=f"E{number}")["wh"].sum()
        assert abs(got - share * sum(wh or 0 for wh in days)) <= 2 * len(days)


@pytest.mark.parametrize("as_of", [date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 28)])
def test_months_over__do_not_change_with_as_of(as_of: date) -> None:
    district = District().single("A", "3301000000001", "M").read("M", date(2024, 12, 1), date(2025, 2, 28), 11)
    december = monthly_sums(district.meter_days, district.registry, as_of).filter(month=parse_month("2024-12"))
    assert december["wh"].to_list() == [31 * 11]


def test_meter_days__may_be_scanned() -> None:
    district = District().single("A", "3301000000001", "M").read("M", FIRST, LAST, 11)
    eager = monthly_sums(district.meter_days, district.registry, LAST)
    assert monthly_sums(district.meter_days.lazy(), district.registry, LAST).equals(eager)


def test_engines__give_the_same_sums() -> None:
    district = District().meter("M", "3301000000001").single("C", "3301000000002", "N")
    for owner, share in (("A", "0.3"), ("B", "0.7")):
        district.enterprise(owner).account("3301000000001", owner, share=share)
    district.read("M", date(2024, 11, 3), LAST, 12_345).read("N", date(2024, 12, 3), LAST, 77)
    found = []
    for engine in ("in-memory", "streaming"):
        with pl.Config(engine_affinity=engine):
            found.append(monthly_sums(district.meter_days, district.registry, LAST))
    assert found[0].equals(found[1])
