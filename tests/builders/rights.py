"""A folder without rights, also for tests that run as root, who may read every one."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def close(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody see what a folder holds."""
    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, _but(folder, getattr(os, name)))


def _but(folder: Path, look: Any) -> Any:
    def looked(path: Any = ".") -> Any:
        if str(path) == str(folder):
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return look(path)

    return looked
