"""Sheets of the register workbook in few words: a row says what differs from one that is always right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.registry.build import _FILLED, A, as_csv, company

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Row = dict[str, str]
ACCOUNT, METER = "3301234567890", "M1"


def sheets(**rows: Sequence[Row]) -> dict[str, bytes]:
    """CSV files of a register, by file name."""
    return {f"{name}.csv": sheet(name, *of_sheet) for name, of_sheet in rows.items()}


def sheet(name: str, *rows: Row) -> bytes:
    """The bytes of one sheet."""
    return as_csv(name, [_FILLED[name] | row for row in rows])


def single(enterprise: Row | None = None, meter: Row | None = None, **more: Sequence[Row]) -> dict[str, bytes]:
    """A register of one enterprise with one account and one meter of multiplier 1."""
    meters = [{"电能表资产号": METER, "综合倍率": "1"} | (meter or {})]
    return sheets(**{"企业": [enterprise or {}], "户号": [{}], "电表": meters} | more)


def without(files: Mapping[str, bytes], *names: str) -> dict[str, bytes]:
    """Files but those of some names."""
    return {name: content for name, content in files.items() if name not in names}


__all__ = ["ACCOUNT", "METER", "A", "Row", "company", "sheet", "sheets", "single", "without"]
