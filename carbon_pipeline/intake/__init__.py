"""Intake: files and folders in, readings, register and receipts out; every row is accounted for."""

from __future__ import annotations

from carbon_pipeline.intake.session import ingest
from carbon_pipeline.intake.waiting import quarantine

__all__ = ["ingest", "quarantine"]
