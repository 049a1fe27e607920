"""`alert/unrounded-value`: a notification that prints all sixteen digits of a quotient."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.templates import actions
from obsgen.diagnostics import Diagnostic, info
from obsgen.promql.tree import Word
from obsgen.source.locate import within

# What is divided by seconds or by another measurement.
_KINDS = frozenset({"rate", "increase", "delta", "ratio", "quantile"})
_BARE = re.compile(r"\s*(?:\$value|\$\.Value|(?P<dot>\.Value))\s*")


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `{{ $value }}` of rates, shares and quantiles in annotations."""
    for rule in subject.alert_rules:
        meanings = subject.meanings(rule.read)
        if meanings is None or (meanings.whole.kind not in _KINDS and meanings.whole.unit != "ratio"):
            continue
        better = "humanizePercentage" if meanings.whole.unit == "ratio" else "humanize"
        better = "humanizeDuration" if meanings.whole.unit == "seconds" else better
        for node in rule.annotations.values():
            for word in _bare(node.text):
                yield info(
                    "alert/unrounded-value",
                    "this prints a quotient with all its digits, such as 0.0333333333333",
                    within(node, word.start, word.end),
                    help=f"write `{{{{ {word.text} | {better} }}}}`",
                )


def _bare(text: str) -> Iterator[Word]:
    for action in actions(text):
        match = _BARE.fullmatch(action.text)
        if match is not None and (action.dotted or match["dot"] is None):
            value = action.text.strip()
            start = action.start + action.text.index(value)
            yield Word(value, start, start + len(value))


CHECK = Check(code="alert/unrounded-value", run=run)
