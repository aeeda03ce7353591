"""Format profiles: how one source writes its meter exports, one YAML file each, so that a new county needs no code."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from carbon_pipeline.metering.formats.cells import normalise_header
from carbon_pipeline.periods import GRID_MINUTES, MINUTES_A_DAY, TIMEZONE
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import WrongValueError
from carbon_pipeline.settings import config_files, must_be_new, packaged_config, read_yaml, wrong_in

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Kind = Literal["R", "E", "P"]
Channel = Literal["forward", "reverse"]
Quality = Literal["ok", "suspect", "invalid"]
Names = Annotated[tuple[str, ...], Field(min_length=1)]

_FOLDER = "formats"
_STEPS = (1, 3, 5, 15, 30, 60)
_ROLES = frozenset(
    {"meter_no", "account_no", "date", "stamp", "data_type", "measure_type", "value", "quality"}
    | {"point_flag", "whole_flag", "tv", "ta", "factor", "sharp", "peak", "flat", "valley"},
)
_ASPECTS = {
    "type": frozenset({"data_type", "measure_type"}),
    "multiplier": frozenset({"tv", "ta", "factor"}),
    "validity": frozenset({"quality", "point_flag", "whole_flag"}),
}
"""What columns say of how the values of a row are to be taken -> their roles."""

_PLACEHOLDERS = {"n": r"\d+", "hh": r"\d\d", "h": r"\d{1,2}", "mm": r"\d\d"}


class FormatProfile(BaseModel):
    """How one source writes its files.

    Attributes:
        id: the name that receipts show.
        title: what the source is, for people.
        layout: `wide` (a row is a day), `long` (a row is an interval), `day_read` (日冻结示值, a row is a midnight
            register) or `nem12`.
        columns: role -> accepted header names of the columns that must be there.
        optional: role -> accepted header names of the columns that may be there.
        constants: role -> text, for what the file itself does not say.
        values: of a wide file: kind -> patterns of its value columns (`P{n}`, `T{hh}{mm}`), one per point.
        kind: kind of a long or day-read file that does not name it row by row.
        measure_types: of a long file: text of the type column -> kind; rows of other types are ignored.
        types: kind -> text of the type column -> channel; rows of other types are ignored.
        quality: text of the quality column -> what it means.
        point_steps: text of 点数标志 -> minutes between the points that stand in the row.
        points: value columns of a wide file.
        step: minutes between two points of a wide or long file.
        first_point: clock time of the first value column.
        stamp: whether a stamp is its interval's start or end (a register has an instant, not an interval).
        is_day_end_same_date: a stamp of `00:00` is the end of the date that it is written with.
        midnight: which midnight of its date a day-read row means.
        is_secondary: values are secondary, to be multiplied by 综合倍率.
        zone_tolerance: kWh by which 尖+峰+平+谷 may differ from 示数.
        delimiters, encodings, missing: what the file may use; `encodings` empty = detected.
        date_order: order of a written date; `ymd` knows `2025-01-05`, `2025/1/5`, `20250105`.
        timezone: clock that dates and stamps are written in; days are kept as days of that clock.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    layout: Literal["wide", "long", "day_read", "nem12"]
    columns: dict[str, Names] = Field(default_factory=dict)
    optional: dict[str, Names] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)
    values: dict[Kind, Names] = Field(default_factory=dict)
    kind: Kind | None = None
    measure_types: dict[str, Kind] = Field(default_factory=dict)
    types: dict[Kind, dict[str, Channel]] = Field(default_factory=dict)
    quality: dict[str, Quality] = Field(default_factory=dict)
    point_steps: dict[str, int] = Field(default_factory=dict)
    points: int = 96
    step: int = GRID_MINUTES
    first_point: str = "00:00"
    stamp: Literal["start", "end"] = "start"
    is_day_end_same_date: bool = False
    midnight: Literal["start", "end"] = "end"
    is_secondary: bool = False
    zone_tolerance: str = "0.05"
    delimiters: tuple[str, ...] = (",", ";", "|", "\t")
    encodings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ("", "NULL", "-9999")
    date_order: Literal["ymd", "dmy", "mdy"] = "ymd"
    timezone: str = TIMEZONE

    @field_validator("step")
    @classmethod
    def _known_step(cls, step: int) -> int:
        if step not in _STEPS:
            raise WrongValueError(fact("step_off_grid", step=step, steps=_STEPS))
        return step

    @field_validator("first_point")
    @classmethod
    def _clock(cls, text: str) -> str:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
            raise WrongValueError(fact("no_clock_time", text=text))
        return text

    @field_validator("columns", "optional")
    @classmethod
    def _known_roles(cls, columns: dict[str, Names]) -> dict[str, Names]:
        unknown = sorted(columns.keys() - _ROLES)
        if unknown:
            raise WrongValueError(fact("no_role", role=unknown[0], roles=sorted(_ROLES)))
        return columns

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise WrongValueError(fact("no_zone", zone=name)) from error
        return name

    @model_validator(mode="after")
    def _fits_its_layout(self) -> FormatProfile:
        needed = {"wide": ("date",), "long": ("stamp", "value"), "day_read": ("date", "value"), "nem12": ()}[self.layout]
        missing = [role for role in needed if role not in self.columns]
        if missing:
            raise WrongValueError(fact("column_needed", layout=self.layout, column=missing[0]))
        if self.layout != "nem12" and "meter_no" not in self.columns and "meter_no" not in self.constants:
            raise WrongValueError(fact("meter_unnamed"))
        if self.types and "data_type" not in self.columns:
            raise WrongValueError(fact("types_without_column"))
        if self.layout == "wide":
            self._fits_a_day()
        elif self.layout == "long" and not (self.kind or self.measure_types):
            raise WrongValueError(fact("kind_unsaid"))
        return self

    def _fits_a_day(self) -> None:
        if not self.values:
            raise WrongValueError(fact("values_unsaid"))
        if self.points * self.step != MINUTES_A_DAY:
            raise WrongValueError(fact("points_no_day", points=self.points, step=self.step))
        if self.first_minute % min(self.step, GRID_MINUTES):
            raise WrongValueError(fact("first_point_off_grid", text=self.first_point, step=self.step))

    @property
    def first_minute(self) -> int:
        """Minutes from midnight to the first value column."""
        hours, minutes = self.first_point.split(":")
        return int(hours) * 60 + int(minutes)

    @cached_property
    def role_names(self) -> dict[str, frozenset[str]]:
        """Role -> normalised header names, of required and optional columns."""
        return {role: frozenset(map(normalise_header, names)) for role, names in (self.columns | self.optional).items()}

    @cached_property
    def aspects(self) -> dict[str, frozenset[str]]:
        """What columns say of how the values of a row are to be taken -> their normalised header names."""
        found = {aspect: [names for role, names in self.role_names.items() if role in roles] for aspect, roles in _ASPECTS.items()}
        return {aspect: frozenset().union(*names) for aspect, names in found.items() if names}

    @cached_property
    def value_names(self) -> dict[Kind, list[dict[str, int]]]:
        """Kind -> per pattern, normalised header name -> point index."""
        return {kind: [self._names_of(pattern) for pattern in patterns] for kind, patterns in self.values.items()}

    @cached_property
    def value_shapes(self) -> dict[Kind, list[re.Pattern[str]]]:
        """Kind -> per pattern, what any value column of it looks like, so that a file of more points is not mistaken."""
        return {kind: [_shape(pattern) for pattern in patterns] for kind, patterns in self.values.items()}

    def _names_of(self, pattern: str) -> dict[str, int]:
        minutes = [self.first_minute + index * self.step for index in range(self.points)]
        names = {_written(pattern, index, minute): index for index, minute in enumerate(minutes)}
        if minutes[-1] == MINUTES_A_DAY:
            names.setdefault(_written(pattern, self.points - 1, 0), self.points - 1)
        return names


