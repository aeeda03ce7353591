"""The page's charts as Vega-Lite, made by Altair, drawn by the script that is inside the page."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, Final

import altair as alt

if TYPE_CHECKING:
    from carbon_pipeline.page.figures import Row

FONT: Final = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, WenQuanYi Micro Hei, sans-serif"
_INK, _QUIET, _LINE = "#1f2933", "#52606d", "#d9dee4"
_POWER, _FUEL = "#2f5d8a", "#c08a3e"
_GRADES: Final = ["#2e7d5b", "#7fae5a", "#d9b44a", "#d07f3c", "#b5403a"]
_HEIGHT: Final = 220
_BAR: Final = 26
_TICKS: Final = 4


def _chart(rows: list[Row]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows))


def _finished(chart: alt.Chart | alt.LayerChart, height: int) -> dict[str, Any]:
    """The specification, as wide as its place on the page."""
    styled = (
        chart.properties(width="container", height=height, background="transparent")
        .configure(font=FONT, autosize=alt.AutoSizeParams(type="fit", contains="padding"))
        .configure_view(strokeWidth=0)
        .configure_axis(
            labelColor=_QUIET,
            titleColor=_QUIET,
            gridColor=_LINE,
            domainColor=_LINE,
            tickColor=_LINE,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
        .configure_legend(labelColor=_INK, labelFontSize=12, orient="top", title=None, symbolType="square")
    )
    return dict(styled.to_dict())


def _whole(most: int) -> alt.Axis:
    """An axis of enterprises: there is no half of one."""
    step = max(1, ceil(most / _TICKS))
    return alt.Axis(values=list(range(0, most + step, step)), format="d")


def by_month(rows: list[Row], field: str, title: str) -> dict[str, Any]:
    """Stacked bars by month: power, and fuels and heat on it."""
    order = list(dict.fromkeys(row["month"] for row in rows))
    chart = (
        _chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("month:N", sort=order, title=None, axis=alt.Axis(labelAngle=0, ticks=False, labelOverlap=True)),
            y=alt.Y(f"{field}:Q", title=None, axis=alt.Axis(format=",.0f", tickCount=5)),
            color=alt.Color("kind:N", sort=["电力", "燃料和热力"], scale=alt.Scale(domain=["电力", "燃料和热力"], range=[_POWER, _FUEL])),
            order=alt.Order("kind:N", sort="descending"),
            tooltip=[
                alt.Tooltip("month:N", title="月份"),
                alt.Tooltip("kind:N", title="品种"),
                alt.Tooltip(f"{field}:Q", title=title, format=",.1f"),
            ],
        )
    )
    return _finished(chart, _HEIGHT)


def by_industry(rows: list[Row]) -> dict[str, Any]:
    """Bars by industry, net CO2."""
    order = [row["name"] for row in rows]
    base = _chart(rows).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=150, ticks=False, domain=False)),
        x=alt.X("tco2:Q", title="吨", axis=alt.Axis(format=",.0f", tickCount=4)),
        tooltip=[
            alt.Tooltip("name:N", title="行业"),
            alt.Tooltip("tco2:Q", title="净排放（吨）", format=",.1f"),
            alt.Tooltip("tce:Q", title="综合能耗（吨标准煤）", format=",.1f"),
            alt.Tooltip("enterprises:Q", title="企业数"),
        ],
    )
    return _finished(base.mark_bar(color=_POWER, height={"band": 0.7}), _BAR * len(rows) + 60)


def by_grade(rows: list[Row]) -> dict[str, Any]:
    """Bars by grade with the number of enterprises over each."""
    order, most = [row["grade"] for row in rows], max(row["enterprises"] for row in rows)
    base = _chart(rows).encode(
        x=alt.X("grade:N", sort=order, title=None, axis=alt.Axis(labelAngle=0, ticks=False, labelFontSize=13)),
        y=alt.Y("enterprises:Q", title="企业数", scale=alt.Scale(domainMax=most * 1.15), axis=_whole(most)),
    )
    bars = base.mark_bar().encode(color=alt.Color("grade:N", sort=order, scale=alt.Scale(domain=order, range=_GRADES), legend=None))
    return _finished(bars + base.mark_text(dy=-8, fontSize=13, color=_INK).encode(text="enterprises:Q"), _HEIGHT)


def below_by_month(rows: list[Row]) -> dict[str, Any]:
    """Bars by month: how many enterprises were measured below the bar of coverage."""
    single = [row for row in rows if row["kind"] == "电力"]
    order, most = [row["month"] for row in single], max(row["below"] for row in single)
    chart = (
        _chart(single)
        .mark_bar(color=_QUIET)
        .encode(
            x=alt.X("month:N", sort=order, title=None, axis=alt.Axis(labelAngle=0, ticks=False, labelOverlap=True)),
            y=alt.Y("below:Q", title="企业数", axis=_whole(most)),
        )
    )
    return _finished(chart, 160)
