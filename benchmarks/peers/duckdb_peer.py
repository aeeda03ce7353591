"""The DuckDB peer: `duckdb_reckoning.sql` with its inputs filled in.

Run as `python -m benchmarks.peers.duckdb_peer REGISTER READINGS AS_OF OUT`. As this project does, it keeps the readings:
its database is a file in OUT.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

SLOTS = range(96)
SQL = Path(__file__).with_name("duckdb_reckoning.sql")
COEFFICIENTS = Path(__file__).with_name("coefficients.csv")


def readings_statement(readings: Path) -> str:
    """The statement that makes the table `readings` (meter_no, day, sent, w: 96 exact Wh) from all files of a folder.

    A value of four decimals times 10,000 is rounded to its whole number, times the multiplier it is exact in a double,
    and divided by ten it is rounded half-even: exact as long as the product stays below 2^49.
    """
    values = {f"e{i}": "DOUBLE" for i in SLOTS}
    curve = {"account_no": "VARCHAR", "meter_no": "VARCHAR", "day": "DATE", "kind": "TINYINT", "mult": "INTEGER", **values}
    wide = {"meter_no": "VARCHAR", "day": "DATE", **values}

    def wh(multiplier: str) -> str:
        return "[" + ", ".join(f"round_even(round(e{i} * 10000) * {multiplier} / 10, 0)::BIGINT" for i in SLOTS) + "]::BIGINT[96]"

    def source(pattern: str, columns: dict[str, str], rest: str) -> str:
        plain = "filename = true, auto_detect = false, delim = ',', quote = '', escape = ''"
        return f"read_csv('{readings}/{pattern}', {plain}, columns = {columns}, {rest})"

    parts = []
    if list(readings.glob("*_1_curve*.csv")):
        where = source("*_1_curve*.csv", curve, "header = false, skip = 1, nullstr = 'NULL'")
        parts.append(f"SELECT meter_no, day, filename AS sent, {wh('mult')} AS w FROM {where} WHERE kind = 1")
    if list(readings.glob("*_2_day_wide*.csv")):
        where = source("*_2_day_wide*.csv", wide, "header = true, nullstr = ''")
        parts.append(f"SELECT meter_no, day, filename AS sent, {wh('1')} AS w FROM {where}")
    return "CREATE TABLE readings AS " + " UNION ALL ".join(parts) + ";"


def reckon(register: Path, readings: Path, as_of: str, out: Path) -> None:
    """Reckon everything up to `as_of` (ISO date) and write one CSV per result table into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "readings.duckdb").unlink(missing_ok=True)
    script = SQL.read_text(encoding="utf-8").replace("{readings}", readings_statement(readings)).replace("{out}", str(out))
    with duckdb.connect(str(out / "readings.duckdb")) as connection:
        connection.execute("SET preserve_insertion_order = false")
        for name, value in (("register", register), ("coefficients", COEFFICIENTS)):
            connection.execute(f"SET VARIABLE {name} = '{value}'")
        connection.execute(f"SET VARIABLE as_of = DATE '{as_of}'")
        connection.execute(script)


if __name__ == "__main__":
    reckon(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
