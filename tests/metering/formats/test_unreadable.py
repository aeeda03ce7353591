from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.metering.formats import Source
from carbon_pipeline.metering.formats.batch import read_exports
from carbon_pipeline.metering.formats.result import ReadResult
from tests.metering.formats.build import METER, PROFILES, curve, day_read, long, read, said

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.usefixtures("_either_way")


def _told(result: ReadResult) -> Sequence[tuple[str, dt.date, dt.date, str]]:
    found = result.findings.filter(reason="unreadable_values")
    return [
        (channel, begin, end, said(evidence))
        for channel, begin, end, evidence in found.select("channel", "date_from", "date_to", "evidence").rows()
    ]


def test_unreadable_values__a_file_of_thousands_is_told_once_per_run_of_days() -> None:
    days = ["2025-01-06", "2025-01-05", "2025-01-08"]
    result = read(curve(*({"DATA_DATE": day, "fill": '"1,234.5"'} for day in days)))
    assert result.findings["meter_no"].unique().to_list() == [METER]
    assert _told(result) == [
        ("forward", dt.date(2025, 1, 5), dt.date(2025, 1, 6), "intervals: 192, from row 2 on"),
        ("forward", dt.date(2025, 1, 8), dt.date(2025, 1, 8), "intervals: 96, from row 4 on"),
    ]


def test_unreadable_values__of_a_day_read_each_channel_by_itself() -> None:
    result = read(day_read('33,44,2025-01-01,1,"1,234.5",,,,,', "33,44,2025-01-01,5,1e3,,,,,", "33,45,2025-01-01,1,5,,,,,"))
    assert _told(result) == [
        ("forward", dt.date(2025, 1, 2), dt.date(2025, 1, 2), "intervals: 1, from row 2 on"),
        ("reverse", dt.date(2025, 1, 2), dt.date(2025, 1, 2), "intervals: 1, from row 3 on"),
    ]


def test_unreadable_values__of_a_long_file() -> None:
    result = read(long("2025-01-05 00:00:00,E,1,1", "2025-01-05 00:15:00,E,+2,1", "2025-01-05 00:30:00,P,5.,1"))
    assert [evidence for *_, evidence in _told(result)] == ["intervals: 2, from row 2 on"]


def test_unreadable_values__what_is_missing_negative_or_absent_is_not_among_them() -> None:
    presence = {"DATA_WHOLE_FLAG": "0" + "1" * 95, "E2": "", "E3": "NULL", "E4": "-9999", "E5": "-1"}
    assert read(curve(presence, columns=["DATA_WHOLE_FLAG"])).findings.is_empty()


def test_unreadable_values__files_read_together_have_each_their_own() -> None:
    texts = [curve({"E1": "--", "DATA_DATE": f"2025-01-0{day}"}) if day != 2 else curve({}) for day in (1, 2, 3)]
    sources = [Source(filename=f"{number}.csv", packed=text.encode()) for number, text in enumerate(texts)]
    results = read_exports(sources, PROFILES, lambda readings: readings)
    assert [[begin.day for _, begin, *_ in _told(result)] for result in results if isinstance(result, ReadResult)] == [[1], [], [3]]
