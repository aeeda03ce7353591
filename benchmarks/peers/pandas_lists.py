"""The pandas peer's lists: from meter days and the register to energy, grades, budgets, tariffs and inventory.

A product that could pass 2^63 is taken in Python's own integers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.peers.pandas_facts import (
    CALORIFIC,
    EQUIVALENT,
    KEY,
    accounts_of,
    electricity_of,
    expected_of,
    fuel_lacks,
    fuels_of,
    green_of,
    hundredths,
    months_of,
    periods_of,
    tenures,
)

if TYPE_CHECKING:
    from pathlib import Path

TONNE = 10**11
PEERS = 5
STEPPED = ("17", "22", "25", "26", "28", "30", "31")
STEPS = ((1, 0, 10, 10), (2, 10, 20, 20), (3, 20, 10**6, 30))


def half_up(num: int, den: int) -> int:
    """`num / den`, rounded half up."""
    return (2 * num + den) // (2 * den)


def fixed(num: int | None, den: int, places: int) -> str:
    """`num / den` as text with `places` decimals; empty where `num` is unknown or `den` is 0."""
    if num is None or pd.isna(num) or den <= 0:
        return ""
    scaled = half_up(abs(int(num)) * 10**places, int(den))
    return f"{'-' if num < 0 else ''}{scaled // 10**places}.{scaled % 10**places:0{places}d}"


def tonnes(values: pd.Series) -> list[str]:
    """1e-11 t as tonnes with three decimals."""
    return [fixed(v, TONNE, 3) for v in values]


def shares(part: pd.Series, whole: pd.Series) -> list[str]:
    """Quotients with four decimals."""
    return [fixed(0 if pd.isna(a) else a, 0 if pd.isna(b) else int(b), 4) for a, b in zip(part, whole, strict=True)]


def grade_of(num: int, den: int) -> int:
    """1 to 5 from the exact quotient K."""
    for grade, (a, b) in enumerate(((6, 10), (8, 10), (12, 10), (2, 1)), 1):
        if b * num <= a * den:
            return grade
    return 5


def facts_of(
    period: pd.DataFrame, enterprises: pd.DataFrame, energy: pd.DataFrame, cover: pd.DataFrame, economics: pd.DataFrame, lacks: pd.DataFrame
) -> pd.DataFrame:
    """One row per enterprise for one period: emissions, value added, coverage and the first reason against a grade."""
    by = ["enterprise_id"]
    month = period["month"]
    emitted = energy[energy["month"].isin(month) & (energy["use"] != "原料")].groupby(by)[["gross", "net"]].sum()
    covered = cover[cover["month"].isin(month)].groupby(by)[["minutes", "measured", "estimated"]].sum()
    value = economics[economics["month"].isin(month)].groupby(by)["va"].agg(["sum", "size"])
    whole = value.loc[value["size"] == len(month), "sum"].rename("va")
    frame = enterprises.set_index("enterprise_id").join(emitted).join(covered).join(whole)
    late = set(lacks.loc[lacks["month"].isin(month), "enterprise_id"])
    tests = {
        "below_scale": ~frame["is_above_scale"],
        "not_industry": ~frame["industry_code"].str[:2].between("06", "46"),
        "no_value_added": frame["va"].isna(),
        "value_added_not_positive": frame["va"] <= 0,
        "no_meter_data": frame["measured"].fillna(0) == 0,
        "low_coverage": frame["measured"] * 10 < frame["minutes"] * 9,
        "fuel_not_reported": frame.index.isin(late),
    }
    frame["reason"] = np.select([np.asarray(test, dtype=bool) for test in tests.values()], list(tests), default="")
    return frame


def grades_of(frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """The published grades of one period from `facts_of`."""
    good = frame[frame["reason"] == ""]
    group = pd.Series("", index=good.index)
    for digits in (2, 3, 4):
        prefix = good["industry_code"].str[:digits]
        group = prefix.where(prefix.map(prefix.value_counts()) >= PEERS, group)
    peers = {g: good[good["industry_code"].str.startswith(g)] for g in set(group) - {""}}
    sums = {g: (len(p), int(p["net"].sum()), int(p["va"].sum())) for g, p in peers.items()}
    group_of = group.to_dict()
    rows = []
    for row in frame.reset_index().to_dict("records"):
        code = row["enterprise_id"]
        measured = not pd.isna(row["measured"]) and row["measured"] > 0
        reason, peer = row["reason"], group_of.get(code, "")
        if not reason and not peer:
            reason = "no_peer_group"
        elif not reason and sums[peer][1] == 0:
            reason = "peer_group_zero"
        gross, net = (int(row["gross"]), int(row["net"])) if measured else (None, None)
        out = {
            "period": period, "enterprise_id": code, "peer_group": peer, "peer_count": str(sums[peer][0]) if peer else "", "peer_share": "",
            "tco2_gross": fixed(gross, TONNE, 3), "tco2_net": fixed(net, TONNE, 3),
            "value_added_10k_cny": fixed(None if pd.isna(row["va"]) else int(row["va"]), 100, 2),
            "l": "", "level": "", "peer_l": "", "k": "", "grade": "",
            "neutrality_rate": fixed(gross - net, gross, 4) if measured else "",
            "coverage": row["coverage"], "estimated_share": row["estimated_share"], "reason": reason,
        }  # fmt: skip
        if not reason:
            out |= _grade(net, int(row["va"]), *sums[peer][1:])
        rows.append(out)
    return pd.DataFrame(rows)


def _grade(net: int, va: int, peer_net: int, peer_va: int) -> dict[str, str]:
    num, den = net * peer_va, va * peer_net
    level = "low" if 10 * net <= 6 * va * 10**9 else "mid" if net <= 2 * va * 10**9 else "high"
    return {
        "peer_share": fixed(va, peer_va, 4),
        "l": fixed(net, va * 10**9, 4),
        "level": level,
        "peer_l": fixed(peer_net, peer_va * 10**9, 4),
        "k": fixed(num, den, 4),
        "grade": str(grade_of(num, den)),
    }


def used_of(electricity: pd.DataFrame, burnt: pd.DataFrame, budgets: pd.DataFrame, year: str) -> pd.DataFrame:
    """Tce used by month and enterprise in the basis of its budget."""
    power = electricity[[*KEY, "wh", "green"]].copy()
    power["bill"] = (power["wh"] - power["green"]).clip(lower=0)
    fuel = burnt[burnt["use"] == "燃料"].groupby(KEY, as_index=False)["tce"].sum()
    frame = power.merge(fuel, on=KEY, how="outer").merge(budgets[["enterprise_id", "basis"]], on="enterprise_id", how="left")
    frame = frame[frame["month"].str.startswith(year)]
    frame["coefficient"] = np.where(frame["basis"] == "当量值", CALORIFIC, EQUIVALENT)
    frame["used"] = frame["bill"].fillna(0).astype("int64") * frame["coefficient"] + frame["tce"].fillna(0).astype("int64")
    return frame[[*KEY, "used", "coefficient"]].sort_values(KEY)


def budgets_of(sheet: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The year's budget of each enterprise that has one."""
    frame = sheet.rename(columns={"统一社会信用代码": "enterprise_id", "口径": "basis", "文号": "document_no"})
    frame = frame[(frame["年度"] == str(as_of.year)) & (pd.to_datetime(frame["生效日期"]) <= as_of)].sort_values("生效日期")
    frame = frame.drop_duplicates("enterprise_id", keep="last")
    frame["budget"] = hundredths(frame["预算(吨标准煤)"])
    return frame[["enterprise_id", "budget", "basis", "document_no"]]


