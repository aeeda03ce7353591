"""The energy books: what every enterprise took, gave back and made each month, and how well that was measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.numbers import account_key, month_after, month_days, rounded
from tests.oracle.register import EVER, Row, share_of
from tests.oracle.tables import CALORIFIC, EQUIVALENT, FUELS, GRID_CO2, UNITS, latest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tests.oracle.channel import DayTotal
    from tests.oracle.lake import ChannelKey
    from tests.oracle.register import Register

ENOUGH = Fraction("0.9")
DAY_MINUTES = 1440
KILO = 1000


@dataclass
class Meter:
    """One row of a meter, with the account to which its energy belongs and what its two channels count as."""

    number: str
    account: str
    first: date
    last: date
    roles: dict[str, str]
    direction: str


@dataclass
class Time:
    """Minutes expected, measured and estimated."""

    expected: int = 0
    measured: int = 0
    estimated: int = 0

    def coverage(self) -> Fraction | None:
        """Measured of expected."""
        return Fraction(self.measured, self.expected) if self.expected else None

    def estimated_share(self) -> Fraction | None:
        """Estimated of expected."""
        return Fraction(self.estimated, self.expected) if self.expected else None

    def is_low(self) -> bool:
        """Whether the coverage is below the bar; where nothing is expected it is not."""
        return self.expected > 0 and Fraction(self.measured, self.expected) < ENOUGH

    def __add__(self, other: Time) -> Time:
        return Time(self.expected + other.expected, self.measured + other.measured, self.estimated + other.estimated)


@dataclass
class Electricity:
    """One enterprise's month, Wh; None where nothing measured or estimated it."""

    imported: int | None = None
    exported: int | None = None
    pv: int | None = None
    is_known: bool = False
    not_reckoned: bool = False
    by_account: dict[str, int] = field(default_factory=dict)

    def consumption(self) -> int:
        """Import and own PV, what is unknown counting as none."""
        return (self.imported or 0) + (self.pv or 0)


