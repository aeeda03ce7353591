"""The page says what the tables say, in words and units an official reads, and needs nothing from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from carbon_pipeline.page import charts, figures
from carbon_pipeline.page.bars import Bars
from carbon_pipeline.page.district import Face, district_page, period_words
from carbon_pipeline.page.numbers import amount, percent, plain
from tests.page.frames import empty, tiny


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(Decimal("1234.565"), 2, "1,234.57"), (Decimal(0), 0, "0"), (Decimal("-2.5"), 0, "-3"), (None, 2, ""), (12, 1, "12.0")],
)
def test_plain(value: Decimal | None, places: int, text: str) -> None:
    assert plain(value, places) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("9999.4", "9,999 吨标准煤"), ("10000", "1.00 万吨标准煤"), ("187649.9", "18.76 万吨标准煤"), ("505000000", "5.05 亿吨标准煤")],
)
def test_amount(value: str, text: str) -> None:
    told = amount(Decimal(value), "吨标准煤")
    assert f"{told['value']} {told['unit']}" == text


def test_percent() -> None:
    assert percent(Decimal("1.2093")) == "120.9%"
    assert percent(None) == ""


@pytest.mark.parametrize(
    ("period", "words"), [("2025", "2025年"), ("2025Q1", "2025年第1季度"), ("2025-03", "2025年3月"), (None, "尚无已结束的期间")]
)
def test_period_words(period: str | None, words: str) -> None:
    assert period_words(period) == words


def test_headline__year_to_date_without_feedstock() -> None:
    told = {row["what"]: row for row in figures.headline(tiny())}
    assert told["综合能耗"]["value"] == "31"  # 6 x 3.024 + 13.300, neither feedstock nor last year
    assert told["二氧化碳净排放"]["value"] == "51"  # 6 x 4.974 + 21.622
    assert told["购入电量"]["value"] == "6.00"
    assert told["购入电量"]["unit"] == "万千瓦时"
    assert told["已评碳效等级"]["value"] == "2"
    assert told["超预算"]["value"] == "1"
    assert told["数据采集达标"]["value"] == "2"


def test_months__power_apart_from_fuels() -> None:
    rows = {(row["month"], row["kind"]): row for row in figures.months(tiny())}
    assert rows["1月", "电力"]["tce"] == pytest.approx(9.072)
    assert rows["1月", "燃料和热力"]["tce"] == pytest.approx(13.3)
    assert rows["2月", "燃料和热力"]["tco2"] == 0
    assert rows["2月", "电力"]["below"] == 1


def test_grades__of_the_period_that_ended_last() -> None:
    district = tiny()
    assert district.graded_period == "2025-02"
    assert [row["enterprises"] for row in figures.grade_counts(district)] == [1, 0, 0, 0, 1]
    assert [row["name"] for row in figures.poorest(district)] == ["甲子印染有限公司"]
    assert [row["enterprises"] for row in figures.ungraded(district)] == [1]


def test_surcharges__without_stopped_lines() -> None:
    district = tiny()
    (row,) = figures.surcharges(district)
    assert (row["months"], row["steps"], row["kwh_text"], row["cny_text"]) == ("2月", "1、2", "1.06", "0.16")
    assert row["provisional"]
    total = figures.surcharge_total(district)
    assert total | {"lines": 2, "cny": "0.16", "provisional": 1, "provisional_cny": "0.11", "trial": 2} == total


def test_surcharges__the_differential_tariff_has_no_step() -> None:
    first, second = tiny().tariffs.head(2).partition_by("step", maintain_order=True)
    levied = second.with_columns(step=pl.lit(None, first.schema["step"]))
    (row,) = figures.surcharges(replace(tiny(), tariffs=pl.concat([first, levied])))
    assert row["steps"] == "1、差别化"


def test_streets__intensity_of_graded_only() -> None:
    rows = {row["street"]: row for row in figures.streets(tiny())}
    assert rows["潘桥街道"]["intensity"] == "1.58"  # (26.596 + 4.974) / 20
    assert rows["泽雅镇"]["intensity"] == ""
    assert (rows["潘桥街道"]["poor"], rows["潘桥街道"]["red"]) == (1, 1)


def test_page__says_trial_and_escapes_names() -> None:
    html = district_page(tiny(), Face(credits=("Someone, CC BY 4.0",), is_made_up=True))
    assert "试算" in html
    assert "丙寅鞋业&lt;b&gt;有限公司" in html
    assert "丙寅鞋业<b>" not in html.split("<script>")[0]
    assert "Someone, CC BY 4.0" in html
    assert "演示数据" in html


def test_page__says_how_many_lines_are_on_trial_where_not_all_are() -> None:
    assert "所依据的规则尚为征求意见稿" in district_page(tiny(), Face())
    assert "其中 2 行所依据的规则" not in district_page(tiny(), Face())
    first, second = tiny().tariffs.filter(pl.col("change") != "stopped").partition_by("step", maintain_order=True)
    half = replace(tiny(), tariffs=pl.concat([first, second.with_columns(trial=pl.lit(value=False))]))
    assert "其中 1 行所依据的规则尚为征求意见稿" in district_page(half, Face())


def test_charts__count_whole_enterprises() -> None:
    for most, ticks in ((0, [0]), (1, [0, 1]), (3, [0, 1, 2, 3]), (76, [0, 19, 38, 57, 76])):
        axis = charts.by_grade([{"grade": "1 级", "enterprises": most}])["layer"][0]["encoding"]["y"]["axis"]
        assert axis["values"][: len(ticks)] == ticks


def test_page__draws_its_lines_where_the_rules_in_use_do() -> None:
    bars = Bars(Decimal("0.875"), Decimal("0.7"), Decimal("0.85"), Decimal("1.05"), 5)
    own = district_page(replace(tiny(), bars=bars), Face())
    for words in ("不足 87.5% 的企业", "70%—85%", "85%—105%", "70% 以下", "超过预算的 105%", "已用 105% 以上"):
        assert words in own
        assert words not in district_page(tiny(), Face())
    assert "超预算" not in own
    assert not re.search(r"\b[89]0%", own.split("<script>")[0].split("</style>")[1])


def test_page__has_as_many_grades_as_the_rule_in_use() -> None:
    own = replace(tiny(), bars=replace(tiny().bars, last_grade=6))
    assert [row["grade"] for row in figures.grade_counts(own)] == [f"{grade} 级" for grade in range(1, 7)]
    assert "5、6 级</th>" in district_page(own, Face())
    assert figures.poorest(own) == []
    assert [row["name"] for row in figures.poorest(tiny())] == ["甲子印染有限公司"]


def test_page__names_the_county() -> None:
    assert "<h1>某县工业碳效" in district_page(tiny(), Face("某县"))
    assert "<h1>工业碳效" in district_page(tiny(), Face())


def test_page__asks_nothing_from_outside() -> None:
    html = district_page(tiny(), Face())
    assert "default-src 'none'" in html
    assert "演示数据" not in html
    face = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"""(src|href|action)\s*=\s*["']?(https?:|//)""", face)
    assert "@import" not in face
    assert "url(" not in face


def test_page__of_an_empty_home() -> None:
    html = district_page(empty(), Face())
    assert "尚无已结束的期间" in html
    assert "没有需要加价的企业" in html


def test_page__same_tables_same_bytes() -> None:
    assert district_page(tiny(), Face()) == district_page(tiny(), Face())


def test_industries__largest_first() -> None:
    rows = figures.industries(tiny())
    assert [(row["name"], row["enterprises"], row["tce_text"], row["tco2_text"]) for row in rows] == [
        ("纺织业", 2, "25", "42"),  # 4 x 3.024 + 13.300; 4 x 4.974 + 21.622 = 41.518
        ("皮革、毛皮、羽毛及其制品和制鞋业", 1, "6", "10"),
    ]
