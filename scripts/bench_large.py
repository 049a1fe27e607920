#!/usr/bin/env python3
"""
Time of a check of large catalogs, as ratios to reading the same files with a bare YAML loader, whole processes.

Usage: scripts/bench_large.py MODEL [--check] [--rounds N]

MODEL is the folder `model` of open-telemetry/semantic-conventions: its 534 metrics that can be converted become a catalog
with a panel and an alert each (scripts/otel_catalog.py). With --check, exits 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import otel_catalog

ROOT = Path(__file__).resolve().parent.parent
LOAD = """
import sys, yaml
from pathlib import Path
for path in sorted(Path("specs").glob("*.yaml")):
    yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
"""
CHECK = [sys.executable, "-m", "obsgen", "check"]
FIND = [*CHECK, "--no-drift"]
BARS = {
    "all findings": 6.0,
    "check with drift": 15.0,
    "check --full": None,
    "growth of findings, 534 to 5340 metrics": 12.0,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--check", action="store_true", help="exit 1 if a bar is missed")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        small, large = Path(base, "small"), Path(base, "large")
        for folder, times in ((small, 1), (large, 10)):
            count = otel_catalog.write(options.model, folder / "specs", times)
            print(f"{folder.name}: {count} metrics")
        subprocess.run(
            [sys.executable, "-m", "obsgen", "build"], cwd=small, capture_output=True, check=True, env=_plain()
        )
        ratios = {
            "all findings": _ratio(FIND, small, [sys.executable, "-c", LOAD], small, options.rounds),
            "check with drift": _ratio(CHECK, small, [sys.executable, "-c", LOAD], small, options.rounds),
            "check --full": _ratio([*CHECK, "--full"], small, [sys.executable, "-c", LOAD], small, options.rounds),
            "growth of findings, 534 to 5340 metrics": _ratio(FIND, large, FIND, small, max(1, options.rounds // 2)),
        }
    missed = False
    for name, ratio in ratios.items():
        bar = BARS[name]
        late = bar is not None and ratio > bar
        missed = missed or late
        print(f"{name:<42} {ratio:>6.2f}x{'' if bar is None else f'  bar {bar:.0f}x'}{'  MISSED' if late else ''}")
    return 1 if missed and options.check else 0


def _ratio(command: list[str], folder: Path, other: list[str], other_folder: Path, rounds: int) -> float:
    """Run both in turn; the first pair warms the caches and does not count. Returns the median of the ratios."""
    pairs = [(_seconds(command, folder), _seconds(other, other_folder)) for _ in range(rounds + 1)][1:]
    return statistics.median(ours / theirs for ours, theirs in pairs)


def _seconds(command: list[str], folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, check=True, env=_plain())
    return time.perf_counter() - start


def _plain() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "CI"} | {"PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    sys.exit(main())
