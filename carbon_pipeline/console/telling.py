"""Why a file was refused or a row turned away, in the words of who reads it; the lake keeps the code and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from carbon_pipeline.reasons import REASONS, sentence, suggestion
from carbon_pipeline.sentences.fact import told

if TYPE_CHECKING:
    from carbon_pipeline.settings import Lang


def receipts_told(receipts: pl.DataFrame, lang: Lang) -> pl.DataFrame:
    """Receipts whose reason, kept as `code: what was found`, is the code and a sentence."""
    return receipts.with_columns(reason=pl.Series([_receipt_reason(reason, lang) for reason in receipts["reason"]], dtype=pl.String))


def quarantine_told(rows: pl.DataFrame, lang: Lang) -> pl.DataFrame:
    """Rows turned away whose detail is a sentence with what was found."""
    details = [_told(reason, detail, lang) for reason, detail in rows.select("reason", "detail").rows()]
    return rows.with_columns(detail=pl.Series(details, dtype=pl.String))


def advice(rows: pl.DataFrame, lang: Lang) -> list[str]:
    """What to do about rows that were turned away, once for each reason."""
    colon = "：" if lang == "zh" else ": "
    return [f"{code}{colon}{suggestion(code, lang)}" for code in rows["reason"].unique().sort() if code in REASONS]


def _receipt_reason(reason: str | None, lang: Lang) -> str | None:
    code, _, found = (reason or "").partition(": ")
    return f"{code}: {_told(code, found, lang)}" if code in REASONS else reason


def _told(code: str, found: str | None, lang: Lang) -> str:
    """The sentence with what was found; homes of old hold the sentence before it, in English, which is not said again."""
    known = REASONS[code].en if code in REASONS else ""
    news = None if found == known else (found or "").removeprefix(f"{known}: ")
    return sentence(code, lang, detail=told(news or "", lang))
