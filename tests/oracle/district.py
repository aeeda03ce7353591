"""A whole district: uploads in, every table out, in the text form in which it is published."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from tests.oracle.books import Books
from tests.oracle.budgets import budgets
from tests.oracle.energy import energy, inventory, months_known
from tests.oracle.grades import grades
from tests.oracle.lake import Lake
from tests.oracle.register import Register
from tests.oracle.surcharges import surcharges
from tests.oracle.tables import COLUMNS, STEPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tests.oracle.register import Row

INDUSTRY_LEVEL = "4"


class Refresh(TypedDict):
    """One date at which results are asked for, with the periods to grade."""

    as_of: str
    periods: list[str]


Tables = dict[str, list[dict[str, str]]]


def industry_codes(path: Path) -> frozenset[str]:
    """The four-digit classes of a GB/T 4754-2017 list with columns `level` and `code`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        return frozenset(row["code"] for row in csv.DictReader(lines) if row["level"] == INDUSTRY_LEVEL)


def reckon_district(
    uploads: Iterable[Path], refreshes: Sequence[Refresh], industries: frozenset[str], rules: Sequence[str] = (STEPPED,)
) -> Tables:
    """Every table of the district, named as the files that hold what is expected: `energy_2025-01-31` and so on."""
    lake = Lake(Register(industries))
    for path in uploads:
        lake.upload(path)
    tables: Tables = {
        "receipts": [receipt_row(lake, i) for i in range(len(lake.receipts))],
        "quarantine": [
            dict(zip(COLUMNS["quarantine"].split(","), (name, sheet, str(line), reason), strict=True))
            for name, sheet, line, reason in lake.turned_away()
        ],
    }
    days = lake.settled()
    last = max(date.fromisoformat(refresh["as_of"]) for refresh in refreshes)
    found = {("negative_power", meter, ""): ok for meter, ok in lake.negative_power(last).items()}
    for refresh in refreshes:
        books = Books(lake.register, days, date.fromisoformat(refresh["as_of"]))
        homeless = take_tables(tables, books, refresh["periods"], rules)
        if books.as_of == last:
            found.update({("excess_without_account", "", enterprise): False for enterprise in homeless})
            found.update({("pv_not_reckoned", "", enterprise): False for enterprise in unreckoned(books)})
    tables["findings"] = [
        {"meter_no": meter, "enterprise_id": enterprise, "reason": reason, "corrected": "true" if corrected else ""}
        for (reason, meter, enterprise), corrected in sorted(found.items())
    ]
    return tables


def take_tables(tables: Tables, books: Books, periods: Iterable[str], rules: Sequence[str]) -> set[str]:
    """Add the tables of one date; gives the enterprises whose excess finds no account."""
    as_of = books.as_of.isoformat()
    tables[f"energy_{as_of}"] = energy(books)
    tables[f"inventory_{as_of}"] = inventory(books)
    tables[f"budgets_{as_of}"] = budgets(books)
    tables[f"tariffs_{as_of}"], homeless = surcharges(books, rules)
    for period in periods:
        tables[f"grades_{as_of}_{period}"] = grades(books, period)
    return homeless


def unreckoned(books: Books) -> set[str]:
    """Enterprises whose own PV cannot be reckoned in some month of which anything is known."""
    rows = [(code, books.month(code, month)) for code in books.register.enterprises() for month in months_known(books)]
    return {code for code, row in rows if row.is_known and row.not_reckoned}


def receipt_row(lake: Lake, index: int) -> Row:
    """A receipt as it is compared: counts are empty where nothing was read."""
    receipt = lake.receipts[index]
    counts = ("", "", "", "")
    if receipt.read is not None:
        accepted = receipt.read - receipt.quarantined - receipt.ignored
        counts = (str(receipt.read), str(accepted), str(receipt.quarantined), str(receipt.ignored))
    values = (receipt.filename, receipt.status, *counts)
    return dict(zip(COLUMNS["receipts"].split(","), values, strict=True))


def text_of(name: str, rows: Iterable[Row]) -> str:
    """A table as CSV."""
    columns = COLUMNS[name.split("_", maxsplit=1)[0]].split(",")
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
