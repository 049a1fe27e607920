#!/usr/bin/env python3
"""
Whole-process times of the obsgen commands, as ratios to a bare interpreter measured in the same run.

Usage: scripts/bench_commands.py [--check] [--rounds N]

Prints the median of N runs of each command (11 by default), each taken in turn with the bare interpreter, and where the time
of the long way, `obsgen check --full`, goes by import. With --check, exits 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BARE = [sys.executable, "-c", "pass"]
COMMANDS = {
    "obsgen --version": ([sys.executable, "-m", "obsgen", "--version"], 6.0),
    "obsgen check": ([sys.executable, "-m", "obsgen", "check"], 30.0),
    "obsgen check --full": ([sys.executable, "-m", "obsgen", "check", "--full"], None),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit 1 if a bar is missed")
    parser.add_argument("--rounds", type=int, default=11, help="counted runs of each command")
    options = parser.parse_args()
    # What people run again and again is a check after a build; the first one after a change takes the long way.
    subprocess.run([sys.executable, "-m", "obsgen", "build"], cwd=ROOT, capture_output=True, check=True)
    missed = False
    print(f"{'command':<20} {'median':>9} {'bare':>9} {'ratio':>7} {'bar':>5}")
    for name, (command, bar) in COMMANDS.items():
        ours, bare = _paired(command, options.rounds)
        ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
        late = bar is not None and ratio > bar
        missed = missed or late
        print(
            f"{name:<20} {_ms(ours)} {_ms(bare)} {ratio:>6.1f}x {'' if bar is None else f'{bar:.0f}x':>5}{'  MISSED' if late else ''}"
        )
    print("\nslowest imports of `obsgen check --full` (own time, ms):")
    for milliseconds, module in _imports(COMMANDS["obsgen check --full"][0])[:12]:
        print(f"{milliseconds:>8.1f}  {module}")
    return 1 if missed and options.check else 0


def _paired(command: list[str], rounds: int) -> tuple[list[float], list[float]]:
    """Run *command* and the bare interpreter in turn; the first pair warms the caches and does not count."""
    pairs = [(_seconds(command), _seconds(BARE)) for _ in range(rounds + 1)][1:]
    return [one for one, _ in pairs], [other for _, other in pairs]


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - start


def _ms(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:>6.1f} ms"


def _imports(command: list[str]) -> list[tuple[float, str]]:
    environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    found = re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", result.stderr)
    return sorted(((int(own) / 1000, module) for own, module in found), reverse=True)


if __name__ == "__main__":
    sys.exit(main())
