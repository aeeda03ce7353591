"""The budget list of one as-of date: use to date, ratio and alert."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.numbers import month_days, months_of, published

if TYPE_CHECKING:
    from tests.oracle.books import Books, Time
    from tests.oracle.register import Row

YELLOW, ORANGE = Fraction("0.8"), Fraction("0.9")


def alert_of(ratio: Fraction | None, time: Time) -> str:
    """The alert of a ratio, which low coverage hides unless the budget is over."""
    if ratio is not None and ratio > 1:
        return "red"
    if time.is_low():
        return "low_coverage"
    if ratio is None or ratio < YELLOW:
        return "none"
    return "yellow" if ratio < ORANGE else "orange"


def budgets(books: Books) -> list[Row]:
    """One row for every enterprise of the register."""
    return [budget_row(books, enterprise) for enterprise in sorted(books.register.enterprises())]


def budget_row(books: Books, enterprise: str) -> Row:
    """What one enterprise has used of its budget."""
    year = books.as_of.year
    what, row = books.register.enterprise_on(enterprise, books.as_of), books.budget(enterprise, year, books.as_of)
    months = [month for month in months_of(str(year)) if month_days(month)[0] <= books.as_of]
    time = books.time(enterprise, date(year, 1, 1), books.as_of)
    basis = row["口径"] if row else "等价值"
    fuels = any(use == "燃料" for month in months for _, use, *_ in books.fuels(enterprise, month))
    used = books.used(enterprise, basis, months) if fuels or books.has_readings(enterprise, months) else None
    budget = Fraction(row["预算(吨标准煤)"]) if row else None
    ratio = used / budget if used is not None and budget is not None else None
    over = max(Fraction(0), used - budget) if used is not None and budget is not None else None
    last = books.last_reading(enterprise)
    return {
        "as_of": books.as_of.isoformat(), "enterprise_id": enterprise, "name": what["企业名称"], "industry_code": what["行业代码"],
        "street": what["镇街"], "year": str(year), "document_no": row["文号"] if row else "", "budget_tce": published(budget, 3),
        "basis": basis, "used_tce": published(used, 3), "ratio": published(ratio, 4),
        "alert": alert_of(ratio, time) if row else "no_budget", "overrun_tce": published(over, 3),
        "coverage": published(time.coverage(), 4),
        "fuel_months_missing": str(sum(books.fuel_missing(enterprise, m) for m in months if month_days(m)[1] <= books.as_of)),
        "last_reading_date": last.isoformat() if last else "",
    }  # fmt: skip
