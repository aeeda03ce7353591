"""Reasons in the words of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from carbon_pipeline.console.telling import advice, quarantine_told, receipts_told
from carbon_pipeline.metering.formats import Refusal
from carbon_pipeline.reasons import REASONS
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from carbon_pipeline.settings import Lang


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "文件的字符编码无法识别：x"), ("en", "the character encoding of the file cannot be read: x")]
)
def test_receipts_told__code_then_sentence_then_what_was_found(lang: Lang, said: str) -> None:
    receipts = pl.DataFrame({"reason": ["undecodable: x", None, "told otherwise"]})
    assert receipts_told(receipts, lang)["reason"].to_list() == [f"undecodable: {said}", None, "told otherwise"]


@pytest.mark.parametrize(("lang", "said"), [("zh", "压缩包嵌套超过 4 层"), ("en", "ZIP archives lie more than 4 deep")])
def test_receipts_told__a_fact_is_told_in_the_language_of_the_reader(lang: Lang, said: str) -> None:
    receipts = pl.DataFrame({"reason": [Refusal("archive_too_large", fact("zip_too_deep", depth=4)).kept]})
    told = receipts_told(receipts, lang)["reason"][0]
    assert told.startswith(f"archive_too_large: {getattr(REASONS['archive_too_large'], lang)}")
    assert told.endswith(said)


def test_receipts_told__a_home_of_old_stays_readable() -> None:
    receipts = pl.DataFrame({"reason": ["broken_nem12: line 2: a 300 record stands before any 200 record"]})
    assert receipts_told(receipts, "en")["reason"][0].endswith(": line 2: a 300 record stands before any 200 record")


def test_advice__once_for_each_reason() -> None:
    rows = pl.DataFrame({"reason": ["wrong_dimension", "not_positive", "not_positive", "told_by_a_later_version"]})
    assert advice(rows, "zh") == ["not_positive：请更正后重新上传", "wrong_dimension：固体和液体请按质量、气体按体积、热力按热量填报"]


def test_quarantine_told__the_detail_is_a_sentence() -> None:
    rows = pl.DataFrame({"reason": ["bad_date"], "detail": ["DATA_DATE: 2025-13-01"]})
    told = quarantine_told(rows, "zh")["detail"][0]
    assert told.endswith("：DATA_DATE: 2025-13-01")
    assert len(told) > len("：DATA_DATE: 2025-13-01")


def test_receipts_told__nothing_is_said_twice() -> None:
    receipts = pl.DataFrame({"reason": [f"empty_file: {REASONS['empty_file'].en}"]})
    assert receipts_told(receipts, "zh")["reason"][0] == f"empty_file: {REASONS['empty_file'].zh}"


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "没有格式配置与表头相符：时间, 电量"), ("en", "no format profile fits the header: 时间, 电量")]
)
def test_receipts_told__a_detail_that_opens_with_the_sentence_is_told_in_one_language(lang: Lang, said: str) -> None:
    receipts = pl.DataFrame({"reason": [f"unknown_format: {REASONS['unknown_format'].en}: 时间, 电量"]})
    assert receipts_told(receipts, lang)["reason"][0] == f"unknown_format: {said}"
