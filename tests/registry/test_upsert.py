from __future__ import annotations

import json
from dataclasses import replace

import pytest

from carbon_pipeline.registry.state import Registry
from tests.registry.build import A, B, C, Row, apply, companies, company, reasons, registry, sheet

ONE = companies(A)


def one_row(name: str, row: Row) -> list[tuple[str, int, str]]:
    """Reasons of one row beside the enterprise that it speaks of."""
    return reasons(apply(ONE, sheet(name, row)) if name != "企业" else apply(sheet(name, row)))


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("企业", {"统一社会信用代码": A[:-1] + ("0" if A[-1] != "0" else "1")}, "wrong_check_digit"),
        ("企业", {"统一社会信用代码": A[:-1]}, "wrong_check_digit"),
        ("企业", {"统一社会信用代码": "9.1330304E+17"}, "number_damaged"),
        ("企业", {"统一社会信用代码": ""}, "missing_value"),
        ("企业", {"生效日期": "2025-02-30"}, "bad_date"),
        ("企业", {"企业名称": ""}, "missing_value"),
        ("企业", {"行业代码": "9999"}, "unknown_industry"),
        ("企业", {"行业代码": "331"}, "unknown_industry"),
        ("企业", {"规上": ""}, "missing_value"),
        ("企业", {"规上": "大"}, "bad_choice"),
        ("企业", {"用地面积(亩)": "-1"}, "negative_quantity"),
        ("企业", {"用地面积(亩)": "1,000"}, "bad_number"),
        ("企业", {"亩均等级": "E"}, "bad_choice"),
        ("企业", {"作废": "也许"}, "bad_choice"),
        ("户号", {"户号": "3.30E+12"}, "number_damaged"),
        ("户号", {"统一社会信用代码": B}, "unknown_enterprise"),
        ("户号", {"起始日期": "2025-02-01", "终止日期": "2025-01-31"}, "range_reversed"),
        ("户号", {"份额": "1.000001"}, "share_above_one"),
        ("户号", {"份额": "-0.1"}, "negative_quantity"),
        ("户号", {"份额": "50%"}, "bad_number"),
        ("户号", {"合同容量(千伏安)": "0"}, "not_positive"),
        ("电表", {"电能表资产号": "3.3E+15"}, "number_damaged"),
        ("电表", {"户号": "3.30E+12"}, "number_damaged"),
        ("电表", {"受电户号": "3.30E+12"}, "number_damaged"),
        ("电表", {"户号": ""}, "missing_value"),
        ("电表", {"综合倍率": "0"}, "not_positive"),
        ("电表", {"综合倍率": "-20"}, "not_positive"),
        ("电表", {"综合倍率": "100/5"}, "bad_number"),
        ("电表", {"方向": "双向"}, "bad_choice"),
        ("电表", {"计费": ""}, "missing_value"),
        ("电表", {"起始日期": "2025-03-01", "终止日期": "2025-02-01"}, "range_reversed"),
        ("电表", {"示数位数": "5.5"}, "bad_number"),
        ("电表", {"额定功率(千瓦)": "-1"}, "not_positive"),
        ("电表", {"通道": "左"}, "bad_choice"),
        ("经济指标", {"统一社会信用代码": B}, "unknown_enterprise"),
        ("经济指标", {"期间": "2025-02..2025-06"}, "bad_period"),
        ("经济指标", {"产值(万元)": "-1"}, "negative_quantity"),
        ("其他能源", {"统一社会信用代码": B}, "unknown_enterprise"),
        ("其他能源", {"月份": "2025"}, "bad_period"),
        ("其他能源", {"能源品种": "天然气", "单位": "吨"}, "wrong_dimension"),
        ("其他能源", {"能源品种": "天然气", "单位": "斛"}, "unknown_unit"),
        ("其他能源", {"能源品种": "电力", "单位": "千瓦时"}, "unknown_carrier"),
        ("其他能源", {"数量": "-0.5"}, "negative_quantity"),
        ("其他能源", {"数量": ""}, "missing_value"),
        ("其他能源", {"用途": ""}, "missing_value"),
        ("绿电", {"统一社会信用代码": B}, "unknown_enterprise"),
        ("绿电", {"类型": "绿色电力"}, "bad_choice"),
        ("绿电", {"电量(千瓦时)": "-1"}, "negative_quantity"),
        ("用能预算", {"统一社会信用代码": B}, "unknown_enterprise"),
        ("用能预算", {"预算(吨标准煤)": "0"}, "not_positive"),
        ("用能预算", {"口径": ""}, "missing_value"),
        ("用能预算", {"年度": "25"}, "bad_period"),
    ],
)
def test_apply__one_reason_a_row(name: str, row: Row, reason: str) -> None:
    assert one_row(name, row) == [(name, 2, reason)]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("企业", {"用地面积(亩)": "", "亩均等级": "D", "生效日期": "20250101"}),
        ("户号", {"份额": "0", "合同容量(千伏安)": "630"}),
        ("电表", {"户号": "9999999999", "方向": "发电", "受电户号": "3301234567890", "通道": "反向", "示数位数": "6"}),
        ("经济指标", {"期间": "2025-01..2025-06", "增加值(万元)": "-12.5", "税收(万元)": "-3"}),
        ("其他能源", {"能源品种": "热力", "数量": "0", "单位": "百万千焦", "用途": "原料"}),
        ("绿电", {"类型": "光伏自用", "月份": "2025/1/1"}),
        ("用能预算", {"口径": "当量值", "文号": ""}),
    ],
)
def test_apply__good_rows_pass(name: str, row: Row) -> None:
    assert one_row(name, row) == []


