"""The tables of the reckoning: sheets and their keys, coefficients, units, rates, and the columns of what is published."""

from __future__ import annotations

from fractions import Fraction

SHEETS = ("企业", "户号", "电表", "经济指标", "其他能源", "绿电", "用能预算")
KEYS = {
    "企业": ("统一社会信用代码", "生效日期"),
    "户号": ("户号", "统一社会信用代码", "起始日期"),
    "电表": ("电能表资产号", "起始日期"),
    "经济指标": ("统一社会信用代码", "期间"),
    "其他能源": ("统一社会信用代码", "月份", "能源品种", "用途"),
    "绿电": ("统一社会信用代码", "月份", "类型"),
    "用能预算": ("统一社会信用代码", "年度", "生效日期"),
}
DATED_SHEETS = ("户号", "电表")

# carrier: base unit, kgce and kgCO2 of one unit (GB/T 2589-2020; the county's default list)
FUELS = {
    "原煤": ("kg", "0.7143", "1.9003"),
    "焦炭": ("kg", "0.9714", "2.8518"),
    "汽油": ("kg", "1.4714", "3.0425"),
    "柴油": ("kg", "1.4571", "3.1451"),
    "燃料油": ("kg", "1.4286", "3.0472"),
    "液化石油气": ("kg", "1.7143", "2.9538"),
    "天然气": ("m3", "1.3300", "2.1622"),
    "液化天然气": ("kg", "1.7572", "2.3253"),
    "热力": ("MJ", "0.03412", "0.11"),
}
UNITS = {
    "千克": ("kg", 1), "kg": ("kg", 1), "吨": ("kg", 1000), "t": ("kg", 1000), "万吨": ("kg", 10**7),
    "立方米": ("m3", 1), "m3": ("m3", 1), "万立方米": ("m3", 10**4),
    "兆焦": ("MJ", 1), "MJ": ("MJ", 1), "吉焦": ("MJ", 1000), "GJ": ("MJ", 1000), "百万千焦": ("MJ", 1000),
    "千瓦时": ("MJ", Fraction(18, 5)), "kWh": ("MJ", Fraction(18, 5)), "万千瓦时": ("MJ", 36000),
}  # fmt: skip
GRID_CO2 = {2021: "0.5422", 2022: "0.5153", 2023: "0.4974"}
EQUIVALENT = {2021: "0.3025", 2022: "0.3015", 2023: "0.3016", 2024: "0.3024"}
CALORIFIC = Fraction("0.1229")

STEPPED, DIFFERENTIAL = "zj_stepped_2021_draft", "ruian_2022"
STEPS = ((Fraction(0), Fraction("0.1")), (Fraction("0.1"), Fraction("0.2")), (Fraction("0.2"), None))
STEP_RATES = (("0.10", "0.20", "0.30"), ("0.12", "0.23", "0.33"), ("0.15", "0.25", "0.35"))
STEPPED_DIVISIONS = frozenset({"17", "22", "25", "26", "28", "30", "31"})
CLASS_RATES = {("是", "D"): "0.10", ("否", "C"): "0.10", ("否", "D"): "0.30"}
EXEMPT_WH = 50_000 * 1000
CAP_CNY = Fraction(500_000)

COLUMNS = {
    "energy": "month,enterprise_id,carrier,use,quantity,unit,import_wh,export_wh,pv_self_use_wh,tce_calorific,tce_equivalent,"
    "tco2_gross,tco2_net,coverage,estimated_share",
    "grades": "period,enterprise_id,name,industry_code,street,peer_group,peer_count,peer_share,tco2_gross,tco2_net,"
    "value_added_10k_cny,l,level,peer_l,k,grade,neutrality_rate,coverage,estimated_share,status,reason,rule_id,factor_year",
    "budgets": "as_of,enterprise_id,name,industry_code,street,year,document_no,budget_tce,basis,used_tce,ratio,alert,overrun_tce,"
    "coverage,fuel_months_missing,last_reading_date",
    "tariffs": "month,enterprise_id,account_no,rule_id,step,years_running,excess_kwh,rate_cny_per_kwh,amount_cny,effective_from,"
    "effective_to,trial,provisional,change,delta_kwh,delta_amount_cny,coverage",
    "inventory": "month,industry_code,street,carrier,tce_equivalent,tco2_net,enterprises,coverage",
    "receipts": "filename,status,rows_read,rows_accepted,rows_quarantined,rows_ignored",
    "quarantine": "filename,sheet,row_no,reason",
    "findings": "meter_no,enterprise_id,reason,corrected",
}


def latest(series: dict[int, str], year: int) -> tuple[int, Fraction]:
    """The last year published up to the given one, and its value."""
    known = max(y for y in series if y <= year)
    return known, Fraction(series[known])
