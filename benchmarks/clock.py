"""Runs one part of the benchmark as its own process and says what it took."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carbon_pipeline.console.errors import PlainError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

KIB_PER_MB = 1024


class PartFailedError(PlainError):
    """A part of the benchmark ended with an error; the message says which and why."""


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    seconds: float
    peak_mb: float
    cpu_seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        """One after the other: times add up, the higher peak stays."""
        return Cost(self.seconds + other.seconds, max(self.peak_mb, other.peak_mb), self.cpu_seconds + other.cpu_seconds)


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end.

    Args:
        command: program and arguments.
        env: variables set on top of this process's own.

    Returns:
        Wall-clock seconds from start to end, interpreter start included, and the highest resident memory of the
        process or of any child that it waited for (`ru_maxrss` of `wait4`); and the processor's seconds of all of them.

    Raises:
        PartFailedError: when the command ends with another status than 0; it carries the last lines of its errors.
    """
    with tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(  # our own commands, no shell
            [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=errors, env={**os.environ, **(env or {})}
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            tail = errors.read().decode(errors="replace").strip().splitlines()[-3:]
            msg = f"{' '.join(str(part) for part in command[:5])} ended with {process.returncode}: {' / '.join(tail)}"
            raise PartFailedError(msg)
    return Cost(seconds, usage.ru_maxrss / KIB_PER_MB, usage.ru_utime + usage.ru_stime)


def run_module(module: str, *arguments: str | Path) -> Cost:
    """Run one of the benchmark's own modules under this interpreter."""
    return run([sys.executable, "-m", module, *arguments])
