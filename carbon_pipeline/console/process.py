"""How the process of a command is set up: no search for garbage in so short a life, no idle threads, memory kept for the next file."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import Final

_OBJECTS: Final = 1_000_000
"""How many objects may be added before Python looks among them for garbage that its reference counts have missed."""
ALLOCATOR: Final = ("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:10000,muzzy_decay_ms:10000")
"""Variable and settings of Polars' allocator, jemalloc, which reads them when Polars is first imported."""


NO_MATRICES: Final = ("OPENBLAS_NUM_THREADS", "1")
"""Variable and setting of NumPy's library for matrices, which reads it when NumPy is first imported."""


def be_brief() -> None:
    """Set the process up for the few seconds of a command.

    Left alone, Python walks over all its objects again and again while thousands of classes are imported, none of which is
    garbage, and once more before it ends, when the system is about to take everything back at once anyway: a third of the
    time of a small refresh. Upper bounds stay: past `_OBJECTS` it looks as always. NumPy starts a thread a core for matrices,
    of which there are none, and each keeps its core busy for a tenth of a second before it sleeps.
    """
    os.environ.setdefault(*NO_MATRICES)
    gc.set_threshold(_OBJECTS)
    atexit.register(gc.freeze)


def keep_memory() -> None:
    """Let what one thread or file has left free be taken by the next for ten seconds, unless somebody has said otherwise.

    By default each thread keeps an arena of its own, and what is free goes back to the system at once, to be asked for again page
    by page. In a virtual machine a page that is touched first is dear: a gigabyte of them costs a second. To be called before
    Polars is imported.
    """
    os.environ.setdefault(*ALLOCATOR)


def open_streams() -> None:
    """Let what was closed before we were called lead nowhere: else the next file to be opened takes its number, and what is printed."""
    for number, (name, mode) in enumerate({"stdin": "r", "stdout": "w", "stderr": "w"}.items()):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
