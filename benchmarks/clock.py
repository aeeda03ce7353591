"""Runs one part of the benchmark as its own process and says what it took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from carbon_pipeline.console.errors import PlainError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KIB_PER_MB = 1024
LAUNCHER = Path(__file__).with_name("launcher.py")


class PartFailedError(PlainError):
    """A part of the benchmark ended with an error; the message says which and why."""


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    seconds: float
    peak_mb: float
    cpu_seconds: float = 0.0


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end.

    Args:
        command: program and arguments.
        env: variables set on top of this process's own.

    Returns:
        Wall-clock seconds from start to end, interpreter start included; the highest resident memory of the
        process (`ru_maxrss` of `wait4`) and of each that it started, added up; and the processor's seconds of all of them.

    Raises:
        PartFailedError: when the command ends with another status than 0; it carries the last lines of its errors.
    """
    words = [str(part) for part in command]
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(LAUNCHER), *words], capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}
    )
    told = json.loads(done.stdout) if done.stdout else {"code": done.returncode}
    if told["code"] != 0:
        tail = " / ".join(done.stderr.strip().splitlines()[-3:])
        message = f"{' '.join(words[:5])} ended with {told['code']}: {tail}"
        raise PartFailedError(message)
    return Cost(told["seconds"], told["peak_kib"] / KIB_PER_MB, told["cpu_seconds"])


def run_module(module: str, *arguments: str | Path) -> Cost:
    """Run one of the benchmark's own modules under this interpreter."""
    return run([sys.executable, "-m", module, *arguments])
