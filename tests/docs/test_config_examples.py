"""The configuration that the documents show can be used as it stands, and does what is said of it."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.factors import Factors
from carbon_pipeline.industries import Industries
from carbon_pipeline.metering.formats.profiles import profiles_of
from carbon_pipeline.rules import Rules
from carbon_pipeline.settings import Settings
from docs.generate import ROOT
from docs.reference import documents

if TYPE_CHECKING:
    from pathlib import Path

_YAML = re.compile(r"^(?P<indent> *)```yaml\n(?P<body>.*?)^ *```", re.MULTILINE | re.DOTALL)


def examples() -> dict[str, str]:
    """Text of every example by the path in the home that its first line names."""
    found = {}
    for path in documents(ROOT):
        for match in _YAML.finditer(path.read_text(encoding="utf-8")):
            body = textwrap.dedent(match["body"])
            found[body.splitlines()[0].removeprefix("# HOME/")] = body
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name, body in examples().items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(body, encoding="utf-8")
    return Settings.load(tmp_path, "en")


def test_examples__name_the_file_that_they_are() -> None:
    assert all(re.fullmatch(r"config/(factors|rules|industries|formats)/\w+\.yaml", name) for name in examples())
    assert {name.split("/")[1] for name in examples()} == {"factors", "rules", "industries", "formats"}


def test_factors__the_new_rows_are_taken_from_their_year_on(settings: Settings) -> None:
    factors, before = Factors.load(settings), Factors.load(Settings.load("nowhere"))
    assert factors.grid_co2("浙江", 2025).value == Decimal("0.4800")
    assert factors.grid_co2("浙江", 2023).value == before.grid_co2("浙江", 2023).value
    assert factors.electricity_tce("equivalent", 2025).value == Decimal("0.2985")
    assert factors.electricity_tce("equivalent", 2024).value == before.electricity_tce("equivalent", 2024).value


def test_rules__the_differential_tariff_is_switched_on(settings: Settings) -> None:
    rules, before = Rules.load(settings), Rules.load(Settings.load("nowhere"))
    assert rules.differential is not None
    assert before.differential is None
    assert set(before.active.rules) < set(rules.active.rules)


def test_industries__the_reference_holds_in_its_year(settings: Settings) -> None:
    def reference(day: date) -> object:
        return Industries.load(settings).references_on(day).get("17")

    assert reference(date(2025, 12, 31)) is not None
    assert reference(date(2026, 1, 31)) is None


def test_formats__the_county_s_profiles_stand_beside_those_that_ship(settings: Settings) -> None:
    shipped = {profile.id for profile in profiles_of(Settings.load("nowhere").config_dirs)}
    assert {profile.id for profile in profiles_of(settings.config_dirs)} == shipped | {"county_hourly", "county_registers"}
