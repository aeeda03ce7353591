"""Every reason code: why a file, a row or an interval was not taken as it came, why a grade is missing, what is worth a look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.reason_texts import figures, files, readings, register
from carbon_pipeline.reason_texts.reason import Reason

if TYPE_CHECKING:
    from carbon_pipeline.settings import Lang

__all__ = ["REASONS", "Reason", "reasons_table", "sentence", "suggestion"]

REASONS: Final[dict[str, Reason]] = {
    reason.code: reason for texts in (files.REASONS, readings.REASONS, register.REASONS, figures.REASONS) for reason in texts
}
"""Every reason by its code."""


def sentence(code: str, lang: Lang, **details: object) -> str:
    """What happened, in one sentence.

    Args:
        code: reason code; an unknown one stands for itself.
        lang: `zh` or `en`.
        details: what was found, appended in the order given; `detail` without its name, the others as `name=value`.
    """
    found = REASONS.get(code)
    text = code if found is None else getattr(found, lang)
    told = [str(value) if name == "detail" else f"{name}={value}" for name, value in details.items() if value not in (None, "")]
    if not told:
        return text
    return f"{text}：{'、'.join(told)}" if lang == "zh" else f"{text}: {', '.join(told)}"


def suggestion(code: str, lang: Lang) -> str:
    """What to do about it, in one sentence; empty for an unknown code."""
    found = REASONS.get(code)
    return "" if found is None else getattr(found, f"suggestion_{lang}")


def reasons_table() -> pl.DataFrame:
    """Every reason as a table, sorted by what it concerns and by code.

    Returns:
        `concerns, code, severity, zh, en, suggestion_zh, suggestion_en`.
    """
    names = ("concerns", "code", "severity", "zh", "en", "suggestion_zh", "suggestion_en")
    rows = [tuple(getattr(reason, name) for name in names) for reason in REASONS.values()]
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").sort("concerns", "code")
