"""Nothing that people meet is undocumented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carbon_pipeline.console.language import SENTENCES
from carbon_pipeline.console.published import PUBLISHED
from carbon_pipeline.demo.series import CREDIT
from carbon_pipeline.factors import Factors
from carbon_pipeline.lake.tables import TABLES
from carbon_pipeline.metering.formats.profiles import FormatProfile
from carbon_pipeline.reasons import REASONS
from carbon_pipeline.registry.sheets import SHEETS
from carbon_pipeline.rules import Rules
from carbon_pipeline.sentences.fact import TEXTS
from carbon_pipeline.settings import HOME_VARIABLE, LANG_VARIABLE
from carbon_pipeline.units import is_known
from docs import reference
from docs.blocks import names
from docs.columns import PARTICULAR, SHARED

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
COMMANDS = reference.command_group().commands


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str) -> set[tuple[str, str]]:
    return set(names(text(name)))


def made_for(name: str, block: str) -> set[str]:
    return {argument for found, argument in blocks(name) if found == block}


def makefile_targets() -> list[str]:
    return re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_command__is_documented(command: str) -> None:
    assert f"carbon-pipeline {command}" in text("README.md")
    assert f"## {command}\n" in text("docs/commands.md")
    assert command in made_for("docs/commands.md", "options")


@pytest.mark.parametrize("command", COMMANDS)
def test_command__has_help_for_itself_and_for_all_that_it_takes(command: str) -> None:
    assert COMMANDS[command].help
    assert all(param.help for param in COMMANDS[command].params)


@pytest.mark.parametrize("target", makefile_targets())
def test_make_target__is_documented(target: str) -> None:
    told = text("README.md") + text("docs/operating.md")
    assert f"`make {target}`" in told or f"`{target}`" in told or f"make {target} " in told


@pytest.mark.parametrize("code", REASONS)
def test_reason__is_documented(code: str) -> None:
    assert f"| `{code}` |" in text("docs/reasons.md")


def test_reason__every_concern_has_its_table() -> None:
    assert made_for("docs/reasons.md", "reasons") == {reason.concerns for reason in REASONS.values()}


def test_reasons_of_grades__stand_in_the_reckoning() -> None:
    told = text("docs/reckoning.md")
    assert [code for code, reason in REASONS.items() if reason.concerns == "grade" and f"`{code}`" not in told] == []


@pytest.mark.parametrize("profile", reference.profiles())
def test_profile__is_documented(profile: str) -> None:
    assert f"## {profile}\n" in text("docs/formats.md")
    assert f"| `{profile}` |" in text("README.md")
    if reference.profiles()[profile].layout != "nem12":
        assert profile in made_for("docs/formats.md", "profile")


def test_profile_fields__all_have_a_meaning() -> None:
    told = text("docs/formats.md")
    assert [name for name in FormatProfile.model_fields if f"| `{name}` |" not in told] == []


@pytest.mark.parametrize("sheet", [sheet.table for sheet in SHEETS])
def test_register_sheet__is_documented(sheet: str) -> None:
    assert sheet in made_for("docs/register.md", "sheet")


@pytest.mark.parametrize("table", PUBLISHED)
def test_published_table__is_documented(table: str) -> None:
    assert table in made_for("docs/tables.md", "table")
    assert f"| `{table}` |" in text("README.md")


@pytest.mark.parametrize("table", sorted(set(TABLES) - set(PUBLISHED)))
def test_lake_table__is_documented(table: str) -> None:
    assert table in made_for("docs/tables.md", "lake-table")


def test_columns__nobody_explains_what_is_no_longer_there() -> None:
    schemas = reference.published_schemas() | {name: dict(table.schema) for name, table in TABLES.items() if name not in PUBLISHED}
    known = {(table, column) for table, schema in schemas.items() for column in schema}
    assert set(PARTICULAR) <= known
    assert set(SHARED) <= {column for _, column in known}


@pytest.mark.parametrize("rule", sorted(Rules.load(reference.shipped()).all))
def test_rule_set__is_explained(rule: str) -> None:
    assert text("docs/reckoning.md").count(f"`{rule}`") > 1, "named in the table of rule sets, and where its rule is explained"


def test_carriers__all_stand_in_the_reckoning() -> None:
    told = text("docs/reckoning.md")
    assert [one for one in Factors.load(reference.shipped()).carriers if f"| {one} |" not in told] == []


def test_units__those_named_are_known() -> None:
    told = text("docs/register.md").partition("## Units")[2]
    units = re.findall(r"`([^`]+)`", told)
    assert len(units) > 20
    assert [unit for unit in units if not is_known(unit)] == []


@pytest.mark.parametrize("key", ["home_busy", "checks_failed", "unforeseen", "port_taken"])
def test_messages__those_explained_are_the_ones_printed(key: str) -> None:
    told = re.findall(r"^\| `(?P<message>[^`]+)` \|", text("docs/operating.md"), re.MULTILINE)
    sentence = re.sub(r"^\{\w+\}: ", "", {**SENTENCES, **TEXTS}[key][1])
    first = re.split(r"; | \(", sentence)[0]
    printed = re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(first)))
    assert any(printed.fullmatch(message) for message in told)


@pytest.mark.parametrize("variable", [HOME_VARIABLE, LANG_VARIABLE])
def test_environment__is_documented(variable: str) -> None:
    assert f"`${variable}`" in text("docs/commands.md")


def test_credit__stands_in_the_readme() -> None:
    assert CREDIT in " ".join(text("README.md").split())


def test_readme__begins_in_chinese_and_names_the_two_commands_first() -> None:
    head = text("README.md")[:900]
    assert "**中文.**" in head
    assert head.index("make demo") < head.index("make test") < head.index("## What it is")


def test_documents__are_all_reachable_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        linked = ((path.parent / link).resolve() for link in re.findall(r"\]\(([^)#]+\.md)", path.read_text(encoding="utf-8")))
        waiting += [found for found in linked if found not in seen]
    assert set(DOCS.rglob("*.md")) <= seen
