#!/usr/bin/env python3
"""
Break the alerting rules of a catalog in one place after the other, and count how often the generated tests notice.

Usage: scripts/mutate_rules.py [SPECS]

  SPECS  folder of the catalog (default: the shipped one)

Needs promtool. Prints a table in Markdown, as recorded in docs/mutation.md, with every mutant that went unnoticed.
Exit codes: 0 at least nine in ten noticed for every alert, equivalent ones left out; 1 fewer; 2 could not run.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BAR = 0.9
sys.path.insert(0, str(ROOT))

from obsgen.load import load  # noqa: E402  (the checkout is not installed)
from tests import tools  # noqa: E402
from tests.plan.rule_tests.mutants import Score, campaign  # noqa: E402


def main(arguments: list[str]) -> int:
    """Print the table and return the exit code."""
    if {"-h", "--help"} & set(arguments):
        print((__doc__ or "").strip())
        return 0
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print(f"{Path(__file__).name}: unknown argument {arguments[-1]!r}; --help says what there is", file=sys.stderr)
        return 2
    specs = Path(arguments[0]) if arguments else ROOT / "specs"
    if tools.find("promtool") is None:
        print("mutate_rules: promtool is not on the PATH; `scripts/setup --tools` gets it", file=sys.stderr)
        return 2
    loaded = load(specs, base=Path.cwd())
    if loaded.has_errors or not list(loaded.catalog.alerts):
        print(f"mutate_rules: {specs} is no catalog with alerts and without errors", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        scores = list(campaign(loaded.catalog, Path(folder)))
    for line in report(scores):
        print(line)
    return 0 if all(share(score) >= BAR for score in scores) else 1


def share(score: Score) -> float:
    """Return the part of the mutants noticed, equivalent ones left out."""
    of = len(score.killed) + len(score.survivors)
    return len(score.killed) / of if of else 1.0


def report(scores: list[Score]) -> list[str]:
    """Return the lines of the table, and below it the mutants that were not noticed."""
    lines = ["| alert | mutants | noticed | equivalent | unnoticed | share |", "|---|---:|---:|---:|---:|---:|"]
    for score in scores:
        parts = (score.killed, score.equivalent, score.survivors)
        counts = " | ".join(str(len(part)) for part in parts)
        lines.append(f"| `{score.alert}` | {sum(map(len, parts))} | {counts} | {share(score):.0%} |")
    lines.append("")
    for score in scores:
        lines += [f"- `{score.alert}`, {one.name}: equivalent, {one.equivalent}" for one in score.equivalent]
        lines += [f"- `{score.alert}`, {one.name}: unnoticed" for one in score.survivors]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
