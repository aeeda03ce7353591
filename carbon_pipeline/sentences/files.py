"""What is found in files that cannot be read as they are: archives, spreadsheets, headers, NEM12 records, sheets of the register."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    # folders
    "own_home": (
        "{path} 就是数据目录本身，其中的文件不再接收；请给出导出文件和台账所在的文件夹",
        "{path} is the home itself, and what it keeps is no upload; name the folder of the exports and the register",
    ),
    "no_file": (
        "{path} 是管道或设备，不是文件；请先把内容存成文件",
        "{path} is a pipe or a device and no file; save what comes from it as a file first",
    ),
    # archives
    "zip_not_opened": ("ZIP 压缩包打不开", "the ZIP archive cannot be opened: {said}"),
    "zip_too_deep": ("ZIP 压缩包嵌套超过 {depth} 层", "ZIP archives lie more than {depth} deep"),
    "zip_too_many": ("压缩包中的文件超过 {members} 个", "the archive holds more than {members} files"),
    "zip_too_large": ("解压后的内容超过一次上传的上限", "more comes out of the archive than one upload may hold"),
    "member_locked": ("请去掉密码后重新压缩", "pack it again without a password"),
    "member_spoiled": ("ZIP 压缩包中的这个文件解不开", "the ZIP member cannot be unpacked: {said}"),
    "member_method": (
        "ZIP 压缩包中的这个文件用了不支持的压缩方式，请用普通 ZIP 方式重新压缩",
        "the ZIP member is packed in a way that is not supported; pack it again as a plain ZIP",
    ),
    "archive_kind": ("{kind}；请解压后上传其中的文件", "{kind}; unpack it and upload the files in it"),
    "gzip_spoiled": ("gzip 文件解不开", "the gzip file cannot be unpacked: {said}"),
    "gzip_too_large": ("gzip 文件解压后超过单个文件的上限", "the gzip file unpacks to more than one file may hold"),
    # spreadsheets and texts
    "sheet_not_opened": ("格式无法识别，或内容残缺", "the spreadsheet cannot be opened: {said}"),
    "sheet_locked": ("有密码；请去掉密码后另存", "it is protected by a password; save it without one"),
    "sheet_is_page": (
        "内容是网页或 XML，不是电子表格；请在表格软件中打开后另存为 .xlsx",
        "its content is a web page or XML and no spreadsheet; open it in a spreadsheet program and save it as .xlsx",
    ),
    "sheet_open_document": ("是 OpenDocument 文档；请另存为 .xlsx", "it is an OpenDocument file; save it as .xlsx"),
    "document": (
        "这是 Word、PowerPoint 之类的文档，不是表格；请将其中的表格另存为 .xlsx",
        "it is a document of Word, PowerPoint or the like and no table; save its table as .xlsx",
    ),
    "sheet_no_workbook": ("内容不是电子表格", "its content is no spreadsheet"),
    "no_text": ("其中没有任何文字", "the file holds no text"),
    "zero_bytes": (
        "空字节过多，不是文本文件；请另存为 UTF-8 或 GB18030 编码的文本",
        "it is no text (too many zero bytes); save it as UTF-8 or GB18030",
    ),
    "no_encoding": (
        "内容不是 {encodings} 编码；请另存为 UTF-8 或 GB18030 编码",
        "the text is none of {encodings}; save it as UTF-8 or GB18030",
    ),
    # headers
    "header": ("{cells}", "{cells}"),
    "sheets": ("{sheets}", "{sheets}"),
    "sheets_unfit": ("所有工作表都不相符（{sheets}）", "no sheet has a header that fits a format profile: {sheets}"),
    "profiles_fit": ("{profiles}", "{profiles}"),
    "columns_foreign": (
        "有的列说明数值应如何理解，而含有这些数值的格式配置都不认识它：{unknown}",
        "a column says how the values are to be taken, and no profile that has these values knows it: {unknown}",
    ),
    "profile_unknowing": ("{profile} 不认识 {columns}", "{profile} does not know {columns}"),
    "columns_twice": ("重复的列：{columns}", "more than once: {columns}"),
    # NEM12
    "at_line": ("第 {line} 行：{found}", "line {line}: {found}"),
    "nem_no_days": ("没有 300 记录，即没有任何读数", "the file holds no 300 record, so no readings"),
    "nem_no_header": ("文件不是以 100 记录（文件头）开始", "the file does not begin with its 100 record (header)"),
    "nem_accumulated": (
        "{version} 是累计示数，不是分时段数据；请提供 NEM12 文件",
        "{version} holds accumulated reads, not intervals; NEM12 is needed",
    ),
    "nem_no_step": (
        "200 记录没有给出能整除一天的时段长度",
        "the 200 record names no interval length that divides a day",
    ),
    "nem_day_too_early": ("300 记录之前没有 200 记录", "a 300 record stands before any 200 record"),
    "nem_cover_too_early": ("400 记录之前没有 300 记录", "a 400 record stands before any 300 record"),
    "nem_no_nmi": ("NMI：上面的 200 记录没有给出", "NMI: the 200 record above names none"),
    "nem_step": ("IntervalLength：{minutes} 分钟", "IntervalLength: {minutes} minutes"),
    "nem_values": (
        "300 记录有 {found} 个数值，而 {minutes} 分钟一个时段应有 {points} 个",
        "the 300 record holds {found} values where {minutes} minutes make {points}",
    ),
    "nem_cover": (
        "400 记录覆盖第 {first} 至第 {last} 个时段，而一天有 {points} 个时段",
        "the 400 record covers {first} to {last}, the day has {points} intervals",
    ),
    "nem_covers_too_little": (
        "当日质量为 V，而 400 记录只覆盖 {points} 个时段中的 {covered} 个",
        "the 400 records cover {covered} of {points} intervals of a day of quality V",
    ),
    "nem_unsound": ("记录的内容不符合 NEM12 规范", "the file is no sound NEM12: {said}"),
    "formula_cell": ("单元格 {cell}", "cell {cell}"),
    # the home
    "home_name": (
        "{home}：路径中不能有百分号加两位十六进制数，请换一个数据目录",
        "{home}: a home cannot have a per cent sign and two hexadecimal digits in its path; choose another folder",
    ),
    "home_busy": ("{home}：另一个命令正在写入，请稍后再试", "{home}: another command is writing to this home; try again when it has ended"),
    "recorder_gone": (
        "记录运行情况的 Dagster 进程意外结束，可能内存不足；请重新运行同一命令",
        "the process of Dagster that records the run has ended, perhaps for want of memory; run the same command again",
    ),
    "home_of_old": (
        "{home} 由旧版本建立，{table} 缺少 {columns}；请另建一个数据目录，按回执的顺序重新收取原文件",
        "{home}: a home of an older version, whose {table} lack {columns}; hand the original files in again, in order, to a new one",
    ),
    "home_damaged": (
        "{file} 已损坏或缺失；请用备份恢复数据目录，或另建一个数据目录，按回执的顺序重新收取原文件",
        "{file} is damaged or missing; take the home from a backup, or hand the original files in again, in order, to a new one",
    ),
    "results_damaged": (
        "{file} 已损坏或缺失；它只含结果，请对该截止日期重新运行 carbon-pipeline refresh，若仍不行，请用备份恢复数据目录",
        "{file} is damaged or missing; it holds results only: refresh that date again; if this does not help, restore a backup",
    ),
    # the register
    "quotes": (
        "{file}，第 {line} 行：不能按 CSV 读取，请检查引号",
        "{file}, line {line}: {said}; check the quotation marks",
    ),
    "workbook_not_opened": (
        "{file}：请另存为不带密码的 .xlsx 文件",
        "{file}: the workbook cannot be opened; save it again as .xlsx without a password",
    ),
    "no_sheet": ("{file}：没有台账工作表（{sheets}）的表头", "{file}: no header of a register sheet ({sheets})"),
    "columns_of_sheet": ("{file}，{sheet}：{columns}", "{file}, {sheet}: {columns}"),
    "sheets_misnamed": ("{file}：{sheets}", "{file}: {sheets}"),
    "sheet_misnamed": ("“{sheet}”应名为“{name}”", "'{sheet}' must be named '{name}'"),
    "key_of_row": ("{key}（第 {row} 行）", "{key} (row {row})"),
    "shares": ("份额合计 {total}", "the shares 份额 add up to {total}"),
    "shares_on": ("{day} 份额合计 {total}", "on {day} the shares 份额 add up to {total}"),
}
"""Sentences by key: Chinese, English."""
