"""The energy and inventory tables of one as-of date."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.books import KILO, Books, Time, electricity_tce
from tests.oracle.numbers import month_days, published
from tests.oracle.tables import FUELS

if TYPE_CHECKING:
    from tests.oracle.register import Row

ELECTRICITY = "电力"


def whole(value: int | None) -> str:
    """An integer, empty where there is none."""
    return "" if value is None else str(value)


def months_known(books: Books) -> list[str]:
    """Months up to the as-of date of which readings or fuel rows speak."""
    days = {day for total in books.days.values() for day in total if day <= books.as_of}
    fuels = {month for _, month, _, _ in books.fuel_rows}
    return sorted({f"{day:%Y-%m}" for day in days} | fuels)


def electricity_row(books: Books, enterprise: str, month: str) -> Row:
    """The electricity of one enterprise and month, which has an interval that is known."""
    row = books.month(enterprise, month)
    time = books.time(enterprise, *month_days(month))
    kwh = None if row.imported is None else Fraction(row.imported, KILO)
    gross, net = books.tco2(enterprise, month)
    year = int(month[:4])
    return {
        "month": month, "enterprise_id": enterprise, "carrier": ELECTRICITY, "use": "", "quantity": published(kwh, 3), "unit": "kWh",
        "import_wh": whole(row.imported), "export_wh": whole(row.exported), "pv_self_use_wh": whole(row.pv),
        "tce_calorific": published(None if kwh is None else kwh * electricity_tce("当量值", year), 3),
        "tce_equivalent": published(None if kwh is None else kwh * electricity_tce("等价值", year), 3),
        "tco2_gross": published(gross, 3), "tco2_net": published(net, 3),
        "coverage": published(time.coverage(), 4), "estimated_share": published(time.estimated_share(), 4),
    }  # fmt: skip


def energy(books: Books) -> list[Row]:
    """Electricity of each month with a known interval, and each fuel row."""
    rows = []
    for enterprise in books.register.enterprises():
        for month in months_known(books):
            if books.month(enterprise, month).is_known:
                rows.append(electricity_row(books, enterprise, month))
            for carrier, use, quantity, tce, co2 in books.fuels(enterprise, month):
                tco2 = published(co2 if use == "燃料" else None, 3)
                rows.append({
                    "month": month, "enterprise_id": enterprise, "carrier": carrier, "use": use, "quantity": published(quantity, 3),
                    "unit": FUELS[carrier][0], "import_wh": "", "export_wh": "", "pv_self_use_wh": "",
                    "tce_calorific": published(tce, 3), "tce_equivalent": published(tce, 3), "tco2_gross": tco2, "tco2_net": tco2,
                    "coverage": "", "estimated_share": "",
                })  # fmt: skip
    return sorted(rows, key=lambda row: (row["month"], row["enterprise_id"], row["carrier"], row["use"]))


def inventory(books: Books) -> list[Row]:
    """Sums by month, industry, street and carrier, without raw material."""
    cells: dict[tuple[str, str, str, str], list[tuple[str, Fraction | None, Fraction]]] = {}
    for enterprise in books.register.enterprises():
        for month in months_known(books):
            what = books.register.enterprise_on(enterprise, month_days(month)[1])
            place = (month, what["行业代码"], what["镇街"])
            row = books.month(enterprise, month)
            if row.is_known:
                per_wh = electricity_tce("等价值", int(month[:4])) / KILO
                tce = None if row.imported is None else row.imported * per_wh
                cells.setdefault((*place, ELECTRICITY), []).append((enterprise, tce, books.tco2(enterprise, month)[1]))
            for carrier, use, _, tce, co2 in books.fuels(enterprise, month):
                if use == "燃料":
                    cells.setdefault((*place, carrier), []).append((enterprise, tce, co2))
    return [inventory_row(books, key, rows) for key, rows in sorted(cells.items())]


def inventory_row(books: Books, key: tuple[str, str, str, str], rows: list[tuple[str, Fraction | None, Fraction]]) -> Row:
    """One cell of the inventory."""
    month, industry, street, carrier = key
    known = [tce for _, tce, _ in rows if tce is not None]
    time = Time()
    if carrier == ELECTRICITY:
        time = sum((books.time(enterprise, *month_days(month)) for enterprise, _, _ in rows), Time())
    return {
        "month": month, "industry_code": industry, "street": street, "carrier": carrier,
        "tce_equivalent": published(sum(known, Fraction(0)) if known else None, 3),
        "tco2_net": published(sum((co2 for _, _, co2 in rows), Fraction(0)), 3),
        "enterprises": str(len({enterprise for enterprise, _, _ in rows})), "coverage": published(time.coverage(), 4),
    }  # fmt: skip
