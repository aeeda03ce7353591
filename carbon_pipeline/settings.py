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
    from pydantic import ValidationError

    from carbon_pipeline.sentences.fact import Fact

__all__ = ["ConfigError", "ConfigFile", "Lang", "Settings", "config_files", "packaged_config", "read_yaml", "wrong_in"]

HOME_VARIABLE: Final = "CARBON_HOME"
LANG_VARIABLE: Final = "CARBON_LANG"
DEFAULT_HOME: Final = ".carbon"
CONFIG: Final = "config"

_YAML: Final = (".yaml", ".yml")
_AS_TEXT: Final = tuple(f"{ending}.txt" for ending in _YAML)
"""How Windows' editor names a file that somebody calls `own.yaml`, and does not show it."""
YAML_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same language, but ten times as fast where libyaml is there."""


class ConfigError(ToldError, ValueError):
    """A configuration file that cannot be used; the sentence names the file and the row."""


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
        """Folders of configuration: what ships first, then what the county adds to it or puts in its place."""
        return packaged_config(), self.home / CONFIG

    def load_yaml(self, kind: str) -> list[ConfigFile]:
        """Read every YAML file of one kind (`factors`, `rules`, `tariffs`, ...), shipped files first, each by name.

        Raises:
            ConfigError: a file is no YAML, or holds no mapping.
        """
        return [
            ConfigFile(path, read_yaml(path), is_local=index > 0)
            for index, folder in enumerate(self.config_dirs)
            for path in config_files(folder / kind)
        ]

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
        PermissionError: the folder may not be read: shipped coefficients would silently count in the place of the county's.
        ConfigError: a file was meant to be one, and would be passed over.
    """
    if not folder.is_dir():
        return []
    shown = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    for path in shown:
        if path.name.lower().endswith(_AS_TEXT):
            raise ConfigError(fact("yaml_as_text", path=str(path)))
    return [path for path in shown if path.suffix.lower() in _YAML]


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
        content = yaml.load(path.read_text(encoding="utf-8"), YAML_LOADER)  # noqa: S506 - both loaders are the safe one
    except UnicodeDecodeError as error:
        raise ConfigError(fact("not_utf8", path=str(path))) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(fact("not_yaml", path=str(path), line=line, said=str(error.problem))) from error
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
