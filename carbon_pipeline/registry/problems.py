"""Why a row of the register is turned away: the reason codes, and the exception that carries one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from carbon_pipeline.sentences.fact import Detail

NUMBER_DAMAGED: Final = "number_damaged"
WRONG_CHECK_DIGIT: Final = "wrong_check_digit"
MISSING_VALUE: Final = "missing_value"
BAD_NUMBER: Final = "bad_number"
BAD_DATE: Final = "bad_date"
BAD_PERIOD: Final = "bad_period"
BAD_CHOICE: Final = "bad_choice"
NEGATIVE_QUANTITY: Final = "negative_quantity"
NOT_POSITIVE: Final = "not_positive"
SURPLUS_CELLS: Final = "surplus_cells"
DUPLICATE_KEY: Final = "duplicate_key"
NOTHING_TO_WITHDRAW: Final = "nothing_to_withdraw"
UNKNOWN_ENTERPRISE: Final = "unknown_enterprise"
UNKNOWN_INDUSTRY: Final = "unknown_industry"
UNKNOWN_CARRIER: Final = "unknown_carrier"
UNKNOWN_UNIT: Final = "unknown_unit"
WRONG_DIMENSION: Final = "wrong_dimension"
RANGE_REVERSED: Final = "range_reversed"
RANGE_OVERLAP: Final = "range_overlap"
SHARE_ABOVE_ONE: Final = "share_above_one"

MISSING_COLUMNS: Final = "missing_columns"
REPEATED_COLUMNS: Final = "repeated_columns"
UNREADABLE_WORKBOOK: Final = "unreadable_workbook"
UNREADABLE_CSV: Final = "unreadable_csv"
MISNAMED_SHEET: Final = "misnamed_sheet"
"""Reasons of a refused file."""


class Problem(Exception):  # noqa: N818 - it is caught row by row and becomes a line of the quarantine
    """A row cannot be taken, for one reason."""

    def __init__(self, reason: str, detail: Detail) -> None:
        """Keep the reason code and what was found, as `列=值` or as the row that stands in the way."""
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