def budget_list(
    enterprises: pd.DataFrame, budgets: pd.DataFrame, used: pd.DataFrame, cover: pd.DataFrame, lacks: pd.DataFrame
) -> pd.DataFrame:
    """Budget, use, ratio and alert of every enterprise."""
    total = used.groupby("enterprise_id")["used"].sum()
    frame = enterprises.merge(budgets, on="enterprise_id", how="left").merge(
        cover.groupby("enterprise_id", as_index=False)[["minutes", "measured"]].sum(), how="left"
    )
    rows = []
    for row in frame.itertuples():
        spent = int(total[row.enterprise_id]) if row.enterprise_id in total.index else None
        limit = None if pd.isna(row.budget) else int(row.budget) * 10**9
        rows.append(
            {
                "enterprise_id": row.enterprise_id,
                "document_no": "" if limit is None else row.document_no,
                "budget_tce": fixed(limit, TONNE, 3),
                "basis": "等价值" if limit is None else row.basis,
                "used_tce": fixed(spent, TONNE, 3),
                "ratio": "" if limit is None else fixed(spent, limit, 4),
                "alert": _alert(spent, limit, is_low=row.measured * 10 < row.minutes * 9),
                "overrun_tce": "" if limit is None or spent is None else fixed(max(spent - limit, 0), TONNE, 3),
                "coverage": shares(pd.Series([row.measured]), pd.Series([row.minutes]))[0],
                "fuel_months_missing": str(int((lacks["enterprise_id"] == row.enterprise_id).sum())),
            }
        )
    return pd.DataFrame(rows)


def _alert(spent: int | None, limit: int | None, *, is_low: bool) -> str:
    if limit is None:
        return "no_budget"
    if spent is not None and spent > limit:
        return "red"
    if is_low:
        return "low_coverage"
    if spent is None or 10 * spent < 8 * limit:
        return "none"
    return "orange" if 10 * spent >= 9 * limit else "yellow"