def test_apply__values_as_the_register_keeps_them() -> None:
    meter = {
        "综合倍率": "200.00",
        "起始日期": "2025/1/5",
        "受电户号": "3309999999999",
        "方向": "发电",
        "计费": "否",
        "额定功率(千瓦)": "160",
    }
    row = registry(sheet("电表", meter)).meters.row(0, named=True)
    assert {name: str(value) for name, value in row.items()} == {
        "meter_no": "M1",
        "account_no": "3301234567890",
        "account_key": "1234567890",
        "multiplier": "200",
        "direction": "generation",
        "is_billed": "False",
        "date_from": "2025-01-05",
        "date_to": "None",
        "digits": "None",
        "rated_kw": "160",
        "fed_account_no": "3309999999999",
        "fed_account_key": "9999999999",
        "channel": "forward",
    }


def test_apply__a_key_twice_in_one_sheet_whatever_became_of_the_first() -> None:
    result = apply(
        ONE,
        sheet(
            "其他能源",
            {"能源品种": "天然气", "单位": "吨"},
            {"能源品种": "天然气", "单位": "立方米", "月份": "2025/1"},
            {"能源品种": "原煤"},
            {"能源品种": "原煤", "作废": "是"},
            {"能源品种": "原煤", "用途": "原料"},
        ),
    )
    assert reasons(result) == [("其他能源", 2, "wrong_dimension"), ("其他能源", 3, "duplicate_key"), ("其他能源", 5, "duplicate_key")]
    assert result.registry.fuels.height == 2


def test_apply__accounts_are_the_same_by_their_last_ten_digits_and_dates_as_dates() -> None:
    first = registry(ONE, sheet("户号", {"户号": "3301234567890", "起始日期": "2025-01-05", "份额": "0.5"}))
    result = apply(
        sheet(
            "户号",
            {"户号": "1234567890", "起始日期": "20250105 00:00:00", "份额": "0.6"},
            {"户号": "3301234567890", "起始日期": "2025/1/5"},
        ),
        to=first,
    )
    assert reasons(result) == [("户号", 3, "duplicate_key")]
    assert result.registry.accounts.select("account_no", "share").rows() == [("1234567890", "0.6")]


def test_apply__an_empty_start_is_a_key_of_its_own() -> None:
    first = registry(ONE, sheet("用能预算", {"生效日期": ""}))
    second = registry(sheet("用能预算", {"生效日期": "2025-07-01", "预算(吨标准煤)": "300"}), to=first)
    third = registry(sheet("用能预算", {"生效日期": "", "预算(吨标准煤)": "100"}), to=second)
    assert third.budgets["budget_tce"].to_list() == ["100", "300"]


