"""Industries of GB/T 4754-2017, lists of them, and reference L."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from carbon_pipeline.industries import Industries
from carbon_pipeline.rules import Rules
from carbon_pipeline.settings import ConfigError, Settings


@pytest.fixture(scope="module")
def industries(tmp_path_factory: pytest.TempPathFactory) -> Industries:
    return Industries.load(Settings.load(tmp_path_factory.mktemp("home")))


def with_references(home: Path, rows: str) -> Industries:
    folder = home / "config" / "industries"
    folder.mkdir(parents=True)
    head = "id: own\nkind: reference_l\nsource: x\nrows:\n"
    (folder / "own.yaml").write_text(head + rows, encoding="utf-8")
    return Industries.load(Settings.load(home))


def test_load__levels_of_the_standard(industries: Industries) -> None:
    by_length = [sum(len(code) == length for code in industries.names) for length in (1, 2, 3, 4)]
    assert by_length == [20, 97, 473, 1381]
    assert len(industries.classes) == 1381


@pytest.mark.parametrize("code", ["171", "17", "9999", "", "C", "17110", "１７１１"])
def test_classes__nothing_but_classes(industries: Industries, code: str) -> None:
    assert code not in industries.classes


@pytest.mark.parametrize("code", ["1711", "0111", "6450"])
def test_classes__of_four_digits(industries: Industries, code: str) -> None:
    assert code in industries.classes


def test_name__of_every_level(industries: Industries) -> None:
    assert industries.name("17") == "纺织业"
    assert industries.name("6450") == "互联网数据服务"
    assert industries.name("9999") == "9999"


def test_lists__high_energy(industries: Industries, tmp_path: Path) -> None:
    assert industries.lists["zhejiang_eight"].holds("4411")
    assert not industries.lists["zhejiang_seven"].holds("4411")
    assert industries.lists["data_centers"].holds("6450")
    stepped = Rules.load(Settings.load(tmp_path)).stepped
    assert stepped is not None
    assert stepped.divisions == frozenset(industries.lists["zhejiang_seven"].divisions)


def test_lists__name_known_codes(industries: Industries) -> None:
    codes = {code for one in industries.lists.values() for code in (*one.divisions, *one.classes)}
    assert codes <= set(industries.names)


def test_references_on__none_ships(industries: Industries) -> None:
    assert industries.references == ()
    assert industries.references_on(date(2025, 12, 31)) == {}


def test_references_on__holds_on_its_days_and_the_later_row_stands(tmp_path: Path) -> None:
    own = with_references(
        tmp_path,
        '  - {division: "17", l: "1.5", source: 甲, status: in_force}\n'
        '  - {division: "17", l: "1.25", valid_from: 2025-01-01, valid_to: 2025-12-31, source: 乙, status: in_force}\n',
    )
    assert own.references_on(date(2024, 12, 31)) == {"17": Fraction(3, 2)}
    assert own.references_on(date(2025, 1, 1)) == own.references_on(date(2025, 12, 31)) == {"17": Fraction(5, 4)}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{division: "17", l: 1.5, source: x, status: in_force}', "l: write a number above 0"),
        ('{division: "17", l: "0", source: x, status: in_force}', "l: write a number above 0"),
        ('{division: "171", l: "1", source: x, status: in_force}', "division: String should match"),
        ('{division: "17", l: "1", status: in_force}', "source: Field required"),
    ],
)
def test_references_on__names_file_and_row(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        with_references(tmp_path, f"  - {row}\n")
    assert f"own.yaml, row 1: {said}" in str(caught.value)
