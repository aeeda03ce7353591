"""Energy that counts for nobody is told with its days, gap by gap of the register."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from carbon_pipeline.metering.unclaimed import unclaimed_findings
from carbon_pipeline.registry.ownership import meter_ranges, owners
from tests.registry.build import A, B, companies, registry, sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

JAN1 = date(2025, 1, 1)
ACCOUNT, METER = "3301234567890", "M1"


def january(meter: str = METER, channel: str = "forward", days: Iterable[int] = range(31)) -> pl.DataFrame:
    """Days of January on which a channel was measured."""
    lines = [(meter, channel, JAN1 + timedelta(days=day)) for day in days]
    return pl.DataFrame(lines, schema={"meter_no": pl.String, "channel": pl.String, "day": pl.Date}, orient="row")


def found(
    days: pl.DataFrame, meters: list[dict[str, str]] | None = None, accounts: list[dict[str, str]] | None = None
) -> list[tuple[object, ...]]:
    usual = {"电能表资产号": METER, "户号": ACCOUNT, "起始日期": "", "终止日期": ""}
    owned = {"户号": ACCOUNT, "统一社会信用代码": A, "起始日期": "", "终止日期": ""}
    rows = [sheet("户号", *({**owned, **row} for row in accounts or [{}])), sheet("电表", *({**usual, **row} for row in meters or [{}]))]
    state = registry(companies(A, B), *rows)
    named = pl.DataFrame({"meter_no": ["M9", METER], "account_no": ["3301111111111", "3302222222222"]})
    findings = unclaimed_findings(days, meter_ranges(state), owners(state), named)
    return findings.select("meter_no", "channel", pl.col("date_from", "date_to").dt.day(), "account_no", "reason").rows()


def test_unclaimed__nothing_where_all_counts() -> None:
    assert found(january()) == []
    assert found(january(channel="reverse")) == []


def test_unclaimed__a_meter_that_the_register_does_not_know() -> None:
    days = pl.concat([january(), january("M9", days=[4, 6, 9]), january("M9", "reverse", [5])])
    assert found(days) == [
        ("M9", "forward", 5, 10, "3301111111111", "unregistered_meter"),
        ("M9", "reverse", 6, 6, "3301111111111", "unregistered_meter"),
    ]


def test_unclaimed__days_outside_a_meter_s_dates_gap_by_gap() -> None:
    meters = [{"起始日期": "2025-01-03", "终止日期": "2025-01-10"}, {"起始日期": "2025-01-13", "终止日期": "2025-01-30"}]
    assert [row[2:4] for row in found(january(), meters)] == [(1, 2), (11, 12), (31, 31)]
    assert {row[5] for row in found(january(), meters)} == {"unregistered_meter"}


def test_unclaimed__days_on_which_nobody_owns_the_account() -> None:
    accounts = [{"终止日期": "2025-01-10"}, {"统一社会信用代码": B, "起始日期": "2025-01-15"}]
    assert found(january(), accounts=accounts) == [(METER, "forward", 11, 14, ACCOUNT, "unassigned_account")]


def test_unclaimed__a_meter_that_was_away_is_not_nobody_s_meanwhile() -> None:
    nobodys = {"户号": "3309999999999"}
    meters = [
        nobodys | {"终止日期": "2025-01-10"},
        {"起始日期": "2025-01-11", "终止日期": "2025-01-20"},
        nobodys | {"起始日期": "2025-01-21"},
    ]
    assert [row[2:4] for row in found(january(), meters)] == [(1, 10), (21, 31)]


def test_unclaimed__the_rest_of_an_account_that_is_owned_in_part_is_as_the_register_has_it() -> None:
    assert found(january(), accounts=[{"份额": "0.4"}]) == []


@pytest.mark.parametrize("meter", [{"计费": "否"}, {"方向": "发电", "通道": "反向"}])
def test_unclaimed__what_counts_for_nothing_needs_no_owner(meter: dict[str, str]) -> None:
    assert found(january(), [meter], [{"终止日期": "2025-01-10"}]) == []


def test_unclaimed__a_feed_in_meter_belongs_to_the_account_that_it_feeds() -> None:
    assert found(january(), [{"方向": "上网", "受电户号": ACCOUNT, "户号": "3309999999999"}]) == []


def test_unclaimed__a_generation_meter_of_an_account_that_nobody_owns() -> None:
    meter = {"方向": "发电", "受电户号": "3309999999999"}
    assert found(january(days=[0]), [meter]) == [(METER, "forward", 1, 1, "3309999999999", "unassigned_account")]
