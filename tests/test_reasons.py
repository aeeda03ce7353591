"""Every reason code has its sentences."""

import re
from pathlib import Path

import pytest

import carbon_pipeline
from carbon_pipeline.reasons import REASONS, reasons_table, sentence, suggestion
from carbon_pipeline.registry import problems

NAMED_BY_THE_RULES = [
    "number_damaged",
    "no_multiplier",
    "source_invalid",
    "above_rated_power",
    "multiplier_change",
    "register_spike",
    "register_decrease",
    "register_shaped",
    "negative_power",
    "pv_not_reckoned",
    "excess_without_account",
    "excess_without_coefficient",
    "below_scale",
    "not_industry",
    "no_value_added",
    "value_added_not_positive",
    "no_meter_data",
    "low_coverage",
    "fuel_not_reported",
    "no_peer_group",
    "peer_group_zero",
    "no_budget",
]


@pytest.mark.parametrize("code", NAMED_BY_THE_RULES)
def test_reasons__codes_that_are_published(code: str) -> None:
    assert REASONS[code].code == code


@pytest.mark.parametrize("code", sorted(REASONS))
def test_reasons__each_says_what_happened_and_what_to_do(code: str) -> None:
    reason = REASONS[code]
    assert reason.zh
    assert not reason.zh.endswith("。")
    assert reason.en
    assert not reason.en.endswith(".")
    assert reason.suggestion_zh
    assert reason.suggestion_en
    assert reason.zh.isascii() is False
    assert "{" not in reason.zh + reason.en


def test_reasons__every_code_that_readers_and_register_give_has_its_sentence() -> None:
    package = Path(carbon_pipeline.__file__).parent
    sources = [path.read_text(encoding="utf-8") for folder in ("metering", "registry") for path in sorted((package / folder).rglob("*.py"))]
    given = {code for source in sources for code in re.findall(r'(?:Check|Refusal|Refused|Problem)\("([a-z0-9_]+)"', source)}
    held = {value for name, value in vars(problems).items() if name.isupper() and isinstance(value, str)}
    assert given
    assert held
    assert given | held <= set(REASONS)


def test_sentence__in_both_languages_with_what_was_found() -> None:
    chinese = sentence("bad_date", "zh", 列="数据日期", 值="2025-13-01")
    assert chinese == "日期不存在、写法不认识，或不在 2000 至 2099 年之间：列=数据日期、值=2025-13-01"
    assert sentence("bad_date", "en", detail="DATA_DATE: 2025-13-01").endswith("2000 to 2099: DATA_DATE: 2025-13-01")
    assert sentence("no_budget", "en", detail=None, year="") == "there is no energy budget for the year"


def test_sentence__an_unknown_code_stands_for_itself() -> None:
    assert sentence("something_new", "zh") == "something_new"
    assert not suggestion("something_new", "zh")


def test_suggestion__in_both_languages() -> None:
    assert suggestion("fuel_not_reported", "zh") == "请补报该月；没有使用请填 0"
    assert suggestion("fuel_not_reported", "en") == "report the month; give 0 if nothing was used"


def test_reasons_table__has_every_code_once() -> None:
    table = reasons_table()
    assert table.columns == ["concerns", "code", "severity", "zh", "en", "suggestion_zh", "suggestion_en"]
    assert sorted(table["code"]) == sorted(REASONS)
    assert table.equals(table.sort("concerns", "code"))
    assert set(table["severity"]) == {"info", "warning", "error"}
