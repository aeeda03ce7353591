"""Coefficients: dated, sourced rows of `config/factors/`, and the look-ups that give a value together with its row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, Self, cast, get_args

from pydantic import Field, ValidationError, field_validator, model_validator

from carbon_pipeline.exact import parse_decimal
from carbon_pipeline.sentences.fact import fact
from carbon_pipeline.sentences.told_error import ToldError, WrongValueError
from carbon_pipeline.settings import ConfigError, must_be_new, wrong_in
from carbon_pipeline.validity import Dated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from carbon_pipeline.sentences.fact import Fact
    from carbon_pipeline.settings import ConfigFile, Settings

ELECTRICITY: Final = "电力"

Basis = Literal["calorific", "equivalent"]
Quantity = Literal["kgce", "kgco2"]
FuelUnit = Literal["kg", "m3", "MJ"]


class FactorError(ToldError, LookupError):
    """No coefficient answers the question; the sentence says which row is wanted."""


class FactorRow(Dated):
    """One coefficient with its origin.

    Attributes:
        id: name of the row, unique over all files.
        table: id of the table that it stands in.
        carrier: energy carrier in Chinese (电力, 原煤, ...).
        quantity: what it gives per unit of the carrier: standard coal `kgce` or CO2 `kgco2`.
        value: the number, exact, not below 0; of the tce of electricity above it.
        value_max: upper end where the source gives a range.
        unit: unit of the value, e.g. `kgce/kg`.
        basis: for electricity: `calorific` 当量值 or `equivalent` 等价值.
        region: for grid factors: nation, regional grid or province.
        variant: for grid factors other than the average: `residual`, `fossil`, `ets`; for fuels the data set.
        year: the year it was published for, where it is one of a yearly series; the year says when it counts, whatever its dates.
        source: document and number.
        confidence: V2 two independent sources, V1 one, D derived by arithmetic, M from memory only.
        status: `in_force`, `draft` or `assumed`.
        use: `default` rows are looked up; `reference` rows are kept for comparison only.
        ncv: net calorific value with its unit, where the source gives it.
        carbon_tc_per_tj: carbon per heat, where the source gives it.
        oxidation_percent: oxidation rate, where the source gives it.
        note: what a reader should know.
    """

    id: str = Field(min_length=1)
    table: str
    carrier: str
    quantity: Quantity
    value: Decimal = Field(ge=0)
    value_max: Decimal | None = None
    unit: str
    basis: Basis | None = None
    region: str | None = None
    variant: str | None = None
    year: int | None = None
    source: str = Field(min_length=1)
    confidence: Literal["V2", "V1", "D", "M"]
    status: Literal["in_force", "draft", "assumed"]
    use: Literal["default", "reference"] = "default"
    ncv: str | None = None
    carbon_tc_per_tj: Decimal | None = None
    oxidation_percent: Decimal | None = None
    note: str | None = None

    @field_validator("value", "value_max", "carbon_tc_per_tj", "oxidation_percent", mode="before")
    @classmethod
    def _quoted(cls, value: object) -> object:
        """A number without quotes has already been a float: refuse it, whatever it looks like."""
        if value is None or isinstance(value, Decimal):
            return value
        number = parse_decimal(value) if isinstance(value, str) else None
        if number is None:
            raise WrongValueError(fact("number_unquoted", example="0.7143", value=repr(value)))
        return number

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """A row in use says its unit in the one way that the look-ups understand, and electricity what it is of."""
        if self.use == "reference":
            return self
        what = {"kgce": "kgce", "kgco2": "kgCO2"}[self.quantity]
        units = [f"{what}/{per}" for per in (("kWh",) if self.carrier == ELECTRICITY else get_args(FuelUnit))]
        if self.unit not in units:
            raise WrongValueError(fact("factor_unit", units=units, unit=self.unit))
        has_year = self.year is not None
        says = (self.basis == "calorific" or (self.basis and has_year)) if self.quantity == "kgce" else (self.region and has_year)
        if self.carrier == ELECTRICITY and not says:
            raise WrongValueError(fact("electricity_unsaid"))
        if self.carrier == ELECTRICITY and self.quantity == "kgce" and not self.value:  # excess in tce is divided by it
            raise WrongValueError(fact("number_not_above_0", example="0.3024", value=str(self.value)))
        return self

    @property
    def per(self) -> str:
        """The unit of the carrier that the value is per."""
        return self.unit.rpartition("/")[2]

    @property
    def is_trial(self) -> bool:
        """Whether what rests on it is a trial 试算: the row is a draft or assumed."""
        return self.status != "in_force"


class YearRow(FactorRow):
    """A coefficient of a yearly series."""

    year: int


@dataclass(frozen=True, slots=True)
class FuelRow:
    """Both coefficients of a fuel or of heat, and the unit that they are per."""

    carrier: str
    unit: FuelUnit
    kgce: FactorRow
    kgco2: FactorRow


class Factors:
    """All coefficients; the later of two rows for the same thing stands, so that a county's own rows replace shipped ones."""

    def __init__(self, rows: Iterable[FactorRow]) -> None:
        """Index rows, in the order in which they were read."""
        self.rows: dict[str, FactorRow] = {row.id: row for row in rows}
        self._calorific: list[FactorRow] = []
        self._equivalent: dict[int, YearRow] = {}
        self._grid: dict[str, dict[int, YearRow]] = defaultdict(dict)
        self._fuels: dict[str, dict[Quantity, list[FactorRow]]] = defaultdict(lambda: defaultdict(list))
        for row in self.rows.values():
            if row.use == "default":
                self._index(row)

    @classmethod
    def load(cls, settings: Settings) -> Factors:
        """Read `config/factors/`, the shipped tables first; a row of a later file with a known id replaces the older.

        Raises:
            ConfigError: a row is wrong or of no use, or two of the county's files have it; the message names file and row.
        """
        files = settings.load_yaml("factors")
        known: dict[str, Path] = {}
        for file in files:
            for values in file.rows if file.is_local else ():
                must_be_new(known, values.get("id", file.path), file.path)
        read = [(file, row) for file in files for row in _rows_of(file)]
        factors = cls(row for _, row in read)
        shipped = {row.region for file, row in read if row.region and not file.is_local}
        for file, row in read:
            if file.is_local and row.use == "default":
                factors.must_be_of_use(row, file.path, shipped)
        return factors

    def must_be_of_use(self, row: FactorRow, path: Path, regions: Iterable[str]) -> None:
        """See that a row of the county answers a question that is asked: under another name it would count nowhere without a word.

        Args:
            row: the row.
            path: its file.
            regions: names of regions that ship.

        Raises:
            ConfigError: its carrier lacks the other coefficient, or its region is one that ships, with something added to the name.
        """
        if row.carrier != ELECTRICITY and not self.has_fuel(row.carrier):
            lacking = "kgco2" if row.quantity == "kgce" else "kgce"
            raise ConfigError(fact("fuel_in_part", path=str(path), id=row.id, carrier=row.carrier, lacking=lacking))
        if row.region and (meant := [name for name in regions if row.region != name and row.region.startswith(name)]):
            raise ConfigError(fact("region_named_otherwise", path=str(path), id=row.id, region=row.region, name=meant[0]))

    def electricity_tce(self, basis: Basis, year: int) -> FactorRow:
        """Standard coal per kWh of electricity.

        Args:
            basis: `calorific` 当量值 (GB/T 2589-2020: 0.1229 kgce/kWh) or `equivalent` 等价值, a yearly series.
            year: year of the data; of the series the latest row up to it is taken, of the calorific value what holds as it begins.

        Raises:
            FactorError: there is none, or the series begins later. Nothing is carried back.
        """
        if basis == "calorific":
            return _latest([row for row in self._calorific if row.holds_on(date(year, 1, 1))], fact("electricity_calorific"))
        return _of_year(self._equivalent, year, fact("electricity_equivalent"))

    def grid_co2(self, region: str, year: int, pinned: int | None = None) -> YearRow:
        """CO2 per kWh of a grid, and the year it was published for (the factor year).

        Args:
            region: 全国, a regional grid (华东) or a province (浙江).
            year: year of the data; the latest factor published up to it is taken.
            pinned: the factor year that a rule set prescribes instead, whatever the year of the data.

        Raises:
            FactorError: an unknown region, no factor up to that year, or none for the pinned one.
        """
        if region not in self._grid:
            raise FactorError(fact("region_unknown", region=region, known=self.regions))
        series, what = self._grid[region], fact("grid_factor", region=region)
        if pinned is None:
            return _of_year(series, year, what)
        if pinned not in series:
            raise FactorError(fact("factor_missing_pinned", what=what, year=pinned))
        return series[pinned]

    def fuel(self, carrier: str, day: date | None = None) -> FuelRow:
        """Coefficients of a fuel or of heat, per kg, m3 or MJ.

        Args:
            carrier: name of the carrier in Chinese, as in the register.
            day: day on which they must hold; the latest rows where none is given.

        Raises:
            FactorError: the carrier has no coefficients in use, or none on that day.
        """
        found = self._fuels.get(carrier, {})
        kgce, kgco2 = (
            _latest(
                [row for row in found.get(quantity, []) if day is None or row.holds_on(day)],
                _fuel_factor(carrier, quantity, day),
            )
            for quantity in ("kgce", "kgco2")
        )
        if kgce.per != kgco2.per:
            units = {"kgce_unit": kgce.unit, "kgco2_unit": kgco2.unit}
            raise FactorError(fact("factor_units_differ", carrier=carrier, kgce=kgce.id, kgco2=kgco2.id, **units))
        return FuelRow(carrier, cast("FuelUnit", kgce.per), kgce, kgco2)

    def has_fuel(self, carrier: str) -> bool:
        """Whether both coefficients of a carrier are in use."""
        return all(self._fuels.get(carrier, {}).get(quantity) for quantity in ("kgce", "kgco2"))

    @property
    def carriers(self) -> tuple[str, ...]:
        """Carriers other than electricity that have both coefficients, in order."""
        return tuple(sorted(filter(self.has_fuel, self._fuels)))

    @property
    def carrier_units(self) -> dict[str, FuelUnit]:
        """Unit of the coefficients of every carrier other than electricity."""
        return {carrier: self.fuel(carrier).unit for carrier in self.carriers}

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions that have a grid factor, in order."""
        return tuple(sorted(self._grid))

    def _index(self, row: FactorRow) -> None:
        if row.carrier != ELECTRICITY:
            self._fuels[row.carrier][row.quantity].append(row)
        elif row.quantity == "kgce" and row.basis == "calorific":
            self._calorific.append(row)
        elif row.quantity == "kgce" and isinstance(row, YearRow):
            self._equivalent[row.year] = row
        elif isinstance(row, YearRow) and row.region and row.variant is None:
            self._grid[row.region][row.year] = row


def _fuel_factor(carrier: str, quantity: str, day: date | None) -> Fact:
    if day is None:
        return fact("fuel_factor", carrier=carrier, quantity=quantity)
    return fact("fuel_factor_on", carrier=carrier, quantity=quantity, day=str(day))


def _latest(rows: list[FactorRow], what: Fact) -> FactorRow:
    if not rows:
        raise FactorError(fact("factor_missing", what=what))
    return max(enumerate(rows), key=lambda one: (one[1].valid_from is not None, one[1].valid_from or date.min, one[0]))[1]


def _of_year(series: dict[int, YearRow], year: int, what: Fact) -> YearRow:
    up_to = [known for known in series if known <= year]
    if not up_to:
        raise FactorError(fact("factor_missing_year", what=what, year=year))
    return series[max(up_to)]


def _rows_of(file: ConfigFile) -> Iterator[FactorRow]:
    shared = {name: value for name, value in file.content.items() if name not in {"id", "title", "rows"}}
    for number, own in enumerate(_listed(file), start=1):
        values: dict[str, Any] = {**shared, "table": file.content.get("id"), **own}
        try:
            yield (FactorRow if values.get("year") is None else YearRow).model_validate(values)
        except ValidationError as error:
            where = fact("row_named", row=number, id=str(own["id"]) if "id" in own else fact("without_id"))
            raise wrong_in(file.path, where, error) from error


def _listed(file: ConfigFile) -> list[dict[str, Any]]:
    rows, seen = file.rows, set[object]()
    for number, row in enumerate(rows, start=1):
        if row.get("id") in seen:
            raise ConfigError(fact("id_twice", path=str(file.path), row=number, id=str(row.get("id"))))
        seen.add(row.get("id"))
    return rows
