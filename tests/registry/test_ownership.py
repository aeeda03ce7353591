from __future__ import annotations

from datetime import date
from fractions import Fraction

from carbon_pipeline.registry.ownership import meter_ranges, meter_settings, owners
from carbon_pipeline.registry.state import Registry
from tests.registry.build import A, B, Row, companies, registry, sheet

HEADROOM = Fraction(6, 5)
KW = 10**9
"""Microwatts in a kW."""


def bounds(*accounts: Row, meter: Row | None = None) -> list[tuple[str, str, int]]:
    found = meter_settings(registry(companies(A, B), sheet("户号", *accounts), sheet("电表", meter or {})), HEADROOM)
    return [(str(start or ""), str(end or ""), bound) for start, end, bound in found.select("date_from", "date_to", "bound_uw").rows()]


def test_meter_ranges__multipliers_are_fractions_in_lowest_terms() -> None:
    meters = sheet("电表", {"综合倍率": "200.00"}, {"电能表资产号": "M2", "综合倍率": "0.375", "受电户号": "3309999999999", "方向": "发电"})
    rows = meter_ranges(registry(meters)).select("meter_no", "multiplier_num", "multiplier_den", "fed_account_key").rows()
    assert rows == [("M1", 200, 1, "1234567890"), ("M2", 3, 8, "9999999999")]


def test_owners__shares_as_fractions_account_as_written() -> None:
    rows: list[Row] = [{"份额": "0.34"}, {"户号": "1234567890", "统一社会信用代码": B, "份额": "0.66", "起始日期": "2025-01-01"}]
    found = owners(registry(companies(A, B), sheet("户号", *rows)))
    assert found.rows() == [
        ("1234567890", "3301234567890", A, 17, 50, None, None),
        ("1234567890", "1234567890", B, 33, 50, date(2025, 1, 1), None),
    ]


def test_owners__a_withdrawn_enterprise_owns_nothing() -> None:
    before = registry(companies(A), sheet("户号", {}))
    assert owners(registry(sheet("企业", {"作废": "是"}), to=before)).is_empty()


def test_meter_settings__rated_power_before_contract_capacity() -> None:
    assert bounds({"合同容量(千伏安)": "630"}, meter={"额定功率(千瓦)": "160.5"}) == [("", "", 1926 * KW // 10)]


def test_meter_settings__no_rating_at_all() -> None:
    assert bounds({}) == [("", "", -1)]


def test_meter_settings__capacity_of_the_owner_of_the_day() -> None:
    found = bounds(
        {"合同容量(千伏安)": "100", "终止日期": "2025-01-31"},
        {"统一社会信用代码": B, "起始日期": "2025-03-01", "合同容量(千伏安)": "200"},
        meter={"起始日期": "2025-01-01"},
    )
    assert found == [
        ("2025-01-01", "2025-01-31", 120 * KW),
        ("2025-02-01", "2025-02-28", -1),
        ("2025-03-01", "", 240 * KW),
    ]


def test_meter_settings__of_several_owners_the_largest() -> None:
    found = bounds(
        {"合同容量(千伏安)": "100", "份额": "0.5"},
        {"统一社会信用代码": B, "起始日期": "2025-01-10", "终止日期": "2025-01-20", "合同容量(千伏安)": "250", "份额": "0.5"},
    )
    assert found == [("", "2025-01-09", 120 * KW), ("2025-01-10", "2025-01-20", 300 * KW), ("2025-01-21", "", 120 * KW)]


def test_meter_settings__no_cut_where_the_bound_stays() -> None:
    found = bounds(
        {"合同容量(千伏安)": "100", "终止日期": "2025-01-31"},
        {"统一社会信用代码": B, "起始日期": "2025-02-01", "合同容量(千伏安)": "100"},
    )
    assert found == [("", "", 120 * KW)]


def test_meter_settings__its_own_account_not_the_one_it_feeds() -> None:
    meter = {"方向": "发电", "户号": "3300000000001", "受电户号": "3301234567890"}
    assert bounds({"合同容量(千伏安)": "100"}, meter=meter) == [("", "", -1)]


def test_meter_settings__a_bound_beyond_any_meter_is_none() -> None:
    assert bounds({"合同容量(千伏安)": "900000000000"}) == [("", "", -1)]


def test_meter_settings__multiplier_and_digits_go_along() -> None:
    rows: list[Row] = [{"终止日期": "2025-01-20", "示数位数": "6"}, {"起始日期": "2025-01-21", "综合倍率": "150"}]
    found = meter_settings(registry(sheet("电表", *rows)), HEADROOM)
    assert found.select("date_from", "date_to", "multiplier_num", "multiplier_den", "digits").rows() == [
        (None, date(2025, 1, 20), 120, 1, 6),
        (date(2025, 1, 21), None, 150, 1, None),
    ]


def test_ownership__of_an_empty_register_is_empty() -> None:
    nothing = Registry.empty()
    frames = [
        meter_ranges(nothing),
        owners(nothing),
        meter_settings(nothing, HEADROOM),
    ]
    assert [frame.height for frame in frames] == [0] * 3