def _written(pattern: str, index: int, minute: int) -> str:
    hours, minutes = divmod(minute, 60)
    parts = {"{n}": str(index + 1), "{hh}": f"{hours:02d}", "{h}": str(hours), "{mm}": f"{minutes:02d}"}
    for placeholder, text in parts.items():
        pattern = pattern.replace(placeholder, text)
    return normalise_header(pattern)


def _shape(pattern: str) -> re.Pattern[str]:
    text = re.escape(normalise_header(pattern))
    for placeholder, digits in _PLACEHOLDERS.items():
        text = text.replace(re.escape("{" + placeholder + "}"), digits)
    return re.compile(text)


def load_profiles(*folders: Path) -> tuple[FormatProfile, ...]:
    """Read every YAML file of the folders; a later folder replaces a profile of the same id.

    Raises:
        ConfigError: a file is no profile, or two of a folder have the same id.
    """
    profiles: dict[str, FormatProfile] = {}
    for folder in folders:
        known: dict[str, Path] = {}
        for path in config_files(folder):
            profile = read_profile(path)
            must_be_new(known, profile.id, path)
            profiles[profile.id] = profile
    return tuple(profiles[name] for name in sorted(profiles))


def read_profile(path: Path) -> FormatProfile:
    """Read one profile file.

    Raises:
        ConfigError: the file is no YAML or no profile.
    """
    content = read_yaml(path)
    try:
        return FormatProfile.model_validate(content)
    except ValidationError as error:
        name = str(content["id"]) if "id" in content else fact("without_id")
        raise wrong_in(path, fact("profile_named", id=name), error) from error


def packaged_folder() -> Path:
    """Folder of the profiles that ship."""
    return packaged_config() / _FOLDER


def profiles_of(config_folders: Iterable[Path]) -> tuple[FormatProfile, ...]:
    """Profiles under `formats/` of each configuration folder, later ones replacing earlier; see `Settings.config_dirs`."""
    return load_profiles(*(folder / _FOLDER for folder in config_folders))
