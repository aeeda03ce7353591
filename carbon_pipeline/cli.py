"""The commands, one short function each; whatever is heavy is imported when its command runs."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from carbon_pipeline.console.arguments import day_of, path_of, period_of
from carbon_pipeline.console.errors import CommandError, give_up, note, one_line
from carbon_pipeline.console.language import language, sentence
from carbon_pipeline.console.output import Format, format_of, must_lie_in_a_folder, say, write, write_file
from carbon_pipeline.console.process import be_brief, keep_memory, open_streams
from carbon_pipeline.console.progress import progress
from carbon_pipeline.console.usage import Spoken, WrongUsageError
from carbon_pipeline.recording import recording
from carbon_pipeline.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    from carbon_pipeline.console.refreshing import Refreshed
    from carbon_pipeline.lake.store import Store
    from carbon_pipeline.periods import Period
    from carbon_pipeline.recording import Recorder

_DEFAULT_PORT: Final = 3000
_PORTS: Final = range(1, 1 << 16)

app = typer.Typer(
    name="carbon-pipeline",
    cls=Spoken,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Lang(StrEnum):
    """Language of sentences."""

    ZH = "zh"
    EN = "en"


class Name(StrEnum):
    """The published tables."""

    RECEIPTS = "receipts"
    QUARANTINE = "quarantine"
    FINDINGS = "findings"
    ENERGY = "energy"
    GRADES = "grades"
    BUDGETS = "budgets"
    TARIFFS = "tariffs"
    INVENTORY = "inventory"


class Explained(StrEnum):
    """What `explain` can take apart."""

    GRADE = "grade"
    BUDGET = "budget"
    TARIFF = "tariff"


HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", parser=path_of, metavar="DIR", help="Home of one county (default: $CARBON_HOME, else ./.carbon). 一个县的数据目录。"
    ),
]
LangOption = Annotated[
    Lang | None, typer.Option("--lang", help="Language of sentences (default: $CARBON_LANG, else the locale's). 提示语言。")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs. 输出 JSON。")]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="Results of the refresh of this date (default: the latest). 取该截止日期的结果，默认最近一次。"
    ),
]
ShownPeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period",
        metavar="P",
        help="2025, 2025Q1 or 2025-03: keeps the months within it (energy, tariffs, inventory), the grades of exactly it, the budgets of "
        "its year, the findings that touch it; receipts and quarantine stay whole. "
        "期间：用能、电价、清单取期间内各月，碳效取该期间，预算取该年度，问题清单取与期间相交的；回执和退回数据不受影响。",
    ),
]
GradedPeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period",
        metavar="P",
        help="Grade this period, 2025, 2025Q1 or 2025-03, which must be over, and those graded as of the same date before "
        "(default: every month, quarter and year that is over and has readings). "
        "评价期间，须已结束；默认评价所有已结束且有读数的月、季、年。",
    ),
]
ExplainedPeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period",
        metavar="P",
        help="Of a grade the period (default: the latest, of several the longest), of a tariff the months (default: all of the year that "
        "are over); a budget is that of the year. "
        "碳效的评价期间（默认最近、最长的一个）；电价的月份（默认本年已结束各月）；预算固定为本年。",
    ),
]


def _version(asked: bool) -> None:  # noqa: FBT001 - as Typer calls it
    if asked:
        from importlib.metadata import version  # noqa: PLC0415

        say(version("carbon-pipeline"))
        raise typer.Exit


@app.callback()
def carbon_pipeline(
    *,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version. 显示版本。")] = False,
) -> None:
    """Meter exports in; carbon-efficiency grades, energy budgets and stepped tariffs out. 从电表数据到碳效码、用能预算与阶梯电价。"""


def _settings(home: Path | None, lang: Lang | None) -> Settings:
    said = language(lang)
    try:
        return Settings.load(home, said)
    except FileNotFoundError:
        give_up(sentence("folder_gone", said))
    except RuntimeError:  # ~ of nobody
        give_up(sentence("no_user", said))


def _store(settings: Settings) -> Store:
    from carbon_pipeline.lake.store import Store as Lake  # noqa: PLC0415

    return Lake(settings.home)


@app.command(short_help="收取电表数据与台账 · take in exports and registers")
def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(
            parser=path_of,
            metavar="PATH...",
            help="Files or folders of meter exports and registers, in the order in which they count. "
            "电表数据与台账的文件或文件夹，按先后顺序。",
        ),
    ],
    refresh_as_of: Annotated[
        str | None,
        typer.Option(
            "--refresh",
            metavar="DATE",
            help="Then bring every result up to date, with this last day that counts: as "
            "`refresh --as-of DATE` would afterwards. 收取后随即更新全部结果，截止日期含当日，与随后运行 refresh 相同。",
        ),
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Take in meter exports and register workbooks; print receipts. 收取电表数据与台账。"""
    keep_memory()
    settings = _settings(home, lang)
    day = None if refresh_as_of is None else day_of(refresh_as_of, settings.lang)
    with one_line(settings):
        if day is not None:
            _receive_and_refresh(paths, settings, day, as_json=as_json)
            return
        from carbon_pipeline.console.receiving import receive, tell  # noqa: PLC0415

        receipts = receive(paths, settings)
        if as_json:
            _say_json(receipts.to_dicts())
        else:
            tell(receipts, settings)


