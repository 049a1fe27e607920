"""What is found in public rules: errors of the kinds that are documented, and nothing else."""

import sys
from pathlib import Path

from tests import tools

sys.path.insert(0, str(Path(tools.__file__).resolve().parent.parent / "scripts"))
import lint_corpus

#: Code -> findings of severity error in the 954 rules; docs/corpus.md says why each kind is right.
ERRORS = {"alert/unknown-template-label": 233, "query/no-shared-labels": 11, "alert/threshold-out-of-range": 4}


def test_no_false_alarm() -> None:
    """Over the corpus of public rules only errors are found that were judged by hand to be right."""
    found = lint_corpus.lint(lint_corpus.rules(tools.corpus("awesome-prometheus-alerts")))
    counts = lint_corpus.counts(found)
    assert {code: count for (severity, code), count in counts.items() if severity == "error"} == ERRORS


def test_no_noise() -> None:
    """A code that says something about more than a tenth of the public rules is advice, not a warning."""
    found = lint_corpus.lint(lint_corpus.rules(tools.corpus("awesome-prometheus-alerts")))
    assert max(count for (severity, _), count in lint_corpus.counts(found).items() if severity == "warning") < 95
