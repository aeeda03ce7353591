"""The language of sentences on the terminal, and the sentences themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from carbon_pipeline.settings import Lang

_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order in which POSIX lets one overrule the next."""

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "nothing_at": ("{path}：没有这个文件或文件夹", "{path}: there is no such file or folder"),
    "empty_path": ("路径是空的，请检查是否有变量没有赋值", "the path is empty; see whether a variable is not set"),
    "folder_gone": (
        "当前所在的文件夹已不存在，请换到其他文件夹后再运行",
        "the folder in which this is called is gone; go to another and run the command again",
    ),
    "no_user": (
        "数据目录以 ~ 开头，但找不到该用户的主目录；请给出完整路径",
        "the home begins with ~ and there is no such user's folder; name the whole path",
    ),
    "no_folder": ("{path}：没有这个文件夹，请先建立", "{path}: there is no such folder; make it first"),
    "not_permitted": (
        "{path}：没有读写权限，请检查该文件或文件夹的权限",
        "{path}: permission denied; see who may read and write this file or folder",
    ),
    "not_a_folder": (
        "{path}：路径中有一段是文件，不是文件夹，请改用其他路径",
        "{path}: a part of this path is a file and no folder; choose another path",
    ),
    "is_a_folder": ("{path} 是文件夹，请给出文件名", "{path} is a folder; name a file in it"),
    "system_error": (
        "{path}：操作系统报告错误 {name}，未能读写；请检查磁盘和路径后重试，详情见 {log}",
        "{path}: the system reports {name} and cannot read or write; see to the disk and the path, and try again; the details are in {log}",
    ),
    "name_too_long": ("{path}：名称太长，请改用较短的名称", "{path}: this name is too long; choose a shorter one"),
    "as_of_out_of_range": (
        "截止日期 {as_of} 超出范围，应在 2000-01-01 至今后一年之间",
        "{as_of} is out of range; an as-of date lies between 2000-01-01 and a year from now",
    ),
    "disk_full": (
        "{path} 所在磁盘已满，未能写完；请腾出空间后重新运行同一命令，已收取的不会重复",
        "the disk under {path} is full and not all was written; free some space and run the same command again, nothing is taken twice",
    ),
    "runs_busy": (
        "{path} 中的运行记录正被另一个命令占用，请稍后再试",
        "another command keeps the history of runs in {path}; try again when it has ended",
    ),
    "runs_unwritable": (
        "{path} 中的运行记录读写失败；请检查磁盘是否已满或有故障，然后重新运行同一命令",
        "the history of runs in {path} cannot be read or written; see whether the disk is full or failing, then run the same command again",
    ),
    "runs_damaged": (
        "{path} 中的运行记录已损坏；请移走该文件夹后重新运行同一命令，读数、台账和结果不受影响",
        "the history of runs in {path} is damaged; move this folder away and run the same command again, the results stay",
    ),
    "no_home": (
        "{home}：没有这个数据目录，请检查 --home 或 CARBON_HOME",
        "{home}: there is no such home; see --home or CARBON_HOME",
    ),
    "home_empty": (
        "{home} 中还没有可用的读数或台账，请先运行 carbon-pipeline ingest 文件…",
        "{home} holds no readings and no register yet; run carbon-pipeline ingest PATH... first",
    ),
    "no_readings_by": (
        "截至 {as_of} 没有任何读数，也没有其他能源记录；最早的读数在 {first}",
        "there are no readings up to {as_of}; the first reading is of {first}",
    ),
    "not_over": (
        "{period} 截至 {as_of} 尚未结束（最后一天是 {last}），不能评价",
        "{period} is not over as of {as_of} (its last day is {last}); it cannot be graded",
    ),
    "no_refresh": (
        "{home} 中还没有计算结果，请先运行 carbon-pipeline refresh --as-of 日期",
        "{home}: nothing has been reckoned yet; run carbon-pipeline refresh --as-of DATE first",
    ),
    "no_refresh_as_of": (
        "没有截至 {as_of} 的计算结果，请运行 carbon-pipeline refresh --as-of {as_of}；已有：{known}",
        "there is no refresh as of {as_of}; run carbon-pipeline refresh --as-of {as_of}; there are: {known}",
    ),
    "no_grades_of": (
        "截至 {as_of} 的计算中没有 {period} 的评价，请运行 carbon-pipeline refresh --as-of {as_of} --period {period}",
        "the refresh as of {as_of} has no grades of {period}; run carbon-pipeline refresh --as-of {as_of} --period {period}",
    ),
    "no_month_over": (
        "截至 {as_of}，{period} 还没有已结束的月份；加价只计已结束的月份",
        "as of {as_of} no month of {period} is over, and only of such are surcharges reckoned",
    ),
    "other_year": (
        "截至 {as_of} 的计算只有 {year} 年的预算和加价，没有 {period}；请用 --as-of 指定该年的一次计算",
        "the refresh as of {as_of} has budgets and surcharges of {year}, none of {period}; name a refresh of that year with --as-of",
    ),
    "other_months": (
        "截至 {as_of} 的计算有 {first} 至 {last} 各月，没有 {period}",
        "the refresh as of {as_of} has months from {first} to {last}, none of {period}",
    ),
    "binary_to_terminal": (
        "{format} 不能显示在终端上，请用 --output 指定文件",
        "{format} cannot be shown on a terminal; name a file with --output",
    ),
    "unknown_ending": (
        "后缀 .{ending} 不对应任何格式；请用 .csv、.json、.parquet、.xlsx 或 .txt，或用 --format 指定格式",
        "the ending .{ending} names no format; use .csv, .json, .parquet, .xlsx or .txt, or say which with --format",
    ),
    "other_ending": (
        "{path} 的后缀与格式 {format} 不符；请改后缀，或去掉 --format",
        "{path} ends like another format than {format}; change the ending, or leave the format away",
    ),
    "two_formats": (
        "--json 与 --format {format} 相互矛盾，请只用其中一个",
        "--json and --format {format} contradict each other; use one of them",
    ),
    "no_workbook": (
        "{path} 应以 .xlsx 结尾，空白台账是 Excel 工作簿",
        "{path} must end in .xlsx, for the register is an Excel workbook",
    ),
    "file_exists": ("{path} 已经存在，不会覆盖", "{path} exists already and is not overwritten"),
    "unforeseen": (
        "出现意外错误（{error}），详情见 {path}",
        "something unforeseen went wrong ({error}); the details are in {path}",
    ),
    "step_failed": ("{step}：{error}", "{step}: {error}"),
    "unknown_enterprise": (
        "台账中没有企业 {enterprise}；请给出 18 位统一社会信用代码，各结果表中都有（台账中已作废的企业不能解释）",
        "the register has no enterprise {enterprise}; give a credit code, as every list has it (not one that was withdrawn)",
    ),
    "named_otherwise": (
        "{written} 不是统一社会信用代码；台账中相符的企业：{known}，请改用其代码",
        "{written} is no credit code; in the register it stands for {known}, so give that code",
    ),
    "no_row": (
        "截至 {as_of} 的 {table} 中没有企业 {enterprise} 的记录",
        "the {table} as of {as_of} have no row of enterprise {enterprise}",
    ),
    "needs_repository": (
        "{command} 需要源代码目录及开发依赖（{missing} 缺失），请在目录中运行 make {command}",
        "{command} needs the repository and its development packages ({missing} is missing); run make {command} there",
    ),
    "bad_port": ("端口 {port} 超出范围，应在 1 至 {last} 之间", "{port} is no port; choose one from 1 to {last}"),
    "port_taken": (
        "端口 {port} 已被占用或不允许使用，请用 --port 指定其他端口",
        "port {port} is in use or not permitted; choose another with --port",
    ),
    "served_already": (
        "{path}：这个数据目录已有 serve 在运行；请使用它的界面，或先停止它",
        "{path}: another serve runs on this home; use its pages, or stop it first",
    ),
    "no_answer": (
        "{url} 在 {seconds} 秒内没有应答；请查看 {path} 中的日志后重新运行",
        "{url} has not answered for {seconds} seconds; see the logs in {path} and run the command again",
    ),
    "server_ended": ("{server} 意外退出，详情见 {path}", "{server} has ended unexpectedly; see {path}"),
    "serving": ("Dagster 界面：{url}，收件箱：{inbox}，按 Ctrl-C 停止", "Dagster UI: {url}, inbox: {inbox}; stop with Ctrl-C"),
    "template_written": ("空白台账已写入 {path}", "an empty register workbook is in {path}"),
    "refreshed": ("截至 {as_of} 的结果已更新（{seconds} 秒）", "results as of {as_of} are up to date ({seconds} s)"),
    "rule_idle": (
        "{path}：规则 {id} 没有启用，结果与它无关；要启用，请写入 config/rules/active.yaml",
        "{path}: the rule set {id} is not in use and changes nothing; to use it, name it in config/rules/active.yaml",
    ),
    "checks_failed": ("未通过的核对：{names}", "checks that do not hold: {names}"),
    "ingested": (
        "{files} 个文件：接收 {accepted}，部分接收 {partly}，拒收 {refused}，重复 {duplicate}",
        "files: {files}; {accepted} accepted, {partly} partly, {refused} refused, {duplicate} duplicate",
    ),
    "see_quarantine": (
        "退回的行及原因：carbon-pipeline show quarantine",
        "rows that were turned away, and why: carbon-pipeline show quarantine",
    ),
    "starting": ("正在启动，约需半分钟", "starting, which takes up to half a minute"),
    "row": ("{count} 行", "{count} row"),
    "rows": ("{count} 行", "{count} rows"),
    "page_written": ("已写入 {path}，用浏览器打开，无需网络", "{path} is written; open it in a browser, without a network"),
    "reading_file": ("正在读取", "reading"),
    "refreshing": ("正在计算", "reckoning"),
    "see_help": ("{what}；用法见 {command} --help", "{what}; see {command} --help"),
    "missing": ("缺少 {name}", "{name} is missing"),
    "missing_one_of": ("缺少 {name}，可为：{known}", "{name} is missing; choose from: {known}"),
    "no_command": ("没有命令 {name}", "there is no command {name}"),
    "no_option": ("没有选项 {name}", "there is no option {name}"),
    "is_like": ("{what}，是否应为 {known}", "{what}, perhaps {known} is meant"),
    "needs_value": ("选项 {name} 后面缺少值", "option {name} needs a value"),
    "takes_no_value": ("选项 {name} 后面不能带值", "option {name} takes no value"),
    "not_one_of": ("{name} 不能是 {value}，可为：{known}", "{name} cannot be {value}; choose from: {known}"),
    "no_number": ("{name} 应为正整数，不能是 {value}", "{name} must be a whole number above zero, not {value}"),
    "surplus": ("多余的内容：{extra}", "there is no place for {extra}"),
    "bad_date": ("{text} 不是日期，请写成 2025-01-31", "{text} is no date; write 2025-01-31"),
}
"""Sentences by key: Chinese, English."""


def language(chosen: str | None = None, env: Mapping[str, str] = os.environ) -> Lang:
    """The language of a command: the chosen one, else `$CARBON_LANG`, else the locale's if that is Chinese, else English."""
    said = chosen or env.get("CARBON_LANG") or next((value for name in _LOCALE_VARIABLES if (value := env.get(name))), "")
    return "zh" if said.lower().startswith("zh") else "en"


def sentence(key: str, lang: Lang, **details: object) -> str:
    """A sentence of `SENTENCES` with its details filled in."""
    return SENTENCES[key][0 if lang == "zh" else 1].format(**details)
