"""Missing codes in files whose cells are all plain, and in others."""

from __future__ import annotations

import pytest

from carbon_pipeline.metering.formats import ReadResult, Source
from carbon_pipeline.metering.formats.batch import read_exports
from tests.metering.formats.build import PROFILES, curve, day_wide, flags, read, values

pytestmark = pytest.mark.usefixtures("_either_way")


@pytest.mark.parametrize("code", ["-9999", "NULL", ""])
def test_missing_code__in_a_plain_file_as_in_any_other(code: str) -> None:
    given = [{"E1": code, "E96": "2.5"}, {"METER_ASSET_NO": code, "DATA_DATE": "2025-01-06"}, {"fill": code, "DATA_DATE": "2025-01-07"}]
    plain, blank = read(curve(*given)), read(curve(*given, {"E1": " 1", "DATA_DATE": "2025-01-08"}))
    assert plain.readings.equals(blank.readings.head(2))
    assert [values.count(-1) for values in plain.readings["values"].to_list()] == [1, 96]
    assert plain.quarantine.equals(blank.quarantine)
    assert plain.quarantine.select("row_no", "reason").rows() == [(3, "no_meter_no")]


def test_files_read_together__a_stray_quote_in_one_spoils_no_other() -> None:
    """Line by line, as the first must be read, the second's row would fall into two."""
    whole = day_wide({"meter_no": "M1"}, {"meter_no": '"M\n2"'})
    stray = day_wide({"meter_no": '"M"3'})
    sources = [Source(filename=f"{number}.csv", packed=text.encode()) for number, text in enumerate([stray, whole])]
    together = read_exports(sources, PROFILES, lambda readings: readings)
    for found, alone in zip(together, [read(stray), read(whole)], strict=True):
        assert isinstance(found, ReadResult)
        assert found.readings.equals(alone.readings)
        assert found.quarantine.equals(alone.quarantine)
        assert found.rows_read == alone.rows_read


@pytest.mark.parametrize("code", [" ", "NULL ", '"NULL"'])
def test_missing_code__that_no_cell_can_be(code: str) -> None:
    """Cells are unquoted and stripped before they are held against missing codes."""
    result = read(curve({"E1": code}), [profile.model_copy(update={"missing": (code,)}) for profile in PROFILES])
    assert values(result)[0] == -1
    assert flags(result) == [4, *[0] * 95]
