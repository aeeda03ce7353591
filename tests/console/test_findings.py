"""Whom a finding concerns: the owner of the meter on its first day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from carbon_pipeline.accounting.findings import FINDINGS_SCHEMA
from carbon_pipeline.console.findings import COLUMNS, all_findings
from carbon_pipeline.registry.state import SCHEMAS, Registry
from carbon_pipeline.sentences.fact import fact

if TYPE_CHECKING:
    from carbon_pipeline.settings import Lang

ACCOUNT = "3300000000001"
KEY = ACCOUNT[-10:]


def registry(*owners: tuple[str, date | None, date | None, str]) -> Registry:
    empty = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
    enterprises = pl.DataFrame({"enterprise_id": sorted({owner for owner, *_ in owners})})
    accounts = pl.DataFrame(
        [(ACCOUNT, KEY, owner, start, end, share) for owner, start, end, share in owners],
        schema=["account_no", "account_key", "enterprise_id", "date_from", "date_to", "share"],
        orient="row",
    )
    meters = pl.DataFrame(
        {
            "meter_no": "M1",
            "account_no": ACCOUNT,
            "account_key": KEY,
            "multiplier": "1",
            "direction": "consumption",
            "is_billed": True,
            "channel": "forward",
        }
    )
    filled = {"enterprises": enterprises, "accounts": accounts, "meters": meters}
    return Registry.from_frames(
        {name: pl.concat([empty[name], filled[name]], how="diagonal_relaxed") if name in filled else empty[name] for name in empty}
    )


def finding(day: date, meter: str = "M1", account: str | None = "9", evidence: str = "row 2") -> pl.DataFrame:
    row = ("M1" if meter == "M1" else meter, "forward", day, day, account, "negative_power", evidence)
    names = ["meter_no", "channel", "date_from", "date_to", "account_no", "reason", "evidence"]
    return pl.DataFrame([row], schema=names, orient="row")


def found(metered: pl.DataFrame, register: Registry, as_of: str = "2025-12-31") -> list[tuple[str | None, str | None]]:
    frame = all_findings(metered, pl.DataFrame(schema=FINDINGS_SCHEMA), register, as_of, "en")
    assert tuple(frame.columns) == COLUMNS
    return frame.select("enterprise_id", "account_no").rows()


def test_findings__the_owner_of_that_day() -> None:
    moved = registry(("A", None, date(2025, 1, 31), "1"), ("B", date(2025, 2, 1), None, "1"))
    assert found(finding(date(2025, 1, 31)), moved) == [("A", ACCOUNT)]
    assert found(finding(date(2025, 2, 1)), moved) == [("B", ACCOUNT)]


def test_findings__of_several_owners_the_largest_share() -> None:
    assert found(finding(date(2025, 1, 1)), registry(("A", None, None, "0.4"), ("B", None, None, "0.6"))) == [("B", ACCOUNT)]
    assert found(finding(date(2025, 1, 1)), registry(("A", None, None, "0.5"), ("B", None, None, "0.5"))) == [("A", ACCOUNT)]


def test_findings__an_unregistered_meter_keeps_the_account_of_its_file() -> None:
    assert found(finding(date(2025, 1, 1), meter="X"), registry(("A", None, None, "1"))) == [(None, "9")]


def test_findings__none_after_the_as_of_date_and_none_twice() -> None:
    twice = pl.concat([finding(date(2025, 1, 1))] * 2)
    assert len(found(twice, registry(("A", None, None, "1")))) == 1
    assert found(twice, registry(("A", None, None, "1")), as_of="2024-12-31") == []


def test_findings__sentences_in_both_languages() -> None:
    for lang, word in (("zh", "负"), ("en", "negative power")):
        frame = all_findings(
            finding(date(2025, 1, 1)), pl.DataFrame(schema=FINDINGS_SCHEMA), registry(("A", None, None, "1")), "2025-12-31", lang
        )  # type: ignore[arg-type]
        assert word in str(frame["evidence"][0])
        assert str(frame["evidence"][0]).endswith("row 2")
        assert frame["severity"][0] == "warning"


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "：第 5 行：最低功率 -0.5 千瓦，按 0 计"), ("en", ": row 5: lowest power -0.5 kW, reckoned as 0")]
)
def test_findings__evidence_is_told_in_the_language_of_the_reader(lang: Lang, said: str) -> None:
    kept = str(fact("power_as_zero", row=5, power="-0.5"))
    owned = registry(("A", None, None, "1"))
    frame = all_findings(finding(date(2025, 1, 1), evidence=kept), pl.DataFrame(schema=FINDINGS_SCHEMA), owned, "2025-12-31", lang)
    assert frame["evidence"][0].endswith(said)
