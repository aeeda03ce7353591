"""From which day to which a row or rule of configuration holds."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import WrongValueError


class Dated(BaseModel):
    """What holds on some days.

    Attributes:
        valid_from: first day on which it holds, None from ever.
        valid_to: last such day, None while open.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        """What holds on no day would count nowhere without a word."""
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise WrongValueError(fact("ends_before_it_begins", first=str(self.valid_from), last=str(self.valid_to)))
        return self

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)
