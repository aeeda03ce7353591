"""An error that says what is wrong in the language of who reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carbon_pipeline.sentences.fact import Fact, Lang


class ToldError(Exception):
    """Something cannot be done, for a reason that is told in one sentence."""

    def __init__(self, fact: Fact) -> None:
        """Keep the fact; the text of the error, for logs, is its English sentence."""
        super().__init__(fact.sentence("en"))
        self.fact = fact

    def __reduce__(self) -> tuple[Any, ...]:
        """As it is sent from one process to another: its kinds take other things to be made from than a text."""
        return _again, (type(self), self.args), self.__dict__

    def sentence(self, lang: Lang) -> str:
        """What is wrong, in one language."""
        return self.fact.sentence(lang)


def _again(kind: type[ToldError], args: tuple[object, ...]) -> ToldError:
    return kind.__new__(kind, *args)


class WrongValueError(ToldError, ValueError):
    """A value of a configuration file is not what it may be; what reads the file adds where it stands."""
