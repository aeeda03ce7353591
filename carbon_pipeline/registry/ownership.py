"""Whose meter is it on which day: the register's dated rows turned into the ranges that reckoning asks for.

Everywhere a null `date_from` is from ever, a null `date_to` is open, and both ends are included.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.metering.validation import NO_BOUND

if TYPE_CHECKING:
    from carbon_pipeline.registry.state import Registry

LARGEST_BOUND_UW: Final = 3 * 10**15
"""3 GW in microwatts: a bound times the minutes of a day must fit Int64, and no meter of a county carries as much."""

_MILLIONTHS: Final = 10**6
_UW_PER_MILLIONTH_KW: Final = 1000
_EVER: Final = -(2**30)
_OPEN: Final = 2**30
"""Day numbers far outside any date, in the place of empty starts and ends."""


def meter_ranges(registry: Registry) -> pl.DataFrame:
    """Give each dated row of a meter with its multiplier as a fraction in lowest terms.

    Returns:
        meter_no, account_no, account_key, fed_account_no, fed_account_key (of a 发电 or 上网 meter without 受电户号 its own
        account), multiplier_num, multiplier_den, direction, channel, is_billed, date_from, date_to, digits, rated_kw;
        sorted by meter_no, date_from.
    """
    meters = registry.meters
    return meters.select(
        "meter_no",
        "account_no",
        "account_key",
        pl.coalesce("fed_account_no", "account_no").alias("fed_account_no"),
        pl.coalesce("fed_account_key", "account_key").alias("fed_account_key"),
        *_as_fraction(meters["multiplier"], "multiplier_num", "multiplier_den"),
        "direction",
        "channel",
        "is_billed",
        "date_from",
        "date_to",
        "digits",
        "rated_kw",
    ).sort("meter_no", "date_from", nulls_last=False)


def owners(registry: Registry) -> pl.DataFrame:
    """Give who owns which account with which share.

    Rows of an enterprise that has been withdrawn are left out: the account is nobody's.

    Returns:
        account_key, account_no (as the register writes it), enterprise_id, share_num, share_den (a fraction in lowest
        terms), date_from, date_to; sorted by account_key, date_from, enterprise_id.
    """
    accounts = registry.without_orphans().accounts
    return accounts.select(
        "account_key",
        "account_no",
        "enterprise_id",
        *_as_fraction(accounts["share"], "share_num", "share_den"),
        "date_from",
        "date_to",
    ).sort("account_key", "date_from", "enterprise_id", nulls_last=False)


def meter_settings(registry: Registry, headroom: Fraction) -> pl.DataFrame:
    """Give what settling must know of a meter: multiplier, digits of its register, and the bound of its mean power.

    The bound is `headroom` x 额定功率 of the meter, else `headroom` x 合同容量 of its own 户号 (not the 受电户号) taken as kW,
    the largest of several owners of the day, else none. A meter's row is cut where its bound changes.

    Args:
        registry: the register as it stands.
        headroom: by how much a meter may exceed its rating before a reading is not believed.

    Returns:
        meter_no, date_from, date_to, multiplier_num, multiplier_den, bound_uw (microwatts; `NO_BOUND`), digits (null where
        unknown); sorted by meter_no, date_from.
    """
    meters = meter_ranges(registry).with_row_index("line").with_columns(_day("date_from", _EVER), _day("date_to", _OPEN))
    capacities = _capacities(registry)
    bounds = pl.concat([_rated(meters), _by_capacity(meters.filter(pl.col("rated_kw").is_null()), capacities)])
    ranges = bounds.join(meters.drop("date_from"), on="line").sort("line", "start")
    ends = pl.min_horizontal("date_to", pl.col("start").shift(-1).over("line") - 1)
    scaled = pl.col("millionths_kw").cast(pl.Int128) * (_UW_PER_MILLIONTH_KW * headroom.numerator) // headroom.denominator
    bound = pl.when(scaled <= LARGEST_BOUND_UW).then(scaled).otherwise(NO_BOUND).cast(pl.Int64)
    return ranges.select(
        "meter_no",
        pl.when(pl.col("start") != _EVER).then("start").cast(pl.Date).alias("date_from"),
        _as_end(ends).alias("date_to"),
        "multiplier_num",
        "multiplier_den",
        bound.alias("bound_uw"),
        "digits",
    ).sort("meter_no", "date_from", nulls_last=False)


def _as_fraction(numbers: pl.Series, numerator: str, denominator: str) -> list[pl.Series]:
    """Decimal texts as two Int64 columns; a register knows few distinct multipliers and shares."""
    fractions = {text: Fraction(text) for text in numbers.unique()}
    texts = list(fractions)
    parts = (
        (numerator, [fraction.numerator for fraction in fractions.values()]),
        (denominator, [fraction.denominator for fraction in fractions.values()]),
    )
    # Of no numbers at all, the replacement would keep the type of the texts.
    return [numbers.replace_strict(texts, values, return_dtype=pl.Int64).cast(pl.Int64).alias(name) for name, values in parts]


def _millionths(column: str) -> pl.Expr:
    """A decimal text of at most six decimals as a whole number of millionths."""
    return (pl.col(column).str.to_decimal(scale=6) * _MILLIONTHS).cast(pl.Int64)


def _day(column: str, empty: int) -> pl.Expr:
    return pl.col(column).cast(pl.Int32).fill_null(empty)


def _as_end(end: pl.Expr) -> pl.Expr:
    return pl.when(end != _OPEN).then(end).cast(pl.Date)


def _capacities(registry: Registry) -> pl.DataFrame:
    """Contract capacities by account and days: account_key, held_from, held_to (day numbers), millionths_kw."""
    return registry.accounts.filter(pl.col("capacity_kva").is_not_null()).select(
        "account_key",
        _day("date_from", _EVER).alias("held_from"),
        _day("date_to", _OPEN).alias("held_to"),
        _millionths("capacity_kva").alias("millionths_kw"),
    )


def _rated(meters: pl.DataFrame) -> pl.DataFrame:
    """Bounds of meters whose 额定功率 is known: line, start, millionths_kw."""
    rated = meters.filter(pl.col("rated_kw").is_not_null())
    return rated.select("line", start="date_from", millionths_kw=_millionths("rated_kw"))


def _by_capacity(meters: pl.DataFrame, capacities: pl.DataFrame) -> pl.DataFrame:
    """Bounds by 合同容量: line, start, millionths_kw (null: none), a row where the bound begins or changes."""
    held = meters.select("line", "account_key", "date_from", "date_to").join(capacities, on="account_key")
    cuts = [held.select("line", "date_from", "date_to", start=cut) for cut in (pl.col("held_from"), pl.col("held_to") + 1)]
    inside = pl.concat(cuts).filter((pl.col("start") > pl.col("date_from")) & (pl.col("start") <= pl.col("date_to")))
    starts = pl.concat([meters.select("line", start="date_from"), inside.select("line", "start")]).unique()
    covering = starts.join(held.select("line", "held_from", "held_to", "millionths_kw"), on="line")
    covering = covering.filter(pl.col("start").is_between(pl.col("held_from"), pl.col("held_to")))
    largest = covering.group_by("line", "start").agg(pl.col("millionths_kw").max())
    bounds = starts.join(largest, on=["line", "start"], how="left").sort("line", "start")
    before = pl.col("millionths_kw").shift(1).over("line")
    return bounds.filter((pl.col("start") == pl.col("start").first().over("line")) | pl.col("millionths_kw").ne_missing(before))
