"""Which refresh an explanation is of, what it says of later changes, and which files it names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.console.errors import CommandError
from carbon_pipeline.console.explaining import explanation
from carbon_pipeline.lake.store import Store
from carbon_pipeline.periods import parse_period
from carbon_pipeline.settings import Settings
from tests import small_district
from tests.builders import register
from tests.builders.county import County
from tests.builders.exports import JAN1, wide
from tests.small_district import enterprise

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("what", ["budget", "tariff"])
def test_period__of_another_year_than_the_refresh_is_refused(reckoned_home: Path, what: str) -> None:
    store, settings = Store(reckoned_home), Settings.load(reckoned_home, "en")
    with pytest.raises(CommandError) as refused:
        explanation(store, settings, what, enterprise(5), period=parse_period("2024"))
    assert refused.value.key == "other_year"
    assert explanation(store, settings, what, enterprise(5), period=parse_period("2025-01")).sections["result"]


def test_period__of_months_that_are_not_over_has_no_surcharges(reckoned_home: Path) -> None:
    store, settings = Store(reckoned_home), Settings.load(reckoned_home, "en")
    with pytest.raises(CommandError) as refused:
        explanation(store, settings, "tariff", enterprise(5), period=parse_period("2025-12"))
    assert refused.value.key == "no_month_over"


@pytest.mark.parametrize(
    ("written", "key", "told"),
    [
        (small_district.account(5), "named_otherwise", {"known": enterprise(5)}),
        ("第5纺织厂", "named_otherwise", {"known": enterprise(5)}),
        ("123", "unknown_enterprise", {"enterprise": "123"}),
    ],
    ids=["account", "name", "neither"],
)
def test_enterprise__named_otherwise_is_told_its_code(reckoned_home: Path, written: str, key: str, told: dict[str, str]) -> None:
    with pytest.raises(CommandError) as refused:
        explanation(Store(reckoned_home), Settings.load(reckoned_home, "en"), "grade", written)
    assert refused.value.key == key
    assert told.items() <= refused.value.details.items()


def test_enterprise__small_letters_and_blanks_are_no_other_code(reckoned_home: Path) -> None:
    store, settings = Store(reckoned_home), Settings.load(reckoned_home, "en")
    assert explanation(store, settings, "budget", f" {enterprise(5).lower()} ").enterprise_id == enterprise(5)


def test_notes__a_surcharge_that_no_longer_stands_is_stale(tmp_path: Path) -> None:
    settings = small_district.reckon(tmp_path)
    store = Store(settings.home)
    assert "stale" not in explanation(store, settings, "tariff", enterprise(5)).notes
    small_district.correct(settings, "用能预算", ",4,", ",3,")
    assert "stale" in explanation(store, settings, "tariff", enterprise(5)).notes


def test_files__rows_of_the_register_that_speak_of_others_are_not_named(tmp_path: Path) -> None:
    """M12 is not M1, and whoever shares the account is known by its last ten digits."""
    county, a, b = County(tmp_path), {"统一社会信用代码": register.A}, {"统一社会信用代码": register.company(2)}
    of_b = {"电能表资产号": "M12", "户号": "3309999999999", "综合倍率": "1"}
    county.take(
        register.sheets(企业=[a, b], 户号=[a | {"份额": "0.5"}, b | {"户号": "3309999999999"}], 电表=[{"综合倍率": "1"}, of_b])
        | {"a.csv": wide({JAN1: "1"}), "b.csv": wide({JAN1: "1"}, meter="M12")}
    )
    (of_other,) = county.take(register.sheets(电表=[of_b | {"综合倍率": "2"}]))
    (of_shared,) = county.take(register.sheets(户号=[b | {"份额": "0.5"}]))
    county.refresh(date(2025, 1, 31))
    files = explanation(county.store, county.settings, "budget", register.A).sections["files"]
    named = {str(row["receipt_id"]): row["rows_here"] for row in files}
    assert of_other["receipt_id"] not in named
    assert named[of_shared["receipt_id"]] == 1
    assert {str(row["filename"]): row["rows_here"] for row in files} == {"企业.csv": 1, "户号.csv": 1, "电表.csv": 1, "a.csv": 1}


def test_files__the_register_that_closes_the_last_day_is_named(tmp_path: Path) -> None:
    from carbon_pipeline.intake.session import ingest  # noqa: PLC0415
    from tests.builders.recorded import run_refresh  # noqa: PLC0415 - only here

    settings = Settings.load(tmp_path / "home", "en")
    store = Store(settings.home)
    register, _ = small_district.write(tmp_path)
    days = {"first": date(2025, 1, 30), "last": date(2025, 1, 31), "after": date(2025, 2, 1)}
    paths = []
    for at, (name, day) in enumerate(days.items()):
        paths.append(tmp_path / f"{name}.csv")
        paths[-1].write_text(f"户号,电能表资产号,数据日期,示数类型,示数\n,{small_district.meter(1)},{day},1,{at}00\n", encoding="utf-8")
    ingest(store, settings, [register, *paths])
    run_refresh(settings, date(2025, 1, 31))
    files = explanation(store, settings, "grade", enterprise(1), period=parse_period("2025-01")).sections["files"]
    assert {"first.csv", "last.csv"} <= {str(row["filename"]) for row in files}
    assert "after.csv" not in {str(row["filename"]) for row in files}


def _register_rows(settings: Settings, work: int) -> int:
    """Rows of the register that an explanation of a work's budget names."""
    files = explanation(Store(settings.home), settings, "budget", enterprise(work)).sections["files"]
    return sum(int(str(row["rows_here"])) for row in files if row["profile"] == "register")


