"""Whether a sentence is in one language: what is Chinese has no English words in a row, what is English no Chinese comma."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from carbon_pipeline.settings import Lang

_NO_PROSE: Final = re.compile(r"carbon-pipeline [a-z]+|`[^`]*`|\"[^\"]*\"|'[^']*'|\{\w*\}|/[!-~]+")
"""Commands, what stands in quotes, fields of a template and paths: they are the same in every language."""
_ENGLISH: Final = re.compile(r"[A-Za-z]*[a-z]{2,}[,;:]? [a-z]{2,}")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_CHINESE_MARKS: Final = re.compile("[，。；：！？（）]")


def is_in(lang: Lang, text: str) -> bool:
    """Whether a sentence is in this language alone, names and values apart."""
    if "\n" in text:
        return False
    prose = _NO_PROSE.sub("", text)
    if lang == "en":
        return not _CHINESE_MARKS.search(prose)
    return not _ENGLISH.search(prose) and (bool(_CHINESE.search(prose)) or not re.search("[A-Za-z]", prose))
