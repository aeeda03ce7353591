"""Starts the operator's servers on loopback and ends them together; keeps Dagster's own files inside the home."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from carbon_pipeline.locks import take
from carbon_pipeline.settings import HOME_VARIABLE, LANG_VARIABLE, packaged_config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carbon_pipeline.settings import Settings

LOOPBACK: Final = "127.0.0.1"
DEFINITIONS: Final = "carbon_pipeline.definitions"
_PARENT_DEATH_SIGNAL: Final = 1
"""PR_SET_PDEATHSIG of Linux's prctl."""
_DAEMON_TELLS: Final = ("--log-level", "warning")
"""Else it writes some lines at every look into the inbox, ten megabytes a day, into a log that nothing shortens."""
_GRACE_S: Final = 10
_LOOK_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Server:
    """One running process of `serve`."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class ServerEndedError(RuntimeError):
    """One of the servers has ended by itself."""

    def __init__(self, server: Server) -> None:
        super().__init__(server.name)
        self.server = server


class NoAnswerError(RuntimeError):
    """The web server runs, but has not answered for so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class AlreadyServedError(RuntimeError):
    """Another `serve` works on the home."""


def dagster_home(settings: Settings) -> Path:
    """The folder of Dagster's runs and logs inside the home, with the shipped dagster.yaml in it."""
    folder = settings.home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    shipped, kept = packaged_config() / "dagster.yaml", folder / "dagster.yaml"
    if not kept.exists() or kept.read_bytes() != shipped.read_bytes():
        shutil.copyfile(shipped, kept)
    return folder


@contextmanager
def one_at_a_time(home: Path) -> Iterator[None]:
    """Let one process at a time open Dagster's files: two that make them at once leave them unusable."""
    with (home / "lock").open("w") as lock:
        take(lock)
        yield


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Be the only `serve` of a home: two would both start what the inbox and the calendar ask for, and read each other's workspace.

    Raises:
        AlreadyServedError: there is one; its lock goes with its process.
    """
    with (dagster_home(settings) / "serving").open("w") as lock:
        if not take(lock, patience_s=0):
            raise AlreadyServedError
        yield


def inbox(settings: Settings) -> Path:
    """The folder in which files are left to be taken in."""
    return settings.home / "inbox"


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextmanager
def servers(settings: Settings, port: int) -> Iterator[list[Server]]:
    """Run Dagster's code server, web server and daemon until the block ends; all die with it, and with this process.

    Args:
        settings: the home in which alone they write.
        port: of the web server, on loopback.
    """
    for folder in (inbox(settings), settings.home / "logs", settings.home / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
    home, code_port = dagster_home(settings), any_free_port()
    workspace = _workspace(home, code_port)
    python, shared = [sys.executable, "-m"], ["-w", str(workspace)]
    commands = {
        "code-server": [*python, "dagster", "api", "grpc", "-m", DEFINITIONS, "-h", LOOPBACK, "-p", str(code_port)],
        "web-server": [*python, "dagster_webserver", "-h", LOOPBACK, "-p", str(port), *shared],
        "daemon": [*python, "dagster._daemon", "run", *_DAEMON_TELLS, *shared],
    }
    with one_at_a_time(home):
        _run_once([*python, "dagster", "instance", "info"], settings, home)
    with ExitStack() as stack:
        running: list[Server] = []
        stack.callback(_end_all, running)
        for name, command in commands.items():
            running.append(_started(name, command, settings, home))
        yield running


def wait_until_up(running: list[Server], url: str, patience_s: int = 120) -> None:
    """Wait for the web server to answer.

    Raises:
        ServerEndedError: a server ended instead.
        NoAnswerError: it did not answer in time.
    """
    give_up = time.monotonic() + patience_s
    while time.monotonic() < give_up:
        _look(running)
        try:
            with urllib.request.urlopen(f"{url}/server_info", timeout=5):  # noqa: S310 - our own loopback address
                return
        except OSError:
            time.sleep(_LOOK_S)
    raise NoAnswerError(patience_s)


def watch(running: list[Server]) -> None:
    """Stay until somebody stops us.

    Raises:
        ServerEndedError: a server ended by itself.
    """
    while True:
        _look(running)
        time.sleep(_LOOK_S)


def stop_on_signals() -> None:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does, so that its servers end with it."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _look(running: list[Server]) -> None:
    for server in running:
        if server.process.poll() is not None:
            raise ServerEndedError(server)


def _workspace(home: Path, code_port: int) -> Path:
    path = home / "workspace.yaml"
    path.write_text(
        f"load_from:\n- grpc_server: {{host: {LOOPBACK}, port: {code_port}, location_name: carbon_pipeline}}\n", encoding="utf-8"
    )
    return path


def _started(name: str, command: list[str], settings: Settings, home: Path) -> Server:
    path = settings.home / "logs" / f"{name}.log"
    with path.open("ab") as log:
        return Server(name, _start(command, settings, home, log), path)


def _run_once(command: list[str], settings: Settings, home: Path) -> None:
    """Run a command to its end; if it fails, the servers will say why."""
    with (settings.home / "logs" / "instance.log").open("wb") as log:
        _start(command, settings, home, log).wait()


def _start(command: list[str], settings: Settings, home: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    env = os.environ | {
        "DAGSTER_HOME": str(home),
        HOME_VARIABLE: str(settings.home),
        LANG_VARIABLE: settings.lang,
        "TMPDIR": str(settings.home / "tmp"),
    }
    return subprocess.Popen(  # noqa: S603 - our own interpreter and modules, no shell
        command,
        env=env,
        cwd=settings.home,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_die_with_parent,  # noqa: PLW1509 - this process has no other threads, and the call is one of the kernel
    )


def _die_with_parent() -> None:
    """Ask the kernel to end this process with its parent, even if that is killed outright; and let it end when it is asked to.

    Dagster's servers take SIGTERM as they take SIGINT, which is ignored in whatever a script has started in the background.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _end_all(running: list[Server]) -> None:
    """End the servers and whatever they started: asked first, all at once, then without asking."""
    for server in running:
        _signal(server, signal.SIGTERM)
    give_up = time.monotonic() + _GRACE_S
    for server in running:
        with suppress(subprocess.TimeoutExpired):
            server.process.wait(max(give_up - time.monotonic(), 0))
    for server in running:
        _signal(server, signal.SIGKILL)
        server.process.wait()


def _signal(server: Server, number: signal.Signals) -> None:
    """Signal a server and all of its own processes, which share its session."""
    with suppress(ProcessLookupError):
        os.killpg(server.process.pid, number)
