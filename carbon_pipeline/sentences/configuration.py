"""What is wrong with configuration, or missing in it: files, rows, coefficients, rule sets, format profiles."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    # files
    "not_yaml": ("{path}，第 {line} 行：不是正确的 YAML", "{path}: not readable as YAML, see line {line} ({said})"),
    "not_yaml_value": (
        "{path}：含有 YAML 不允许的字符，或不存在的日期、数字",
        "{path}: a character that YAML does not allow, or no such date or number ({said})",
    ),
    "not_utf8": ("{path}：不是 UTF-8 编码，请另存为 UTF-8", "{path}: not in UTF-8; save it as UTF-8"),
    "yaml_as_text": (
        "{path}：以 .txt 结尾的文件不会读取；请去掉名称末尾的 .txt",
        "{path}: a file that ends in .txt is not read; take .txt off its name",
    ),
    "config_not_read": (
        "{path}：这里的文件不会读取；请直接放在 {folder} 的 {kinds} 之一中，或移出 {folder}",
        "{path}: a file here is not read; put it straight into {kinds} under {folder}, whichever it belongs to, or take it out",
    ),
    "not_mapping": ("{path}：内容必须是“名称: 值”的映射", "{path}: must hold a mapping of names to values"),
    "cells_and_headings": (
        "{path}，第 {line} 行：有 {cells} 个单元格，而表头有 {headings} 列",
        "{path}, line {line}: {cells} cells under {headings} headings",
    ),
    "key_twice": (
        "{path}，第 {line} 行：{key} 在同一处出现了两次，请去掉一个",
        "{path}, line {line}: {key} stands there twice; take one out",
    ),
    "id_in_two_files": (
        "{path} 与 {other} 的 id 都是 {id}；请去掉其中一个文件，或另取 id",
        "{path} and {other} both have the id {id}; take one of the files out, or choose another id",
    ),
    "rows_not_listed": ("{path}：缺少 `rows`，或不是映射的列表", "{path}: needs `rows`, a list of mappings"),
    "id_twice": ("{path}，第 {row} 行：id {id} 出现了两次", "{path}, row {row}: id {id} stands there twice"),
    # what is wrong where
    "wrong_in": ("{path}，{where}：{field}：{problem}", "{path}, {where}: {field}: {problem}"),
    "row": ("第 {row} 行", "row {row}"),
    "row_named": ("第 {row} 行（{id}）", "row {row} ({id})"),
    "rule_named": ("规则 {id}", "rule {id}"),
    "profile_named": ("格式配置 {id}", "profile {id}"),
    "without_id": ("没有 id", "without id"),
    "whole_row": ("整行", "the row"),
    # coefficients
    "factor_missing": ("{what}：没有系数；请在 config/factors/ 增加", "no row for {what}; add one under config/factors/"),
    "factor_missing_year": (
        "{what}：没有 {year} 年及以前的系数；请在 config/factors/ 增加",
        "{what}: no row for {year} or before; add one under config/factors/",
    ),
    "factor_missing_pinned": (
        "{what}：没有规则指定的 {year} 年系数；请在 config/factors/ 增加",
        "{what}: no row for the pinned year {year}; add it under config/factors/",
    ),
    "factor_units_differ": (
        "{carrier}：{kgce} 的单位是 {kgce_unit}，{kgco2} 的单位却是 {kgco2_unit}；请按同一单位给出",
        "{carrier}: {kgce} is in {kgce_unit} but {kgco2} in {kgco2_unit}; give both per the same unit",
    ),
    "fuel_in_part": (
        "{path}（{id}）：{carrier} 还没有 {lacking} 系数，不能使用；请核对能源品种的名称，或补上该系数",
        "{path} ({id}): {carrier} has no {lacking} and cannot be used; see how the carrier is written, or add that row",
    ),
    "region_named_otherwise": (
        "{path}（{id}）：地区 {region} 应写成 {name}，与其他年份的系数一致",
        "{path} ({id}): write the region {region} as {name}, as the rows of other years do",
    ),
    "region_unknown": (
        "地区 {region} 没有电力排放因子；已有：{known}；请在 config/factors/ 增加",
        "no grid factor for region {region}; known are {known}; add rows under config/factors/",
    ),
    "electricity_calorific": ("电力 kgce/kWh（当量值）", "电力 kgce/kWh, basis calorific (当量值)"),
    "electricity_equivalent": ("电力 kgce/kWh（等价值）", "电力 kgce/kWh, basis equivalent (等价值)"),
    "grid_factor": ("{region}电力 kgCO2/kWh", "电力 kgCO2/kWh, region {region}"),
    "fuel_factor": ("{carrier} {quantity}", "{quantity} of {carrier}"),
    "fuel_factor_on": ("{day} 有效的 {carrier} {quantity}", "{quantity} of {carrier} on {day}"),
    # rule sets
    "no_active": ("缺少 config/rules/active.yaml：没有启用任何规则", "config/rules/active.yaml is missing: no rule set is in use"),
    "active_unknown": (
        "rules/active.yaml：config/rules/ 中没有名为 {id} 的规则",
        "rules/active.yaml: {id} names no rule set under config/rules/",
    ),
    "active_lacks": ("rules/active.yaml：没有启用 {kind} 类规则", "rules/active.yaml: no {kind} rule set is in use"),
    "active_twice": (
        "rules/active.yaml：{one} 与 {other} 说的是同一件事，只能启用一个，请去掉其中一个",
        "rules/active.yaml: of {one} and {other} only one can be in use, for both say the same thing; take one out",
    ),
    "validation_dated": (
        "规则 {id}：所有日期的读数按同一规则校验，请将 valid_from 和 valid_to 留空",
        "rule {id}: readings of all days are validated alike; leave valid_from and valid_to empty",
    ),
    "rule_not_valid": (
        "规则 {id} 已启用，但在 {day} 无效；请核对 config/rules/ 中的 valid_from 和 valid_to",
        "the rule set {id} is in use but not valid on {day}; see its valid_from and valid_to under config/rules/",
    ),
    "no_grading": (
        "没有在 {day} 有效的评价规则；请核对 config/rules/ 中的 valid_from 和 valid_to",
        "no active grading rule set is valid on {day}; see valid_from and valid_to under config/rules/",
    ),
}
"""Sentences by key: Chinese, English."""
