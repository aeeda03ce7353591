"""Where things are: the home of one county, its language, and the configuration that ships or that the county adds."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from carbon_pipeline.sentences.fact import Lang, fact
from carbon_pipeline.sentences.told_error import ToldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError
    from yaml import SafeLoader

    from carbon_pipeline.sentences.fact import Fact
else:  # the same language, but ten times as fast where libyaml is there
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

__all__ = ["ConfigError", "ConfigFile", "Lang", "Settings", "config_files", "must_be_new", "packaged_config", "read_yaml", "wrong_in"]

HOME_VARIABLE: Final = "CARBON_HOME"
LANG_VARIABLE: Final = "CARBON_LANG"
DEFAULT_HOME: Final = ".carbon"
CONFIG: Final = "config"
KINDS: Final = ("factors", "formats", "industries", "rules")
"""Folders of configuration that a county can add to."""

_YAML: Final = (".yaml", ".yml")
_AS_TEXT: Final = tuple(f"{ending}.txt" for ending in _YAML)
"""How Windows' editor names a file that somebody calls `own.yaml`, and does not show it."""


class ConfigError(ToldError, ValueError):
    """A configuration file that cannot be used; the sentence names the file and the row."""


class _RepeatedKeyError(ValueError):
    """A mapping has a key twice: the library would take the last without a word."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key = key
        self.line = line


class _Loader(SafeLoader):
    """Reads YAML in which a mapping has each key once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - as the library has it
        """The mapping of a node.

        Raises:
            _RepeatedKeyError: a key stands there twice.
        """
        seen: set[object] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise _RepeatedKeyError(key.value, key.start_mark.line + 1)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """One file of configuration as read.

    Attributes:
        path: where it stands.
        content: its mapping.
        is_local: whether the county added it, rather than that it ships.
    """

    path: Path
    content: dict[str, Any]
    is_local: bool

    @property
    def name(self) -> str:
        """Short name for messages: folder and file, e.g. `factors/fuels.yaml`."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of a file that is a list of them; one in which all are commented out has none.

        Raises:
            ConfigError: it has no such list.
        """
        rows = self.content.get("rows") or []
        if "rows" not in self.content or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ConfigError(fact("rows_not_listed", path=str(self.path)))
        return rows


@dataclass(frozen=True, slots=True)
class Settings:
    """What every part needs to know about where it runs.

    Attributes:
        home: folder that holds the county's lake, inbox, lists and own configuration.
        lang: language of sentences for people.
    """

    home: Path
    lang: Lang = "zh"

    @classmethod
    def load(cls, home: Path | str | None = None, lang: Lang | None = None) -> Settings:
        """Settings of a home: the given one, else `$CARBON_HOME`, else `./.carbon`."""
        chosen = lang or ("en" if os.environ.get(LANG_VARIABLE, "").lower().startswith("en") else "zh")
        return cls(Path(home or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME).expanduser().absolute(), chosen)

    @property
    def config_dirs(self) -> tuple[Path, Path]:
        """Folders of configuration: what ships first, then what the county adds to it or puts in its place.

        Raises:
            ConfigError: the county has added a file where nothing reads it.
        """
        own = self.home / CONFIG
        _must_all_be_read(own)
        return packaged_config(), own

    def load_yaml(self, kind: str) -> list[ConfigFile]:
        """Read every YAML file of one of `KINDS`, shipped files first, each by name.

        Raises:
            ConfigError: a file is no YAML, holds no mapping, or has the id of another beside it.
        """
        found: list[ConfigFile] = []
        for index, folder in enumerate(self.config_dirs):
            known: dict[str, Path] = {}
            for path in config_files(folder / kind):
                file = ConfigFile(path, read_yaml(path), is_local=index > 0)
                must_be_new(known, file.content.get("id", path), path)
                found.append(file)
        return found

    def load_csv(self, kind: str, name: str) -> list[dict[str, str]]:
        """Rows of one CSV file of configuration (UTF-8, one header line), the shipped ones first.

        Raises:
            ConfigError: a row has more or fewer cells than the header.
        """
        paths = [folder / kind / name for folder in self.config_dirs]
        return [row for path in paths if path.is_file() for row in _read_csv(path)]


