"""Findings of the surcharge list: excess that no account can bear, or that cannot be told in kWh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon_pipeline.accounting.findings import Finding
from carbon_pipeline.accounting.months import first_day, last_day, month_text
from carbon_pipeline.accounting.publish import mass
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from carbon_pipeline.tariff.lines import Homeless
    from carbon_pipeline.tariff.stepped import Excess


def homeless_findings(homeless: Iterable[Homeless]) -> Iterator[Finding]:
    """Months in which an enterprise is above its budget and none of its accounts has any import to bear it (`excess_without_account`)."""
    for one in homeless:
        evidence = str(fact("month_excess_kwh", month=month_text(one.month), rule_id=one.rule_id, excess_kwh=one.excess_kwh))
        days = (first_day(one.month), last_day(one.month))
        yield Finding(None, None, *days, one.enterprise_id, None, "excess_without_account", evidence)


def unpriced_findings(unpriced: Iterable[Excess]) -> Iterator[Finding]:
    """Months above the budget in a year without a coefficient of its basis, hence without kWh (`excess_without_coefficient`)."""
    for one in unpriced:
        evidence = str(fact("month_excess_tce", month=month_text(one.month), rule_id=one.rule_id, excess_tce=str(mass(one.tce))))
        days = (first_day(one.month), last_day(one.month))
        yield Finding(None, None, *days, one.enterprise_id, None, "excess_without_coefficient", evidence)
