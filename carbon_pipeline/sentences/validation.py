"""What is wrong with one value of a configuration file: what our own models ask for, and what the validating library says."""

from __future__ import annotations

from typing import Final

_OWN: Final = {
    # numbers
    "number_unquoted": (
        '数字请加引号写成文本，如 "{example}"，而不是 {value}',
        'write the number as quoted text like "{example}", not {value}',
    ),
    "number_not_above_0": (
        '请加引号写一个大于 0 的数，如 "{example}"，而不是 {value}',
        'write a number above 0 as quoted text like "{example}", not {value}',
    ),
    "share_out_of_range": ("比例应在 0 与 1 之间，而不是 {value}", "a share lies between 0 and 1, not at {value}"),
    # dates
    "ends_before_it_begins": ("valid_to（{last}）早于 valid_from（{first}）", "valid_to ({last}) lies before valid_from ({first})"),
    # factors
    "factor_unit": ("unit 应为 {units} 之一，而不是 {unit}", "unit must be one of {units}, not {unit}"),
    "electricity_unsaid": (
        "电力系数必须注明 basis，等价值还要注明 year（kgce）；或注明 region 和 year（kgco2）",
        "electricity needs a basis and, unless calorific, a year (kgce); or a region and a year (kgco2)",
    ),
    # rule sets
    "divisions_not_listed": (
        '请写成加引号的行业大类列表，如 ["06-46", "64"]',
        'write a list of quoted divisions like ["06-46", "64"]',
    ),
    "no_division": (
        "{value} 不是 GB/T 4754-2017 的大类，也不是大类的范围",
        "{value} is no division of GB/T 4754-2017 and no range of them",
    ),
    "bounds_not_rising": (
        "{what} 的上限必须递增，并且只有最后一个为 null",
        "the upper bounds of {what} must rise, and the last one, and only it, must be null",
    ),
    "alerts_not_rising": ("yellow 必须小于 orange，orange 不得大于 red", "yellow must lie below orange, and orange not above red"),
    "steps_apart": ("每一档必须从上一档的终点开始", "each step must begin where the one before it ends"),
    "years_with_gap": (
        "rates 必须按连续第 1、2、3……年给出，不能有缺口",
        "rates must be given for 1, 2, 3 ... years running, without a gap",
    ),
    "rates_not_one_a_step": ("每行 rates 需要 {steps} 个数，每档一个", "each row of rates needs {steps} of them, one a step"),
    "class_twice": ("同一规模和等级出现了两次", "a scale and class stands there twice"),
    # format profiles
    "step_off_grid": (
        "step {step} 不能落在 15 分钟的网格上；请用 {steps} 之一",
        "step {step} cannot be laid on the 15-minute grid; use one of {steps}",
    ),
    "no_clock_time": ("first_point '{text}' 不是 00:15 这样的时刻", "first_point '{text}' is not a clock time like 00:15"),
    "no_role": ("{role} 不是列的角色；可用的有 {roles}", "{role} is no role of a column; there are {roles}"),
    "no_zone": ("'{zone}' 不是 Asia/Shanghai 这样的时区", "'{zone}' is no time zone like Asia/Shanghai"),
    "column_needed": ("{layout} 布局的格式配置需要列 {column}", "a {layout} profile needs the column {column}"),
    "meter_unnamed": ("meter_no 必须是一列或一个常量", "meter_no must be a column or a constant"),
    "types_without_column": ("types 需要列 data_type", "types need the column data_type"),
    "kind_unsaid": ("long 布局的格式配置需要 kind 或 measure_types", "a long profile needs kind or measure_types"),
    "values_unsaid": ("wide 布局的格式配置需要数值列的写法 values", "a wide profile needs the patterns of its value columns"),
    "points_no_day": ("{points} 个 {step} 分钟的点不是一整天", "{points} points of {step} minutes are not a day"),
    "first_point_off_grid": (
        "first_point {text} 不在 {step} 分钟的网格上",
        "first_point {text} is not on the grid of {step} minutes",
    ),
}

_LIBRARY: Final = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项，请删去或改正名称",
    "string_type": "应为文本，请加引号",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "写法不符，应符合 {pattern}",
    "literal_error": "只能是 {expected}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "date_type": "应为日期，如 2025-01-31",
    "date_parsing": "应为日期，如 2025-01-31",
    "date_from_datetime_parsing": "应为日期，如 2025-01-31",
    "date_from_datetime_inexact": "应为日期，如 2025-01-31，不带时刻",
    "decimal_type": "应为加引号的数",
    "decimal_parsing": "应为加引号的数",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "too_short": "至少要有 {min_length} 项",
    "tuple_type": "应为列表",
    "dict_type": "应为“名称: 值”的映射",
    "model_type": "应为“名称: 值”的映射",
    "union_tag_invalid": "kind 不能是 {tag}，只能是 {expected_tags}",
    "union_tag_not_found": "缺少 kind",
    "other": "值不符合要求（{type}）",
}
"""What the library finds, by its own name of it; in English it speaks for itself."""

PREFIX: Final = "pydantic_"

TEXTS: Final = _OWN | {f"{PREFIX}{name}": (zh, "{said}") for name, zh in _LIBRARY.items()}
"""Sentences by key: Chinese, English."""
