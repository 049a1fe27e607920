#!/usr/bin/env python3
"""
Feed obsgen changed catalogs, rule files, dashboards, scrape configurations, rule tests and expressions, and keep what breaks it.

Usage: scripts/fuzz.py [--inputs N] [--jobs N] [--folder DIR] [--only TARGET] [--guide codes]

  --inputs N       how many inputs in total, those of earlier runs in the same folder included (default 1000000)
  --jobs N         processes (default 2)
  --folder DIR     what is kept: inputs to go on from, counts, failures (default .fuzz)
  --only TARGET    feed one kind of input: its name is that in the table at the end
  --guide codes    do without coverage: go on from inputs that gave a new set of findings

Goes on where the last run in that folder ended. With atheris installed, coverage guides it. Exits 1 if anything failed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
_CHUNK = 20_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"))
    parser.add_argument("--only")
    parser.add_argument("--guide", choices=("coverage", "codes"), default="coverage")
    parser.add_argument("--worker", nargs=3, metavar=("TARGET", "COUNT", "SEED"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = options.folder.resolve()
    if options.worker:
        from fuzz_parts import worker  # noqa: PLC0415 - only a worker imports obsgen, under the eyes of atheris

        name, count, seed = options.worker
        worker.main(name, int(count), folder, int(seed), options.guide)
        return 0
    shares = _shares(options.only)
    _run(folder, shares, options.inputs, options.jobs, options.guide)
    return _told(folder)


def _shares(only: str | None) -> dict[str, float]:
    from fuzz_parts.targets import TARGETS  # noqa: PLC0415

    return {only: 1.0} if only else {name: target.share for name, target in TARGETS.items()}


def counts(folder: Path) -> Counter[str]:
    """Return how many inputs of each kind were fed in all runs in *folder*."""
    found: Counter[str] = Counter()
    for path in folder.glob("counts/*-*-*"):
        found[path.name.rsplit("-", 2)[0]] += int(path.read_text(encoding="utf-8") or "0")
    return found


def _run(folder: Path, shares: dict[str, float], inputs: int, jobs: int, guide: str) -> None:
    """Keep *jobs* workers busy, each with the kind of input that is furthest behind its share."""
    folder.mkdir(parents=True, exist_ok=True)
    running: dict[subprocess.Popen[bytes], tuple[str, int]] = {}
    started, before, said = time.monotonic(), counts(folder).total(), 0.0
    while True:
        done = counts(folder)
        for process in [one for one in running if one.poll() is not None]:
            name, _ = running.pop(process)
            if process.returncode:
                _died(folder, name, process)
        if time.monotonic() - said > 30:
            said = time.monotonic()
            rate = (done.total() - before) / max(said - started, 1)
            print(f"{done.total():>9} inputs, {rate:.0f} a second, {len(_failures(folder))} failures", flush=True)
        if done.total() >= inputs:
            break
        while len(running) < jobs:
            busy = [name for name, _ in running.values()]
            name = min(shares, key=lambda one: (done[one] + _CHUNK * busy.count(one)) / shares[one])
            size = min(_CHUNK, max(1000, inputs - done.total()))
            running[_started(folder, name, size, guide)] = (name, size)
        time.sleep(0.5)
    for process in running:
        process.terminate()
        process.wait()


def _started(folder: Path, name: str, count: int, guide: str) -> subprocess.Popen[bytes]:
    seed = time.time_ns() % 2**31
    command = [sys.executable, __file__, "--folder", folder, "--guide", guide, "--worker", name, str(count), str(seed)]
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f"log-{name}-", delete=False) as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONHASHSEED": "0"})


def _died(folder: Path, name: str, process: subprocess.Popen[bytes]) -> None:
    (folder / "failures" / f"{name}-died-{process.pid}.why").write_text(
        f"exit code {process.returncode}", encoding="utf-8"
    )


def _failures(folder: Path) -> list[Path]:
    return sorted(folder.glob("failures/*.why"))


def _told(folder: Path) -> int:
    done, failures = counts(folder), _failures(folder)
    for name, count in done.most_common():
        print(f"{name:<12} {count:>9}")
    print(f"{'all':<12} {done.total():>9}")
    for path in failures:
        print(f"{path}: {path.read_text(encoding='utf-8').splitlines()[0]}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
