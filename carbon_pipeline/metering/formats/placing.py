"""Where a data row belongs: its meter, account, channel and multiplier; or why it is ignored or quarantined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.metering.formats.cells import ERRORS, as_code, as_ratio, is_damaged, is_tellable, over_distinct
from carbon_pipeline.metering.formats.result import QUARANTINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbon_pipeline.metering.formats.detect import Layout
    from carbon_pipeline.metering.formats.profiles import FormatProfile, Kind
    from carbon_pipeline.metering.formats.tables import Table

OTHER_TYPE: Final = "other_type"
"""Reason of an ignored row: its type is none that counts."""

_RATIO_ROLES: Final[tuple[str, ...]] = ("tv", "ta", "factor")
_RATIO: Final = pl.Struct({"num": pl.Int64(), "den": pl.Int64()})
_NO_RATIO: Final[dict[str, int | None]] = {"num": None, "den": None}


@dataclass(frozen=True)
class Check:
    """One thing that keeps a row from being placed: the reason, the rows that it hits, and the cell to show."""

    reason: str
    hits: pl.Series
    role: str
    cell: pl.Series


def of_type(codes: pl.Series, types: Mapping[str, str]) -> pl.Series:
    """Give the channel or kind that a type code means; null for a type that does not count."""
    return over_distinct(codes, lambda text: types.get(as_code(text)), pl.String())


def channel_of(texts: pl.DataFrame, profile: FormatProfile, kind: Kind) -> pl.Series:
    """Give the channel of each row, null where its type does not count; forward where the profile knows no types."""
    types = profile.types.get(kind)
    if types is None:
        return pl.repeat("forward", texts.height, dtype=pl.String, eager=True).alias("channel")
    return of_type(texts["data_type"], types).alias("channel")


def code_checks(texts: pl.DataFrame, table: Table, layout: Layout) -> list[Check]:
    """Give the checks that meter and account numbers must pass."""
    meter, account = texts["meter_no"], texts["account_no"]
    return [
        Check("no_meter_no", meter.is_null() | meter.is_in([*ERRORS.values()]).fill_null(value=False), "meter_no", meter),
        Check("number_damaged", is_damaged(meter, table.numeric(layout, "meter_no")), "meter_no", meter),
        Check("number_damaged", is_damaged(account, table.numeric(layout, "account_no")), "account_no", account),
    ]


def multipliers(texts: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, list[Check]]:
    """Give the exact multiplier of each row, with the checks that its parts must pass.

    TV x TA where both are given, else the row's own factor, else null (the register's); 1 for primary values.

    Returns:
        Frame `mult_num`, `mult_den` and the checks.
    """
    if not layout.profile.is_secondary:
        one = pl.Series([1], dtype=pl.Int64).new_from_index(0, texts.height)
        return pl.DataFrame({"mult_num": one, "mult_den": one}), []
    given = [role for role in _RATIO_ROLES if role in layout.columns]
    ratios = {role: over_distinct(texts[role], _ratio, _RATIO) for role in given}
    checks = [
        Check("bad_multiplier", texts[role].is_not_null() & ratio.struct.field("num").is_null(), role, texts[role])
        for role, ratio in ratios.items()
    ]
    ratio = ratios[given[0]] if given == ["factor"] else _chosen(texts, given)
    if {"tv", "ta"} <= set(given):
        both = ratios["tv"].struct.field("num").is_not_null() & ratios["ta"].struct.field("num").is_not_null()
        checks.append(Check("bad_multiplier", both & ratio.struct.field("num").is_null(), "tv", texts["tv"]))
    return pl.DataFrame({"mult_num": ratio.struct.field("num"), "mult_den": ratio.struct.field("den")}), checks


def _ratio(text: str) -> dict[str, int | None]:
    ratio = as_ratio(text)
    return _NO_RATIO if ratio is None else {"num": ratio.numerator, "den": ratio.denominator}


def _chosen(texts: pl.DataFrame, given: list[str]) -> pl.Series:
    """Work out each distinct combination of the three cells once, exactly."""
    if not given:
        return pl.repeat(None, texts.height, dtype=_RATIO, eager=True)
    on_a_line = pl.col(given).fill_null("").str.replace_all("\n", " ", literal=True)
    joined = texts.select(pl.concat_str(on_a_line, separator="\n")).to_series()
    return over_distinct(joined, lambda text: _combined(dict(zip(given, text.split("\n"), strict=True))), _RATIO)


def _combined(given: Mapping[str, str]) -> dict[str, int | None]:
    tv, ta, factor = (as_ratio(given.get(role, "")) for role in _RATIO_ROLES)
    ratio = tv * ta if tv and ta else factor
    return _NO_RATIO if ratio is None or not is_tellable(ratio) else {"num": ratio.numerator, "den": ratio.denominator}


def quarantine(table: Table, layout: Layout, checks: list[Check], ignored: pl.Series) -> pl.DataFrame:
    """Give the rows that a check hits and that are not ignored, each with its first reason (see `QUARANTINE`)."""
    too_long = table.too_long
    if too_long is not None:
        cell = pl.repeat("", table.height, dtype=pl.String, eager=True)
        checks = [*checks, Check("surplus_cells", too_long, "", cell)]
    hit = [check for check in checks if check.hits.any()]
    if not hit:
        return pl.DataFrame(schema=QUARANTINE)
    counted = ~ignored
    parts = [
        pl.DataFrame({"row_no": pl.Series(table.row_no), "cell": check.cell, "rank": pl.Series([rank]).new_from_index(0, table.height)})
        .filter(check.hits & counted)
        .select(
            "row_no",
            "rank",
            pl.lit(check.reason).alias("reason"),
            (pl.lit(_column_name(layout, check.role)) + pl.col("cell").fill_null("")).alias("detail"),
        )
        for rank, check in enumerate(hit)
    ]
    first = pl.concat(parts).sort("row_no", "rank").unique("row_no", keep="first", maintain_order=True)
    raw = pl.Series("raw", [table.raw_line(row_no) for row_no in first["row_no"]], dtype=pl.String)
    return first.select("row_no", "reason", "detail", raw).cast(QUARANTINE)


def _column_name(layout: Layout, role: str) -> str:
    if not role:  # the reason says it all
        return ""
    names = (layout.profile.columns | layout.profile.optional).get(role, (role,))
    return f"{names[0]}: "


def is_placed(table: Table, ignored: pl.Series, set_aside: pl.DataFrame) -> pl.Series:
    """Tell which rows are accepted: neither ignored nor quarantined."""
    if set_aside.height == 0:
        return ~ignored
    return ~ignored & ~pl.Series(table.row_no).is_in(set_aside["row_no"].implode())
