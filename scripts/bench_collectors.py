#!/usr/bin/env python3
"""
Measure what a call of a generated collector costs, against the same call written by hand.

All contenders run in turns within one process, and the minimum of the rounds counts, so that a busy machine slows
every one of them alike. The bars are ratios and hold on any hardware.

Usage: scripts/bench_collectors.py [--check] [--rounds N] [--package FOLDER] [--collectors NAME]
"""

from __future__ import annotations

import argparse
import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from timeit import Timer

ROOT = Path(__file__).resolve().parent.parent
CALLS_PER_ROUND = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A ratio of two contenders that must not be exceeded."""

    what: str
    contender: str
    against: str
    at_most: float


STATEMENTS = {
    "counter, cached child": "counter_child.inc()",
    "counter, generated": (
        "metrics.hypertool_persona_switches_total.inc("
        "from_persona='none', to_persona='backend-engineer', chatmode='demo')"
    ),
    "counter, by hand": "counter.labels(from_persona='none', to_persona='backend-engineer', chatmode='demo').inc()",
    "histogram, cached child": "histogram_child.observe(7.0)",
    "histogram, generated": (
        "metrics.hypertool_workflow_stage_duration_seconds.observe("
        "7.0, workflow='release', stage='build', persona='backend-engineer')"
    ),
    "histogram, by hand": "histogram.labels(workflow='release', stage='build', persona='backend-engineer').observe(7.0)",
}

BARS = (
    Bar(what="counter / by hand", contender="counter, generated", against="counter, by hand", at_most=0.35),
    Bar(what="histogram / by hand", contender="histogram, generated", against="histogram, by hand", at_most=0.5),
    Bar(what="counter / cached child", contender="counter, generated", against="counter, cached child", at_most=1.6),
)


def contenders(package: str) -> dict[str, object]:
    """Return the names that the statements use; the generated collectors come from *package*."""
    from prometheus_client import CollectorRegistry, Counter, Histogram  # noqa: PLC0415  (the path is set by main)

    generated = importlib.import_module(package)
    buckets = generated.HypertoolWorkflowStageDurationSeconds.descriptor.buckets
    by_hand = CollectorRegistry()
    counter = Counter("switches_total", "By hand.", ["from_persona", "to_persona", "chatmode"], registry=by_hand)
    histogram = Histogram(
        "stage_seconds", "By hand.", ["workflow", "stage", "persona"], registry=by_hand, buckets=buckets
    )
    return {
        "metrics": generated.HypertoolMetrics(CollectorRegistry()),
        "counter": counter,
        "counter_child": counter.labels("none", "backend-engineer", "demo"),
        "histogram": histogram,
        "histogram_child": histogram.labels("release", "build", "backend-engineer"),
    }


def measure(names: dict[str, object], rounds: int) -> dict[str, float]:
    """Return nanoseconds per call by contender, the best of *rounds*."""
    timers = {what: Timer(statement, globals=names) for what, statement in STATEMENTS.items()}
    best = dict.fromkeys(timers, float("inf"))
    for _ in range(rounds):
        for what, timer in timers.items():
            best[what] = min(best[what], timer.timeit(CALLS_PER_ROUND) / CALLS_PER_ROUND * 1e9)
    return best


def report(best: dict[str, float]) -> bool:
    """Print the costs and the ratios; return whether every bar is held."""
    for what, nanoseconds in best.items():
        print(f"{what:26} {nanoseconds:8.0f} ns")
    print()
    held = True
    for bar in BARS:
        ratio = best[bar.contender] / best[bar.against]
        held = held and ratio <= bar.at_most
        print(f"{bar.what:26} {ratio:8.2f}    at most {bar.at_most:.2f}   {'ok' if ratio <= bar.at_most else 'MISSED'}")
    return held


def main() -> int:
    """Return the exit code: 1 if a bar was asked for and missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 if a bar is missed")
    parser.add_argument("--rounds", type=int, default=40, help="rounds of which the best counts (default 40)")
    parser.add_argument("--package", default="hypertool_metrics", help="import name of the generated collectors")
    parser.add_argument(
        "--collectors",
        type=Path,
        default=ROOT / "tests" / "runtime" / "sample",
        help="folder that holds the package (default: the sample of the tests)",
    )
    arguments = parser.parse_args()
    sys.path[:0] = [str(arguments.collectors), str(ROOT / "runtime")]
    held = report(measure(contenders(arguments.package), arguments.rounds))
    return 1 if arguments.check and not held else 0


if __name__ == "__main__":
    sys.exit(main())
