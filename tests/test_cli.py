"""The commands: what they print, where it goes, and how they say that something could not be done."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING

import fastexcel
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from carbon_pipeline.cli import app
from carbon_pipeline.console.published import PUBLISHED, result_schemas
from carbon_pipeline.settings import packaged_config
from tests import small_district
from tests.small_district import enterprise

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = {
    "energy": "month,enterprise_id,carrier,use,quantity,unit,import_wh,export_wh,pv_self_use_wh,tce_calorific,tce_equivalent,"
    "tco2_gross,tco2_net,coverage,estimated_share",
    "grades": "period,enterprise_id,name,industry_code,street,peer_group,peer_count,peer_share,tco2_gross,tco2_net,"
    "value_added_10k_cny,l,level,peer_l,k,grade,neutrality_rate,coverage,estimated_share,status,reason,rule_id,factor_year",
    "budgets": "as_of,enterprise_id,name,industry_code,street,year,document_no,budget_tce,basis,used_tce,ratio,alert,overrun_tce,"
    "forecast_p05_tce,forecast_p50_tce,forecast_p95_tce,overrun_probability,expected_overrun_date,coverage,fuel_months_missing,"
    "last_reading_date",
    "tariffs": "month,enterprise_id,account_no,rule_id,step,years_running,excess_kwh,rate_cny_per_kwh,amount_cny,effective_from,"
    "effective_to,trial,provisional,change,delta_kwh,delta_amount_cny,coverage",
    "inventory": "month,industry_code,street,carrier,tce_equivalent,tco2_net,enterprises,coverage",
    "receipts": "receipt_id,filename,sha256,profile,received_at,status,rows_read,rows_accepted,rows_quarantined,rows_ignored,"
    "intervals_new,intervals_changed,intervals_same,reason",
    "quarantine": "receipt_id,filename,sheet,row_no,reason,detail,raw",
    "findings": "meter_no,channel,date_from,date_to,enterprise_id,account_no,reason,severity,evidence,suggestion",
}


def run(home: Path, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [arguments[0], "--home", str(home), *arguments[1:]], env={"COLUMNS": "300", "LC_ALL": "C.UTF-8"})
    assert result.exit_code == code, result.output
    return result


def rows(home: Path, *arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run(home, "show", *arguments, "--format", "csv").stdout)))


@pytest.mark.parametrize("name", PUBLISHED)
def test_show__headers(reckoned_home: Path, name: str) -> None:
    text = run(reckoned_home, "show", name, "--format", "csv").stdout
    assert text.splitlines()[0] == HEADERS[name]
    assert "\r" not in text


def test_show__empty_tables_have_the_same_headers() -> None:
    for name, schema in result_schemas().items():
        if name in HEADERS:
            assert ",".join(schema.names()) == HEADERS[name]


def test_show_grades__hand_computed(reckoned_home: Path) -> None:
    # Work n emits 2976 n kWh x 0.4974 kg = 1.4802624 n t; on 10 units of value added L is 0.14802624 n and K is n / 3.
    found = rows(reckoned_home, "grades", "--period", "2025-01")
    assert [row["enterprise_id"] for row in found] == sorted(enterprise(n) for n in range(1, 7))
    graded = {row["enterprise_id"]: row for row in found}
    assert [graded[enterprise(n)]["tco2_net"] for n in range(1, 6)] == ["1.480", "2.961", "4.441", "5.921", "7.401"]
    assert [graded[enterprise(n)]["k"] for n in range(1, 6)] == ["0.3333", "0.6667", "1.0000", "1.3333", "1.6667"]
    assert [graded[enterprise(n)]["grade"] for n in range(1, 6)] == ["1", "2", "3", "4", "4"]
    assert (graded[enterprise(6)]["status"], graded[enterprise(6)]["reason"], graded[enterprise(6)]["k"]) == (
        "not_gradable",
        "below_scale",
        "",
    )


def test_show_budgets__hand_computed(reckoned_home: Path) -> None:
    # 14,880 kWh x 0.3024 kgce = 4.499712 tce on a budget of 4.
    (row,) = (row for row in rows(reckoned_home, "budgets") if row["enterprise_id"] == enterprise(5))
    found = [row[name] for name in ("as_of", "budget_tce", "used_tce", "ratio", "alert", "overrun_tce", "coverage", "last_reading_date")]
    assert found == ["2025-01-31", "4.000", "4.500", "1.1249", "red", "0.500", "1.0000", "2025-01-31"]


def test_show_tariffs__hand_computed(reckoned_home: Path) -> None:
    # (4, 4.4] holds 0.4 tce = 1322.75 kWh at 0.10, (4.4, 4.8] holds 0.099712 tce = 329.74 kWh at 0.20.
    found = [
        [row[name] for name in ("step", "excess_kwh", "rate_cny_per_kwh", "amount_cny", "trial")] for row in rows(reckoned_home, "tariffs")
    ]
    assert found == [["1", "1323", "0.1000", "132.30", "true"], ["2", "330", "0.2000", "66.00", "true"]]


@pytest.mark.parametrize("name", ["energy", "tariffs", "inventory"])
def test_show__period_keeps_the_months_within_it(reckoned_home: Path, name: str) -> None:
    assert {row["month"] for row in rows(reckoned_home, name, "--period", "2025Q1")} == {"2025-01"}
    assert rows(reckoned_home, name, "--period", "2025-02") == []


@pytest.mark.parametrize(
    ("name", "period", "said"),
    [
        ("budgets", "2024", "has budgets and surcharges of 2025, none of 2024"),
        ("tariffs", "2024-03", "has budgets and surcharges of 2025, none of 2024-03"),
        ("energy", "2024Q1", "has months from 2025-01 to 2025-01, none of 2024Q1"),
        ("inventory", "2025-02", "has months from 2025-01 to 2025-01, none of 2025-02"),
        ("tariffs", "2025-02", ""),
    ],
)
def test_show__says_beside_the_table_why_a_period_has_no_rows(reckoned_home: Path, name: str, period: str, said: str) -> None:
    result = run(reckoned_home, "show", name, "--period", period, "--json")
    assert json.loads(result.stdout) == []
    assert said in result.stderr
    assert result.stderr.count("\n") == bool(said)


def test_show__every_format_says_the_same(reckoned_home: Path, tmp_path: Path) -> None:
    expected = rows(reckoned_home, "budgets")
    parsed = json.loads(run(reckoned_home, "show", "budgets", "--json").stdout)
    assert [{name: "" if value is None else str(value) for name, value in row.items()} for row in parsed] == expected
    for suffix in ("parquet", "xlsx"):
        run(reckoned_home, "show", "budgets", "--format", suffix, "--output", str(tmp_path / f"b.{suffix}"))
    frame = pl.read_parquet(tmp_path / "b.parquet")
    assert frame["used_tce"].dtype == pl.Decimal(38, 3)
    sheet = fastexcel.read_excel(tmp_path / "b.xlsx").load_sheet(0, dtypes="string").to_polars()
    assert sheet["enterprise_id"].to_list() == [row["enterprise_id"] for row in expected]
    assert enterprise(5) in run(reckoned_home, "show", "budgets").stdout


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx", "parquet"])
def test_show__the_ending_of_the_file_names_the_format(reckoned_home: Path, tmp_path: Path, ending: str) -> None:
    for name, how in (("asked", ["--format", ending]), ("by_ending", [])):
        assert run(reckoned_home, "show", "budgets", "--output", str(tmp_path / f"{name}.{ending}"), *how).stdout == ""
    assert (tmp_path / f"by_ending.{ending}").read_bytes() == (tmp_path / f"asked.{ending}").read_bytes()


def test_page__of_the_latest_refresh_or_another(reckoned_home: Path, tmp_path: Path) -> None:
    target = tmp_path / "own.html"
    assert str(target) in run(reckoned_home, "page", "--name", "某县", "-o", str(target), "--lang", "zh").stdout
    written = target.read_text(encoding="utf-8")
    assert "<h1>某县工业碳效" in written
    assert "演示数据" not in written
    run(reckoned_home, "page", "-o", str(tmp_path / "none" / "own.html"), code=1)
    assert "2001-01-01" in run(reckoned_home, "page", "--as-of", "2001-01-01", "-o", str(target), code=1).stderr


def test_page__of_an_empty_home_says_what_to_do_first(tmp_path: Path) -> None:
    assert "ingest" in run(tmp_path, "page", code=1).stderr


@pytest.mark.parametrize("arguments", [("b.txt",), ("b",), ("b.txt", "--format", "table")])
def test_show__a_table_goes_into_a_file_too(reckoned_home: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run(reckoned_home, "show", "budgets", "--output", str(tmp_path / arguments[0]), *arguments[1:]).stdout == ""
    text = (tmp_path / arguments[0]).read_text(encoding="utf-8")
    assert enterprise(5) in text
    assert "4.500" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("b.csv", "--format", "xlsx"), "ends like another format than xlsx"),
        (("b.csv", "--json"), "ends like another format than json"),
        (("b.xlsx", "--format", "table"), "ends like another format than table"),
        (("b.pdf",), "the ending .pdf names no format"),
    ],
)
def test_show__a_file_that_ends_otherwise_is_not_written(
    reckoned_home: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run(reckoned_home, "show", "budgets", "--output", str(tmp_path / arguments[0]), *arguments[1:], code=2)
    assert said in result.stderr
    assert not list(tmp_path.iterdir())


def test_show__account_numbers_stay_text_in_a_workbook(reckoned_home: Path, tmp_path: Path) -> None:
    run(reckoned_home, "show", "tariffs", "--format", "xlsx", "--output", str(tmp_path / "t.xlsx"))
    sheet = fastexcel.read_excel(tmp_path / "t.xlsx").load_sheet(0).to_polars()
    assert sheet["account_no"].to_list() == [small_district.account(5)] * 2


def test_show__same_workbook_bytes_on_every_run(reckoned_home: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run(reckoned_home, "show", "grades", "--format", "xlsx", "--output", str(tmp_path / name))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_show__nothing_reckoned_yet(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(home, "ingest", str(small_district.write(tmp_path)[0]))
    result = run(home, "show", "grades", code=1)
    assert result.stderr == f"carbon-pipeline: {home}: nothing has been reckoned yet; run carbon-pipeline refresh --as-of DATE first\n"


@pytest.mark.parametrize("arguments", [("show", "receipts"), ("show", "quarantine", "--json"), ("show", "energy"), ("page",)])
def test_home__that_is_not_there_or_holds_nothing_is_named(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    gone = tmp_path / "county"
    assert run(gone, *arguments, code=1).stderr == f"carbon-pipeline: {gone}: there is no such home; see --home or CARBON_HOME\n"
    result = run(tmp_path, *arguments, code=1)
    assert result.stdout == ""
    assert f"{tmp_path} holds no readings and no register yet" in result.stderr


def test_show__unknown_refresh_names_those_there_are(reckoned_home: Path) -> None:
    result = run(reckoned_home, "show", "grades", "--as-of", "2025-01-30", code=1)
    assert "no refresh as of 2025-01-30" in result.stderr
    assert "2025-01-31" in result.stderr.split("there are:")[1]


def test_show__grades_of_a_period_that_was_not_graded(reckoned_home: Path) -> None:
    assert "no grades of 2024" in run(reckoned_home, "show", "grades", "--period", "2024", code=1).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("show",),
        ("show", "nonsense"),
        ("show", "grades", "--period", "2025-13"),
        ("show", "grades", "--as-of", "31.1.2025"),
        ("refresh",),
        ("ingest",),
    ],
)
def test_wrong_usage__exit_code_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    run(tmp_path, *arguments, code=2)


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("show", "grades", "--period", "2025-13"), "2025-13 不是期间", "2025-13 is no period; write a month 2025-03"),
        (("explain", "grade", "X", "--period", "25"), "25 不是期间", "25 is no period"),
        (("show", "grades", "--as-of", "31.1.2025"), "31.1.2025 不是日期", "31.1.2025 is no date; write 2025-01-31"),
        (("refresh", "--as-of", "today"), "today 不是日期", "today is no date"),
        (("refresh", "--as-of", "2025-01-31", "--period", "2025Q5"), "2025Q5 不是期间", "2025Q5 is no period"),
        (("serve", "--port", "70000"), "端口 70000 超出范围", "70000 is no port; choose one from 1 to 65535"),
        (("serve", "--port", "0"), "端口 0 超出范围", "0 is no port"),
        (("template", "t.csv"), "t.csv 应以 .xlsx 结尾", "t.csv must end in .xlsx"),
        (
            ("show", "grades", "--json", "--format", "csv"),
            "--json 与 --format csv 相互矛盾",
            "--json and --format csv contradict each other",
        ),
    ],
)
def test_wrong_usage__is_told_in_the_asked_language(tmp_path: Path, arguments: tuple[str, ...], zh: str, en: str) -> None:
    assert zh in run(tmp_path, *arguments, "--lang", "zh", code=2).stderr
    assert en in run(tmp_path, *arguments, "--lang", "en", code=2).stderr


def test_show__json_said_twice_is_no_contradiction(reckoned_home: Path) -> None:
    assert json.loads(run(reckoned_home, "show", "budgets", "--json", "--format", "json").stdout)


@pytest.mark.parametrize("arguments", [("show", "grades", "--output"), ("template",)])
def test_output__into_a_folder_that_is_not_there(reckoned_home: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = run(reckoned_home, *arguments, str(tmp_path / "no" / "x.xlsx"), code=1).stderr
    assert said == f"carbon-pipeline: {tmp_path / 'no'}: there is no such folder; make it first\n"


def test_output__that_is_a_folder(reckoned_home: Path, tmp_path: Path) -> None:
    said = run(reckoned_home, "show", "grades", "--format", "csv", "--output", str(tmp_path), "--lang", "zh", code=1).stderr
    assert said == f"carbon-pipeline: {tmp_path} 是文件夹，请给出文件名\n"


@pytest.mark.parametrize("arguments", [("show", "grades"), ("explain", "grade", enterprise(1))])
def test_grades__of_a_period_that_is_not_over_are_no_matter_of_a_refresh(reckoned_home: Path, arguments: tuple[str, ...]) -> None:
    said = run(reckoned_home, *arguments, "--period", "2031", code=1).stderr
    assert "2031 is not over as of 2025-01-31 (its last day is 2031-12-31)" in said
    assert "run carbon-pipeline refresh" not in said


def test_ingest__nothing_there(tmp_path: Path) -> None:
    result = run(tmp_path / "home", "ingest", str(tmp_path / "missing.csv"), code=1)
    assert result.stderr == f"carbon-pipeline: {tmp_path / 'missing.csv'}: there is no such file or folder\n"


def test_ingest__a_refused_file_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "note.csv").write_text("谁,什么\n我,不知道\n", encoding="utf-8")
    result = run(tmp_path / "home", "ingest", str(tmp_path / "note.csv"))
    assert "files: 1; 0 accepted, 0 partly, 1 refused, 0 duplicate" in result.stdout


def test_ingest__json_receipts(tmp_path: Path) -> None:
    register, readings = small_district.write(tmp_path)
    told = json.loads(run(tmp_path / "home", "ingest", str(register), str(readings), "--json").stdout)
    assert [(row["filename"], row["status"]) for row in told][-1] == ("readings_2025-01.csv", "accepted")
    assert told[-1]["intervals_new"] == 31 * 6 * 96


def test_ingest__with_refresh_is_both_commands_in_one(tmp_path: Path) -> None:
    files = [str(path) for path in small_district.write(tmp_path)]
    run(tmp_path / "two", "ingest", *files)
    run(tmp_path / "two", "refresh", "--as-of", "2025-01-31")
    told = run(tmp_path / "one", "ingest", *files, "--refresh", "2025-01-31").stdout
    assert told.index("readings_2025-01.csv") < told.index("results as of 2025-01-31 are up to date")
    for name in ("energy", "grades", "budgets", "tariffs", "inventory"):
        one, two = (run(tmp_path / home, "show", name, "--format", "csv").stdout for home in ("one", "two"))
        assert one == two
        assert len(one.splitlines()) > 1

    again = json.loads(run(tmp_path / "one", "ingest", *files, "--refresh", "2025-01-31", "--json").stdout)
    assert {row["status"] for row in again["receipts"]} == {"duplicate"}
    assert again["refresh"]["rows"]["tariffs"] == 2


def test_ingest__an_impossible_refresh_is_said_before_anything_is_taken_in(tmp_path: Path) -> None:
    files = [str(path) for path in small_district.write(tmp_path)]
    result = run(tmp_path / "home", "ingest", *files, "--refresh", "1999-12-31", code=1)
    assert "is out of range" in result.stderr
    assert not (tmp_path / "home").exists()


def test_refresh__empty_home(tmp_path: Path) -> None:
    assert "holds no readings and no register yet" in run(tmp_path, "refresh", "--as-of", "2025-01-31", code=1).stderr


def test_refresh__nothing_by_that_date(tmp_path: Path) -> None:
    run(tmp_path / "home", "ingest", str(small_district.write(tmp_path)[1]))
    result = run(tmp_path / "home", "refresh", "--as-of", "2024-12-31", code=1)
    assert "no readings up to 2024-12-31; the first reading is of 2025-01-01" in result.stderr


@pytest.mark.parametrize("as_of", ["1999-12-31", "2999-01-01"])
def test_refresh__as_of_out_of_range(reckoned_home: Path, as_of: str) -> None:
    assert "is out of range" in run(reckoned_home, "refresh", "--as-of", as_of, code=1).stderr


def test_refresh__period_not_over(reckoned_home: Path) -> None:
    result = run(reckoned_home, "refresh", "--as-of", "2025-01-31", "--period", "2025Q1", code=1)
    assert result.stderr.count("\n") == 1
    assert "2025Q1 is not over as of 2025-01-31" in result.stderr


def test_refresh__tells_of_a_rule_that_the_county_has_added_and_not_named(tmp_path: Path) -> None:
    home, shipped = tmp_path / "home", packaged_config() / "rules"
    run(home, "ingest", *map(str, small_district.write(tmp_path)))
    own = home / "config" / "rules" / "alerts.yaml"
    own.parent.mkdir(parents=True)
    own.write_text((shipped / "budget_alerts.yaml").read_text(encoding="utf-8").replace("id: budget", "id: own"), encoding="utf-8")
    refresh = ("refresh", "--as-of", "2025-01-31", "--period", "2025-01")
    result = run(home, *refresh, "--json")
    assert json.loads(result.stdout)["failed_checks"] == []
    assert result.stderr.startswith(f"carbon-pipeline: {own}: the rule set own_alerts_80_90_100 is not in use and changes nothing")
    active = (shipped / "active.yaml").read_text(encoding="utf-8").replace("- budget_alerts", "- own_alerts")
    own.with_name("active.yaml").write_text(active, encoding="utf-8")
    assert run(home, *refresh).stderr == ""


def test_refresh__json_summary_and_same_bytes_again(tmp_path: Path) -> None:
    run(tmp_path / "home", "ingest", *map(str, small_district.write(tmp_path)))
    told = json.loads(run(tmp_path / "home", "refresh", "--as-of", "2025-01-31", "--json").stdout)
    assert told["rows"] == {"energy": 6, "grades": 6, "budgets": 6, "tariffs": 2, "inventory": 1}
    assert told["failed_checks"] == []
    before = run(tmp_path / "home", "show", "grades", "--format", "csv").stdout
    run(tmp_path / "home", "refresh", "--as-of", "2025-01-31", "--period", "2025-01")
    assert run(tmp_path / "home", "show", "grades", "--format", "csv").stdout == before


def test_lang__chinese_by_option_and_by_locale(tmp_path: Path) -> None:
    assert "还没有可用的读数" in run(tmp_path, "show", "grades", "--lang", "zh", code=1).stderr
    result = CliRunner().invoke(app, ["show", "grades", "--home", str(tmp_path)], env={"LC_ALL": "zh_CN.UTF-8"})
    assert "还没有可用的读数" in result.stderr


@pytest.mark.parametrize("kind", [ZeroDivisionError, pl.exceptions.PanicException], ids=["an exception", "a panic, which is none"])
def test_unforeseen_error__one_line_and_details_in_a_file(
    reckoned_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    def broken(*_: object) -> None:
        raise kind("of all things")

    monkeypatch.setattr("carbon_pipeline.console.published.published", broken)
    result = run(reckoned_home, "show", "grades", code=1)
    assert f"{kind.__name__}: of all things" in result.stderr
    assert "Traceback" not in result.stderr
    assert tmp_path.exists()
    (log,) = (reckoned_home / "logs").glob("error-*.txt")
    assert "of all things" in log.read_text(encoding="utf-8")
    log.unlink()


def test_template__is_taken_back_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    run(tmp_path / "home", "template", str(path))
    assert "exists already" in run(tmp_path / "home", "template", str(path), code=1).stderr
    assert "1 accepted" in run(tmp_path / "home", "ingest", str(path)).stdout


def test_template__offers_the_carriers_and_the_streets_of_the_register(reckoned_home: Path, tmp_path: Path) -> None:
    run(reckoned_home, "template", str(tmp_path / "a.xlsx"))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        sheets = "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
    lists = re.findall("<formula1>&quot;(.*?)&quot;</formula1>", sheets) or re.findall('<formula1>"(.*?)"</formula1>', sheets)
    assert {"原煤", "天然气", "热力"} <= {carrier for one in lists for carrier in one.split(",")}
    assert "仙岩街道" in lists


@pytest.mark.parametrize("what", ["grade", "budget", "tariff"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain__down_to_meters_files_factors_and_rules(reckoned_home: Path, what: str, lang: str) -> None:
    text = run(reckoned_home, "explain", what, enterprise(5), "--lang", lang).stdout
    for part in (enterprise(5), small_district.meter(5), small_district.account(5), "readings_2025-01.csv", "企业.csv"):
        assert part in text
    assert {"grade": "grid.zhejiang.2023", "budget": "electricity.equivalent", "tariff": "zj_stepped_2021_draft"}[what] in text


def test_explain_grade__exact_fractions(reckoned_home: Path) -> None:
    told = json.loads(run(reckoned_home, "explain", "grade", enterprise(5), "--json").stdout)
    steps = {step["name"]: step["value"] for step in told["reckoning"]}
    assert (steps["tco2_net"], steps["k"], steps["grade"]) == ("7.401312", "5/3", "4")
    assert told["notes"] == []
    assert [row["wh"] for row in told["meters"]] == [14_880_000]


def test_explain__unknown_enterprise_and_period(reckoned_home: Path) -> None:
    assert "no enterprise 123" in run(reckoned_home, "explain", "grade", "123", code=1).stderr
    assert "no grades of 2024" in run(reckoned_home, "explain", "grade", enterprise(1), "--period", "2024", code=1).stderr


def test_startup__is_fast() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "carbon_pipeline.cli", "--help"], check=True, capture_output=True, text=True
    )
    assert time.monotonic() - began < 5
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"dagster", "polars", "deltalake", "pydantic", "numpy"}


def test_version__is_that_of_the_package() -> None:
    from importlib.metadata import version  # noqa: PLC0415 - only here

    assert CliRunner().invoke(app, ["--version"]).stdout == f"{version('carbon-pipeline')}\n"


def test_bench__says_which_package_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    result = run(tmp_path / "home", "bench", code=1)
    assert "bench needs the repository and its development packages (duckdb is missing)" in result.stderr
    assert not (tmp_path / "home").exists()
