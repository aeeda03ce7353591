"""Dagster in a process of its own, which loads while files are taken in here, and runs and records a refresh that is reckoned here.

To load Dagster takes longer than to reckon a day, and keeps one core busy; the other is free for it.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Final

from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import ToldError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from carbon_pipeline.outcomes import Reckoning
    from carbon_pipeline.settings import Settings

_GRACE_S: Final = 10
"""How long a run may take to record that its work has failed."""


class RecorderGoneError(ToldError):
    """The process that runs and records a refresh has ended without a word."""


class _WorkFailedError(Exception):
    """What a run records where its work, done in another process, has failed; there it is told as it was raised."""


@dataclass(frozen=True)
class Recorded:
    """A refresh that is kept and recorded."""

    reckoning: Reckoning
    failed_checks: list[str]
    """Names of the checks that failed, those that only warn left out."""


class Recorder:
    """A process that loads Dagster and waits to be told of a home; until then it touches nothing."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._is_ready = False
        self.is_running = False
        """Whether it has been asked, and has not answered."""

    def make_ready(self, settings: Settings) -> None:
        """Have the run history of a home opened there, and all that a refresh needs loaded here: for whoever has a core to spare.

        What goes wrong there is told by the refresh.
        """
        if not self._is_ready:
            self._is_ready = True
            with suppress(OSError):
                self._line.send(settings)
        _load_what_reckons()

    def refresh(self, settings: Settings, as_of: date, period: str = "") -> Recorded:
        """Bring a home up to date: the job runs there, and its steps take what is settled and reckoned here.

        Args:
            settings: the home.
            as_of: last day that counts.
            period: what to grade; empty: all that is over and has readings.

        Returns:
            What was reckoned, and which checks it failed.

        Raises:
            Exception: whatever went wrong here or there, as it was raised.
        """
        from carbon_pipeline.refreshing import refresh_home  # noqa: PLC0415 - Polars, for which the process need not wait
        from carbon_pipeline.settling import settle_home  # noqa: PLC0415

        self.make_ready(settings)
        self._tell((as_of, period))
        self.is_running = True
        try:
            self._tell(settle_home(settings))
            reckoning = refresh_home(settings, as_of, period)
            self._tell(reckoning)
        except Exception as error:
            with suppress(OSError):
                self._line.send(_WorkFailedError(f"{type(error).__name__}: {error}"))
            raise
        return Recorded(reckoning, self._answer())

    def _tell(self, value: object) -> None:
        if self._line.poll():  # it speaks first only where it can go no further
            self._answer()
        try:
            self._line.send(value)
        except OSError:
            self._answer()

    def _answer(self) -> list[str]:
        try:
            answer: list[str] | BaseException = self._line.recv()
        except (EOFError, OSError):
            self.is_running = False
            raise RecorderGoneError(fact("recorder_gone")) from None
        self.is_running = False
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _load_what_reckons() -> None:
    """Load all that a refresh needs in this process."""
    from carbon_pipeline import refreshing, settling  # noqa: F401, PLC0415 - to have them loaded
    from carbon_pipeline.units import registry  # noqa: PLC0415

    registry()


@contextmanager
def recording() -> Iterator[Recorder]:
    """Have Dagster loaded beside what the block does; the process ends with it.

    Ctrl-C does not reach it: who is asked to stop hangs up, and the run is recorded as failed.
    """
    here, there = Pipe()
    command = [sys.executable, "-P", "-m", __name__, str(there.fileno())]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
        command, stdin=subprocess.DEVNULL, pass_fds=[there.fileno()], process_group=0
    ) as process:
        there.close()
        recorder = Recorder(here)
        try:
            yield recorder
        finally:
            here.close()
            if recorder.is_running:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_GRACE_S)
            process.kill()  # it has answered, or touched nothing yet; to a milder signal Dagster answers with a traceback


def main() -> None:
    """What the process does: load Dagster, open a home's history, run the job, and answer with the failed checks or what went wrong."""
    line = Connection(int(sys.argv[1]))
    with suppress(EOFError, OSError):  # nobody is there any more
        line.send(_recorded(line))


def _recorded(line: Connection) -> list[str] | BaseException:
    from carbon_pipeline.console.process import be_brief  # noqa: PLC0415 - here alone

    be_brief()

    def handed(*_: object) -> Any:  # noqa: ANN401 - whatever the step takes
        value = line.recv()
        if isinstance(value, BaseException):
            raise value
        return value

    try:
        from carbon_pipeline.definitions import run_history, run_refresh  # noqa: PLC0415 - Dagster, which is what takes so long

        settings = handed()
        with run_history(settings) as instance:
            as_of, period = handed()
            return run_refresh(instance, settings, as_of, period, settle=handed, refresh=handed)
    except BaseException as error:  # noqa: BLE001 - told where somebody reads it
        return _that_travels(error)


def _that_travels(error: BaseException) -> BaseException:
    """The error with the way that it has come, or, where it cannot be sent, one that says the same."""
    way = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - whatever keeps it from being sent
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(way)
    return error


if __name__ == "__main__":
    main()
