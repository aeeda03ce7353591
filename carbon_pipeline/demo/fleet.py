"""The meters of the demo's district: which account and enterprise they serve, how they are read, and what flowed through them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from carbon_pipeline.demo import series
from carbon_pipeline.demo.identity import account_no, meter_no

if TYPE_CHECKING:
    from carbon_pipeline.demo.roster import Enterprise

Array = np.ndarray[Any, Any]

LAYOUTS: Final = ("curve_e", "day_wide", "curve_p", "curve_r", "day_read", "long")
_LAYOUT_SHARES: Final = (0.36, 0.3, 0.12, 0.13, 0.08, 0.01)
_RATIOS: Final = (1, 10, 15, 20, 30, 40, 60, 80, 100, 160, 200, 300, 400, 600, 800, 1000, 1500, 2000)
_SECONDARY_KW: Final = 3.0
"""What a meter behind transformers carries at full load: three phases of 5 A at some 100 or 220 V."""
_ROOFS_FROM: Final = 5_000
_REPLACEMENTS_FROM: Final = 9_000
MOVED_ON: Final = date(2025, 7, 1)
REPLACED_ON: Final = date(2025, 6, 1)
ROLLOVER_DIGITS: Final = 5


@dataclass
class Meter:
    """One meter. `kwh` is what flowed forward through it, `reverse` what flowed back, both days x 96."""

    meter_no: str
    account_no: str
    owner: Enterprise
    layout: str
    multiplier: int
    kwh: Array
    direction: str = "用电"
    is_billed: bool = True
    since: date | None = None
    until: date | None = None
    digits: int | None = None
    rated_kw: float | None = None
    start: float = 0.0
    reverse: Array | None = None
    missing: Array = field(default_factory=lambda: np.zeros((series.DAYS, series.SLOTS), dtype=bool))
    absent: Array = field(default_factory=lambda: np.zeros(series.DAYS, dtype=bool))


def draw(rng: np.random.Generator, roster: list[Enterprise]) -> list[Meter]:
    """All meters of the district with their loads and their gaps.

    Args:
        rng: source of chance.
        roster: the enterprises.

    Returns:
        Meters, each with what flowed through it; those of `no_meter_data` are registered but silent.
    """
    source = series.steel()
    meters: list[Meter] = []
    for enterprise in roster:
        meters.extend(_of_enterprise(rng, source, enterprise, len(meters)))
    _replace(meters)
    _roll_over(meters)
    for meter in meters:
        _lose(rng, meter)
    return meters


def _of_enterprise(rng: np.random.Generator, source: Array, enterprise: Enterprise, count: int) -> list[Meter]:
    parts = 2 if rng.random() < 0.12 else 1  # noqa: PLR2004
    whole = series.load(rng, source, enterprise.pattern, enterprise.year_kwh)
    shares = [1.0] if parts == 1 else [0.65, 0.35]
    meters: list[Meter] = []
    for part, share in enumerate(shares):
        flow = whole * share
        layout = "curve_e" if enterprise.has_sun else str(rng.choice(LAYOUTS, p=_LAYOUT_SHARES))
        number = count + len(meters)
        account = account_no(count + part) if rng.random() < 0.8 else account_no(count)  # noqa: PLR2004
        meter = _meter(rng, enterprise, number, account, layout, flow)
        meters.append(meter)
        if enterprise.has_sun and part == 0:
            meters.append(_roof(rng, meter, _ROOFS_FROM + count))
    if parts == 1 and not enterprise.has_sun and rng.random() < 0.03:  # noqa: PLR2004
        inner = _meter(rng, enterprise, count + 1, meters[0].account_no, "day_wide", whole * 0.4)
        inner.is_billed = False
        meters.append(inner)
    return meters


def _meter(rng: np.random.Generator, owner: Enterprise, number: int, account: str, layout: str, flow: Array) -> Meter:
    peak = float(flow.max() * 4)
    wanted = peak / _SECONDARY_KW
    multiplier = next((ratio for ratio in _RATIOS if ratio >= wanted), _RATIOS[-1])
    rated = round(peak * 1.6, 0) if rng.random() < 0.3 else None  # noqa: PLR2004
    return Meter(meter_no(number), account, owner, layout, multiplier, flow, rated_kw=rated, start=float(rng.uniform(100, 9_000)))


def _roof(rng: np.random.Generator, meter: Meter, number: int) -> Meter:
    """The generation meter of a roof, and what it changes in the meter of the account: less in, some out."""
    made = series.sun(rng, float(meter.kwh.mean() * 4 * rng.uniform(0.8, 2.5)))
    meter.reverse = np.maximum(made - meter.kwh, 0)
    meter.kwh = np.maximum(meter.kwh - made, 0)
    roof = _meter(rng, meter.owner, number, meter.account_no, "day_wide", made)
    roof.direction = "发电"
    return roof


def _replace(meters: list[Meter]) -> None:
    """Two meters are taken down in May and others hung in their place on 1 June."""
    at = (REPLACED_ON - series.FIRST_DAY).days
    for turn, old in enumerate([m for m in meters if m.layout == "curve_e" and m.reverse is None][7:9]):
        new = Meter(
            meter_no(_REPLACEMENTS_FROM + turn), old.account_no, old.owner, old.layout, old.multiplier, old.kwh.copy(),
            since=REPLACED_ON, rated_kw=old.rated_kw, start=0.0,
        )  # fmt: skip
        new.absent[:at] = True
        old.absent[at:] = True
        old.until = date(2025, 5, 31)
        meters.append(new)


def _roll_over(meters: list[Meter]) -> None:
    """Dials of five digits that pass 99,999 in the course of the year, one of each register layout."""
    for layout in ("curve_r", "day_read"):
        meter = next(m for m in meters if m.layout == layout and m.is_billed)
        meter.digits = ROLLOVER_DIGITS
        meter.start = 10**ROLLOVER_DIGITS - float(meter.kwh.sum()) / meter.multiplier * 0.4


def _lose(rng: np.random.Generator, meter: Meter) -> None:
    """Cells and rows that never come: short ones often, long ones seldom; a tenth of the rows of `low_coverage`."""
    for day in np.flatnonzero(rng.random(series.DAYS) < 0.004):  # noqa: PLR2004
        length = int(rng.choice([rng.integers(1, 9), rng.integers(9, 60)], p=[0.8, 0.2]))
        begin = int(rng.integers(0, series.SLOTS))
        meter.missing[day, begin : begin + length] = True
    meter.absent |= rng.random(series.DAYS) < (0.18 if meter.owner.flaw == "low_coverage" else 0.001)
    if meter.owner.flaw == "no_meter_data":
        meter.absent[:] = True


def registers(meter: Meter) -> Array:
    """What the dial shows at the beginning of each quarter of an hour, and at the very end: a flat array of points + 1."""
    flow = np.concatenate([[0.0], np.cumsum(meter.kwh.ravel())]) / meter.multiplier
    dial = meter.start + flow
    return np.round(dial % 10**meter.digits if meter.digits else dial, 2)
