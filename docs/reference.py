"""Reference tables made from the code: commands, reasons, formats, register sheets, tables, rules, factors, jobs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import fastexcel
import polars as pl
import typer

from carbon_pipeline.cli import app
from carbon_pipeline.console.findings import COLUMNS as FINDING_COLUMNS
from carbon_pipeline.console.published import PUBLISHED, result_schemas
from carbon_pipeline.factors import ELECTRICITY, Factors
from carbon_pipeline.lake.tables import TABLES
from carbon_pipeline.metering.formats.profiles import FormatProfile, packaged_folder, read_profile
from carbon_pipeline.reasons import reasons_table
from carbon_pipeline.registry.sheets import SHEETS, WITHDRAWN_TITLE
from carbon_pipeline.registry.state import SCHEMAS as REGISTER_SCHEMAS
from carbon_pipeline.registry.template import HELP_SHEET, write_template
from carbon_pipeline.rules import Rules
from carbon_pipeline.settings import Settings
from docs.blocks import code, codes, table
from docs.columns import meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from carbon_pipeline.registry.sheets import Column

CONCERNS: Final = {
    "file": "A whole file 整个文件",
    "row": "A row 一行",
    "interval": "An interval 一个时段",
    "finding": "A finding 发现",
    "grade": "A grade that cannot be given 不能评价",
    "alert": "An alert 预警",
}
"""Headings of what a reason concerns."""

_ATTRIBUTE: Final = re.compile(r"^ {8}(?P<names>[\w, ]+): (?P<text>.*?)(?=^ {8}\w|\Z)", re.MULTILINE | re.DOTALL)
_TYPES: Final = {"String": "text", "Int64": "Int64", "Int32": "Int32", "Date": "date", "Boolean": "true/false"}


def shipped() -> Settings:
    """Settings of a home that adds nothing to what ships."""
    return Settings.load("/nowhere", "en")


# --- commands -------------------------------------------------------------------------------------------------------


def command_group() -> Any:  # noqa: ANN401 - Typer's own class
    """The console script's group of commands."""
    return typer.main.get_command(app)


def commands(_: str = "") -> str:
    """One line a command."""
    return table(("command", "does"), ((code(_usage(name, one)), one.help) for name, one in command_group().commands.items()))


def options(name: str) -> str:
    """Arguments and options of one command."""
    rows = [(_written(param), _default(param), param.help) for param in command_group().commands[name].params]
    return table(("argument or option", "default", "meaning"), rows)


def _usage(name: str, command: Any) -> str:  # noqa: ANN401
    needed = [param.metavar or param.name.upper() for param in command.params if not _is_option(param)]
    asked = [f"{param.opts[0]} {param.metavar}" for param in command.params if _is_option(param) and param.required]
    return " ".join(["carbon-pipeline", name, *needed, *asked])


def _is_option(param: Any) -> bool:  # noqa: ANN401
    return str(param.opts[0]).startswith("-")


def _written(param: Any) -> str:  # noqa: ANN401
    if not _is_option(param):
        return code(param.metavar or param.name.upper())
    choices = getattr(param.type_descriptor.annotation, "__members__", {})
    value = param.metavar or "|".join(str(one.value) for one in choices.values())
    if not value and not param.is_flag:
        value = "N"
    return ", ".join(code(opt) for opt in param.opts) + (f" {code(value)}" if value else "")


def _default(param: Any) -> str:  # noqa: ANN401
    if param.required:
        return "must be given"
    value = getattr(param.default, "value", param.default)
    return "" if value in {None, False} else str(value)


# --- reasons --------------------------------------------------------------------------------------------------------


def reasons(concerns: str) -> str:
    """Every reason code that concerns one thing."""
    rows = reasons_table().filter(pl.col("concerns") == concerns).select("code", "severity", "zh", "en", "suggestion_zh", "suggestion_en")
    told = ((code(name), severity, f"{zh}<br>{en}", f"{do_zh}<br>{do_en}") for name, severity, zh, en, do_zh, do_en in rows.iter_rows())
    return table(("code", "severity", "what happened 原因", "what to do 处理"), told)


# --- formats --------------------------------------------------------------------------------------------------------


