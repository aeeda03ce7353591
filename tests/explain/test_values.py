"""Codes, switches and numbers as people read them, and that no word is missing in either language."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.console.explaining import explanation
from carbon_pipeline.explain.telling import told
from carbon_pipeline.explain.values import value
from carbon_pipeline.explain.words import COLUMNS, SECTIONS, STEPS
from carbon_pipeline.lake.store import Store
from carbon_pipeline.settings import Settings
from tests.small_district import enterprise

if TYPE_CHECKING:
    from pathlib import Path

LATIN = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)*\b")
NAMES = {
    "kgce", "kgco2", "kwh", "tce", "wh", "zj_carbon_efficiency_2021", "zj_stepped_2021_draft", "sg_day_read", "sg_curve", "day_wide",
}  # fmt: skip
"""Words that Chinese readers meet in the same letters: units, and the ids of rules and formats; M is a confidence."""


@pytest.mark.parametrize(
    ("name", "found", "zh", "en"),
    [
        ("alert", "red", "红色", "red"),
        ("status", "not_gradable", "不予评价", "not_gradable"),
        (
            "reason",
            "below_scale",
            "规模以下企业，不参加碳效评价（below_scale）",
            "below_scale (the enterprise is below scale and is not graded)",
        ),
        ("is_data_center", False, "否", "false"),
        ("amount_cny", Decimal("17393.4"), "17393.40", "17393.40"),
        ("value_added_10k_cny", "1500", "1500.00", "1500.00"),
        ("value_added_10k_cny", Decimal("1.2345"), "1.2345", "1.2345"),
        ("used_tce", Decimal("1.500"), "1.5", "1.5"),
        ("k", Fraction(5, 3), "1.666667", "1.666667"),
        ("years_running", 2, "2", "2"),
        ("sha256", "0123456789abcdef", "0123456789ab", "0123456789ab"),
        ("date_to", None, "", ""),
    ],
)
def test_value__in_both_languages(name: str, found: object, zh: str, en: str) -> None:
    assert (value(name, found, "zh"), value(name, found, "en")) == (zh, en)


def test_value__published_keeps_its_places() -> None:
    assert value("tco2_net", Decimal("1.500"), "zh", is_published=True) == "1.500"


@pytest.mark.parametrize("what", ["grade", "budget", "tariff"])
@pytest.mark.parametrize("number", [1, 5, 6])
def test_told__chinese_throughout(reckoned_home: Path, what: str, number: int) -> None:
    one = explanation(Store(reckoned_home), Settings.load(reckoned_home, "zh"), what, enterprise(number))
    for section in ("factors", "rules", "files"):  # sources and file names are quoted
        one.sections.pop(section)
    text = re.sub(r"（[a-z_]+）|\S+\.csv|\bR\d{8}\b", "", told(one, "zh")).lower()
    assert set(LATIN.findall(text)) - NAMES <= {"l", "k", "m", "max"}


def test_words__both_languages() -> None:
    for words in (SECTIONS, STEPS, COLUMNS):
        assert all(zh and en for zh, en in words.values())
    assert COLUMNS["used_tce"] != COLUMNS["used.used_tce"]