def _receive_and_refresh(paths: list[Path], settings: Settings, day: date, *, as_json: bool) -> None:
    with recording() as recorder:
        from carbon_pipeline.console.receiving import receive, tell  # noqa: PLC0415
        from carbon_pipeline.console.refreshing import must_be_in_range  # noqa: PLC0415

        must_be_in_range(day)
        receipts = receive(paths, settings, lambda: recorder.make_ready(settings))
        told: dict[str, object] = {"receipts": receipts.to_dicts(), "refresh": None}
        if not as_json:
            tell(receipts, settings)
        try:
            done = _refreshed(recorder, settings, day, None)
            told["refresh"] = asdict(done)
        finally:  # the files are in, whatever becomes of the refresh
            if as_json:
                _say_json(told)
    done.tell(settings, aloud=not as_json)


@app.command(short_help="更新全部结果 · bring every result up to date")
def refresh(
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="Last day that counts. 截止日期，含当日。")],
    period: GradedPeriodOption = None,
    home: HomeOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Bring every result up to date through the Dagster job. 更新全部结果。"""
    keep_memory()
    settings = _settings(home, lang)
    day, asked = day_of(as_of, settings.lang), period_of(period, settings.lang)
    with one_line(settings), recording() as recorder:
        done = _refreshed(recorder, settings, day, asked)
        if as_json:
            _say_json(asdict(done))
        done.tell(settings, aloud=not as_json)


def _refreshed(recorder: Recorder, settings: Settings, day: date, asked: Period | None) -> Refreshed:
    from carbon_pipeline.console import refreshing  # noqa: PLC0415

    refreshing.must_be_possible(_store(settings), day, asked)
    with progress(sentence("refreshing", settings.lang)):
        began = time.monotonic()
        done = recorder.refresh(settings, day, asked.text if asked else "")
    return refreshing.Refreshed(day, done.reckoning.rows, round(time.monotonic() - began, 1), done.failed_checks)


def _say_json(value: object) -> None:
    from carbon_pipeline.console.render import as_json  # noqa: PLC0415

    say(as_json(value))


@app.command(short_help="查看结果 · show a published table")
def show(
    name: Annotated[Name, typer.Argument(metavar="NAME", help=f"One of: {', '.join(Name)}. 结果表的名称。")],
    period: ShownPeriodOption = None,
    as_of: AsOfOption = None,
    format_: Annotated[
        Format | None,
        typer.Option("--format", help="How it is written (default: as FILE ends, else table). 格式，默认按文件后缀，否则为表格。"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            parser=path_of,
            metavar="FILE",
            help="Write to this file instead of standard output: .csv, .json, .parquet, .xlsx or .txt. 写入文件，而不是显示。",
        ),
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show a published table. 查看结果。"""
    settings = _settings(home, lang)
    day, asked = day_of(as_of, settings.lang) if as_of else None, period_of(period, settings.lang)
    if as_json and format_ not in {None, Format.JSON}:
        raise WrongUsageError(sentence("two_formats", settings.lang, format=format_))
    chosen = format_of(Format.JSON if as_json else format_, output, settings.lang)
    with one_line(settings):
        must_lie_in_a_folder(output)
        from carbon_pipeline.console import published, render  # noqa: PLC0415

        frame = published.published(_store(settings), settings, name, day, asked)
        if asked and frame.is_empty() and (why := published.why_empty(_store(settings), name, day, asked)):
            note(sentence(why[0], settings.lang, **why[1]))
        if chosen is not Format.TABLE:
            write(render.as_bytes(frame, chosen, name), chosen, output)
        elif output is not None:
            write_file(render.as_text(frame, name, settings.lang).encode(), output)
        else:
            render.print_table(frame, published.PUBLISHED[name].face, name, settings.lang)
            if name is Name.QUARANTINE:
                from carbon_pipeline.console.telling import advice  # noqa: PLC0415

                for line in advice(frame, settings.lang):
                    say(line)


