from __future__ import annotations

import datetime as dt
import io

import xlsxwriter

from carbon_pipeline.metering.formats.profiles import load_profiles, packaged_folder
from carbon_pipeline.metering.formats.result import Refusal
from carbon_pipeline.metering.formats.spreadsheets import read_spreadsheet
from carbon_pipeline.sentences.fact import fact
from tests.metering.formats.build import CLOCK, METER, curve, day_wide, flags, read, refused, set_aside, sheet, values

ONE = 1_000_000


def _rows(text: str) -> list[list[object]]:
    return [list(line.split(",")) for line in text.splitlines()]


def test_sheet__equals_the_same_file_as_text() -> None:
    text = curve({"E1": "0.2052", "E2": "NaN", "E3": "1e3", "E4": "-9999"}, {"DATA_DATE": "x"}, {"DATA_TYPE": "9"})
    found, expected = read(sheet(_rows(text))), read(text)
    assert found.readings.equals(expected.readings)
    assert found.quarantine.equals(expected.quarantine)
    assert found.ignored == expected.ignored


def test_sheet__the_first_one_whose_header_is_known() -> None:
    result = read(sheet([["说明", "内容"], ["a", "b"]], [], [["某县 2025"], [], *_rows(day_wide({}))]))
    assert result.profile == "day_wide"
    assert result.readings["row_no"].to_list() == [4]
    assert refused(sheet([["说明"]], [["内容"]])).reason == "unknown_format"


def test_sheet__blank_rows_are_not_rows_and_numbers_are_the_sheets() -> None:
    header, good = _rows(day_wide({}))
    result = read(sheet([header, [], good, ["", None, " "], [METER, "2025-13-01", *["1"] * 96]]))
    assert result.rows_read == 2
    assert result.readings["row_no"].to_list() == [3]
    assert set_aside(result) == [(5, "bad_date")]
    assert result.raw_line(5).startswith(f"{METER},2025-13-01,1,")


def test_sheet__a_number_cell_is_the_shortest_decimal_of_its_double() -> None:
    cells = [0.1, 1e-7, 123456.789, -9999, 5, 1e20, True, "1e3", "0.5", None, "=", 0.1234565000001, 0.1234565]
    result = read(sheet([["meter_no", "date", *CLOCK], [METER, "2025-01-05", *cells, *[1] * 83]]))
    assert values(result)[:13] == [100_000, 0, 123_456_789_000, -1, 5 * ONE, -1, -1, -1, 500_000, -1, -1, 123_457, 123_456]
    assert flags(result) == [0, 0, 0, 0, 0, 4, 4, 4, 0, 0, 4, *[0] * 85]


def test_sheet__date_and_clock_cells() -> None:
    clock = [dt.time(minute // 60, minute % 60) for minute in range(0, 1440, 15)]
    result = read(sheet([["meter_no", "date", *clock], [METER, dt.date(2025, 1, 5), *[1.5] * 96], [METER, 45662, *[1.5] * 96]]))
    assert result.readings["day"].to_list() == [dt.date(2025, 1, 5)]
    assert set_aside(result) == [(3, "bad_date")]
    stamps = [["DATA_TIME", "CONS_NO", "METER_DEV_ID", "MEASURE_TYPE", "VALUE"], [dt.datetime(2025, 1, 5, 0, 15), 33, METER, "E", 2]]  # noqa: DTZ001
    assert values(read(sheet(stamps)))[:2] == [-1, 2 * ONE]


def test_sheet__stamps_that_were_filled_down_by_adding_are_those_that_it_shows() -> None:
    """Each is 15 minutes and a part of a second after the one above; rows further down were turned away for milliseconds."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page, clock = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        page.write_row(0, 0, ["DATA_TIME", "CONS_NO", "METER_DEV_ID", "MEASURE_TYPE", "VALUE"])
        for row in range(96 * 30):
            page.write_number(1 + row, 0, 45662 + row * (0.0104166667 if row % 2 else 0.01041666665), clock)
            page.write_row(1 + row, 1, ["33", METER, "E", 1])
    result = read(out.getvalue())
    assert result.rows_accepted == 96 * 30
    assert result.readings["values"].explode().to_list() == [ONE] * 96 * 30


def test_sheet__codes_in_number_cells() -> None:
    rows = [[code, "2025-01-05", *[1] * 96] for code in (3390001, 338444435015020.0, 3384444350150201.0, "3384444350150201", "3.38E+15")]
    result = read(sheet([["meter_no", "date", *CLOCK], *rows]))
    assert set_aside(result) == [(4, "number_damaged"), (6, "number_damaged")]
    assert result.readings["meter_no"].to_list() == ["3390001", "338444435015020", "3384444350150201"]


def test_sheet__presence_flags_in_a_number_cell_are_lost() -> None:
    header, row = _rows(curve({}, columns=["DATA_WHOLE_FLAG"]))
    row[4] = float("1" * 96)
    assert set_aside(read(sheet([header, row]))) == [(2, "bad_flag")]
    row[4] = "1" * 96
    assert read(sheet([header, row])).rows_accepted == 1


def test_sheet__codes_as_numbers_are_the_same_codes() -> None:
    header, row = _rows(curve({}, columns=["DATA_POINT_FLAG", "T_FACTOR"]))
    row[3:6] = [1, 3, 80]
    result = read(sheet([header, row]))
    assert result.readings.select("channel", "step", "mult_num").row(0) == ("forward", 60, 80)


def test_sheet__a_broken_workbook() -> None:
    assert refused(sheet([["a"]])[:-100]).reason in {"broken_spreadsheet", "broken_archive", "undecodable", "unknown_format"}
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600).reason == "broken_spreadsheet"


def test_second_sheet_of_readings__would_be_lost_so_the_file_is_refused() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        for name in ("一月", "二月"):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, ["DATA_TIME", "CONS_NO", "METER_DEV_ID", "MEASURE_TYPE", "VALUE"])
            sheet.write_row(1, 0, ["2025-01-01 00:00:00", "A", "M", "E", "1.5"])
    found = read_spreadsheet(book.getvalue(), load_profiles(packaged_folder()))
    assert found == Refusal("several_sheets", fact("sheets", sheets=["一月", "二月"]))


def test_sheet__an_error_cell_is_what_it_shows_and_not_empty() -> None:
    """An empty multiplier would be the register's, an empty quality a good one, an empty meter number none that can be found."""
    text = curve(*({"T_FACTOR": "10"} for _ in range(3)), columns=["T_FACTOR"])
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for line, cells in enumerate(_rows(text), start=1):
            page.write_row(line, 1, cells)
        for line, column, error in ((2, 5, "#N/A"), (3, 2, "#REF!"), (4, 6, "#DIV/0!")):
            page.write_formula(line, column, "=NA()", None, error)
    result = read(out.getvalue())
    assert [row[:3] for row in result.quarantine.rows()] == [
        (3, "bad_multiplier", "T_FACTOR: #N/A"),
        (4, "no_meter_no", "METER_ASSET_NO: #REF!"),
    ]
    assert (values(result)[0], flags(result)[:2]) == (-1, [4, 0])
