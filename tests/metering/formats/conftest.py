"""Small files read as large ones are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.metering.formats import tables

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", params=["as texts", "by machine code"])
def _either_way(request: pytest.FixtureRequest) -> Iterator[None]:
    """For modules whose tests must hold however a body is read: by its size alone nothing may differ."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "by machine code":
            patch.setattr(tables, "BULK", 0)
        yield
