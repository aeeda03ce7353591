"""Electricity of an enterprise and month: import, export and own use of PV, from monthly sums of its meter channels."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import polars as pl

from carbon_pipeline.accounting.months import first_day, last_day
from carbon_pipeline.accounting.segments import EXPORT, GENERATION, IMPORT
from carbon_pipeline.periods import MINUTES_A_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from carbon_pipeline.accounting.fuels import Green
    from carbon_pipeline.accounting.segments import Attribution, Segment

Channel = tuple[str, str]
"""Meter number and channel."""


@dataclass(slots=True)
class Electricity:
    """Electricity of one enterprise in one month with any measured or estimated interval.

    Attributes:
        import_wh: forward active of 用电 meters; None where nothing measured or estimated it.
        export_wh: reverse active of 用电 meters and the channel of 上网 meters; None likewise.
        pv_wh: own use of PV; None where it is unknown.
        net_wh: consumption less zero-carbon electricity (own PV, 绿电交易, 绿证), at most all of it.
        measured_min: measured minutes of the channels that import, register-bounded ones included.
        estimated_min: estimated minutes of the same.
        last_measured: last day with a measured interval of the same, None where there is none.
    """

    import_wh: int | None
    export_wh: int | None
    pv_wh: int | None
    net_wh: int
    measured_min: int
    estimated_min: int
    last_measured: date | None

    @property
    def consumption_wh(self) -> int:
        """Import and own PV; what is unknown counts as none."""
        return (self.import_wh or 0) + (self.pv_wh or 0)


@dataclass(frozen=True, slots=True)
class Unreckoned:
    """A generation or export channel of an account with PV that measured too little of a month for own use to be reckoned."""

    enterprise_id: str
    month: int
    account_key: str
    meter_no: str
    channel: str
    coverage: Fraction


ByMonth = dict[str, dict[int, Electricity]]
"""Enterprise id -> month number -> electricity."""


def electricity(
    sums: pl.DataFrame, attribution: Attribution, green: Green, read_channels: set[Channel], least: Fraction, as_of: date
) -> tuple[ByMonth, list[Unreckoned]]:
    """Electricity of each enterprise and month, own PV included.

    Args:
        sums: monthly sums (`MONTHLY_SCHEMA`).
        attribution: segments of the register.
        green: green electricity of the register.
        read_channels: channels of which the lake holds any reading, of whatever day.
        least: coverage below which PV is not reckoned.
        as_of: last day that counts.

    Returns:
        Electricity by enterprise and month, and the channels for which an enterprise's own PV stays unknown.
    """
    owned = sums.filter(pl.col("enterprise_id").is_not_null())
    months = _roles_of_months(owned)
    pv = _Photovoltaics(owned, attribution.segments, read_channels, least, as_of)
    lacking: list[Unreckoned] = []
    for enterprise, by_month in months.items():
        for month, row in by_month.items():
            if not pv.is_metered(enterprise, month):
                row.pv_wh = green.own_pv_wh.get((enterprise, month))
            else:
                short = pv.lacking(enterprise, month)
                lacking += short
                row.pv_wh = None if short else pv.own_use(enterprise, month)
            zero_carbon_wh = (row.pv_wh or 0) + green.bought_wh.get((enterprise, month), 0)
            row.net_wh = max(row.consumption_wh - zero_carbon_wh, 0)
    return months, lacking


def _roles_of_months(owned: pl.DataFrame) -> ByMonth:
    """Sums by role; a month in which no channel of any role knows its Wh has no entry, unless its minutes are asked for."""
    wh = pl.col("wh")
    is_import = pl.col("role") == IMPORT
    rows = (
        owned.group_by("enterprise_id", "month")
        .agg(
            *(_known_sum(role) for role in (IMPORT, EXPORT)),
            pl.col("measured_min").filter(is_import).sum(),
            pl.col("estimated_min").filter(is_import).sum(),
            pl.col("last_measured").filter(is_import).max(),
            wh.is_not_null().any().alias("is_known"),
        )
        .filter("is_known")
        .drop("is_known")
        .sort("enterprise_id", "month")
    )
    found: ByMonth = defaultdict(dict)
    for enterprise, month, imported, exported, measured, estimated, last in rows.iter_rows():
        found[enterprise][month] = Electricity(imported, exported, None, 0, measured, estimated, last)
    return found


def _known_sum(role: str) -> pl.Expr:
    wh = pl.col("wh").filter(pl.col("role") == role).drop_nulls()
    return pl.when(wh.len() > 0).then(wh.sum()).alias(role)


class _Photovoltaics:
    """Own use of PV: generation less export, by account and month."""

    def __init__(self, owned: pl.DataFrame, segments: Iterable[Segment], read_channels: set[Channel], least: Fraction, as_of: date) -> None:
        self._least, self._as_of, self._read = least, as_of, read_channels
        self._runs = _runs_with_generation(segments)
        accounts = pl.DataFrame([(name, key) for name, key in self._runs], schema=["enterprise_id", "account_key"], orient="row")
        self._sums: dict[tuple[str, int, str], list[tuple[str, str, str, int | None, int]]] = defaultdict(list)
        if accounts.height:
            columns = ("enterprise_id", "month", "account_key", "meter_no", "channel", "role", "wh", "measured_min")
            rows = owned.filter(pl.col("role") != IMPORT).join(accounts, on=["enterprise_id", "account_key"], how="semi").select(columns)
            for enterprise, month, key, *row in rows.sort(columns[:-2]).iter_rows():
                self._sums[enterprise, month, key].append(tuple(row))
        self._accounts: dict[str, list[str]] = defaultdict(list)
        for name, key in sorted(self._runs):
            self._accounts[name].append(key)

    def _valid(self, enterprise: str, month: int) -> list[str]:
        """Accounts of the enterprise that have a valid 发电 meter in the month, up to the as-of date."""
        return [
            key
            for key in self._accounts.get(enterprise, [])
            if any(run.role == GENERATION and self._days(run, month) for run in self._runs[enterprise, key])
        ]

    def _days(self, run: Segment, month: int) -> int:
        first, last = max(run.day_from, first_day(month)), min(run.day_to, last_day(month), self._as_of)
        return max((last - first).days + 1, 0)

    def is_metered(self, enterprise: str, month: int) -> bool:
        """Whether any own account has a valid 发电 meter in the month."""
        return bool(self._valid(enterprise, month))

    def lacking(self, enterprise: str, month: int) -> list[Unreckoned]:
        """Channels with any reading in the lake whose coverage of the month is too low."""
        found = []
        for key in self._valid(enterprise, month):
            expected: dict[Channel, int] = defaultdict(int)
            for run in self._runs[enterprise, key]:
                if (run.meter_no, run.channel) in self._read:
                    expected[run.meter_no, run.channel] += self._days(run, month) * MINUTES_A_DAY
            measured: dict[Channel, int] = defaultdict(int)
            for meter, channel, _, _, minutes in self._sums.get((enterprise, month, key), []):
                measured[meter, channel] += minutes
            for (meter, channel), minutes in sorted(expected.items()):
                if minutes and Fraction(measured[meter, channel], minutes) < self._least:
                    found.append(Unreckoned(enterprise, month, key, meter, channel, Fraction(measured[meter, channel], minutes)))
        return found

    def own_use(self, enterprise: str, month: int) -> int | None:
        """Generation less export per account, not below 0, then summed; None where no generation is known."""
        uses = []
        for key in self._valid(enterprise, month):
            rows = [(role, wh) for _, _, role, wh, _ in self._sums.get((enterprise, month, key), []) if wh is not None]
            if any(role == GENERATION for role, _ in rows):
                uses.append(max(sum(wh if role == GENERATION else -wh for role, wh in rows), 0))
        return sum(uses) if uses else None


def _runs_with_generation(segments: Iterable[Segment]) -> dict[tuple[str, str], list[Segment]]:
    """Generation and export channels by owner and account, of accounts that ever have a 发电 meter."""
    runs: dict[tuple[str, str], list[Segment]] = defaultdict(list)
    for run in segments:
        if run.role != IMPORT:
            for name, _ in run.owners:
                runs[name, run.account_key].append(run)
    return {key: found for key, found in runs.items() if any(run.role == GENERATION for run in found)}


_CHANNEL: Final = ("meter_no", "channel")


def channels_read(days: pl.DataFrame, attribution: Attribution) -> set[Channel]:
    """Generation and export channels of which the lake holds any reading; `days` may be runs of them."""
    asked = attribution.segment_frame.filter(pl.col("role") != IMPORT).select(_CHANNEL).unique()
    found = days.select(_CHANNEL).join(asked, on=_CHANNEL, how="semi").unique()
    return set(found.iter_rows())
