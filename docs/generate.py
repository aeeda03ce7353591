"""Brings the documentation up to date: `python -m docs.generate` writes tables from the code and transcripts from real runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from docs.blocks import filled
from docs.reference import MAKERS, documents
from docs.transcript import Transcript, fresh

ROOT: Final = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write every file that has changed, and name it."""
    with Transcript(ROOT) as transcript:
        for path in documents(ROOT):
            old = path.read_text(encoding="utf-8")
            new = fresh(filled(old, MAKERS), transcript)
            if new != old:
                path.write_text(new, encoding="utf-8")
                sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
