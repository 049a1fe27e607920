"""`alert/no-for`: an alert that fires at the first sample."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.trees import ABSENCE, deciding
from obsgen.diagnostics import Diagnostic, warning
from obsgen.promql.tree import Call


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report alerts that do not say how long their condition has to hold; what is absent is another check's."""
    for rule in subject.alert_rules:
        if rule.wait_seconds is not None or rule.read.parsed is None:
            continue
        meanings = subject.meanings(rule.read)
        if meanings is None or not meanings.whole.sources:
            # Nothing is measured, so it always fires, which `alert/no-condition` says.
            continue
        parts = tuple(deciding(rule.read.parsed.tree))
        if any(isinstance(part, Call) and part.function.text in ABSENCE for part in parts):
            continue
        yield warning(
            "alert/no-for",
            f"`{rule.name}` fires at the first sample that fulfils its condition",
            rule.name_span,
            help="say how long the condition has to hold, such as `for: 5m`",
        )


CHECK = Check(code="alert/no-for", run=run)
