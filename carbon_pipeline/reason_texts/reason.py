"""What a reason is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning", "error"]
Concerns = Literal["file", "row", "interval", "grade", "alert", "finding"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason code.

    Attributes:
        code: the code as published.
        concerns: what it speaks of.
        severity: `error` where something is left out, `warning` where a person should look, `info` else.
        zh: what happened, in Chinese, without a full stop.
        en: the same in English.
        suggestion_zh: what to do, in Chinese.
        suggestion_en: the same in English.
    """

    code: str
    concerns: Concerns
    severity: Severity
    zh: str
    en: str
    suggestion_zh: str
    suggestion_en: str
