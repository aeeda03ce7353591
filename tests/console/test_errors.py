"""What went wrong, in one plain line: errors of the system by what they mean, in the language of who reads it."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.console.errors import one_line
from carbon_pipeline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

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
