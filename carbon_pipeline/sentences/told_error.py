"""An error that says what is wrong in the language of who reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carbon_pipeline.sentences.fact import Fact, Lang


class ToldError(Exception):
    """Something cannot be done, for a reason that is told in one sentence."""

    def __init__(self, fact: Fact) -> None:
        """Keep the fact; the text of the error, for logs, is its English sentence."""
        super().__init__(fact.sentence("en"))
        self.fact = fact

    def sentence(self, lang: Lang) -> str:
        """What is wrong, in one language."""
        return self.fact.sentence(lang)


class WrongValueError(ToldError, ValueError):
    """A value of a configuration file is not what it may be; what reads the file adds where it stands."""
