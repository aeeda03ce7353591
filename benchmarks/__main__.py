"""`python -m benchmarks [--meters N] [--days D] [--json] [--folder DIR]`: the benchmark without the project's command."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console

from benchmarks.run import run_bench, table


def main() -> None:
    """Run the benchmark and print its table or its JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--meters", type=int, default=2000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--folder", type=Path, default=Path(".carbon/bench"))
    asked = parser.parse_args()
    log = Console(stderr=True)
    result = run_bench(asked.folder, asked.meters, asked.days, lambda part: log.print(f"{part} ...", style="dim"))
    if asked.json:
        print(json.dumps(result.as_json()))
    else:
        Console().print(table(result))


if __name__ == "__main__":
    main()
