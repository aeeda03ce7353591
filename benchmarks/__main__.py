"""`python -m benchmarks [--meters N] [--days D] [--json] [--folder DIR]`: the benchmark without the project's command."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.compare import main

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--meters", type=int, default=2000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    main(asked.meters, asked.days, as_json=asked.json, folder=asked.folder)
