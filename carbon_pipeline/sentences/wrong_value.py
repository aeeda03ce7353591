"""What is wrong with a file of configuration, as a fact: the first field that does not hold, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from carbon_pipeline.sentences.fact import TEXTS, Fact, fact
from carbon_pipeline.sentences.told_error import ToldError
from carbon_pipeline.sentences.validation import PREFIX

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from carbon_pipeline.sentences.fact import Detail, Value


def first_wrong(error: ValidationError) -> tuple[Detail, Fact]:
    """The first field that does not hold, and what is wrong with it."""
    first = error.errors(include_url=False)[0]
    field = ".".join(map(str, first["loc"])) or fact("whole_row")
    cause = first.get("ctx", {}).get("error")
    return field, cause.fact if isinstance(cause, ToldError) else _of_library(first)


def _of_library(first: ErrorDetails) -> Fact:
    """A fact for what the library finds; what has no Chinese sentence of its own is told by the library's name for it."""
    key = PREFIX + first["type"]
    values = {name: _value(name, value) for name, value in first.get("ctx", {}).items()} | {"said": first["msg"], "type": first["type"]}
    return fact(key if key in TEXTS else PREFIX + "other", **values)


def _value(name: str, value: Any) -> Value:  # noqa: ANN401 - whatever the library gives
    """A value of an error; choices come as `'a', 'b' or 'c'`."""
    return re.split(r", | or ", value) if name in {"expected", "expected_tags"} else str(value)
