"""The register as it stands: one frame per sheet, exact numbers as plain decimal text, dates with null for ever or open."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS: Final[dict[str, tuple[str, ...]]] = {
    "enterprises": ("enterprise_id", "valid_from"),
    "accounts": ("account_key", "enterprise_id", "date_from"),
    "meters": ("meter_no", "date_from"),
    "economics": ("enterprise_id", "period"),
    "fuels": ("enterprise_id", "month", "carrier", "use"),
    "green": ("enterprise_id", "month", "kind"),
    "budgets": ("enterprise_id", "year", "valid_from"),
}
"""By what a row is known again, table by table; a null date is a value of its own."""

_TEXT = pl.String()
_DATE = pl.Date()
_FLAG = pl.Boolean()

SCHEMAS: Final[dict[str, pl.Schema]] = {
    "enterprises": pl.Schema(
        {
            "enterprise_id": _TEXT,
            "valid_from": _DATE,
            "name": _TEXT,
            "industry_code": _TEXT,
            "street": _TEXT,
            "is_above_scale": _FLAG,
            "land_mu": _TEXT,
            "is_data_center": _FLAG,
            "is_two_high": _FLAG,
            "efficiency_class": _TEXT,
        },
    ),
    "accounts": pl.Schema(
        {
            "account_no": _TEXT,
            "account_key": _TEXT,
            "enterprise_id": _TEXT,
            "date_from": _DATE,
            "date_to": _DATE,
            "share": _TEXT,
            "capacity_kva": _TEXT,
        },
    ),
    "meters": pl.Schema(
        {
            "meter_no": _TEXT,
            "account_no": _TEXT,
            "account_key": _TEXT,
            "multiplier": _TEXT,
            "direction": _TEXT,
            "is_billed": _FLAG,
            "date_from": _DATE,
            "date_to": _DATE,
            "digits": pl.Int64(),
            "rated_kw": _TEXT,
            "fed_account_no": _TEXT,
            "fed_account_key": _TEXT,
            "channel": _TEXT,
        },
    ),
    "economics": pl.Schema(
        {
            "enterprise_id": _TEXT,
            "period": _TEXT,
            "value_added_10k_cny": _TEXT,
            "output_10k_cny": _TEXT,
            "tax_10k_cny": _TEXT,
            "employees": _TEXT,
            "rd_10k_cny": _TEXT,
        },
    ),
    "fuels": pl.Schema({"enterprise_id": _TEXT, "month": _TEXT, "carrier": _TEXT, "quantity": _TEXT, "unit": _TEXT, "use": _TEXT}),
    "green": pl.Schema({"enterprise_id": _TEXT, "month": _TEXT, "kind": _TEXT, "kwh": _TEXT}),
    "budgets": pl.Schema(
        {
            "enterprise_id": _TEXT,
            "year": pl.Int64(),
            "budget_tce": _TEXT,
            "basis": _TEXT,
            "valid_from": _DATE,
            "document_no": _TEXT,
        },
    ),
}


@dataclass(frozen=True, eq=False)
class Registry:
    """The seven tables of `SCHEMAS`, each sorted by its key."""

    enterprises: pl.DataFrame
    accounts: pl.DataFrame
    meters: pl.DataFrame
    economics: pl.DataFrame
    fuels: pl.DataFrame
    green: pl.DataFrame
    budgets: pl.DataFrame

    @classmethod
    def empty(cls) -> Registry:
        """A register without rows."""
        return cls.from_frames({})

    @classmethod
    def from_frames(cls, frames: Mapping[str, pl.DataFrame]) -> Registry:
        """Take frames by table name; a table that is lacking is empty, surplus columns are left out.

        Raises:
            polars.exceptions.ColumnNotFoundError: a frame lacks a column of its schema.
        """
        return cls(**{name: _ordered(name, frames.get(name, pl.DataFrame(schema=schema))) for name, schema in SCHEMAS.items()})

    def frames(self) -> dict[str, pl.DataFrame]:
        """The tables by name, in the order of the sheets."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def without_orphans(self) -> Registry:
        """Leave out what refers to an enterprise that has been withdrawn: it is nobody's until the enterprise is entered again."""
        known = self.enterprises.select("enterprise_id").unique()
        kept = {
            name: frame.join(known, on="enterprise_id", how="semi", maintain_order="left")
            for name, frame in self.frames().items()
            if "enterprise_id" in frame.columns
        }
        return replace(self, **kept)

    def __eq__(self, other: object) -> bool:
        """Equal if every table is, row by row."""
        if not isinstance(other, Registry):
            return NotImplemented
        mine, theirs = self.frames(), other.frames()
        return all(mine[name].equals(theirs[name]) for name in mine)

    __hash__ = None  # type: ignore[assignment]


def _ordered(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    schema = SCHEMAS[table]
    return frame.select([pl.col(name).cast(dtype) for name, dtype in schema.items()]).sort(KEYS[table], nulls_last=False)