@app.command(short_help="生成全区县总览网页 · write the district on one page")
def page(
    name: Annotated[str, typer.Option("--name", metavar="COUNTY", help="Name of the county in its title. 网页标题中的县区名称。")] = "",
    as_of: AsOfOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", parser=path_of, metavar="FILE", help="Where to write it (default: district.html in the home). 网页文件。"
        ),
    ] = None,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Write the district on one page that opens without a network, in Chinese. 生成可离线打开的全区县总览网页。"""
    settings = _settings(home, lang)
    day = day_of(as_of, settings.lang) if as_of else None
    with one_line(settings):
        from carbon_pipeline.console.overview import PAGE, district_of, face_of  # noqa: PLC0415
        from carbon_pipeline.page.district import district_page  # noqa: PLC0415

        must_lie_in_a_folder(output)
        target = output or settings.home / PAGE
        written = district_page(district_of(_store(settings), settings, day), face_of(settings, name))
        write_file(written.encode(), target)
        say(sentence("page_written", settings.lang, path=target))


@app.command(short_help="解释一个结果的计算过程 · the whole reckoning of a number")
def explain(
    what: Annotated[Explained, typer.Argument(metavar="grade|budget|tariff", help="Which number: 碳效等级、用能预算或电价加价。")],
    enterprise: Annotated[str, typer.Argument(metavar="ENTERPRISE", help="Its credit code, 18 characters. 统一社会信用代码。")],
    period: ExplainedPeriodOption = None,
    as_of: AsOfOption = None,
    home: HomeOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Print the whole reckoning of one number, down to meters and files. 解释一个结果的全部计算过程。"""
    settings = _settings(home, lang)
    day, asked = day_of(as_of, settings.lang) if as_of else None, period_of(period, settings.lang)
    with one_line(settings):
        from carbon_pipeline.console.explaining import explanation  # noqa: PLC0415
        from carbon_pipeline.explain.telling import told as in_words  # noqa: PLC0415

        told = explanation(_store(settings), settings, what, enterprise, day, asked)
        if as_json:
            _say_json(told.as_dict())
        else:
            say(in_words(told, settings.lang))


@app.command(short_help="生成空白台账 · write an empty register workbook")
def template(
    path: Annotated[Path, typer.Argument(parser=path_of, metavar="FILE.xlsx", help="Where to write it. 写入的文件。")],
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Write an empty register workbook with drop-down lists. 生成空白台账。"""
    settings = _settings(home, lang)
    if path.suffix.lower() != ".xlsx":
        raise WrongUsageError(sentence("no_workbook", settings.lang, path=path))
    with one_line(settings):
        must_lie_in_a_folder(path)
        from carbon_pipeline.factors import Factors  # noqa: PLC0415
        from carbon_pipeline.registry.persistence import load_registry  # noqa: PLC0415
        from carbon_pipeline.registry.template import write_template  # noqa: PLC0415

        if path.exists():
            raise CommandError("file_exists", path=path)
        streets = load_registry(_store(settings)).enterprises["street"].drop_nulls().unique().sort()
        write_file(write_template(Factors.load(settings).carriers, streets.to_list()), path)
        say(sentence("template_written", settings.lang, path=path))


@app.command(short_help="启动服务 · Dagster UI, inbox, schedules")
def serve(
    port: Annotated[int, typer.Option("--port", help="Port of the Dagster UI, on loopback. 界面端口，仅限本机。")] = _DEFAULT_PORT,
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Run the operator's Dagster UI with sensors and schedules; files left in HOME/inbox are taken in. 启动服务。"""
    settings = _settings(home, lang)
    if port not in _PORTS:
        raise WrongUsageError(sentence("bad_port", settings.lang, port=port, last=_PORTS[-1]))
    with one_line(settings):
        from carbon_pipeline.console.served import serve as run  # noqa: PLC0415

        run(settings, port)


@app.command(short_help="演示 · make a district and run everything")
def demo(
    home: HomeOption = None,
    lang: LangOption = None,
) -> None:
    """Make a district from real series in a fresh home, run everything, say what to look at. 演示。"""
    settings = _settings(home, lang)
    with one_line(settings):
        from carbon_pipeline.demo.tour import run  # noqa: PLC0415

        with progress(sentence("refreshing", settings.lang)) as tell:
            told = run(settings, tell)
        say(told)


@app.command(short_help="性能对比 · measure against the bare limit and peers")
def bench(
    meters: Annotated[int, typer.Option("--meters", min=1, help="How many meters. 电表数。")] = 2000,
    days: Annotated[int, typer.Option("--days", min=1, help="How many days of 15-minute readings. 天数，每 15 分钟一个读数。")] = 365,
    home: HomeOption = None,
    lang: LangOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Measure against the bare limit and two peers, on data it makes in HOME/bench. 性能对比。"""
    settings = _settings(home, lang)
    with one_line(settings):
        try:
            from benchmarks.compare import PEERS  # noqa: PLC0415
            from benchmarks.compare import main as measure  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise CommandError("needs_repository", command="bench", missing=error.name) from None
        if missing := [peer for peer in PEERS if find_spec(peer) is None]:
            raise CommandError("needs_repository", command="bench", missing=missing[0])
        measure(meters, days, as_json=as_json, folder=settings.home / "bench")


def main() -> None:
    """Entry of the console script."""
    open_streams()
    be_brief()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    app()


if __name__ == "__main__":
    main()
