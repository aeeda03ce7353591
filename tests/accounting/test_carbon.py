"""Coefficients of a year, and what happens where none is published."""

from __future__ import annotations

from decimal import Decimal

import pytest

from carbon_pipeline.accounting.carbon import Coefficients
from carbon_pipeline.factors import FactorError
from tests.accounting.district import shipped


def test_year__takes_the_latest_published_up_to_it() -> None:
    coefficients = Coefficients(shipped()[0], "浙江")
    assert [coefficients.of_year(year).factor_year for year in (2021, 2022, 2023, 2030)] == [2021, 2022, 2023, 2023]
    assert coefficients.of_year(2022).kgco2_per_kwh == Decimal("0.5153")
    assert coefficients.of_year(2030).kgce_per_kwh == {"当量值": Decimal("0.1229"), "等价值": Decimal("0.3024")}


def test_year__may_be_pinned() -> None:
    found = Coefficients(shipped()[0], "浙江", pinned_year=2021).of_year(2025)
    assert (found.factor_year, found.kgco2_per_kwh) == (2021, Decimal("0.5422"))


def test_year__before_the_yearly_coefficients_knows_the_calorific_alone() -> None:
    coefficients = Coefficients(shipped()[0], "浙江")
    early = coefficients.of_year(2020)
    assert dict(early.kgce_per_kwh) == {"当量值": Decimal("0.1229")}
    assert early.kgco2_per_kwh is None
    assert not early.is_complete
    with pytest.raises(FactorError, match="2020"):
        coefficients.factor_year(2020)


def test_region_or_pinned_year__that_no_table_knows_is_refused_at_once() -> None:
    with pytest.raises(FactorError, match="亚特兰蒂斯"):
        Coefficients(shipped()[0], "亚特兰蒂斯")
    with pytest.raises(FactorError, match="2031"):
        Coefficients(shipped()[0], "浙江", pinned_year=2031)
