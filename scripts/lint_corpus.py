#!/usr/bin/env python3
"""
Lint the public rules of awesome-prometheus-alerts, and count what is found: a check of obsgen's checks.

Usage: scripts/lint_corpus.py [CORPUS] [--specs DIR] [--show CODE]

  CORPUS       folder with rule files (default: $OBSGEN_CORPUS/awesome-prometheus-alerts)
  --specs DIR  hold them against this catalog (default: none, so that only PromQL itself can be wrong)
  --show CODE  print the findings of this code in full
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from obsgen.diagnostics import Diagnostic  # noqa: E402
from obsgen.foreign.model import NO_CATALOG  # noqa: E402
from obsgen.lint import lint_texts  # noqa: E402
from obsgen.load import load  # noqa: E402
from obsgen.report.text import render  # noqa: E402
from obsgen.spec.model import Catalog  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--specs", type=Path)
    parser.add_argument("--show")
    options = parser.parse_args()
    corpus = options.corpus or Path(os.environ.get("OBSGEN_CORPUS", "corpus"), "awesome-prometheus-alerts")
    catalog = load(options.specs, base=Path.cwd()).catalog if options.specs else NO_CATALOG
    texts = rules(corpus)
    found = lint(texts, catalog)
    if options.show:
        print(render([one for one in found if one.code == options.show], texts))
        return 0
    alerts = sum(text.count("- alert:") for text in texts.values())
    print(f"{alerts} alerts in {len(texts)} files")
    for (severity, code), count in sorted(counts(found).items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        print(f"{severity:<8} {code:<32} {count:>4}")
    return 0


def rules(corpus: Path) -> dict[str, str]:
    """Return path -> text of every rule file below *corpus*."""
    paths = sorted(path for path in corpus.rglob("*") if path.suffix in {".yml", ".yaml"})
    return {path.relative_to(corpus).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def lint(texts: Mapping[str, str], catalog: Catalog = NO_CATALOG) -> tuple[Diagnostic, ...]:
    """Return the findings in the files *texts*, each looked at alone: nobody loads all of them at once."""
    return tuple(one for path, text in texts.items() for one in lint_texts(catalog, {path: text}))


def counts(found: Sequence[Diagnostic]) -> Counter[tuple[str, str]]:
    """Return how many findings there are of each severity and code."""
    return Counter((one.severity.value, one.code) for one in found)


if __name__ == "__main__":
    sys.exit(main())
