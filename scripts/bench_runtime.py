#!/usr/bin/env python3
"""
Measure what the runtime costs, as ratios to what one would write without it.

The contenders of a section run in turns, and the bars are ratios, so that they hold on any machine: of the best costs, or
the median of the rounds, whichever is less. Needs the extra `otel`; `disabled` needs langfuse, too, and is left out
without it.

Usage: scripts/bench_runtime.py [--check] [--rounds N] [--only NAME]
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from bench_parts import calls, imports, memory, metrics, primitives
from bench_parts.measuring import measure, report

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 30
SECTIONS = {**metrics.SECTIONS, **calls.SECTIONS, **imports.SECTIONS, **memory.SECTIONS, **primitives.SECTIONS}
NEEDS = {"disabled": "langfuse"}


def main() -> int:
    """Return the exit code: 1 if a bar was asked for and missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--check", action="store_true", help="exit with 1 if a bar is missed")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how many (default {ROUNDS})")
    parser.add_argument("--only", choices=sorted(SECTIONS), help="run one section")
    arguments = parser.parse_args()
    sys.path[:0] = [str(ROOT / "runtime"), str(ROOT / "tests" / "runtime" / "sample")]
    held = True
    for name, section in SECTIONS.items():
        if arguments.only not in (None, name):
            continue
        print(f"# {name}")
        if name in NEEDS and find_spec(NEEDS[name]) is None:
            print(f"left out: {NEEDS[name]} is not installed here\n")
            continue
        held = report(section, measure(section, arguments.rounds)) and held
        print(flush=True)
    return 1 if arguments.check and not held else 0


if __name__ == "__main__":
    sys.exit(main())
