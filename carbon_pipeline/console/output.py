"""Where a command writes what it shows, and in which format."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

from carbon_pipeline.console.errors import CommandError
from carbon_pipeline.console.language import sentence

if TYPE_CHECKING:
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
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def format_of(asked: Format | None, output: Path | None, lang: Lang) -> Format:
    """The asked format, else the one that the file's ending names, else a table.

    Raises:
        typer.BadParameter: the ending names another format, or none and none is asked for (exit code 2).
    """
    ending = output.suffix.lower().removeprefix(".") if output is not None else ""
    named: dict[str, Format | None] = {"": None, "txt": Format.TABLE} | {one.value: one for one in Format if one is not Format.TABLE}
    if asked is None and ending not in named:
        raise typer.BadParameter(sentence("unknown_ending", lang, ending=ending))
    meant = named.get(ending)
    if asked and meant and asked is not meant:
        raise typer.BadParameter(sentence("other_ending", lang, path=output, format=asked))
    return asked or meant or Format.TABLE


def must_lie_in_a_folder(output: Path | None) -> None:
    """Say that there is no such folder, before any time is spent on what is to be written into it.

    Raises:
        CommandError: there is none.
    """
    if output is not None and not output.parent.is_dir():
        raise CommandError("no_folder", path=output.parent)


def write(content: bytes, chosen: Format, output: Path | None) -> None:
    """Write to a file, or to standard output where that can take it."""
    if output is not None:
        output.write_bytes(content)
    elif chosen in {Format.PARQUET, Format.XLSX} and sys.stdout.isatty():
        raise CommandError("binary_to_terminal", format=chosen)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
