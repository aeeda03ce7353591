"""A command that was called wrongly is told so in one line, in the language that was asked for, with exit code 2."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from carbon_pipeline.cli import app

CHOICES = "receipts, quarantine, findings, energy, grades, budgets, tariffs, inventory"


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("ingest",), "缺少 PATH...；用法见 carbon-pipeline ingest --help", "PATH... is missing; see carbon-pipeline ingest --help"),
        (("refresh",), "缺少 --as-of；用法见", "--as-of is missing; see carbon-pipeline refresh --help"),
        (("show",), f"缺少 NAME，可为：{CHOICES}；用法见", f"NAME is missing; choose from: {CHOICES}; see"),
        (("show", "all"), f"NAME 不能是 all，可为：{CHOICES}；", f"NAME cannot be all; choose from: {CHOICES}; see"),
        (("show", "grades", "--format", "pdf"), "--format 不能是 pdf，可为：", "--format cannot be pdf; choose from: table, csv, "),
        (
            ("reffresh",),
            "没有命令 reffresh，是否应为 refresh；用法见 carbon-pipeline --help",
            "no command reffresh, perhaps refresh is meant; ",
        ),
        (("abc",), "没有命令 abc；用法见", "there is no command abc; see carbon-pipeline --help"),
        (("ingest", "--foo", "x"), "没有选项 --foo；用法见 carbon-pipeline ingest", "no option --foo; see carbon-pipeline ingest --help"),
        (("show", "grades", "--perod", "2025"), "没有选项 --perod，是否应为 --period；", "no option --perod, perhaps --period is meant; "),
        (("show", "grades", "--json=3"), "选项 --json 后面不能带值；用法见 carbon-pipeline show", "option --json takes no value; see"),
        (
            ("refresh", "--as-of", "2025-01-31", "x", "y"),
            "多余的内容：x y；用法见",
            "there is no place for x y; see carbon-pipeline refresh",
        ),
        (
            ("--version=3",),
            "选项 --version 后面不能带值；用法见 carbon-pipeline --help",
            "--version takes no value; see carbon-pipeline --help",
        ),
        (("bench", "--meters", "many"), "--meters 应为正整数，不能是 many；", "--meters must be a whole number above zero, not many; see"),
        (("bench", "--days", "0"), "--days 应为正整数，不能是 0；", "--days must be a whole number above zero, not 0; see"),
    ],
)
def test_call__what_is_wrong_is_told_in_one_line(arguments: tuple[str, ...], zh: str, en: str) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        done = CliRunner().invoke(app, [*arguments, "--lang", lang], prog_name="carbon-pipeline")
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith("carbon-pipeline: ")
        assert done.stderr.endswith(" --help\n")
        assert done.stderr.count("\n") == 1
        assert said in done.stderr


@pytest.mark.parametrize("asked", [("--lang=zh", "--as-of"), ("--lang", "zh", "--as-of")])
def test_call__that_breaks_off_is_answered_in_the_language_before_it(asked: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["refresh", *asked], prog_name="carbon-pipeline")
    assert done.stderr == "carbon-pipeline: 选项 --as-of 后面缺少值；用法见 carbon-pipeline refresh --help\n"


def test_call__without_a_command_shows_the_help() -> None:
    done = CliRunner().invoke(app, [], prog_name="carbon-pipeline")
    assert done.exit_code == 2
    assert "收取电表数据与台账" in done.stdout + done.stderr


def test_call__language_of_the_environment_counts_where_none_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARBON_LANG", "zh")
    assert "缺少 --as-of" in CliRunner().invoke(app, ["refresh"], prog_name="carbon-pipeline").stderr
