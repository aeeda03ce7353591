"""Whatever people are told, they are told in their own language: every sentence there is, and every place that makes one."""

from __future__ import annotations

import ast
import json
import re
from datetime import date
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

import carbon_pipeline
from carbon_pipeline.console.language import SENTENCES
from carbon_pipeline.factors import FactorRow, YearRow
from carbon_pipeline.industries import IndustryList, ReferenceL
from carbon_pipeline.metering.formats import FormatProfile
from carbon_pipeline.reasons import REASONS
from carbon_pipeline.rules import _FILE
from carbon_pipeline.sentences import configuration, files, findings, quantities, validation
from carbon_pipeline.sentences.fact import FOREIGN, TEXTS, Fact, fact, told
from carbon_pipeline.settings import packaged_config, wrong_in
from tests.builders.languages import is_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.settings import Lang

PACKAGE = Path(carbon_pipeline.__file__).parent
TABLES = (configuration.TEXTS, files.TEXTS, findings.TEXTS, quantities.TEXTS, validation.TEXTS)
BOTH: tuple[Lang, ...] = ("zh", "en")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


# --- the sentences ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", TEXTS)
def test_facts__are_told_in_both_languages_with_the_same_values(key: str) -> None:
    zh, en = TEXTS[key]
    assert is_in("zh", zh)
    assert is_in("en", en)
    assert not zh.endswith("。")
    assert not en.endswith(".")
    assert FOREIGN not in fields(zh)
    if not key.startswith(validation.PREFIX):
        assert fields(zh) == fields(en) - {FOREIGN}


def test_facts__no_key_stands_twice() -> None:
    assert sum(map(len, TABLES)) == len(TEXTS)


@pytest.mark.parametrize("key", SENTENCES)
def test_sentences_of_commands__are_in_both_languages(key: str) -> None:
    for lang, text in zip(BOTH, SENTENCES[key], strict=True):
        assert is_in(lang, text)


@pytest.mark.parametrize("code", REASONS)
def test_reasons__are_in_both_languages(code: str) -> None:
    reason = REASONS[code]
    for lang, texts in (("zh", (reason.zh, reason.suggestion_zh)), ("en", (reason.en, reason.suggestion_en))):
        assert all(is_in(lang, text) for text in texts)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", TEXTS)
def test_fact__comes_out_of_the_lake_as_it_went_in(key: str) -> None:
    found = fact(key, **{name: f"<{name}>" for text in TEXTS[key] for name in fields(text)})
    for lang in BOTH:
        assert told(str(found), lang) == found.sentence(lang)
    assert json.loads(str(found))["fact"] == key  # what programs read in the lake


def test_fact__holds_facts_numbers_and_lists() -> None:
    inner = fact("profile_unknowing", profile="a", columns=["TV", "TA"])
    found = str(fact("at_line", line=3, found=fact("columns_foreign", unknown=[inner])))
    assert told(found, "zh").endswith("都不认识它：a 不认识 TV、TA")
    assert told(found, "en").endswith("knows it: a does not know TV, TA")


def test_fact__is_told_in_one_line() -> None:
    assert fact("header", cells=["a\nb", "c"]).sentence("en") == "a b, c"


@pytest.mark.parametrize(
    "kept",
    ["", "DATA_DATE: 2025-13-01", '{"fact": "of a later version"}', '{"fact": "at_line"}', '{"fact": ', '{"fact": 1}', '{"error": "x"}'],
)
def test_told__what_is_no_fact_stands_for_itself(kept: str) -> None:
    assert told(kept, "zh") == told(kept, "en") == kept


# --- the places that make them ----------------------------------------------------------------------------------------

BY_PROGRAMS = {
    "exact.py": "arguments of our own code",
    "console/render.py": "arguments of our own code",
    "metering/formats/wide.py": "arguments of our own code",
    "registry/credit_code.py": "arguments of our own code",
}
"""Modules that raise errors which only a fault of the program can cause."""
CAUGHT = {
    "AlreadyServedError",
    "Exit",
    "KeyboardInterrupt",
    "_TooLargeError",
    "_LineError",
    "NoAnswerError",
    "ServerEndedError",
    "_RepeatedKeyError",
    "answer",
    "value",
}
"""Errors that are caught and told by somebody else, have been raised before, or are no errors."""
TOLD = {
    "CommandError", "ConfigError", "FactorError", "FileNotFoundError", "GzipError", "HomeBusyError", "HomeDamagedError",
    "HomeNameError", "HomeOfOldError", "IsADirectoryError", "NoFileError", "OSError", "OwnHomeError", "PeriodError", "PlainError",
    "Problem", "RecorderGoneError", "RuleError", "UnknownUnitError", "WrongUsageError", "WrongValueError", "_BrokenError", "_LineError",
    "_broken_at", "_mismatch", "not_graded", "wrong_in",
}  # fmt: skip
"""Errors that say what is wrong in either language, and what makes such."""
PROSE = re.compile(r"[A-Za-z]*[a-z]{2,} [a-z]{2,}")
DIMENSIONS = {"mass", "volume", "energy", "power", "area", "money", "standard_coal", "co2"}


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield path.relative_to(PACKAGE).as_posix(), node