class Books:
    """The register and the settled days, read up to one date."""

    def __init__(self, register: Register, days: dict[ChannelKey, dict[date, DayTotal]], as_of: date) -> None:
        self.register, self.days, self.as_of = register, days, as_of
        self.meters = [meter_of(name, first, last, row) for name, first, last, row in register.meters() if row["计费"] == "是"]
        self.owners = list(register.owners())
        self.months: dict[tuple[str, str], Electricity] = {}
        self.times: dict[tuple[str, date, date], Time] = {}
        self.fuel_rows = {(str(k[0]), str(k[1]), str(k[2]), str(k[3])): row for k, row in register.sheets["其他能源"].items()}

    def own_spans(self, enterprise: str, first: date, last: date) -> Iterator[tuple[Meter, str, date, date]]:
        """Meters with the part of the span on which they and their account are the enterprise's."""
        last = min(last, self.as_of)
        for account, owner, start, end, _ in self.owners:
            if owner == enterprise:
                for meter in self.meters:
                    a, b = max(first, start, meter.first), min(last, end, meter.last)
                    if meter.account == account and a <= b:
                        yield meter, account, a, b

    def parts(self, account: str, day: date, wh: int) -> dict[str, int]:
        """What each owner of the account gets of the day's Wh."""
        shares = {owner: share_of(row) for key, owner, a, b, row in self.owners if key == account and a <= day <= b}
        parts = {owner: rounded(wh * share) for owner, share in shares.items()}
        if sum(shares.values()) == 1:
            chief = min(shares, key=lambda owner: (-shares[owner], owner))
            parts[chief] += wh - sum(parts.values())
        return parts

    def span_time(self, channel: ChannelKey, first: date, last: date) -> Time:
        """Minutes of a channel on a span of days."""
        time = Time(((last - first).days + 1) * DAY_MINUTES)
        for day, total in self.days.get(channel, {}).items():
            if first <= day <= last:
                time.measured += total.measured + total.shaped
                time.estimated += total.estimated
        return time

    def time(self, enterprise: str, first: date, last: date) -> Time:
        """Minutes of the enterprise's forward channels, up to the as-of date."""
        key = (enterprise, first, last)
        if key not in self.times:
            spans = [(m, a, b) for m, _, a, b in self.own_spans(enterprise, first, last) if m.direction == "用电"]
            self.times[key] = sum((self.span_time((m.number, "forward"), a, b) for m, a, b in spans), Time())
        return self.times[key]

    def month(self, enterprise: str, month: str) -> Electricity:
        """The enterprise's electricity of a month, up to the as-of date."""
        key = (enterprise, month)
        if key not in self.months:
            self.months[key] = self.reckon_month(enterprise, month)
        return self.months[key]

    def reckon_month(self, enterprise: str, month: str) -> Electricity:
        """Import, export and own PV, by account."""
        sums: dict[tuple[str, str], int] = {}
        times: dict[tuple[str, str, ChannelKey], Time] = {}
        month_row, makers = Electricity(), set()
        for meter, account, first, last in self.own_spans(enterprise, *month_days(month)):
            if meter.direction == "发电":
                makers.add(account)
            for channel, role in meter.roles.items():
                days = self.days.get((meter.number, channel))
                if days is None:
                    continue
                where = (account, role, (meter.number, channel))
                times[where] = times.get(where, Time()) + self.span_time((meter.number, channel), first, last)
                for day, total in days.items():
                    if first <= day <= last:
                        part = self.parts(account, day, total.wh)[enterprise]
                        sums[account, role] = sums.get((account, role), 0) + part
                        month_row.is_known = True
        by_role = {role: [wh for (_, r), wh in sums.items() if r == role] for role in ("import", "export", "generation")}
        month_row.imported = sum(by_role["import"]) if by_role["import"] else None
        month_row.exported = sum(by_role["export"]) if by_role["export"] else None
        month_row.by_account = {account: wh for (account, role), wh in sums.items() if role == "import"}
        if not makers:
            month_row.pv = self.reported(enterprise, month, "光伏自用")
        elif any(time.is_low() for (account, role, _), time in times.items() if account in makers and role != "import"):
            month_row.not_reckoned = True
        elif by_role["generation"]:
            made = {account: wh for (account, role), wh in sums.items() if role == "generation"}
            month_row.pv = sum(max(0, wh - sums.get((account, "export"), 0)) for account, wh in made.items())
        return month_row

    def reported(self, enterprise: str, month: str, kind: str) -> int | None:
        """Wh of a row of the green sheet, None where there is none or its month has not begun."""
        row = self.register.sheets["绿电"].get((enterprise, month, kind))
        return None if row is None or month_days(month)[0] > self.as_of else rounded(Fraction(row["电量(千瓦时)"]) * KILO)

    def green(self, enterprise: str, month: str) -> int:
        """Wh of green trade and certificates."""
        return sum(self.reported(enterprise, month, kind) or 0 for kind in ("绿电交易", "绿证"))

    def tco2(self, enterprise: str, month: str) -> tuple[Fraction, Fraction]:
        """Gross and net tCO2 of the month's electricity."""
        _, factor = latest(GRID_CO2, int(month[:4]))
        row = self.month(enterprise, month)
        spared = min(row.consumption(), (row.pv or 0) + self.green(enterprise, month))
        per_wh = factor / KILO**2
        return row.consumption() * per_wh, (row.consumption() - spared) * per_wh

    def fuels(self, enterprise: str, month: str) -> list[tuple[str, str, Fraction, Fraction, Fraction]]:
        """Carrier, use, quantity in the coefficient's unit, tce and tCO2 of each fuel row; none after the as-of date."""
        found = []
        for (owner, at, carrier, use), row in self.fuel_rows.items():
            if owner == enterprise and at == month and month_days(month)[0] <= self.as_of:
                _, kgce, kgco2 = FUELS[carrier]
                quantity = Fraction(row["数量"]) * UNITS[row["单位"]][1]
                found.append((carrier, use, quantity, quantity * Fraction(kgce) / KILO, quantity * Fraction(kgco2) / KILO))
        return found

    def fuel_missing(self, enterprise: str, month: str) -> int:
        """Carriers with a fuel row in the twelve months before that lack one in the month."""
        before = {month_after(month, -k) for k in range(1, 13)}
        rows = {(at, carrier) for owner, at, carrier, use in self.fuel_rows if owner == enterprise and use == "燃料"}
        return len({carrier for at, carrier in rows if at in before} - {carrier for at, carrier in rows if at == month})

    def used(self, enterprise: str, basis: str, months: list[str]) -> Fraction:
        """Tce of the months in the basis of a budget, without green trade, certificates, own PV and raw material."""
        total = Fraction(0)
        for month in months:
            wh = Fraction(max(0, (self.month(enterprise, month).imported or 0) - self.green(enterprise, month)))
            total += wh * electricity_tce(basis, int(month[:4])) / KILO
            total += sum((tce for _, use, _, tce, _ in self.fuels(enterprise, month) if use == "燃料"), Fraction(0))
        return total

    def has_readings(self, enterprise: str, months: list[str]) -> bool:
        """Whether anything measured or estimated the enterprise's import in these months."""
        return any(self.month(enterprise, month).imported is not None for month in months)

    def budget(self, enterprise: str, year: int, day: date) -> Row | None:
        """The budget of a year in force on a day."""
        rows = [(k[2], row) for k, row in self.register.sheets["用能预算"].items() if k[0] == enterprise and k[1] == str(year)]
        current = sorted((first, row) for first, row in rows if first <= day)  # type: ignore[operator]
        return current[-1][1] if current else None

    def last_reading(self, enterprise: str) -> date | None:
        """The last day with a measured interval in the forward channel of a meter that was its own."""
        spans = [(m, a, b) for m, _, a, b in self.own_spans(enterprise, EVER, self.as_of) if m.direction == "用电"]
        days = [d for m, a, b in spans for d, t in self.days.get((m.number, "forward"), {}).items() if a <= d <= b and t.measured]
        return max(days, default=None)


def meter_of(name: str, first: date, last: date, row: Row) -> Meter:
    """A meter row as the books read it."""
    own = account_key(row["户号"])
    if row["方向"] == "用电":
        return Meter(name, own, first, last, {"forward": "import", "reverse": "export"}, "用电")
    fed = account_key(row["受电户号"]) if row.get("受电户号") else own
    channel = "reverse" if row.get("通道") == "反向" else "forward"
    return Meter(name, fed, first, last, {channel: "generation" if row["方向"] == "发电" else "export"}, row["方向"])


def electricity_tce(basis: str, year: int) -> Fraction:
    """Tce of a kWh, by basis and year."""
    return (CALORIFIC if basis == "当量值" else latest(EQUIVALENT, year)[1]) / KILO
