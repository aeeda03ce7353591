"""Missing codes in files whose cells are all plain, and in others."""

from __future__ import annotations

import pytest

from tests.metering.formats.build import curve, read

pytestmark = pytest.mark.usefixtures("_either_way")


@pytest.mark.parametrize("code", ["-9999", "NULL", ""])
def test_missing_code__in_a_plain_file_as_in_any_other(code: str) -> None:
    given = [{"E1": code, "E96": "2.5"}, {"METER_ASSET_NO": code, "DATA_DATE": "2025-01-06"}, {"fill": code, "DATA_DATE": "2025-01-07"}]
    plain, blank = read(curve(*given)), read(curve(*given, {"E1": " 1", "DATA_DATE": "2025-01-08"}))
    assert plain.readings.equals(blank.readings.head(2))
    assert [values.count(-1) for values in plain.readings["values"].to_list()] == [1, 96]
    assert plain.quarantine.equals(blank.quarantine)
    assert plain.quarantine.select("row_no", "reason").rows() == [(3, "no_meter_no")]