def name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for place, node in nodes():
        if isinstance(node, ast.Call) and name_of(node.func) in names:
            yield place, node


def texts_in(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def test_places__give_every_fact_the_values_that_its_sentence_needs() -> None:
    used = set(DIMENSIONS) | {key for key in TEXTS if key.startswith(validation.PREFIX)}
    for place, call in calls("fact"):
        key = call.args[0]
        choices = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
        keys = [one.value for one in choices if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        used.update(keys)
        given = {keyword.arg for keyword in call.keywords}
        for one in keys:
            needed = fields("".join(TEXTS[one]))
            assert given == needed or (None in given and given - {None} <= needed), f"{place}: {one}"
    assert used == set(TEXTS), "sentences that nobody tells"


def test_places__raise_errors_that_are_told_in_either_language() -> None:
    for place, node in nodes():
        if not isinstance(node, ast.Raise) or node.exc is None or place in BY_PROGRAMS:
            continue
        raised = name_of(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        assert raised in TOLD | CAUGHT, f"{place}:{node.lineno} raises {raised}, which is told in no language"


def test_places__hand_no_english_on_as_what_was_found() -> None:
    for place, call in calls("Refusal", "Problem", "_refused", "Check"):
        for text in (text for argument in call.args[1:] for text in texts_in(argument)):
            assert not PROSE.search(text), f"{place}:{call.lineno}: {text}"
    for place, node in nodes():
        if isinstance(node, ast.Assign) and {name_of(target) for target in node.targets} & {"detail", "evidence"}:
            assert not any(PROSE.search(text) for text in texts_in(node.value)), f"{place}:{node.lineno}"


# --- configuration ----------------------------------------------------------------------------------------------------

JUNK: tuple[Any, ...] = (None, "", "x", "2025-13-01", 1.5, True, -1, 10**30, [], {}, ["x"], {"x": 1}, date(2025, 1, 1))
SHIPPED = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (packaged_config() / "rules").glob("*.yaml")}
FACTOR = {
    "id": "a", "table": "t", "carrier": "原煤", "quantity": "kgce", "value": "1", "unit": "kgce/kg", "source": "s", "confidence": "V1",
    "status": "in_force",
}  # fmt: skip
REFERENCE = {"division": "17", "l": "1", "source": "s", "status": "in_force"}
PROFILE = {
    "id": "a", "title": "t", "layout": "wide", "columns": {"meter_no": ["m"], "date": ["d"]}, "values": {"E": ["E{n}"]}, "points": 96,
}  # fmt: skip
MODELS: dict[str, tuple[Any, dict[str, Any]]] = {
    "factor": (FactorRow, FACTOR),
    "factor of a year": (YearRow, FACTOR | {"year": 2025}),
    "reference": (ReferenceL, REFERENCE),
    "industries": (IndustryList, {"id": "a", "title": "t", "source": "s", "status": "in_force", "divisions": ["17"]}),
    "format": (FormatProfile, PROFILE),
    **{name: (_FILE, content) for name, content in SHIPPED.items()},
}


def spoiled(content: Any) -> Iterator[Any]:
    """A file with one value after another taken out, made junk, or beside one that nobody knows."""
    if isinstance(content, dict):
        yield content | {"unknown_name": 1}
        for name, value in content.items():
            yield {key: one for key, one in content.items() if key != name}
            yield from (content | {name: other} for other in (*JUNK, *spoiled(value)))
    elif isinstance(content, list):
        yield from ([*content[:at], other, *content[at + 1 :]] for at, value in enumerate(content) for other in (*JUNK, *spoiled(value)))


@pytest.mark.parametrize("name", MODELS)
def test_configuration__whatever_is_wrong_is_told_in_either_language(name: str) -> None:
    model, content = MODELS[name]
    reader, keys = model if isinstance(model, TypeAdapter) else TypeAdapter(model), set()
    for wrong in spoiled(content):
        try:
            reader.validate_python(wrong)
        except ValidationError as error:
            said = wrong_in(Path("own.yaml"), fact("row", row=1), error)
            problem = said.fact.values["problem"]
            assert isinstance(problem, Fact)
            keys.add(problem.key)
            assert is_in("zh", problem.sentence("zh")), problem
            assert said.sentence("zh").startswith("own.yaml，第 1 行：")
            assert said.sentence("en").startswith("own.yaml, row 1: ")
    assert keys
    assert f"{validation.PREFIX}other" not in keys, "give it a Chinese sentence of its own"