def profiles() -> dict[str, FormatProfile]:
    """The format profiles that ship, by id."""
    found = [read_profile(path) for path in sorted(packaged_folder().glob("*.yaml"))]
    return {profile.id: profile for profile in found}


def profile_list(_: str = "") -> str:
    """One line a profile."""
    rows = ((code(p.id), p.title, p.layout, _kinds(p), _values(p), p.timezone) for p in profiles().values())
    return table(("profile", "what", "layout", "kinds", "values", "clock"), rows)


def _values(profile: FormatProfile) -> str:
    return "secondary" if profile.is_secondary else "primary"


def _kinds(profile: FormatProfile) -> str:
    if profile.layout == "nem12":
        return "E"
    found = {*profile.values, *profile.measure_types.values(), *([profile.kind] if profile.kind else [])}
    return ", ".join(sorted(found))


def profile_columns(name: str) -> str:
    """Header names that one profile knows, by role."""
    profile = profiles()[name]
    rows = [(role, codes(names), "must be there") for role, names in profile.columns.items()]
    rows += [(role, codes(names), "may be there") for role, names in profile.optional.items()]
    rows += [(role, code(text), "constant, not in the file") for role, text in profile.constants.items()]
    rows += [(f"values, kind {kind}", codes(patterns), f"{profile.points} columns") for kind, patterns in profile.values.items()]
    return table(("role", "header", ""), rows)


def profile_fields(_: str = "") -> str:
    """Every field of a format profile, with its default and meaning."""
    told = _attributes(FormatProfile)
    rows = ((code(name), _field_default(name), told[name]) for name in FormatProfile.model_fields)
    return table(("field", "default", "meaning"), rows)


def _field_default(name: str) -> str:
    field = FormatProfile.model_fields[name]
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, tuple):
        return codes(repr(one) for one in value)
    return "" if value in (None, {}) else code(value)


def _attributes(model: type) -> dict[str, str]:
    """Meaning of each attribute as the docstring of a class tells it."""
    told = (model.__doc__ or "").partition("Attributes:\n")[2].rstrip() + "\n"
    found = {}
    for match in _ATTRIBUTE.finditer(told):
        for name in match["names"].split(", "):
            found[name] = " ".join(match["text"].split())
    return found


# --- register -------------------------------------------------------------------------------------------------------


def register_sheet(name: str) -> str:
    """Columns of one sheet of the register workbook."""
    sheet = next(sheet for sheet in SHEETS if sheet.table == name)
    notes = _notes()
    rows = [(f"**{c.title}**" if c.is_key else c.title, code(c.field), _duty(c), notes[sheet.name, c.title]) for c in sheet.columns]
    rows.append((WITHDRAWN_TITLE, "", "column may be lacking", "是 withdraws the row of this key; the other cells may be empty"))
    return table(("column", "in the lake", "cell", "note (as in the template)"), rows)


def _duty(column: Column) -> str:
    if column.is_optional:
        return "column may be lacking"
    return "must be filled" if column.is_filled else "may be empty"


def _notes() -> dict[tuple[str, str], str]:
    """Notes of the template's page of explanations, by sheet and column."""
    page = fastexcel.read_excel(write_template()).load_sheet(HELP_SHEET, header_row=None, dtypes="string").to_polars()
    return {(str(row[0]), str(row[1]).lstrip("*")): str(row[3] or "") for row in page.rows() if row[1]}


# --- tables ---------------------------------------------------------------------------------------------------------


def published_schemas() -> dict[str, dict[str, Any]]:
    """Columns and types of every published table."""
    results = result_schemas()
    found: dict[str, dict[str, Any]] = {name: dict(results[name]) for name in PUBLISHED if name in results}
    found |= {name: dict(TABLES[name].schema) for name in ("receipts", "quarantine")}
    found["findings"] = {name: pl.Date if name.startswith("date_") else pl.String for name in FINDING_COLUMNS}
    return {name: found[name] for name in PUBLISHED}


def published_names(_: str = "") -> str:
    """One line a published table: its columns in their order."""
    return table(("table", "columns"), ((code(name), ", ".join(schema)) for name, schema in published_schemas().items()))


def published_table(name: str) -> str:
    """Columns of one published table."""
    return _columns(name, published_schemas()[name])


