"""A fact: the key of a sentence and the values in it, which the lake keeps and which is told in the reader's language when shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from carbon_pipeline.sentences import configuration, files, findings, quantities, validation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Lang = Literal["zh", "en"]
Value: TypeAlias = "str | int | Fact | Sequence[Value]"
"""Several are told with the comma of the language."""

TEXTS: Final[Mapping[str, tuple[str, str]]] = files.TEXTS | findings.TEXTS | quantities.TEXTS | configuration.TEXTS | validation.TEXTS
"""Sentences by key: Chinese, English; both with the same values, but for `said`."""

FOREIGN: Final = "said"
"""The value that holds what a library says in its own English words: only those who read English are told it."""

_KEY: Final = "fact"
_BEGIN: Final = f'{{"{_KEY}": '


@dataclass(frozen=True, slots=True)
class Fact:
    """What was found, in no language.

    Attributes:
        key: its sentence in `TEXTS`.
        values: what stands in the sentence.
    """

    key: str
    values: Mapping[str, Value]

    def sentence(self, lang: Lang) -> str:
        """The sentence in one language, in one line."""
        text = TEXTS[self.key][0 if lang == "zh" else 1]
        return " ".join(text.format_map({name: _word(value, lang) for name, value in self.values.items()}).splitlines())

    def __str__(self) -> str:
        """As the lake keeps it: JSON of the key and the values."""
        return json.dumps(self, default=_as_mapping, ensure_ascii=False)


Detail = Fact | str
"""What was found: a fact, or a text that is the same in every language, such as a column and its cell."""


def fact(key: str, /, **values: Value) -> Fact:
    """A fact of a key of `TEXTS`."""
    return Fact(key, values)


def told(kept: str, lang: Lang) -> str:
    """The sentence of a text that the lake holds; what is no fact, or none that this version knows, stands for itself."""
    if not kept.startswith(_BEGIN):
        return kept
    try:
        found = _read(json.loads(kept))
        return found.sentence(lang) if isinstance(found, Fact) else kept
    except (KeyError, TypeError, ValueError):
        return kept


def _word(value: Value, lang: Lang) -> str:
    if isinstance(value, Fact):
        return value.sentence(lang)
    if isinstance(value, str | int):
        return str(value)
    return ("、" if lang == "zh" else ", ").join(_word(one, lang) for one in value)


def _as_mapping(value: object) -> object:
    return {_KEY: value.key, **value.values} if isinstance(value, Fact) else str(value)


def _read(kept: Any) -> Value:  # noqa: ANN401 - as JSON gives it
    """A value as it was before it was kept."""
    if isinstance(kept, list):
        return [_read(one) for one in kept]
    if not isinstance(kept, dict):
        return str(kept)
    return Fact(kept[_KEY], {name: _read(one) for name, one in kept.items() if name != _KEY})
