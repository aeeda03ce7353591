"""Checks on the surcharge list: the kWh of each step over the accounts are the enterprise's."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from carbon_pipeline.accounting.checks import Check
from carbon_pipeline.accounting.months import month_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.tariff.stepped import Stepped


def step_checks(stepped: Stepped) -> Iterator[Check]:
    """Step kWh over accounts are the enterprise's, for every month, enterprise, rule and step, before any overlap is taken out."""
    got: dict[tuple[int, str, str, int], int] = defaultdict(int)
    for line in stepped.lines:
        got[line.month, line.enterprise_id, line.rule_id, line.step or 0] += line.excess_kwh
    for excess in stepped.excesses:
        for step, kwh in enumerate(excess.step_kwh, start=1):
            key = (excess.month, excess.enterprise_id, excess.rule_id, step)
            scope = f"{month_text(excess.month)} {excess.enterprise_id} {excess.rule_id} {step}"
            yield Check("step_kwh", scope, kwh, got.pop(key, 0))
    for (month, enterprise, rule_id, step), kwh in got.items():
        yield Check("step_kwh", f"{month_text(month)} {enterprise} {rule_id} {step}", 0, kwh)
