"""Lock files: who holds one keeps others out, and lets go with its process, however that ends."""

from __future__ import annotations

import fcntl
import math
import time
from typing import IO, Any, Final

_RETRY_S: Final = 0.1


def take(lock: IO[Any], patience_s: float = math.inf) -> bool:
    """Take a lock file until it is closed, and say whether it was to be had in time.

    The kernel's own lock, since the library of the trade takes a tenth of a second to load, at every command.

    Args:
        lock: the open file.
        patience_s: how long to wait while another process holds it.
    """
    give_up = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up:
                return False
            time.sleep(_RETRY_S)
        else:
            return True
