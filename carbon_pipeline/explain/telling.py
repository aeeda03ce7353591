"""An explanation as text for people: headings, steps, and tables that keep Chinese and figures in line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from carbon_pipeline.explain.values import value
from carbon_pipeline.explain.words import COLUMNS, HOWS, NOTES, SECTIONS, STEPS, TITLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from carbon_pipeline.explain.document import Explanation, Row
    from carbon_pipeline.settings import Lang

_FACTS: Final = frozenset({"result", "coverage"})
"""Sections that are told line by line where they have but one row."""


def told(explanation: Explanation, lang: Lang) -> str:
    """The whole explanation as lines of text."""
    return "\n".join(_lines(explanation, lang))


def _word(pair: tuple[str, str], lang: Lang) -> str:
    return pair[0 if lang == "zh" else 1]


def _lines(explanation: Explanation, lang: Lang) -> Iterator[str]:
    title = _word(TITLES[explanation.what], lang)
    yield title.format(enterprise=explanation.enterprise_id, period=explanation.period or "", as_of=explanation.as_of)
    yield from (_word(NOTES[note], lang) for note in explanation.notes)
    for name, heading in SECTIONS.items():
        if name == "steps_taken":
            if explanation.steps:
                yield from ("", f"== {_word(heading, lang)}")
                yield from _steps(explanation, lang)
        elif rows := explanation.sections.get(name):
            yield from ("", f"== {_word(heading, lang)}")
            yield from _facts(name, rows[0], lang) if name in _FACTS and len(rows) == 1 else _table(name, rows, lang)


def _steps(explanation: Explanation, lang: Lang) -> Iterator[str]:
    names = [_word(STEPS[step.name], lang) for step in explanation.steps]
    longest = max(map(cell_len, names))
    for name, step in zip(names, explanation.steps, strict=True):
        how = _word(HOWS[step.how], lang) if step.how in HOWS else step.how
        gives = value(step.name, step.value, lang)
        yield f"  {_left(name, longest)}  {how}" + (f" = {gives}" if gives else "")


def _facts(section: str, row: Mapping[str, object], lang: Lang) -> Iterator[str]:
    facts = {_column(section, name, lang): _cell(section, name, found, lang) for name, found in row.items() if found is not None}
    longest = max(map(cell_len, facts), default=0)
    for name, text in facts.items():
        yield f"  {_left(name, longest)}  {text}"


def _table(section: str, rows: Sequence[Row], lang: Lang) -> Iterator[str]:
    names = [name for name in dict.fromkeys(key for row in rows for key in row) if any(row.get(name) is not None for row in rows)]
    heads = [_column(section, name, lang) for name in names]
    cells = [heads, *([_cell(section, name, row.get(name), lang) for name in names] for row in rows)]
    widths = [max(cell_len(line[at]) for line in cells) for at in range(len(names))]
    is_number = [all(isinstance(row.get(name), int | float | None) or _is_number(row.get(name)) for row in rows) for name in names]
    for line in cells:
        yield "  " + "  ".join(_right(c, w) if n else _left(c, w) for c, w, n in zip(line, widths, is_number, strict=True)).rstrip()


def _is_number(value: object) -> bool:
    return hasattr(value, "as_integer_ratio")


def _cell(section: str, name: str, found: object, lang: Lang) -> str:
    return value(name, found, lang, is_published=section == "result")


def _column(section: str, name: str, lang: Lang) -> str:
    """Title of a column, of this section where that has one of its own."""
    return _word(COLUMNS.get(f"{section}.{name}") or COLUMNS[name], lang)


def _left(text: str, places: int) -> str:
    return text + " " * (places - cell_len(text))


def _right(text: str, places: int) -> str:
    return " " * (places - cell_len(text)) + text
