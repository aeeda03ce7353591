"""The servers of `serve`: what is said of one that does not come up."""

from __future__ import annotations

import pytest

from carbon_pipeline.serving import LOOPBACK, NoAnswerError, any_free_port, wait_until_up


def test_wait_until_up__says_for_how_long_nobody_answered() -> None:
    with pytest.raises(NoAnswerError) as caught:
        wait_until_up([], f"http://{LOOPBACK}:{any_free_port()}", patience_s=1)
    assert caught.value.seconds == 1
