"""A command that was called wrongly: what is wrong with the call, in one line in the reader's language."""

from __future__ import annotations

import re
from contextlib import contextmanager
from difflib import get_close_matches
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, get_args

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from carbon_pipeline.console.errors import note
from carbon_pipeline.console.language import language, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from carbon_pipeline.settings import Lang

_HELP: Final = "NoArgsIsHelpError"
"""What the library raises where a call names no command: it shows the help, which is right."""
_EXTRA: Final = re.compile(r"\(s\) \((.*)\)")
"""Where the library names the arguments for which a command has no place."""


class WrongUsageError(typer.BadParameter):
    """A command was called wrongly (exit code 2)."""

    def show(self, file: Any = None) -> None:  # noqa: ANN401, ARG002 - as the library has it
        """Say so in one line."""
        note(self.message)


class Spoken(TyperGroup):
    """The commands. What the library finds wrong with a call, it would say in English and in five lines."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401
        """Read what stands before the command, and keep the language in which the call wants to be answered."""
        lang = language(_asked(args))
        with _spoken(lang, info_name or ""):
            return super().make_context(info_name, args, parent, obj=lang, **extra)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        """Find the command."""
        name, known = args[0], self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            what = _like(sentence("no_command", ctx.obj, name=name), get_close_matches(name, known), ctx.obj)
            raise WrongUsageError(sentence("see_help", ctx.obj, what=what, command=ctx.command_path))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        """Read what stands behind the command, and do what it says."""
        with _spoken(ctx.obj, ctx.command_path, ctx):
            return super().invoke(ctx)


def _asked(args: Sequence[str]) -> str | None:
    """The language that a call asks for, whatever else may be wrong with it."""
    for arg, after in pairwise([*args, ""]):
        if arg == "--lang":
            return after
        if arg.startswith("--lang="):
            return arg.partition("=")[2]
    return None


@contextmanager
def _spoken(lang: Lang, command: str, ctx: Any = None) -> Iterator[None]:  # noqa: ANN401
    """Say again what the library says of a call, with the command whose help tells more."""
    try:
        yield
    except TyperException as error:
        if isinstance(error, WrongUsageError) or type(error).__name__ == _HELP:
            raise
        what = _WHAT.get(type(error).__name__, _surplus)(error, lang)
        called = " ".join(filter(None, (command, getattr(ctx, "invoked_subcommand", None))))
        raise WrongUsageError(sentence("see_help", lang, what=what, command=called)) from error


def _missing(error: Any, lang: Lang) -> str:  # noqa: ANN401
    name, known = _name(error.param), _choices(error.param)
    return sentence("missing_one_of", lang, name=name, known=known) if known else sentence("missing", lang, name=name)


def _no_option(error: Any, lang: Lang) -> str:  # noqa: ANN401
    return _like(sentence("no_option", lang, name=error.option_name), error.possibilities or (), lang)


def _bad_option(error: Any, lang: Lang) -> str:  # noqa: ANN401
    return sentence("needs_value" if "requires" in error.message else "takes_no_value", lang, name=error.option_name)


def _bad_value(error: Any, lang: Lang) -> str:  # noqa: ANN401
    if not hasattr(error.__cause__, "errors"):  # not of Pydantic, which knows the value
        return str(error.message)
    value, known = error.__cause__.errors()[0]["input"], _choices(error.param)
    return sentence("not_one_of" if known else "no_number", lang, name=_name(error.param), value=value, known=known)


def _surplus(error: Any, lang: Lang) -> str:  # noqa: ANN401
    found = _EXTRA.search(error.message)
    return sentence("surplus", lang, extra=found[1]) if found else error.message


_WHAT: Final[Mapping[str, Callable[[Any, Lang], str]]] = {
    "MissingParameter": _missing,
    "NoSuchOption": _no_option,
    "BadOptionUsage": _bad_option,
    "BadParameter": _bad_value,
}
"""What is wrong, by the name of the library's error, which has them in a private module."""


def _like(what: str, known: Sequence[str], lang: Lang) -> str:
    return sentence("is_like", lang, what=what, known=known[0]) if known else what


def _name(parameter: Any) -> str:  # noqa: ANN401
    """How a parameter is written in the help of its command."""
    return str(parameter.get_error_hint()).strip("'")


def _choices(parameter: Any) -> str:  # noqa: ANN401
    """What a parameter may be, where that is one of a few words."""
    kind = parameter.type_descriptor.annotation
    return ", ".join(name.value for each in (kind, *get_args(kind)) if isinstance(each, type) and issubclass(each, Enum) for name in each)
