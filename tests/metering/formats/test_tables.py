"""Missing codes in files whose cells are all plain, which are read another way than the rest."""

from __future__ import annotations

import pytest

from carbon_pipeline.metering.formats.values import passes_for_value
from tests.metering.formats.build import curve, read


@pytest.mark.parametrize("code", ["-9999", "NULL", ""])
def test_missing_code__in_a_plain_file_as_in_any_other(code: str) -> None:
    given = [{"E1": code, "E96": "2.5"}, {"METER_ASSET_NO": code, "DATA_DATE": "2025-01-06"}, {"fill": code, "DATA_DATE": "2025-01-07"}]
    plain, blank = read(curve(*given)), read(curve(*given, {"E1": " 1", "DATA_DATE": "2025-01-08"}))
    assert plain.readings.equals(blank.readings.head(2))
    assert [values.count(-1) for values in plain.readings["values"].to_list()] == [1, 96]
    assert plain.quarantine.equals(blank.quarantine)
    assert plain.quarantine.select("row_no", "reason").rows() == [(3, "no_meter_no")]


@pytest.mark.parametrize(("code", "passes"), [("-9999", True), ("0", True), ("99999.9", True), ("-99999999", False), ("NULL", False)])
def test_passes_for_value__only_what_a_double_tells_apart(code: str, passes: bool) -> None:  # noqa: FBT001 - as the case has it
    assert passes_for_value(code) is passes
