"""Starts one command, waits for it, and writes what it took as JSON; a small process of its own.

Linux counts the memory of the process that forks into the peak of the child, so that a benchmark must not fork itself.
Run as `python -I -S launcher.py PROGRAM ARGUMENT...`; the command's own output is dropped.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from contextlib import suppress

_LOOK_S = 0.1
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def main() -> None:
    """Run the command of the arguments."""
    quiet = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0o600)
    begin = time.perf_counter()
    child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[quiet])
    beside: dict[str, int] = {}
    threading.Thread(target=_watch, args=(child, beside), daemon=True).start()
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begin
    code = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    peak = usage.ru_maxrss + sum(beside.values())
    sys.stdout.write(json.dumps({"code": code, "seconds": seconds, "cpu_seconds": cpu, "peak_kib": peak}))


def _watch(parent: int, peaks: dict[str, int]) -> None:
    """Keep the highest resident memory, in KiB, of each process that a command has started, while there are any."""
    with suppress(OSError):
        while True:
            with open(f"/proc/{parent}/task/{parent}/children") as children:  # noqa: PTH123 - without the modules that Path needs
                for child in children.read().split():
                    with suppress(OSError), open(f"/proc/{child}/status") as status:  # noqa: PTH123
                        if found := _PEAK.search(status.read()):
                            peaks[child] = int(found[1])
            time.sleep(_LOOK_S)


if __name__ == "__main__":
    main()
