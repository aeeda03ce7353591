"""Where a command writes what it shows, and in which format."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from carbon_pipeline.console.errors import CommandError
from carbon_pipeline.console.language import sentence
from carbon_pipeline.console.usage import WrongUsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from carbon_pipeline.settings import Lang


class Format(StrEnum):
    """How `show` writes a table."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


def say(text: str) -> None:
    """Print a text at once, though it goes to a file."""
    with printing():
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


@contextmanager
def printing() -> Iterator[None]:
    """Tell an error of standard output as one of it: the system names no file, and the home has done nothing wrong.

    Raises:
        OSError: what was printed could not be written where it goes.
    """
    with _named("stdout"):
        yield


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Let an error of writing, of which the system says no name, go by one."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, name) from error


def format_of(asked: Format | None, output: Path | None, lang: Lang) -> Format:
    """The asked format, else the one that the file's ending names, else a table.

    Raises:
        WrongUsageError: the ending names another format, or none and none is asked for (exit code 2).
    """
    ending = output.suffix.lower().removeprefix(".") if output is not None else ""
    named: dict[str, Format | None] = {"": None, "txt": Format.TABLE} | {one.value: one for one in Format if one is not Format.TABLE}
    if asked is None and ending not in named:
        raise WrongUsageError(sentence("unknown_ending", lang, ending=ending))
    meant = named.get(ending)
    if asked and meant and asked is not meant:
        raise WrongUsageError(sentence("other_ending", lang, path=output, format=asked))
    return asked or meant or Format.TABLE


def must_lie_in_a_folder(output: Path | None) -> None:
    """Say that there is no such folder, before any time is spent on what is to be written into it.

    Raises:
        CommandError: there is none.
    """
    if output is not None and not output.parent.is_dir():
        raise CommandError("no_folder", path=output.parent)


def write_file(content: bytes, target: Path) -> None:
    """Put a file in its place whole: where it cannot be written to its end, what stood there stays.

    A list that a full disk has cut off looks like one to whoever takes it from there; a page would be read while it is written.

    Raises:
        OSError: it cannot be written; the error names the target.
    """
    with _named(str(target)):
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        place = target.resolve()  # a link stays one
        draft = place.with_name(f".{os.getpid()}.part")  # hidden, and of a name that is never too long
        if not _is_replaceable(place):
            target.write_bytes(content)
            return
        try:
            draft.write_bytes(content)
            if place.exists():
                shutil.copymode(place, draft)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)


def _is_replaceable(place: Path) -> bool:
    """Whether another file may be put there: not for a device or a pipe, one that is write-protected, or alone may be written."""
    is_free = not place.exists() or (place.is_file() and os.access(place, os.W_OK))
    return is_free and os.access(place.parent, os.W_OK)


def write(content: bytes, chosen: Format, output: Path | None) -> None:
    """Write to a file, or to standard output where that can take it."""
    if output is not None:
        write_file(content, output)
    elif chosen in {Format.PARQUET, Format.XLSX} and sys.stdout.isatty():
        raise CommandError("binary_to_terminal", format=chosen)
    else:
        with printing():
            sys.stdout.buffer.write(content)
            sys.stdout.flush()
