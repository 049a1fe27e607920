"""`alert/wrong-humanize`: a value printed in a unit that it does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obsgen.checks.base import Check, Subject
from obsgen.checks.templates import humanized
from obsgen.checks.units import in_words
from obsgen.diagnostics import Diagnostic, Label, Severity
from obsgen.promql.tree import Word
from obsgen.source.locate import within
from obsgen.source.nodes import Scalar


@dataclass(frozen=True, slots=True)
class _Takes:
    """What a function prints: the units it is right for, the word for them, and how bad another one is."""

    units: tuple[str, ...]
    words: str
    severity: Severity


_TAKES: Mapping[str, _Takes] = {
    "humanizeDuration": _Takes(("seconds",), "seconds", Severity.ERROR),
    "humanizePercentage": _Takes(("ratio", "seconds/second"), "a ratio, a share of 1", Severity.ERROR),
    "humanizeTimestamp": _Takes(("seconds",), "a time in seconds", Severity.ERROR),
    # A prefix of 1024 for something else is odd, but nobody is misled by it.
    "humanize1024": _Takes(("bytes", "bits", "bytes/second", "bits/second"), "bytes", Severity.WARNING),
}


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report functions of templates that print the value in a unit which the condition's result does not have."""
    for rule in subject.alert_rules:
        meanings = subject.meanings(rule.read)
        unit = None if meanings is None else meanings.whole.unit
        if unit is None or (meanings is not None and meanings.whole.kind == "number"):
            continue
        for node in (*rule.annotations.values(), *rule.labels.values()):
            for word in humanized(node.text):
                takes = _TAKES.get(word.text)
                if takes is not None and unit not in takes.units:
                    yield _finding(word, node, takes, unit)


def _finding(word: Word, node: Scalar, takes: _Takes, unit: str) -> Diagnostic:
    return Diagnostic(
        code="alert/wrong-humanize",
        severity=takes.severity,
        message=f"`{word.text}` takes {takes.words}, the value is {in_words(unit)}",
        primary=Label(within(node, word.start, word.end)),
        help=f"write `{{{{ $value | {_better(unit)} }}}}`",
    )


def _better(unit: str) -> str:
    found = (name for name, takes in _TAKES.items() if unit in takes.units and name != "humanizeTimestamp")
    return next(found, "humanize")


CHECK = Check(code="alert/wrong-humanize", run=run)
