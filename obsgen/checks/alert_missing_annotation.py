"""`alert/missing-annotation`: a notification without a word about what happened."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, info

#: Any of these tells whoever is woken what it is about.
_TEXTS = ("summary", "description", "message", "title")


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report alerting rules that carry no text for people; alerts of the catalog always have one."""
    for rule in subject.alert_rules:
        if not any(node.text.strip() for name, node in rule.annotations.items() if name in _TEXTS):
            yield info(
                "alert/missing-annotation",
                f"`{rule.name}` sends its name and no word about what happened",
                rule.name_span,
                help="add `summary` to its annotations",
            )


CHECK = Check(code="alert/missing-annotation", run=run)
