"""How the process of a command is set up: no search for garbage in so short a life, and memory that is kept for the next file."""

from __future__ import annotations

import atexit
import gc
import os
from typing import Final

_OBJECTS: Final = 1_000_000
"""How many objects may be added before Python looks among them for garbage that its reference counts have missed."""
ALLOCATOR: Final = ("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000")
"""Variable and settings of Polars' allocator, jemalloc, which reads them when Polars is first imported."""


def be_brief() -> None:
    """Set the process up for the few seconds of a command.

    Left alone, Python walks over all its objects again and again while thousands of classes are imported, none of which is
    garbage, and once more before it ends, when the system is about to take everything back at once anyway: a third of the
    time of a small refresh. Upper bounds stay: past `_OBJECTS` it looks as always.
    """
    gc.set_threshold(_OBJECTS)
    atexit.register(gc.freeze)


def keep_memory() -> None:
    """Keep what one file has left free for the next one for ten seconds, unless somebody has said otherwise.

    Given back at once, as Polars does it by default, the same memory is asked for again with the next file, page by page, and
    in a virtual machine each page is dear: four of ten page faults of taking in a year of files. A refresh would gain
    little, and hold a quarter more memory at its peak. To be called before Polars is imported.
    """
    os.environ.setdefault(*ALLOCATOR)
