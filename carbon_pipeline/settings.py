"""Where things are: the home of one county, its language, and the configuration that ships or that the county adds."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import yaml

if TYPE_CHECKING:
    from pydantic import ValidationError

Lang = Literal["zh", "en"]

HOME_VARIABLE: Final = "CARBON_HOME"
LANG_VARIABLE: Final = "CARBON_LANG"
DEFAULT_HOME: Final = ".carbon"
CONFIG: Final = "config"

YAML_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same language, but ten times as fast where libyaml is there."""


class ConfigError(ValueError):
    """A configuration file that cannot be used; the message is one line naming the file and the row."""


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
            ConfigFile(path, _read_yaml(path), is_local=index > 0)
            for index, folder in enumerate(self.config_dirs)
            for path in sorted((folder / kind).glob("*.y*ml"))
        ]

    def load_csv(self, kind: str, name: str) -> list[dict[str, str]]:
        """Rows of one CSV file of configuration (UTF-8, one header line), the shipped ones first.

        Raises:
            ConfigError: a row has more or fewer cells than the header.
        """
        paths = [folder / kind / name for folder in self.config_dirs]
        return [row for path in paths if path.is_file() for row in _read_csv(path)]


def plain_error(file: ConfigFile, where: str, error: ValidationError) -> str:
    """One line for the first thing that is wrong in a file of configuration."""
    first = error.errors(include_url=False)[0]
    field = ".".join(map(str, first["loc"])) or "the row"
    return f"{file.path}, {where}: {field}: {first['msg'].removeprefix('Value error, ')}"


def packaged_config() -> Path:
    """The configuration that ships: inside the installed package, or beside it in a working copy."""
    package = Path(__file__).parent
    installed = package / "_config"
    return installed if installed.is_dir() else package.parent / CONFIG


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), YAML_LOADER)  # noqa: S506 - both loaders are the safe one
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        msg = f"{path}: not readable as YAML in UTF-8 ({' '.join(str(error).split())})"
        raise ConfigError(msg) from error
    if not isinstance(content, dict):
        msg = f"{path}: must hold a mapping of names to values"
        raise ConfigError(msg)
    return content


def _read_csv(path: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    header: list[str] | None = None
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        for line in lines:
            if not line or line[0].startswith("#"):
                continue
            if header is None:
                header = line
            elif len(line) != len(header):
                msg = f"{path}, line {lines.line_num}: {len(line)} cells under {len(header)} headings"
                raise ConfigError(msg)
            else:
                rows.append(dict(zip(header, line, strict=True)))
    return rows
