"""What tests make their counties of."""

from __future__ import annotations

from typing import Final

HOME: Final = "县域 数据#1 {a}"
"""Name of a home in tests, as an office may choose it: libraries read paths as addresses, and stumble over such."""