def lake_table(name: str) -> str:
    """Columns of one table that only the lake holds."""
    return _columns(name, dict(TABLES[name].schema))


def lake_list(_: str = "") -> str:
    """One line a table of the lake."""
    rows = [(code(f"lake/{t.name}"), t.partition or "", ", ".join(t.order)) for t in TABLES.values()]
    rows += [(code(f"lake/register_{name}"), "", "the key of its sheet") for name in REGISTER_SCHEMAS]
    rows += [(code(f"lake/{name}"), "as_of", "") for name in (*result_schemas(), "checks")]
    return table(("folder in the home", "partitioned by", "sorted by"), rows)


def _columns(name: str, schema: Mapping[str, Any]) -> str:
    return table(("column", "type", "meaning"), ((code(column), _type(kind), meaning(name, column)) for column, kind in schema.items()))


def _type(kind: Any) -> str:  # noqa: ANN401 - a class or an instance of a Polars type
    if isinstance(kind, pl.Decimal):
        return f"decimal, {kind.scale} places"
    if isinstance(kind, pl.List):
        return f"list of {_type(kind.inner)}"
    name = str(kind() if isinstance(kind, type) else kind)
    return _TYPES.get(name, name)


# --- rules and factors ----------------------------------------------------------------------------------------------


def rule_sets(_: str = "") -> str:
    """Every rule set that ships, and whether it is in use."""
    rules = Rules.load(shipped())
    used = {True: "in use", False: "not in use"}
    rows = [(code(r.id), r.title, r.kind, used[r.id in rules.active.rules], r.status, r.confidence, r.source) for r in rules.all.values()]
    return table(("rule_id", "title", "kind", "default", "status", "confidence", "source"), sorted(rows))


def fuel_factors(_: str = "") -> str:
    """Coefficients in use of every carrier but electricity."""
    factors = Factors.load(shipped())
    found = [factors.fuel(carrier) for carrier in factors.carriers]
    rows = ((f.carrier, f.unit, f.kgce.value, f.kgce.source, f.kgco2.value, f.kgco2.source) for f in found)
    return table(("carrier", "per", "kgce", "source", "kgCO2", "source"), rows)


def electricity_factors(_: str = "") -> str:
    """Coefficients in use of electricity: standard coal, and the grid factor of the region in use."""
    factors, region = Factors.load(shipped()), Rules.load(shipped()).active.grid_region
    rows = [
        (row.id, row.basis or row.region, row.year, row.value, row.unit, row.source, row.confidence, row.status)
        for row in factors.rows.values()
        if row.carrier == ELECTRICITY and row.use == "default" and row.variant is None and row.region in {None, region}
    ]
    return table(("id", "basis or region", "year", "value", "unit", "source", "confidence", "status"), rows)


# --- jobs -----------------------------------------------------------------------------------------------------------


def jobs(_: str = "") -> str:
    """Assets, jobs, sensors and schedules of the operator's UI."""
    from carbon_pipeline.definitions import defs  # noqa: PLC0415 - Dagster alone takes a second

    rows = [("asset", code(spec.key.to_user_string()), spec.description) for spec in defs.resolve_all_asset_specs()]
    rows += [("job", code(job.name), job.description) for job in defs.jobs or []]
    rows += [("sensor", code(sensor.name), sensor.description) for sensor in defs.sensors or []]
    schedules: list[Any] = list(defs.schedules or [])
    rows += [("schedule", code(s.name), f"{s.description} ({code(s.cron_schedule)}, {s.execution_timezone})") for s in schedules]
    return table(("what", "name", "does"), sorted(rows))


MAKERS: Final[dict[str, Callable[[str], str]]] = {
    "commands": commands,
    "options": options,
    "reasons": reasons,
    "profiles": profile_list,
    "profile": profile_columns,
    "profile-fields": profile_fields,
    "sheet": register_sheet,
    "published": published_names,
    "table": published_table,
    "lake": lake_list,
    "lake-table": lake_table,
    "rules": rule_sets,
    "fuels": fuel_factors,
    "electricity": electricity_factors,
    "jobs": jobs,
}
"""What makes a block, by its name."""


def documents(root: Path) -> list[Path]:
    """Every Markdown file of the documentation."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
