"""Where configuration is found, and what is said of a file that cannot be used."""

from pathlib import Path

import pytest

from carbon_pipeline.settings import ConfigError, Settings, packaged_config
from tests.builders.rights import close


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path)


def put(settings: Settings, name: str, text: str) -> Path:
    path = settings.home / "config" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_load__home_is_the_given_one_else_the_variable_else_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CARBON_HOME", raising=False)
    assert Settings.load().home == tmp_path / ".carbon"
    monkeypatch.setenv("CARBON_HOME", str(tmp_path / "county"))
    assert Settings.load().home == tmp_path / "county"
    assert Settings.load(tmp_path / "other").home == tmp_path / "other"


@pytest.mark.parametrize(("variable", "expected"), [("", "zh"), ("en", "en"), ("en_GB.UTF-8", "en"), ("zh_CN", "zh"), ("fr", "zh")])
def test_load__language(variable: str, expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CARBON_LANG", variable)
    assert Settings.load(tmp_path).lang == expected
    assert Settings.load(tmp_path, "en").lang == "en"


def test_load_yaml__shipped_files_first(settings: Settings) -> None:
    own = put(settings, "rules/a.yaml", "id: a\n")
    files = settings.load_yaml("rules")
    assert files[-1].path == own
    assert files[-1].is_local
    assert files[-1].name == "rules/a.yaml"
    assert not any(file.is_local for file in files[:-1])
    assert [file.path.parent for file in files[:-1]] == [packaged_config() / "rules"] * (len(files) - 1)


def test_load_yaml__kind_without_files(settings: Settings) -> None:
    assert settings.load_yaml("nothing") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b\nc: d: e", "not readable as YAML, see line 2"),
        ("- 1\n", "must hold a mapping"),
        ("", "must hold a mapping"),
        ("id: a\nvalid_from: 2025-13-01\n", "no such date or number (month must be in 1..12)"),
        ("id: a\ntitle: \x07\n", "a character that YAML does not allow"),
    ],
)
def test_load_yaml__names_the_file(settings: Settings, text: str, said: str) -> None:
    path = put(settings, "rules/bad.yaml", text)
    with pytest.raises(ConfigError) as caught:
        settings.load_yaml("rules")
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_load_yaml__of_another_encoding(settings: Settings) -> None:
    path = put(settings, "rules/bad.yaml", "")
    path.write_bytes("title: 规则".encode("gb18030"))
    with pytest.raises(ConfigError, match="UTF-8"):
        settings.load_yaml("rules")


def test_load_csv__skips_comments_and_adds_the_countys_rows(settings: Settings) -> None:
    put(settings, "own/list.csv", "\ufeff# a comment\ncode,name\n01,甲\n\n02,乙\n")
    assert settings.load_csv("own", "list.csv") == [{"code": "01", "name": "甲"}, {"code": "02", "name": "乙"}]
    assert settings.load_csv("own", "other.csv") == []


def test_load_csv__names_the_line(settings: Settings) -> None:
    path = put(settings, "own/list.csv", "# a comment\ncode,name\n01\n")
    with pytest.raises(ConfigError) as caught:
        settings.load_csv("own", "list.csv")
    assert str(caught.value) == f"{path}, line 3: 1 cells under 2 headings"


def test_load_csv__of_another_encoding(settings: Settings) -> None:
    put(settings, "own/list.csv", "").write_bytes("code,name\n01,甲\n".encode("gb18030"))
    with pytest.raises(ConfigError, match=r"list\.csv: not in UTF-8"):
        settings.load_csv("own", "list.csv")


def test_load_yaml__without_what_editors_leave_and_whatever_the_case_of_the_ending(settings: Settings) -> None:
    own = [put(settings, f"factors/{name}", f"id: {name}\n") for name in ("A.YAML", "b.yml")]
    for name in (".c.yaml.swp", "._c.yaml", "c.yaml~", "c.yaml.bak"):
        put(settings, f"factors/{name}", "\x00")
    (own[0].parent / ".#b.yml").symlink_to("somebody@machine.1")
    assert [file.path for file in settings.load_yaml("factors") if file.is_local] == own


def test_load_yaml__a_file_that_would_be_passed_over_is_told(settings: Settings) -> None:
    path = put(settings, "factors/own.yaml.txt", "id: a\n")
    with pytest.raises(ConfigError) as caught:
        settings.load_yaml("factors")
    assert str(caught.value) == f"{path}: a file that ends in .txt is not read; take .txt off its name"


@pytest.mark.parametrize(
    "name", ["own.yaml", "factor/own.yml", "Factors/OWN.YAML", "factors/2026/own.yaml", "tariffs/own.yaml", "rule/own.yaml.txt"]
)
def test_config_dirs__a_file_where_nothing_reads_it_is_told(settings: Settings, name: str) -> None:
    put(settings, "factors/right.yaml", "id: a\n")
    path = put(settings, name, "id: a\n")
    with pytest.raises(ConfigError) as caught:
        settings.load_yaml("rules")
    assert str(caught.value).startswith(f"{path}: a file here is not read; put it straight into factors, formats, industries, rules under")


def test_config_dirs__what_is_no_configuration_may_lie_there(settings: Settings) -> None:
    for name in ("README.md", ".git/a.yaml", ".own.yaml", "factors/notice.pdf", "sources/notice.pdf", "own.yaml.bak"):
        put(settings, name, "")
    assert not any(file.is_local for file in settings.load_yaml("factors"))


@pytest.mark.parametrize("name", ["config", "config/factors"])
def test_load_yaml__a_folder_that_is_a_file_or_leads_nowhere_is_not_taken_for_an_empty_one(settings: Settings, name: str) -> None:
    path = settings.home / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    with pytest.raises(NotADirectoryError, match=name):
        settings.load_yaml("factors")
    path.unlink()
    path.symlink_to("nowhere")
    with pytest.raises(FileNotFoundError, match=name):
        settings.load_yaml("factors")


def test_load_yaml__a_folder_that_may_not_be_read_is_not_taken_for_an_empty_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = put(settings, "factors/own.yaml", "id: a\n").parent
    assert settings.load_yaml("factors")[-1].is_local
    close(folder, monkeypatch)
    with pytest.raises(PermissionError, match="factors"):
        settings.load_yaml("factors")