def test_files__register_rows_of_its_account_and_silent_meters_count_and_no_others(tmp_path: Path) -> None:
    settings = small_district.reckon(tmp_path)
    before, neighbour = _register_rows(settings, 1), _register_rows(settings, 2)
    # Its own row replaced, another owner of its account, a meter without readings: three rows more. A meter whose number
    # holds that of its own is none of them.
    own, after = f"{small_district.account(1)},{enterprise(1)},,", f"{small_district.account(1)},{enterprise(2)},2026-01-01,"
    small_district.correct(settings, "户号", f"{own},\n", f"{own}2025-12-31,\n{after},\n")
    more = f"NEW,{small_district.account(1)},1,用电,是,2025-01-31,\n{small_district.meter(1)}9,{small_district.account(3)},1,用电,是,,\n"
    small_district.correct(settings, "电表", f"{small_district.meter(1)},{small_district.account(1)},1,用电,是,,\n", more)
    assert _register_rows(settings, 1) == before + 3
    assert _register_rows(settings, 2) == neighbour + 1


def test_meters__of_former_years_that_decide_a_surcharge_are_told(tmp_path: Path) -> None:
    settings = small_district.reckon(tmp_path)
    (budget,) = explanation(Store(settings.home), settings, "tariff", enterprise(5)).sections["budgets"]
    assert budget["year"] == 2025
    readings = tmp_path / "readings_2024.csv"
    readings.write_text(small_district.export(date(2024, 3, 1), date(2024, 3, 2), times=4), encoding="utf-8")
    small_district.correct(settings, "用能预算", f"{enterprise(5)},2025,4", f"{enterprise(5)},2024,1")
    from carbon_pipeline.intake.session import ingest  # noqa: PLC0415 - only here

    ingest(Store(settings.home), settings, [readings])
    from tests.builders.recorded import run_refresh  # noqa: PLC0415 - only here

    run_refresh(settings, small_district.AS_OF)
    told = explanation(Store(settings.home), settings, "tariff", enterprise(5))
    assert [(row["date_from"], row["wh"]) for row in told.sections["meters"]] == [
        (date(2024, 1, 1), 2 * 96 * 20_000),
        (date(2025, 1, 1), 31 * 96 * 5_000),
    ]
