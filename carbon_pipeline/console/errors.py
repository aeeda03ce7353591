"""What a command could not do, told in one line on stderr; never a traceback."""

from __future__ import annotations

import errno
import re
import sys
import traceback
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final, NoReturn

from carbon_pipeline.console.language import sentence
from carbon_pipeline.sentences.told_error import ToldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.settings import Settings

COULD_NOT = 1
"""Exit code of a command that could not do its job."""

_NUMBER = re.compile(r"(?:\[Errno |\(os error )([0-9]+)[\])]")
"""The system's number of an error, as Python and as the writers of tables say it."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No space, quota or file size is left."""
_PLAIN = {
    errno.EACCES: "not_permitted",
    errno.EPERM: "not_permitted",
    errno.EROFS: "not_permitted",
    errno.ENOTDIR: "not_a_folder",
    errno.EEXIST: "not_a_folder",
    errno.EISDIR: "is_a_folder",
    errno.ENAMETOOLONG: "name_too_long",
}
"""What is told of other errors of the system; a file in the way of a folder is `EEXIST` where the folder is to be made."""
_OF_DATABASE = {
    "FULL": "disk_full",
    "READONLY": "not_permitted",
    "PERM": "not_permitted",
    "CANTOPEN": "not_permitted",
    "BUSY": "runs_busy",
    "IOERR": "runs_unwritable",
    "CORRUPT": "runs_damaged",
    "NOTADB": "runs_damaged",
}
"""What is told of errors of Dagster's databases, by what follows `SQLITE_` in their names; where in SQLite it was may come after it."""
_LONGEST: Final = 300
"""Characters of an unforeseen error that are shown; all of it is in its file."""
_OF_LIBRARIES: Final = frozenset({"ColumnNotFoundError", "ComputeError", "DeltaError", "PanicException", "TableNotFoundError"})
"""What the readers of tables raise where a file is not as it was written, among other things."""
_FOOTER_NOT_WRITTEN = "thrift: transport error"
"""All that Polars says when there is room for the rows of a Parquet file, but not for what closes it."""


class CommandError(Exception):
    """A command cannot do its job; the sentence of `key` says why."""

    def __init__(self, key: str, **details: object) -> None:
        super().__init__(key)
        self.key = key
        self.details = details


class PlainError(Exception):
    """A command cannot do its job, and somebody below has already said why in one sentence."""


@contextmanager
def one_line(settings: Settings) -> Iterator[None]:
    """Turn whatever goes wrong inside into one line on stderr and exit code 1."""
    try:
        yield
    except CommandError as error:
        give_up(sentence(error.key, settings.lang, **error.details))
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(COULD_NOT)
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - the last line of defence: a panic in a library is no Exception, but told in one line too
        give_up(_told(error, settings))


def _told(error: BaseException, settings: Settings) -> str:
    error = _of_home(error, settings)
    if isinstance(error, ToldError):
        return error.sentence(settings.lang)
    if isinstance(error, PlainError):
        return " ".join(str(error).split())
    key, details = _of_database(error, settings) or _of_system(error, settings) or _unforeseen(error, settings)
    return sentence(key, settings.lang, **details)


def _of_system(error: BaseException, settings: Settings) -> tuple[str, dict[str, object]] | None:
    """The sentence for an error of the system; what has none of its own goes by the name under which the manuals have it."""
    path, number = getattr(error, "filename", None) or settings.home, _number(error)
    if _is_full(error):
        return "disk_full", {"path": path}
    if isinstance(error, FileNotFoundError) and error.args:
        return "nothing_at", {"path": error.filename or error.args[0]}
    if key := _PLAIN.get(number):
        return key, {"path": path}
    if not isinstance(error, OSError):
        return None
    return "system_error", {"path": path, "name": errno.errorcode.get(number, type(error).__name__), "log": _kept(error, settings)}


def _of_database(error: BaseException, settings: Settings) -> tuple[str, dict[str, object]] | None:
    """The sentence for an error of Dagster's own databases, which SQLAlchemy hands on in one of its own."""
    name = getattr(getattr(error, "orig", None), "sqlite_errorname", "SQLITE_")
    key = _OF_DATABASE.get(name.split("_")[1])
    return None if key is None else (key, {"path": settings.home / "dagster"})


def _of_home(error: BaseException, settings: Settings) -> BaseException:
    """What went wrong; where the cause is a home of an older version or one that is damaged, that."""
    if type(error).__name__ not in _OF_LIBRARIES and not _is_of_tables(error):
        return error
    from carbon_pipeline.lake.store import HomeDamagedError, HomeOfOldError, Store  # noqa: PLC0415 - only such a home needs it

    try:
        store = Store(settings.home)
        store.must_be_whole()
        store.must_be_of_today()
    except (HomeDamagedError, HomeOfOldError) as told:
        return told
    except OSError:  # the home cannot even be looked at: what went wrong first says more
        return error
    return error


def _is_of_tables(error: BaseException) -> bool:
    """Whether a file was not there for the readers of tables, who give the system's error no name."""
    return isinstance(error, FileNotFoundError) and not error.filename and "(os error " in str(error)


def _unforeseen(error: BaseException, settings: Settings) -> tuple[str, dict[str, object]]:
    said = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return "unforeseen", {"error": said[:_LONGEST], "path": _kept(error, settings)}


def _number(error: BaseException) -> int:
    """The system's number of an error, else 0."""
    found = _NUMBER.search(str(error))
    return int(found[1]) if found else 0


def _is_full(error: BaseException) -> bool:
    """Whether a write found no room; a table that cannot be read says the same of its footer and is something else."""
    said, frames = str(error), traceback.walk_tb(error.__traceback__)
    return _number(error) in _FULL or (_FOOTER_NOT_WRITTEN in said and any(at.f_code.co_name == "write_parquet" for at, _ in frames))


def _kept(error: BaseException, settings: Settings) -> str:
    """Keep the traceback of an unforeseen error where its finder can send it from."""
    folder = settings.home / "logs"
    path = folder / f"error-{datetime.now().astimezone():%Y%m%dT%H%M%S}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError:
        return "-"
    return str(path)


def note(line: str) -> None:
    """Tell people something in one line, beside what a program may read."""
    sys.stderr.write(f"carbon-pipeline: {line}\n")


def give_up(line: str) -> NoReturn:
    """End the command with one line that says why."""
    note(line)
    sys.exit(COULD_NOT)
