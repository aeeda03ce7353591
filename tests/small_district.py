"""A district small enough to reckon by hand: six works, one meter each, the same load all through January 2025."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from carbon_pipeline.intake.session import ingest
from carbon_pipeline.lake.store import Store
from carbon_pipeline.registry.credit_code import check_character
from carbon_pipeline.settings import Settings
from tests.builders import HOME

if TYPE_CHECKING:
    from pathlib import Path

AS_OF: Final = date(2025, 1, 31)
WORKS: Final = 6
"""Works 1 to 5 are above scale and spin cotton (1711); work 6 is below scale. Work n takes n kWh in every quarter of an hour."""
_FIRST: Final = date(2025, 1, 1)


def enterprise(number: int) -> str:
    """Credit code of a work."""
    body = f"91330304MA0000{number:03d}"
    return body + check_character(body)


def account(number: int) -> str:
    """Account of a work."""
    return f"330{number:010d}"


def meter(number: int) -> str:
    """Meter of a work."""
    return f"M{number:03d}"


def sheets() -> dict[str, str]:
    """The register as CSV sheets."""
    works = range(1, WORKS + 1)
    return {
        "企业": "统一社会信用代码,企业名称,行业代码,镇街,规上,用地面积(亩),数据中心,两高\n"
        + "".join(f"{enterprise(n)},第{n}纺织厂,1711,仙岩街道,{'是' if n < WORKS else '否'},10,否,否\n" for n in works),
        "户号": "户号,统一社会信用代码,起始日期,终止日期,份额\n" + "".join(f"{account(n)},{enterprise(n)},,,\n" for n in works),
        "电表": "电能表资产号,户号,综合倍率,方向,计费,起始日期,终止日期\n"
        + "".join(f"{meter(n)},{account(n)},1,用电,是,,\n" for n in works),
        "经济指标": "统一社会信用代码,期间,增加值(万元),产值(万元),税收(万元),从业人数,研发费用(万元)\n"
        + "".join(f"{enterprise(n)},2025-01,10,,,,\n" for n in works),
        "用能预算": f"统一社会信用代码,年度,预算(吨标准煤),口径,生效日期,文号\n{enterprise(5)},2025,4,等价值,,瓯发改〔2025〕1号\n",
    }


def export(first: date = _FIRST, last: date = AS_OF, times: int = 1) -> str:
    """Readings of all works from one day to another as a wide CSV; `times` as much as usual."""
    header = ",".join(f"T{minute // 60:02d}{minute % 60:02d}" for minute in range(0, 1440, 15))
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    rows = (f"{meter(n)},{day},{','.join([str(n * times)] * 96)}\n" for day in days for n in range(1, WORKS + 1))
    return f"meter_no,date,{header}\n" + "".join(rows)


def write(folder: Path) -> tuple[Path, Path]:
    """Write register and export into a folder; gives their paths."""
    register, readings = folder / "register", folder / "readings_2025-01.csv"
    register.mkdir(parents=True)
    for name, text in sheets().items():
        (register / f"{name}.csv").write_text(text, encoding="utf-8")
    readings.write_text(export(), encoding="utf-8")
    return register, readings


def reckon(folder: Path) -> Settings:
    """Write the district into a folder, take it into the home there, and refresh."""
    from tests.builders.recorded import run_refresh  # noqa: PLC0415 - only some tests need Dagster

    settings = Settings.load(folder / HOME, "en")
    ingest(Store(settings.home), settings, write(folder))
    assert run_refresh(settings, AS_OF) == []
    return settings


def correct(settings: Settings, sheet: str, old: str, new: str) -> None:
    """Send a sheet of the register again with another text in it, after `reckon`."""
    path = settings.home.parent / "register" / f"{sheet}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    ingest(Store(settings.home), settings, [path])
