from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.registry.build import Row, apply, companies, company, reasons, sheet

if TYPE_CHECKING:
    from carbon_pipeline.registry.state import Registry

COMPANIES = [company(number) for number in range(4)]
FIRST = date(2025, 1, 1)


@st.composite
def ownership_rows(draw: st.DrawFn) -> list[Row]:
    """Rows of 户号 over few accounts, enterprises and days, so that they meet."""
    rows = []
    for _ in range(draw(st.integers(0, 8))):
        start = draw(st.one_of(st.none(), st.integers(0, 12)))
        end = draw(st.one_of(st.none(), st.integers(0, 14)))
        rows.append(
            {
                "户号": draw(st.sampled_from(["3300000000001", "0000000001", "3300000000002"])),
                "统一社会信用代码": draw(st.sampled_from(COMPANIES)),
                "起始日期": "" if start is None else str(FIRST + timedelta(start)),
                "终止日期": "" if end is None else str(FIRST + timedelta(end)),
                "份额": draw(st.sampled_from(["", "0.5", "0.25", "0.75", "1"])),
                "作废": draw(st.sampled_from(["", "", "", "是"])),
            }
        )
    return rows


def shares_on(registry: Registry, day: date) -> dict[str, Fraction]:
    totals: dict[str, Fraction] = {}
    for row in registry.accounts.iter_rows(named=True):
        if (row["date_from"] or date.min) <= day <= (row["date_to"] or date.max):
            totals[row["account_key"]] = totals.get(row["account_key"], Fraction(0)) + Fraction(row["share"])
    return totals


@given(ownership_rows(), ownership_rows())
@settings(max_examples=60)
def test_apply__no_account_is_ever_owned_by_more_than_all(first: list[Row], second: list[Row]) -> None:
    middle = apply(companies(*COMPANIES), sheet("户号", *first)).registry
    after = apply(sheet("户号", *second), to=middle).registry
    for offset in range(-1, 17):
        assert all(total <= 1 for total in shares_on(after, FIRST + timedelta(offset)).values())


@given(ownership_rows())
@settings(max_examples=40)
def test_apply__every_row_is_counted_once(rows: list[Row]) -> None:
    result = apply(companies(*COMPANIES), sheet("户号", *rows))
    count = result.counts[1]
    assert count.rows_read == len(rows)
    assert count.rows_accepted + count.rows_quarantined == count.rows_read
    assert result.quarantine["row_no"].n_unique() == result.quarantine.height == count.rows_quarantined


@given(st.lists(st.integers(0, 60), unique=True, max_size=12), st.randoms(use_true_random=False), st.integers(0, 12))
@settings(max_examples=40)
def test_apply__good_new_rows_in_any_order_whole_or_in_parts(days: list[int], random: object, cut: int) -> None:
    """Ranges that touch but do not overlap: neither their order nor their split over workbooks matters."""
    starts = sorted(days)
    ends = [str(FIRST + timedelta(after - 1)) for after in starts[1:]] + [""]
    rows: list[Row] = [{"起始日期": str(FIRST + timedelta(start)), "终止日期": end} for start, end in zip(starts, ends, strict=False)]
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    whole = apply(sheet("电表", *rows))
    parts = apply(sheet("电表", *shuffled[cut:]), to=apply(sheet("电表", *shuffled[:cut])).registry)
    assert reasons(whole) == reasons(parts) == []
    assert whole.registry == parts.registry == apply(sheet("电表", *shuffled)).registry


@given(ownership_rows())
@settings(max_examples=40)
def test_apply__the_accepted_rows_again_change_nothing(rows: list[Row]) -> None:
    kept = [row for row in rows if not row["作废"]]
    before = apply(companies(*COMPANIES), sheet("户号", *kept))
    bad = set(before.quarantine["row_no"])
    good = [row for row_no, row in enumerate(kept, start=2) if row_no not in bad]
    again = apply(companies(*COMPANIES), sheet("户号", *good), to=before.registry)
    assert reasons(again) == []
    assert again.registry == before.registry
    assert again.changes.is_empty()
