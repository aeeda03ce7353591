"""One line of a surcharge list: an account, a month, a rule and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal
    from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """A surcharge on one account for one month.

    Attributes:
        month: month number.
        step: step of a stepped rule, None for a differential one.
        years_running: consecutive years over budget, this one included; None for a differential rule.
        excess_kwh: kWh that bear the rate.
        amount_cny: kWh x rate, exact (a cap may have cut it).
        effective_from: first day of the month on which the account was the enterprise's, None where it was not.
        trial: rests on a draft or assumed row (试算).
        provisional: rests on too little data; shown, never delivered.
        coverage: coverage of the year to the month's end.
    """

    month: int
    enterprise_id: str
    account_key: str
    account_no: str
    rule_id: str
    step: int | None
    years_running: int | None
    excess_kwh: int
    rate: Decimal
    amount_cny: Decimal
    effective_from: date | None
    effective_to: date | None
    trial: bool
    provisional: bool
    coverage: Fraction | None


@dataclass(frozen=True, slots=True)
class Homeless:
    """Excess of an enterprise that no account can bear, because none imported anything that year to the month's end."""

    enterprise_id: str
    month: int
    rule_id: str
    excess_kwh: int
