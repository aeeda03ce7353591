"""Puts the page together: figures, charts and the script that draws them, in one file that needs nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import jinja2
import vl_convert

from carbon_pipeline.page import charts, figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carbon_pipeline.page.figures import District

TEMPLATE: Final = "district.html.j2"


@dataclass(frozen=True)
class Face:
    """What the page says about itself.

    Attributes:
        county: name of the county, e.g. 瓯海区; empty: it names none.
        credits: sources of data that want to be named.
        is_made_up: whether enterprises and readings are invented; then the page says so at its top.
    """

    county: str = ""
    credits: Sequence[str] = ()
    is_made_up: bool = False


def district_page(district: District, face: Face) -> str:
    """The page of one refresh.

    Args:
        district: the published tables.
        face: what it says about itself.

    Returns:
        HTML that opens without a network: script and styles are inside.
    """
    specs = _specs(district)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("carbon_pipeline.page", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(TEMPLATE).render(
        face=face,
        as_of=district.as_of,
        period=period_words(district.graded_period),
        headline=figures.headline(district),
        ungraded=figures.ungraded(district),
        poorest=figures.poorest(district),
        alerts=figures.alert_counts(district),
        pressed={title: (alert, figures.pressed(district, alert)) for alert, title in district.bars.titles().items()},
        bars=district.bars,
        surcharges=figures.surcharges(district),
        surcharge_total=figures.surcharge_total(district),
        industries=figures.industries(district),
        streets=figures.streets(district),
        uncovered=figures.uncovered(district),
        intake=figures.intake(district),
        rule=_only(district.grades["rule_id"]) if district.grades.height else "",
        factor_year=_only(district.grades["factor_year"]) if district.grades.height else "",
        drawn=list(specs),
        specs=_script_safe(json.dumps(specs, ensure_ascii=False)),
        script=_script_safe(vl_convert.javascript_bundle()),  # type: ignore[call-arg] # its stub asks for what it does not need
    )


def _specs(district: District) -> dict[str, Any]:
    """The charts that have something to show, by the place where they stand."""
    months, industries, grades = figures.months(district), figures.industries(district), figures.grade_counts(district)
    specs: dict[str, Any] = {}
    if months:
        specs |= {
            "energy": charts.by_month(months, "tce", "吨标准煤"),
            "carbon": charts.by_month(months, "tco2", "吨"),
            "below": charts.below_by_month(months),
        }
    if industries:
        specs["industries"] = charts.by_industry(industries)
    if any(row["enterprises"] for row in grades):
        specs["grades"] = charts.by_grade(grades)
    return specs


def period_words(period: str | None) -> str:
    """A period as people say it: 2025年, 2025年第1季度, 2025年3月."""
    if period is None:
        return "尚无已结束的期间"
    if "Q" in period:
        return f"{period[:4]}年第{period[-1]}季度"
    return f"{period[:4]}年{int(period[5:])}月" if "-" in period else f"{period}年"


def _only(values: object) -> str:
    return "、".join(sorted({str(value) for value in values if value is not None}))  # type: ignore[attr-defined]


def _script_safe(text: str) -> str:
    """Text that cannot end the script element that it stands in."""
    return re.sub(r"</(script)", r"<\\/\1", text, flags=re.IGNORECASE).replace("<!--", "<\\!--")