def tariff_list(
    enterprises: pd.DataFrame, budgets: pd.DataFrame, used: pd.DataFrame, account_months: pd.DataFrame,
    cover: pd.DataFrame, lacks: pd.DataFrame, months: pd.DataFrame, accounts: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """The stepped tariff of every month that is over, split over accounts."""
    in_scope = enterprises["is_data_center"] | enterprises["industry_code"].str[:2].isin(STEPPED)
    limits = budgets[budgets["enterprise_id"].isin(enterprises.loc[in_scope, "enterprise_id"])].set_index("enterprise_id")["budget"]
    over = months[months["is_over"]].set_index("month").to_dict("index")
    parts = [dict(tuple(frame.groupby("enterprise_id"))) for frame in (account_months, cover, lacks, accounts)]
    rows: list[dict[str, object]] = []
    for code, mine in used[used["enterprise_id"].isin(limits.index)].groupby("enterprise_id"):
        limit, before = int(limits[code]) * 10**9, 0
        use, covered, lacking, held = [
            part.get(code, frame.head(0)) for part, frame in zip(parts, (account_months, cover, lacks, accounts), strict=True)
        ]
        for month, spent, coefficient in zip(mine["month"], mine["used"], mine["coefficient"], strict=True):
            after = before + int(spent)
            if after > limit and month in over:
                weights = _weights(use, month)
                face = _face(month, covered, lacking)
                for step, lo, hi, fen in STEPS:
                    excess = min(after * 100, limit * (100 + hi)) - max(before * 100, limit * (100 + lo))
                    kwh = half_up(max(excess, 0), int(coefficient) * 10**5)
                    for account, part in _split(kwh, weights):
                        rows.append(
                            {"month": month, "enterprise_id": code, "account_no": account, "step": str(step), "excess_kwh": str(part),
                             "rate_cny_per_kwh": fixed(fen, 100, 4), "amount_cny": fixed(part * fen, 100, 2),
                             **_dates(held, account, over[month]), **face}
                        )  # fmt: skip
            before = after
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=["month", "enterprise_id", "account_no", "step"])


def _weights(use: pd.DataFrame, month: str) -> list[tuple[str, int]]:
    mine = use[(use["month"] <= month) & (use["month"].str[:4] == month[:4])]
    now = mine[mine["month"] == month]
    chosen = now if now["wh"].sum() > 0 else mine
    return [(str(a), int(w)) for a, w in chosen.groupby("account_no")["wh"].sum().items()]


