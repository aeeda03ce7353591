"""Checks on the sums: what a refresh publishes adds up, to the last Wh and before any rounding."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.carbon import EQUIVALENT, tonnes
from carbon_pipeline.accounting.fuels import FUEL
from carbon_pipeline.accounting.months import month_text, year_of
from carbon_pipeline.accounting.segments import EXPORT, IMPORT
from carbon_pipeline.factors import ELECTRICITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from carbon_pipeline.accounting.books import Books
    from carbon_pipeline.accounting.inventory import Cells

CHECKS_SCHEMA: Final = pl.Schema(
    {"check": pl.String, "scope": pl.String, "expected": pl.String, "got": pl.String, "holds": pl.Boolean, "detail": pl.String}
)


@dataclass(frozen=True, slots=True)
class Check:
    """One comparison: `expected` and `got` are exact and equal where the check holds; `detail` says what `got` is made of."""

    name: str
    scope: str
    expected: Decimal | int
    got: Decimal | int
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return self.expected == self.got


def checks_table(checks: Iterable[Check]) -> pl.DataFrame:
    """Checks as `CHECKS_SCHEMA`, sorted by name and scope."""
    rows = [(c.name, c.scope, _plain(c.expected), _plain(c.got), c.holds, c.detail) for c in checks]
    return pl.DataFrame(rows, schema=CHECKS_SCHEMA, orient="row").sort("check", "scope")


def _plain(value: Decimal | int) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def wh_checks(books: Books, metered: pl.DataFrame, energy: pl.DataFrame) -> Iterator[Check]:
    """Enterprise totals and what is nobody's make up the account totals, and these the meter totals; published Wh too.

    Args:
        books: the books.
        metered: what `metered_totals` gives.
        energy: the energy table.

    Yields:
        Checks of whole months, in Wh; `detail` gives what is nobody's (未归户).
    """
    nobodys = dict(books.sums.filter(pl.col("enterprise_id").is_null()).group_by("month").agg(pl.col("wh").sum()).iter_rows())
    for name, keys in (("account_totals", ["month", "account_key"]), ("meter_totals", ["month", "meter_no", "channel"])):
        for month, expected, got in _worst(metered, books.sums, keys).iter_rows():
            yield Check(name, month_text(month), expected, got, f"unassigned_wh={nobodys.get(month, 0)}")
    electricity = energy.filter(pl.col("carrier") == ELECTRICITY)
    owned = books.sums.filter(pl.col("enterprise_id").is_not_null())
    for role, column in ((IMPORT, "import_wh"), (EXPORT, "export_wh")):
        expected, got = owned.filter(pl.col("role") == role)["wh"].sum(), electricity[column].sum()
        yield Check("published_wh", column, int(expected), int(got))


def _worst(metered: pl.DataFrame, sums: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Per month the totals of both sides; where any account or meter differs, those of the first that does."""
    known, none = sums.filter(pl.col("wh").is_not_null()), pl.lit(0, pl.Int64)
    sides = [
        metered.select(*keys, pl.col("wh").alias("expected"), none.alias("got")),
        known.select(*keys, none.alias("expected"), pl.col("wh").alias("got")),
    ]
    both = pl.concat(sides).group_by(keys).agg(pl.col("expected", "got").sum())
    wrong = pl.col("expected") != pl.col("got")
    first = both.filter(wrong).sort(keys).unique("month", keep="first").select("month", "expected", "got")
    sound = both.group_by("month").agg(pl.col("expected", "got").sum()).join(first, on="month", how="anti")
    return pl.concat([sound, first]).sort("month")


def inventory_checks(books: Books, cells: Cells) -> Iterator[Check]:
    """The inventory is the sum of the energy rows without raw material, month by month, unrounded."""
    expected = _by_month([*_electricity(books), *_burnt(books)])
    got = _by_month((month, cell.tce, cell.tco2) for (month, *_), cell in cells.items())
    for month in sorted(expected.keys() | got.keys()):
        for column, own, other in zip(("tce_equivalent", "tco2_net"), expected[month], got[month], strict=True):
            yield Check("inventory", f"{month_text(month)} {column}", own, other)


def _by_month(rows: Iterable[tuple[int, Decimal | None, Decimal | None]]) -> dict[int, tuple[Decimal, Decimal]]:
    """Sums of tce and tCO2."""
    found: dict[int, tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    for month, tce, tco2 in rows:
        before = found[month]
        found[month] = before[0] + (tce or 0), before[1] + (tco2 or 0)
    return found


def _electricity(books: Books) -> Iterator[tuple[int, Decimal | None, Decimal | None]]:
    """Tce and net tCO2 of each month's electricity, of all enterprises together."""
    imported: dict[int, int] = defaultdict(int)
    net: dict[int, int] = defaultdict(int)
    for by_month in books.months.values():
        for month, row in by_month.items():
            imported[month] += row.import_wh or 0
            net[month] += row.net_wh
    for month, net_wh in net.items():
        coefficients = books.coefficients.of_year(year_of(month))
        tce = tonnes(imported[month], coefficients.kgce_per_kwh.get(EQUIVALENT))
        yield month, tce, tonnes(net_wh, coefficients.kgco2_per_kwh)


def _burnt(books: Books) -> Iterator[tuple[int, Decimal, Decimal | None]]:
    running_month = books.running_month
    for by_month in books.fuels.rows.values():
        for month, fuels in by_month.items():
            if month <= running_month:
                yield from ((month, fuel.tce, fuel.tco2) for fuel in fuels if fuel.use == FUEL)