def test_apply__sheets_are_taken_in_their_order_not_the_files() -> None:
    result = apply(sheet("用能预算", {}), sheet("户号", {}), companies(A))
    assert reasons(result) == []
    assert [count.sheet for count in result.counts] == ["用能预算", "户号", "企业"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_apply__a_known_range_is_closed_before_the_next_opens_in_either_order(order: tuple[int, int]) -> None:
    before = registry(companies(A, B), sheet("户号", {"起始日期": "2023-03-01"}))
    moves: list[Row] = [
        {"起始日期": "2023/3/1", "终止日期": "2025-01-21"},
        {"户号": "1234567890", "统一社会信用代码": B, "起始日期": "2025-01-22"},
    ]
    after = registry(sheet("户号", *(moves[at] for at in order)), to=before)
    assert after.accounts.height == 2
    meter = registry(sheet("电表", {}), to=after)
    changes: list[Row] = [{"终止日期": "2025-01-20"}, {"起始日期": "2025-01-21", "综合倍率": "150"}]
    assert registry(sheet("电表", *(changes[at] for at in order)), to=meter).meters["multiplier"].to_list() == ["120", "150"]


def test_apply__withdrawals_come_first() -> None:
    before = registry(companies(A, B), sheet("户号", {}))
    result = apply(sheet("户号", {"统一社会信用代码": B}, {"作废": "是"}), to=before)
    assert reasons(result) == []
    assert result.registry.accounts["enterprise_id"].to_list() == [B]


def test_apply__of_a_withdrawal_only_the_key_is_read() -> None:
    before = registry(ONE, sheet("其他能源", {}), sheet("绿电", {}))
    spoilt = {"数量": "x", "单位": "吨吨", "作废": "是"}
    result = apply(sheet("其他能源", spoilt), sheet("绿电", {"类型": "绿电交易", "作废": "是"}), to=before)
    assert reasons(result) == [("绿电", 2, "nothing_to_withdraw")]
    assert result.registry.fuels.is_empty()
    assert result.registry.green.height == 1


def test_apply__not_withdrawn_is_a_plain_row() -> None:
    assert registry(ONE, sheet("绿电", {"作废": "否"})).green.height == 1


def test_apply__an_update_set_aside_leaves_the_old_row() -> None:
    before = registry(ONE, sheet("用能预算", {}))
    result = apply(sheet("用能预算", {"预算(吨标准煤)": "0"}), to=before)
    assert reasons(result) == [("用能预算", 2, "not_positive")]
    assert result.registry == before
    assert result.changes.is_empty()


def test_apply__a_changed_range_is_checked_against_the_others_that_stand() -> None:
    before = registry(sheet("电表", {"终止日期": "2024-12-31"}, {"起始日期": "2025-01-01"}))
    assert reasons(apply(sheet("电表", {"终止日期": "2025-01-01"}), to=before)) == [("电表", 2, "range_overlap")]
    assert reasons(apply(sheet("电表", {"终止日期": "2024-06-30"}), to=before)) == []


def test_apply__known_rows_from_the_top_each_against_what_then_stands() -> None:
    before = registry(sheet("电表", {"终止日期": "2024-12-31"}, {"起始日期": "2025-01-01", "终止日期": "2025-01-31"}))
    later = {"终止日期": "2024-11-30"}
    widened = {"起始日期": "2025-01-01", "终止日期": "2025-02-28"}
    overlapping = {"起始日期": "2024-12-15", "终止日期": "2024-12-31"}
    assert reasons(apply(sheet("电表", overlapping, widened, later), to=before)) == []
    assert reasons(apply(sheet("电表", overlapping, widened), to=before)) == [("电表", 2, "range_overlap")]


def test_apply__ranges_of_one_meter_overlap_whatever_their_account() -> None:
    result = apply(sheet("电表", {}, {"户号": "3300000000001", "起始日期": "2025-01-01"}))
    assert reasons(result) == [("电表", 3, "range_overlap")]


def test_apply__an_enterprise_has_an_account_once_on_a_day_even_below_one() -> None:
    result = apply(ONE, sheet("户号", {"份额": "0.5"}, {"起始日期": "2025-01-06", "份额": "0.05"}))
    assert reasons(result) == [("户号", 3, "range_overlap")]


def test_apply__shares_above_one_on_a_single_day() -> None:
    rows: list[Row] = [
        {"份额": "0.6", "终止日期": "2025-01-10"},
        {"统一社会信用代码": B, "份额": "0.4", "起始日期": "2025-01-05"},
        {"统一社会信用代码": C, "份额": "0.6", "起始日期": "2025-01-10"},
    ]
    result = apply(companies(A, B, C), sheet("户号", *rows))
    assert reasons(result) == [("户号", 4, "share_above_one")]
    rows[2]["起始日期"] = "2025-01-11"
    assert reasons(apply(companies(A, B, C), sheet("户号", *rows))) == []


def test_apply__shares_are_added_exactly() -> None:
    rows: list[Row] = [{"统一社会信用代码": company(n), "份额": "0.1"} for n in range(10)]
    assert reasons(apply(companies(*map(company, range(10))), sheet("户号", *rows))) == []


def test_apply__an_unknown_account_of_a_meter_is_no_fault() -> None:
    assert reasons(apply(sheet("电表", {"户号": "5555555555"}))) == []


def test_apply__an_enterprise_of_a_row_set_aside_is_unknown() -> None:
    result = apply(sheet("企业", {"行业代码": "9999"}), sheet("户号", {}), sheet("经济指标", {}))
    assert reasons(result) == [("企业", 2, "unknown_industry"), ("户号", 2, "unknown_enterprise"), ("经济指标", 2, "unknown_enterprise")]


def test_apply__damaged_number_cells_are_set_aside() -> None:
    broken = sheet("电表", {"电能表资产号": "3300000000000001"})
    damaged = broken.rows[0]._replace(is_number=[title == "电能表资产号" for title in broken.header])
    assert reasons(apply(replace(broken, filename="a.xlsx", rows=[damaged]))) == [("电表", 2, "number_damaged")]


def test_apply__an_example_left_in_is_ignored_and_counted() -> None:
    result = apply(companies(f"示例 {A}", B))
    count = result.counts[0]
    assert (count.rows_read, count.rows_accepted, count.rows_quarantined, count.rows_ignored) == (2, 1, 0, 1)


def test_apply__counts_of_every_sheet_add_up() -> None:
    result = apply(companies(A, "x"), sheet("绿电", {}, {}, {"月份": "2025-02"}))
    for count in result.counts:
        assert count.rows_accepted + count.rows_quarantined + count.rows_ignored == count.rows_read
    assert [count.rows_accepted for count in result.counts] == [1, 2]


def test_apply__quarantine_tells_file_sheet_line_and_what_was_found() -> None:
    row = apply(ONE, sheet("其他能源", {}, {"能源品种": "天然气"})).quarantine.row(0, named=True)
    assert row == {
        "filename": "其他能源.csv",
        "sheet": "其他能源",
        "row_no": 3,
        "reason": "wrong_dimension",
        "detail": "天然气: 单位=吨 (m3)",
        "raw": f"{A},2025-01,天然气,1.5,吨,燃料,",
        "source": 0,
    }


def test_apply__changes_tell_what_stood_and_what_stands() -> None:
    before = registry(ONE, sheet("绿电", {}), sheet("绿电", {"月份": "2025-02"}))
    changes = apply(
        sheet("绿电", {"电量(千瓦时)": "7"}, {"月份": "2025-02", "作废": "是"}, {"月份": "2025-03"}),
        to=before,
    ).changes
    key = [A, "2025-01", "绿证"]
    assert changes["action"].to_list() == ["withdrawn", "replaced", "new"]
    replaced = changes.row(1, named=True)
    assert json.loads(replaced["key"]) == key
    assert [json.loads(replaced[side])["kwh"] for side in ("old", "new")] == ["100", "7"]
    assert changes["new"].to_list()[0] is None


def test_apply__a_withdrawn_enterprise_leaves_its_rows_nobodys_until_it_returns() -> None:
    before = registry(ONE, sheet("户号", {}), sheet("绿电", {}))
    after = registry(sheet("企业", {"作废": "是"}), to=before)
    assert after.accounts.height == 1
    assert after.without_orphans().accounts.is_empty()
    assert after.without_orphans().green.is_empty()
    assert registry(ONE, to=after) == before


def test_apply__nothing_at_all() -> None:
    result = apply()
    assert result.registry == Registry.empty()
    assert (result.counts, result.quarantine.height, result.changes.height) == ([], 0, 0)
