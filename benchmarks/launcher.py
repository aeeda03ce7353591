"""Starts one command, waits for it, and writes what it took as JSON; a small process of its own.

Linux counts the memory of the process that forks into the peak of the child, so that a benchmark must not fork itself.
Run as `python -I -S launcher.py PROGRAM ARGUMENT...`; the command's own output is dropped.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> None:
    """Run the command of the arguments."""
    quiet = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0o600)
    begin = time.perf_counter()
    child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[quiet])
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begin
    code = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    sys.stdout.write(json.dumps({"code": code, "seconds": seconds, "cpu_seconds": cpu, "peak_kib": usage.ru_maxrss}))


if __name__ == "__main__":
    main()
