"""The pandas peer's ground: exact integers, the register's sheets, electricity by month and enterprise.

Amounts are exact integers: tce and tCO2 in 1e-11 t, value added and budgets in hundredths.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

COEFFICIENTS = Path(__file__).with_name("coefficients.csv")
CALORIFIC, EQUIVALENT, GRID = 12_290, 30_240, 49_740
KILO = {"吨": 1000, "吉焦": 1000}
EVER, OPEN = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")
YEAR = 12
KEY = ["month", "enterprise_id"]


def hundredths(text: pd.Series) -> pd.Series:
    """Amounts of two decimals as exact integers."""
    return (text.astype(float) * 100).round().astype("int64")


def dates(text: pd.Series, empty: pd.Timestamp) -> pd.Series:
    """ISO dates; an empty one is open."""
    return pd.to_datetime(text, errors="coerce").fillna(empty)


def tenures(sheets: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Which enterprise has which meter from when to when."""
    accounts = accounts_of(sheets).rename(columns={"since": "own_since", "until": "own_until"})
    meter = sheets["电表"].rename(columns={"电能表资产号": "meter_no", "户号": "account_no"})
    meter["since"], meter["until"] = dates(meter["起始日期"], EVER), dates(meter["终止日期"], OPEN)
    both = meter[["meter_no", "account_no", "since", "until"]].merge(accounts, on="account_no")
    both["since"], both["until"] = both[["since", "own_since"]].max(axis=1), both[["until", "own_until"]].min(axis=1)
    return both[["meter_no", "account_no", "enterprise_id", "since", "until"]]


def accounts_of(sheets: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Accounts with their owners and dates."""
    frame = sheets["户号"].rename(columns={"户号": "account_no", "统一社会信用代码": "enterprise_id"})
    frame["since"], frame["until"] = dates(frame["起始日期"], EVER), dates(frame["终止日期"], OPEN)
    return frame[["account_no", "enterprise_id", "since", "until"]]


def months_of(days: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Months with their first and last day, and whether they are over."""
    period = pd.period_range(days["day"].min(), as_of, freq="M")
    frame = pd.DataFrame({"month": period.astype(str), "first": period.start_time, "last": period.end_time.normalize()})
    frame["is_over"] = frame["last"] <= as_of
    return frame


def periods_of(months: pd.DataFrame) -> pd.DataFrame:
    """Every month, quarter and year that is over, with its months."""
    over = months[months["is_over"]]
    quarter = over["month"].str[:4] + "Q" + over["first"].dt.quarter.astype(str)
    named = [(over["month"], 1), (quarter, 3), (over["month"].str[:4], 12)]
    frame = pd.concat([pd.DataFrame({"period": names, "month": over["month"], "size": size}) for names, size in named])
    return frame[frame.groupby("period")["month"].transform("size") == frame["size"]][["period", "month", "size"]]


def fuels_of(sheet: pd.DataFrame) -> pd.DataFrame:
    """Fuels in the coefficient's unit: `milli` (thousandths), tce and tCO2."""
    frame = sheet.rename(columns={"统一社会信用代码": "enterprise_id", "月份": "month", "能源品种": "carrier", "用途": "use"})
    frame = frame.merge(pd.read_csv(COEFFICIENTS), on="carrier")
    frame["milli"] = (frame["数量"].astype(float) * 1000).round().astype("int64") * frame["单位"].map(KILO).fillna(1).astype("int64")
    frame["tce"] = frame["milli"] * frame["kgce_e5"]
    frame["tco2"] = (frame["milli"] * frame["kgco2_e5"]).where(frame["use"] == "燃料").astype("Int64")
    return frame[["enterprise_id", "month", "carrier", "use", "unit", "milli", "tce", "tco2"]]


def green_of(sheet: pd.DataFrame) -> pd.DataFrame:
    """Green trade and certificates in Wh by month."""
    frame = sheet.rename(columns={"统一社会信用代码": "enterprise_id", "月份": "month"})
    frame["green"] = (frame["电量(千瓦时)"].astype(float) * 1000).round().astype("int64")
    return frame.groupby(KEY, as_index=False)["green"].sum()


def electricity_of(account_months: pd.DataFrame, expected: pd.DataFrame, green: pd.DataFrame) -> pd.DataFrame:
    """Electricity by month and enterprise with its coverage, tce and tCO2."""
    frame = account_months.groupby(KEY, as_index=False)[["wh", "measured", "estimated"]].sum()
    frame = frame[frame["measured"] + frame["estimated"] > 0].merge(expected, on=KEY).merge(green, on=KEY, how="left")
    frame["green"] = frame["green"].fillna(0).astype("int64")
    frame["gross"] = frame["wh"] * GRID
    frame["net"] = (frame["wh"] - np.minimum(frame["wh"], frame["green"])) * GRID
    return frame


def expected_of(tenure: pd.DataFrame, months: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Minutes in which the meters of an enterprise should have measured."""
    cross = tenure.merge(months, how="cross")
    end = cross[["until", "last"]].min(axis=1).clip(upper=as_of)
    cross["minutes"] = ((end - cross[["since", "first"]].max(axis=1)).dt.days + 1).clip(lower=0) * 1440
    return cross.groupby(KEY, as_index=False)["minutes"].sum()


def fuel_lacks(fuels: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """Month and carrier of an enterprise without a row, where one of the twelve months before has one."""
    burnt = fuels.loc[fuels["use"] == "燃料", ["enterprise_id", "carrier", "month"]]
    cross = burnt.merge(months[months["is_over"]], how="cross", suffixes=("_then", ""))
    gap = cross["first"].dt.to_period("M").astype("int64") - pd.PeriodIndex(cross["month_then"], freq="M").astype("int64")
    pairs = cross.loc[(gap >= 1) & (gap <= YEAR), ["enterprise_id", "carrier", "month"]].drop_duplicates()
    both = pairs.merge(burnt, how="left", indicator=True)
    return both.loc[both["_merge"] == "left_only", ["enterprise_id", "carrier", "month"]]