def _split(kwh: int, weights: list[tuple[str, int]]) -> list[tuple[str, int]]:
    total = sum(w for _, w in weights)
    if kwh == 0 or total == 0:
        return []
    order = sorted(range(len(weights)), key=lambda i: (-(kwh * weights[i][1] % total), weights[i][0]))
    parts = [kwh * w // total for _, w in weights]
    for i in order[: kwh - sum(parts)]:
        parts[i] += 1
    return [(a, part) for (a, _), part in zip(weights, parts, strict=True) if part]


def _face(month: str, covered: pd.DataFrame, lacks: pd.DataFrame) -> dict[str, str]:
    mine = covered[(covered["month"] <= month) & (covered["month"].str[:4] == month[:4])]
    measured, minutes = int(mine["measured"].sum()), int(mine["minutes"].sum())
    lacking = ((lacks["month"] <= month) & (lacks["month"].str[:4] == month[:4])).any()
    return {"provisional": str(bool(measured * 10 < minutes * 9 or lacking)).lower(), "coverage": fixed(measured, minutes, 4)}


def _dates(held: pd.DataFrame, account: str, month: dict[str, pd.Timestamp]) -> dict[str, str]:
    mine = held[(held["account_no"] == account) & (held["since"] <= month["last"]) & (held["until"] >= month["first"])]
    if mine.empty:
        return {"effective_from": "", "effective_to": ""}
    since, until = max(mine["since"].min(), month["first"]), min(mine["until"].max(), month["last"])
    return {"effective_from": f"{since:%Y-%m-%d}", "effective_to": f"{until:%Y-%m-%d}"}


def energy_of(electricity: pd.DataFrame, burnt: pd.DataFrame) -> pd.DataFrame:
    """Energy rows of electricity and fuels, amounts unrounded."""
    power = electricity.assign(
        carrier="电力",
        use="",
        unit="kWh",
        milli=electricity["wh"],
        tce_c=electricity["wh"] * CALORIFIC,
        tce_e=electricity["wh"] * EQUIVALENT,
    )
    fuel = burnt.assign(gross=burnt["tco2"], net=burnt["tco2"], tce_c=burnt["tce"], tce_e=burnt["tce"])
    columns = [*KEY, "carrier", "use", "unit", "milli", "wh", "tce_c", "tce_e", "gross", "net", "measured", "estimated", "minutes"]
    whole = pd.concat([power.reindex(columns=columns), fuel.reindex(columns=columns)])
    numbers = ["milli", "wh", "tce_c", "tce_e", "gross", "net"]
    return whole.astype(dict.fromkeys(numbers, "Int64")).sort_values([*KEY, "carrier", "use"])


def publish(sheets: dict[str, pd.DataFrame], days: pd.DataFrame, as_of: pd.Timestamp, out: Path) -> None:
    """Reckon all lists and write them as CSV, every number as it is published."""
    months, tenure = months_of(days, as_of), tenures(sheets)
    enterprises = sheets["企业"].rename(columns={"统一社会信用代码": "enterprise_id", "行业代码": "industry_code", "镇街": "street"})
    enterprises["is_above_scale"], enterprises["is_data_center"] = enterprises["规上"] == "是", enterprises["数据中心"] == "是"
    enterprises = enterprises[["enterprise_id", "industry_code", "street", "is_above_scale", "is_data_center"]].sort_values("enterprise_id")
    own = days.merge(tenure, on="meter_no")
    own = own[(own["day"] >= own["since"]) & (own["day"] <= own["until"]) & (own["day"] <= as_of)]
    own["month"] = own["day"].dt.strftime("%Y-%m")
    account_months = own.groupby([*KEY, "account_no"], as_index=False)[["wh", "measured", "estimated"]].sum()
    expected = expected_of(tenure, months, as_of)
    electricity = electricity_of(account_months, expected, green_of(sheets["绿电"]))
    fuels = fuels_of(sheets["其他能源"])
    burnt = fuels[fuels["month"].isin(months["month"])]
    energy, lacks = energy_of(electricity, burnt), fuel_lacks(fuels, months)
    cover = expected.merge(electricity[[*KEY, "measured", "estimated"]], on=KEY, how="left").fillna({"measured": 0, "estimated": 0})
    budgets = budgets_of(sheets["用能预算"], as_of)
    used = used_of(electricity, burnt, budgets, str(as_of.year))
    now = cover[cover["month"].str.startswith(str(as_of.year))]
    lists = {
        "energy": _energy_text(energy),
        "grades": _grade_lists(sheets, enterprises, energy, cover, lacks, months),
        "budgets": budget_list(enterprises, budgets, used, now, lacks),
        "tariffs": tariff_list(enterprises, budgets, used, account_months, cover, lacks, months, accounts_of(sheets)),
        "inventory": _inventory(energy, enterprises),
    }
    for name, frame in lists.items():
        frame.to_csv(out / f"{name}.csv", index=False)


def _grade_lists(
    sheets: dict[str, pd.DataFrame],
    enterprises: pd.DataFrame,
    energy: pd.DataFrame,
    cover: pd.DataFrame,
    lacks: pd.DataFrame,
    months: pd.DataFrame,
) -> pd.DataFrame:
    economics = sheets["经济指标"].rename(columns={"统一社会信用代码": "enterprise_id", "期间": "month"})
    economics["va"] = hundredths(economics["增加值(万元)"])
    parts = []
    for name, period in periods_of(months).groupby("period"):
        facts = facts_of(period, enterprises, energy, cover, economics, lacks)
        facts["coverage"], facts["estimated_share"] = (
            shares(facts["measured"], facts["minutes"]),
            shares(facts["estimated"], facts["minutes"]),
        )
        parts.append(grades_of(facts, str(name)))
    return pd.concat(parts) if parts else pd.DataFrame(columns=["period", "enterprise_id"])


def _energy_text(energy: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            **{name: energy[name] for name in (*KEY, "carrier", "use")},
            "quantity": [fixed(v, 1000, 3) for v in energy["milli"]],
            "unit": energy["unit"],
            "import_wh": energy["wh"],
            "tce_calorific": tonnes(energy["tce_c"]),
            "tce_equivalent": tonnes(energy["tce_e"]),
            "tco2_gross": tonnes(energy["gross"]),
            "tco2_net": tonnes(energy["net"]),
            "coverage": shares(energy["measured"], energy["minutes"]),
            "estimated_share": shares(energy["estimated"], energy["minutes"]),
        }
    )


def _inventory(energy: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    whole = energy[energy["use"] != "原料"].merge(enterprises, on="enterprise_id")
    by = ["month", "industry_code", "street", "carrier"]
    frame = whole.groupby(by, as_index=False).agg(tce=("tce_e", "sum"), net=("net", "sum"), enterprises=("enterprise_id", "nunique"))
    return frame[by].assign(tce_equivalent=tonnes(frame["tce"]), tco2_net=tonnes(frame["net"]), enterprises=frame["enterprises"])
