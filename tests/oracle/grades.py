"""Carbon-efficiency grades of one period (L, K, grade, neutrality rate) with their peer groups."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.numbers import month_after, month_days, months_of, number, published
from tests.oracle.tables import GRID_CO2, latest

if TYPE_CHECKING:
    from tests.oracle.books import Books, Time
    from tests.oracle.register import Register, Row

PEERS = 5
LEVELS = ((Fraction("0.6"), "low"), (Fraction("2.0"), "mid"))
GRADES = (Fraction("0.6"), Fraction("0.8"), Fraction("1.2"), Fraction("2.0"))
INDUSTRY = range(6, 47)


@dataclass
class Candidate:
    """One enterprise with what its grade rests on."""

    enterprise: str
    what: Row
    value_added: Fraction | None
    gross: Fraction
    net: Fraction
    is_measured: bool
    time: Time
    fuel_missing: int
    reason: str = ""
    group: str = ""


def own_value(register: Register, enterprise: str, period: str) -> Fraction | None:
    """The value added that a row of just this period gives."""
    row = register.sheets["经济指标"].get((enterprise, period))
    return number(row["增加值(万元)"]) if row else None


def cumulative(register: Register, enterprise: str, month: str) -> Fraction | None:
    """The value added from January to the month's end."""
    return own_value(register, enterprise, f"{month[:4]}-01..{month}")


def value_added(register: Register, enterprise: str, period: str) -> Fraction | None:
    """Own row, else difference of cumulative rows, else the sum of months, else of quarters."""
    own = own_value(register, enterprise, period)
    if own is not None:
        return own
    months = months_of(period)
    to_end = cumulative(register, enterprise, months[-1])
    starts_year = months[0].endswith("-01")
    before = Fraction(0) if starts_year else cumulative(register, enterprise, month_after(months[0], -1))
    if to_end is not None and before is not None:
        return to_end - before
    parts = [months] if len(months) > 1 else []
    if len(months) == 12:
        parts.append([f"{period}Q{quarter}" for quarter in range(1, 5)])
    for part in parts:
        values = [value_added(register, enterprise, one) for one in part]
        if all(value is not None for value in values):
            return sum((value for value in values if value is not None), Fraction(0))
    return None


def candidate(books: Books, enterprise: str, period: str) -> Candidate:
    """What is known of one enterprise in the period, with the first reason not to grade it that is its own."""
    months = months_of(period)
    first, last = month_days(months[0])[0], month_days(months[-1])[1]
    gross = net = Fraction(0)
    for month in months:
        burnt = sum((co2 for _, use, _, _, co2 in books.fuels(enterprise, month) if use == "燃料"), Fraction(0))
        power = books.tco2(enterprise, month) if books.month(enterprise, month).is_known else (Fraction(0), Fraction(0))
        gross, net = gross + burnt + power[0], net + burnt + power[1]
    time = books.time(enterprise, first, last)
    one = Candidate(
        enterprise, books.register.enterprise_on(enterprise, last), value_added(books.register, enterprise, period), gross, net,
        time.measured > 0, time,
        sum(books.fuel_missing(enterprise, month) for month in months),
    )  # fmt: skip
    one.reason = first_reason(one)
    return one


def first_reason(one: Candidate) -> str:
    """The first reason of its own not to grade an enterprise, empty where there is none."""
    value = one.value_added
    reasons = {
        "below_scale": one.what["规上"] != "是",
        "not_industry": int(one.what["行业代码"][:2]) not in INDUSTRY,
        "no_value_added": value is None,
        "value_added_not_positive": value is not None and value <= 0,
        "no_meter_data": not one.time.measured,
        "low_coverage": one.time.is_low(),
        "fuel_not_reported": one.fuel_missing > 0,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def grades(books: Books, period: str) -> list[Row]:
    """The grade of every enterprise of the register."""
    all_of_them = [candidate(books, enterprise, period) for enterprise in sorted(books.register.enterprises())]
    gradable = [one for one in all_of_them if not one.reason]
    groups: dict[str, list[Candidate]] = {}
    for one in gradable:
        for digits in (4, 3, 2):
            group = one.what["行业代码"][:digits]
            members = [other for other in gradable if other.what["行业代码"].startswith(group)]
            if len(members) >= PEERS:
                one.group, groups[group] = group, members
                break
    return [grade_row(one, period, groups.get(one.group, [])) for one in all_of_them]


def grade_row(one: Candidate, period: str, members: list[Candidate]) -> Row:
    """One row, graded where there are peers that emit something."""
    peers_net = sum((other.net for other in members), Fraction(0))
    peers_value = sum((other.value_added or Fraction(0) for other in members), Fraction(0))
    reason = one.reason or ("no_peer_group" if not members else "peer_group_zero" if not peers_net else "")
    graded: Row = dict.fromkeys(("peer_group", "peer_count", "peer_share", "l", "level", "peer_l", "k", "grade"), "")
    if not reason and one.value_added is not None:
        l_value, peer_l = one.net / one.value_added, peers_net / peers_value
        k = l_value / peer_l
        graded = {
            "peer_group": one.group, "peer_count": str(len(members)), "peer_share": published(one.value_added / peers_value, 4),
            "l": published(l_value, 4), "level": next((name for bar, name in LEVELS if l_value <= bar), "high"),
            "peer_l": published(peer_l, 4), "k": published(k, 4), "grade": str(1 + sum(k > bar for bar in GRADES)),
        }  # fmt: skip
    neutral = (one.gross - one.net) / one.gross if one.is_measured and one.gross else None
    return {
        "period": period, "enterprise_id": one.enterprise, "name": one.what["企业名称"], "industry_code": one.what["行业代码"],
        "street": one.what["镇街"], **graded,
        "tco2_gross": published(one.gross if one.is_measured else None, 3), "tco2_net": published(one.net if one.is_measured else None, 3),
        "value_added_10k_cny": published(one.value_added, 2), "neutrality_rate": published(neutral, 4),
        "coverage": published(one.time.coverage(), 4), "estimated_share": published(one.time.estimated_share(), 4),
        "status": "not_gradable" if reason else "graded", "reason": reason, "rule_id": "zj_carbon_efficiency_2021",
        "factor_year": str(latest(GRID_CO2, int(period[:4]))[0]),
    }  # fmt: skip