def config_files(folder: Path) -> list[Path]:
    """YAML files of a folder by name, without the hidden ones that editors and systems leave beside them.

    Raises:
        OSError: it may not be read, is a file or leads nowhere: shipped coefficients would silently count in the place of the county's.
        ConfigError: a file was meant to be one, and would be passed over.
    """
    if not os.path.lexists(folder):
        return []
    shown = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    for path in shown:
        if path.name.lower().endswith(_AS_TEXT):
            raise ConfigError(fact("yaml_as_text", path=str(path)))
    return [path for path in shown if path.suffix.lower() in _YAML]


def _must_all_be_read(folder: Path) -> None:
    """See that every YAML file lies where files are read, in no folder of another name, beside these folders or deeper."""
    for path in _yaml_below(folder) if os.path.lexists(folder) else ():
        if path.parent.parent != folder or path.parent.name not in KINDS:
            raise ConfigError(fact("config_not_read", path=str(path), folder=str(folder), kinds=list(KINDS)))


def _yaml_below(folder: Path) -> Iterator[Path]:
    for path in sorted(path for path in folder.iterdir() if not path.name.startswith(".")):
        if path.is_dir() and not path.is_symlink():
            yield from _yaml_below(path)
        elif path.name.lower().endswith((*_YAML, *_AS_TEXT)):
            yield path


def must_be_new(known: dict[str, Path], name: object, path: Path) -> None:
    """See that no two files of one folder say something under the same id: the one with the later name would count without a word.

    Args:
        known: files by what they have said; the new one is added.
        name: the id.
        path: the file that says it.

    Raises:
        ConfigError: another file has said it.
    """
    other = known.setdefault(str(name), path)
    if other != path:
        raise ConfigError(fact("id_in_two_files", path=str(path), other=str(other), id=str(name)))


def wrong_in(path: Path, where: Fact, error: ValidationError) -> ConfigError:
    """The first thing that is wrong in a file of configuration."""
    from carbon_pipeline.sentences.wrong_value import first_wrong  # noqa: PLC0415 - only a wrong file needs it

    field, problem = first_wrong(error)
    return ConfigError(fact("wrong_in", path=str(path), where=where, field=field, problem=problem))


def packaged_config() -> Path:
    """The configuration that ships: inside the installed package, or beside it in a working copy."""
    package = Path(__file__).parent
    installed = package / "_config"
    return installed if installed.is_dir() else package.parent / CONFIG


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping that a YAML file holds.

    Raises:
        ConfigError: the file is no YAML, or holds no mapping.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - both loaders below it are the safe one
    except UnicodeDecodeError as error:
        raise ConfigError(fact("not_utf8", path=str(path))) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(fact("not_yaml", path=str(path), line=line, said=str(error.problem))) from error
    except _RepeatedKeyError as error:
        raise ConfigError(fact("key_twice", path=str(path), line=error.line, key=error.key)) from error
    except (yaml.YAMLError, ValueError) as error:  # the library names no line of these
        raise ConfigError(fact("not_yaml_value", path=str(path), said=str(error))) from error
    if not isinstance(content, dict):
        raise ConfigError(fact("not_mapping", path=str(path)))
    return content


def _read_csv(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(fact("not_utf8", path=str(path))) from error
    rows: list[dict[str, str]] = []
    header: list[str] | None = None
    lines = csv.reader(io.StringIO(text, newline=""))
    for line in lines:
        if not line or line[0].startswith("#"):
            continue
        if header is None:
            header = line
        elif len(line) != len(header):
            counts = {"cells": len(line), "headings": len(header)}
            raise ConfigError(fact("cells_and_headings", path=str(path), line=lines.line_num, **counts))
        else:
            rows.append(dict(zip(header, line, strict=True)))
    return rows
