"""Worked examples: commands shown in the documents are run, and what they print is put below them or held against it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, Self

_BLOCK: Final = re.compile(r"```console\n(.*?)```", re.DOTALL)
_PROMPT: Final = "$ "
_COMMAND: Final = "carbon-pipeline"
_STYLE: Final = re.compile(r"\x1b\[[0-9;]*m")
_CHANGING: Final = (
    (re.compile(r"\d+\.\d s\)"), "0.0 s)"),
    (re.compile(r"\d+\.\d 秒"), "0.0 秒"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00"), "2026-01-01T00:00:00+08:00"),
)
"""What differs from run to run: how long it took, and when a file was taken in."""
_WIDTH: Final = "150"


class Transcript:
    """Runs commands as a person would at a terminal, one after another on one home; the same command is run once.

    Args:
        root: the repository, in which the commands are run.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._home = tempfile.TemporaryDirectory(prefix="carbon-docs-")
        self._known: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Begin on an empty home."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the home."""
        self._home.cleanup()

    @property
    def home(self) -> Path:
        """The home on which the commands are run."""
        return Path(self._home.name)

    def output(self, line: str) -> str:
        """What a command prints; of `... | head -N` its first lines.

        Args:
            line: `carbon-pipeline ...`, without a prompt.

        Raises:
            ValueError: the line is no command of this project, or it failed.
        """
        command, _, cut = line.partition(" | head -")
        if command not in self._known:
            self._known[command] = self._run(command)
        lines = self._known[command].splitlines()
        return "\n".join(lines[: int(cut)] if cut else lines)

    def _run(self, command: str) -> str:
        name, *arguments = shlex.split(command)
        if name != _COMMAND:
            message = f"not a command of this project: {command}"
            raise ValueError(message)
        environment = os.environ | {
            "CARBON_HOME": self._home.name,
            "CARBON_LANG": "en",
            "COLUMNS": _WIDTH,
            "TERM": "xterm",
            "NO_COLOR": "1",
            "TTY_COMPATIBLE": "1",
        }
        argv = [sys.executable, "-m", "carbon_pipeline.cli", *arguments]
        done = subprocess.run(argv, cwd=self._root, env=environment, capture_output=True, check=False)  # noqa: S603 - our own command
        if done.returncode:
            message = f"{command}: {done.stderr.decode(errors='replace')}"
            raise ValueError(message)
        told = _STYLE.sub("", done.stdout.decode())
        return "\n".join(line.rstrip() for line in told.splitlines())


def fresh(text: str, transcript: Transcript) -> str:
    """Put under every command of a file's console blocks what it prints now, unless only times differ."""

    def put(found: re.Match[str]) -> str:
        parts = []
        for command, old in commands(found[1]):
            new = transcript.output(command)
            parts.append(f"{_PROMPT}{command}\n{old if same(old, new) else new}".rstrip())
        return "```console\n" + "\n\n".join(parts) + "\n```"

    return _BLOCK.sub(put, text)


def blocks(text: str) -> list[str]:
    """The console blocks of a file."""
    return [found[1] for found in _BLOCK.finditer(text)]


def commands(block: str) -> list[tuple[str, str]]:
    """Commands of a console block, each with what is printed under it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith(_PROMPT):
            found.append((line.removeprefix(_PROMPT), []))
        elif found:
            found[-1][1].append(line)
    return [(command, "\n".join(lines).strip("\n")) for command, lines in found]


def same(one: str, other: str) -> bool:
    """Whether two outputs are alike but for times."""
    return _settled(one) == _settled(other)


def _settled(text: str) -> str:
    for pattern, plain in _CHANGING:
        text = pattern.sub(plain, text)
    return text.strip("\n")
