"""Whatever comes in, a reader gives a result whose counts add up, or a refusal in one line."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carbon_pipeline.metering.formats import READINGS, ReadResult
from carbon_pipeline.reasons import REASONS
from carbon_pipeline.sentences.fact import told
from tests.metering.formats.build import curve, day_read, day_wide, long, result_of, sheet

pytestmark = pytest.mark.usefixtures("_either_way")

NEM = "100,NEM12,202501060000,A,B\n200,NMI,E1,1,E1,N1,S,kWh,30,\n300,20250105," + "1," * 48 + "A,,,20250106000000,\n900\n"
SAMPLES = {
    "curve": curve({"E1": "1.5", "T_FACTOR": "80"}, {"E2": "NULL"}, {"DATA_TYPE": "5"}, columns=["T_FACTOR", "TV", "TA"]).encode(),
    "chinese": curve({}, {}).replace("CONS_NO", "户号").encode("gb18030"),
    "wide": day_wide({}, {"T0000": "x"}).encode("utf-16"),
    "long": long("2025-01-05 00:00:00,E,1.5,1", "2025-01-05 00:15:00,P,-1.5,2").encode(),
    "day_read": day_read("33,44,2025-01-01,1,10,1,2,3,4,80", "33,44,2025-01-01,5,10,,,,,").encode(),
    "nem12": NEM.encode(),
    "sheet": sheet([line.split(",") for line in curve({}, {}).splitlines()]),
}

INTRUDERS = [b"", b'"', b"\n", b"\r", b",", b'="', b"\0", b"\xff", b"e", b"-", b"9" * 21, b"/", b" "]


def _holds(content: bytes) -> None:
    result = result_of(content)
    if isinstance(result, ReadResult):
        assert result.rows_accepted + result.rows_quarantined + result.rows_ignored == result.rows_read
        assert result.readings.schema == READINGS
        assert result.readings["meter_no"].null_count() == result.readings["day"].null_count() == 0
        assert result.rows_accepted >= 0
        lengths = result.readings["values"].list.len() * result.readings["step"]
        assert (lengths == 1440).all()
        assert all(isinstance(result.raw_line(row_no), str) for row_no in result.readings["row_no"])
    else:
        assert REASONS[result.reason].concerns == "file"
        assert not any("\n" in told(str(result.detail), lang) for lang in ("zh", "en"))


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_spoiled_bytes(name: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        gone = data.draw(st.integers(0, 12))
        content[at : at + gone] = data.draw(st.sampled_from(INTRUDERS))
    _holds(bytes(content))


@pytest.mark.parametrize("name", SAMPLES)
def test_cut_short(name: str) -> None:
    for length in range(0, len(SAMPLES[name]), 97):
        _holds(SAMPLES[name][:length])


@pytest.mark.parametrize("text", [curve(), day_wide(), long(), day_read()])
def test_header_alone(text: str) -> None:
    result = result_of(text)
    assert isinstance(result, ReadResult)
    assert (result.rows_read, result.readings.schema) == (0, READINGS)


@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    _holds(content)
