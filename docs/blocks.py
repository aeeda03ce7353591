"""Generated blocks of a Markdown file: where they stand, and how they are put in place of the old."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_BLOCK: Final = re.compile(r"(<!-- generated: (?P<name>[\w-]+)(?: (?P<argument>[\w.-]+))? -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(text: str, makers: Mapping[str, Callable[[str], str]]) -> str:
    """Put the present text into every block of a file.

    Args:
        text: a Markdown file; a block stands between `<!-- generated: name argument -->` and `<!-- end -->`.
        makers: by name of a block, what gives its text.

    Raises:
        KeyError: a block has a name that nobody makes.
    """

    def put(found: re.Match[str]) -> str:
        return f"{found[1]}\n{makers[found['name']](found['argument'] or '')}\n\n{found[4]}"

    return _BLOCK.sub(put, text)


def names(text: str) -> list[tuple[str, str]]:
    """Name and argument of every block of a file."""
    return [(found["name"], found["argument"] or "") for found in _BLOCK.finditer(text)]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; an empty cell stays empty, a bar in a cell is escaped."""
    lines = [list(head), ["---"] * len(head), *([_cell(value) for value in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def code(text: object) -> str:
    """A text as code, nothing where there is none."""
    return f"`{text}`" if str(text) else ""


def codes(texts: Iterable[object]) -> str:
    """Several texts as code, commas between."""
    return ", ".join(code(text) for text in texts)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
