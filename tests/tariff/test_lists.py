"""What changed since the list that was published last."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from tests.accounting.district import District, one, text

if TYPE_CHECKING:
    from carbon_pipeline.outcomes import Reckoning

JAN1, JAN31, FEB28 = date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 28)
CHANGE = ("step", "excess_kwh", "amount_cny", "change", "delta_kwh", "delta_amount_cny")


def over(wh: int, account: str = "3301000000001") -> District:
    return (
        District()
        .single("A", account, "M")
        .read("M", JAN1, JAN1, wh)
        .read("M", date(2025, 1, 2), FEB28, 0)
        .budget("A", 2025, "3.024", JAN1)
    )


def printed(found: Reckoning) -> list[list[str]]:
    return [text(row, *CHANGE) for row in found.tariffs.rows(named=True)]


def test_change__raised_lowered_same_new() -> None:
    published = over(11_500_000).reckon(JAN31).tariffs
    assert printed(over(12_700_000).reckon(JAN31, published=published)) == [
        ["1", "1000", "100.00", "same", "0", "0.00"],
        ["2", "1000", "200.00", "raised", "500", "100.00"],
        ["3", "700", "210.00", "new", "700", "210.00"],
    ]
    assert printed(over(10_400_000).reckon(JAN31, published=published))[0] == ["1", "400", "40.00", "lowered", "-600", "-60.00"]


def test_change__a_line_that_is_gone_stands_stopped() -> None:
    published = over(10_400_000).reckon(JAN31).tariffs
    found = over(9_000_000).reckon(JAN31, published=published)
    assert printed(found) == [["1", "0", "0.00", "stopped", "-400", "-40.00"]]
    row = one(found.tariffs)
    assert text(row, "account_no", "rate_cny_per_kwh", "effective_from", "trial") == ["3301000000001", "0.1000", "2025-01-01", "True"]
    # What was published as stopped is no line any more; what comes back is new.
    assert over(9_000_000).reckon(JAN31, published=found.tariffs).tariffs.is_empty()
    assert printed(over(10_400_000).reckon(JAN31, published=found.tariffs)) == [["1", "400", "40.00", "new", "400", "40.00"]]


def test_change__knows_an_account_by_its_last_ten_digits() -> None:
    published = over(10_400_000).reckon(JAN31).tariffs
    found = over(10_400_000, account="1000000001").reckon(JAN31, published=published).tariffs
    assert text(one(found), "account_no", "change") == ["1000000001", "same"]


def test_change__leaves_months_alone_that_the_list_does_not_cover() -> None:
    published = over(10_400_000).reckon(JAN31).tariffs
    assert over(9_000_000).reckon(date(2026, 1, 31), published=published).tariffs.is_empty()
    later = over(10_400_000).reckon(FEB28, published=published).tariffs
    assert later["change"].to_list() == ["same"]


def test_change__an_empty_published_list_makes_all_new() -> None:
    first = over(10_400_000).reckon(JAN31)
    assert printed(over(10_400_000).reckon(JAN31, published=first.tariffs.clear())) == printed(first)


def test_order__is_by_the_first_columns_as_text() -> None:
    found = (
        over(12_700_000)
        .single("0A", "3301000000002", "N")
        .read("N", JAN1, JAN31, 10**7)
        .budget("0A", 2025, "1", JAN1)
        .reckon(JAN31)
        .tariffs
    )
    keys = (
        found.select(pl.concat_str("month", "enterprise_id", "account_no", "rule_id", pl.col("step").cast(pl.String))).to_series().to_list()
    )
    assert keys == sorted(keys)
    assert found["enterprise_id"].to_list() == ["0A"] * 3 + ["A"] * 3
