from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from carbon_pipeline.registry.ownership import meter_settings
from tests.registry.build import A, B, Row, apply, companies, sheet

FIRST = date(2025, 1, 1)
DAYS = [FIRST + timedelta(offset) for offset in range(-2, 24)]
HEADROOM = Fraction(6, 5)


def _text(offset: int | None) -> str:
    return "" if offset is None else str(FIRST + timedelta(offset))


@st.composite
def dated(draw: st.DrawFn) -> Row:
    start = draw(st.one_of(st.none(), st.integers(0, 15)))
    end = draw(st.one_of(st.none(), st.integers(0, 6)))
    return {"起始日期": _text(start), "终止日期": _text(None if end is None else (start or 0) + end)}


@st.composite
def owned(draw: st.DrawFn) -> Row:
    capacity = draw(st.sampled_from(["", "100", "250.5", "400"]))
    return draw(dated()) | {"统一社会信用代码": draw(st.sampled_from([A, B])), "份额": "0.1", "合同容量(千伏安)": capacity}


def _covers(row: dict[str, date | None], day: date) -> bool:
    return (row["date_from"] or date.min) <= day <= (row["date_to"] or date.max)


@given(dated(), st.lists(owned(), max_size=5), st.sampled_from(["", "", "160"]))
@settings(max_examples=80)
def test_meter_settings__on_every_day_what_the_register_says(meter: Row, accounts: list[Row], rated: str) -> None:
    register = apply(companies(A, B), sheet("户号", *accounts), sheet("电表", meter | {"额定功率(千瓦)": rated})).registry
    held = list(register.accounts.iter_rows(named=True))
    found = list(meter_settings(register, HEADROOM).iter_rows(named=True))
    own = register.meters.row(0, named=True)
    for day in DAYS:
        capacities = [Fraction(row["capacity_kva"]) for row in held if row["capacity_kva"] and _covers(row, day)]
        kw = Fraction(rated) if rated else max(capacities, default=None)
        expected = [-1 if kw is None else int(kw * HEADROOM * 10**9)] if _covers(own, day) else []
        assert [row["bound_uw"] for row in found if _covers(row, day)] == expected
