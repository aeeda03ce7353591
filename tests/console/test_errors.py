"""What went wrong, in one plain line: errors of the system by what they mean, in the language of who reads it."""

from __future__ import annotations

import errno
import sqlite3
from typing import TYPE_CHECKING

import polars as pl
import pytest
from sqlalchemy.exc import OperationalError

from carbon_pipeline.console.errors import one_line
from carbon_pipeline.factors import FactorError
from carbon_pipeline.lake.store import HomeBusyError, Store
from carbon_pipeline.lake.tables import RECEIPTS
from carbon_pipeline.periods import PeriodError
from carbon_pipeline.rules import RuleError
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.settings import ConfigError, Settings
from carbon_pipeline.units import UnknownUnitError
from tests.builders import HOME
from tests.builders.languages import is_in

if TYPE_CHECKING:
    from pathlib import Path

    from carbon_pipeline.sentences.told_error import ToldError
    from carbon_pipeline.settings import Lang


def told(error: BaseException, home: Path, lang: Lang, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit), one_line(Settings(home, lang)):
        raise error
    return capsys.readouterr().err.removeprefix("carbon-pipeline: ")


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (errno.EACCES, "没有读写权限", "permission denied"),
        (errno.EROFS, "没有读写权限", "permission denied"),
        (errno.ENOTDIR, "路径中有一段是文件", "a part of this path is a file"),
        (errno.EEXIST, "路径中有一段是文件", "a part of this path is a file"),
        (errno.EISDIR, "是文件夹", "is a folder"),
        (errno.ENOSPC, "磁盘已满", "is full"),
    ],
)
def test_one_line__errors_of_the_system(tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int, zh: str, en: str) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        line = told(OSError(number, "whatever the system says", str(tmp_path)), tmp_path, lang, capsys)
        assert said in line
        assert str(tmp_path) in line
        assert "whatever" not in line


def test_one_line__an_error_of_the_system_in_the_words_of_a_library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = RuntimeError("Generic LocalFileSystem error: Unable to open file: Permission denied (os error 13)")
    assert told(error, tmp_path, "zh", capsys).startswith(f"{tmp_path}：没有读写权限")


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("SQLITE_FULL", "磁盘已满", "is full"),
        ("SQLITE_READONLY_DIRECTORY", "没有读写权限", "permission denied"),
        ("SQLITE_CANTOPEN", "没有读写权限", "permission denied"),
        ("SQLITE_BUSY", "正被另一个命令占用", "another command keeps"),
        ("SQLITE_NOTADB", "运行记录已损坏", "history of runs"),
        ("SQLITE_IOERR_SHMSIZE", "磁盘是否已满", "whether the disk is full"),
    ],
)
def test_one_line__an_error_of_the_database_of_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, zh: str, en: str
) -> None:
    inner = sqlite3.OperationalError("whatever the database says")
    inner.sqlite_errorname = name
    for lang, said in (("zh", zh), ("en", en)):
        line = told(OperationalError("INSERT INTO runs", {}, inner), tmp_path, lang, capsys)
        assert said in line
        assert str(tmp_path / "dagster") in line
        assert "whatever" not in line
        assert is_in(lang, line.replace(str(tmp_path), "").strip())


@pytest.mark.parametrize("how", ["short", "zeros", "gone", "log"])
@pytest.mark.parametrize(
    ("table", "zh", "en"), [("receipts", "用备份恢复", "take the home from a backup"), ("checks", "refresh", "refresh that date")]
)
def test_one_line__a_damaged_home(tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str, table: str, zh: str, en: str) -> None:
    store = Store(tmp_path / HOME)
    frame = pl.DataFrame({name: ["x"] for name in RECEIPTS.schema.names()}).cast(RECEIPTS.schema, strict=False)
    store.append(table, frame if table == "receipts" else pl.DataFrame({"as_of": ["2025-12-31"], "name": ["x"]}))
    file = next(store.path(table).rglob("*.parquet" if how != "log" else "*0.json"))
    if how == "gone":
        file.unlink()
    else:
        size = file.stat().st_size
        file.write_bytes(bytes(size) if how == "zeros" else file.read_bytes()[: size // 2])
    for lang, said in (("zh", zh), ("en", en)):
        with pytest.raises(SystemExit), one_line(Settings(store.home, lang)):  # type: ignore[arg-type]
            store.read(table)
        line = capsys.readouterr().err.splitlines()[-1]
        assert str(file if how != "log" else file.parent) in line
        assert said in line


def test_one_line__a_home_of_an_older_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store, kept = Store(tmp_path), RECEIPTS.schema.names()[:-1]
    pl.DataFrame(schema=RECEIPTS.schema).select(kept).write_delta(str(store.path("receipts")))
    for lang, said in (("zh", "由旧版本建立"), ("en", "a home of an older version")):
        with pytest.raises(SystemExit), one_line(Settings(tmp_path, lang)):  # type: ignore[arg-type]
            store.scan("receipts").select("reason").collect()
        line = capsys.readouterr().err
        assert said in line
        assert "reason" in line
    assert "unforeseen" in told(pl.exceptions.ColumnNotFoundError("x"), tmp_path / "new", "en", capsys)


def test_one_line__any_other_error_of_the_system_goes_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = OSError(errno.EIO, "Input/output error", str(tmp_path / "a"))
    line = told(error, tmp_path, "zh", capsys)
    assert line.startswith(f"{tmp_path / 'a'}：操作系统报告错误 EIO")
    assert is_in("zh", line.strip())


@pytest.mark.parametrize(
    "error",
    [
        ConfigError(fact("not_mapping", path="own.yaml")),
        HomeBusyError(fact("home_busy", home="/srv/county")),
        FactorError(fact("factor_missing", what=fact("electricity_calorific"))),
        PeriodError(fact("no_period", text="2025Q5")),
        RuleError(fact("no_grading", day="2025-12-31")),
        UnknownUnitError(fact("unknown_unit", unit="筐")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_one_line__errors_of_configuration(error: ToldError, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for lang in ("zh", "en"):
        line = told(error, tmp_path, lang, capsys)
        assert line == f"{error.sentence(lang)}\n"
        assert is_in(lang, line.strip())
