"""`policy/annotation`: annotations that the project requires or forbids."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.policies import annotations_of, forbidden, missing
from obsgen.diagnostics import Diagnostic


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report alerts without a required annotation, with another text in it, or with a forbidden one."""
    policy = subject.settings.policy
    for rule in subject.alert_rules if policy.required_annotations or policy.forbidden_annotations else ():
        texts = annotations_of(rule, subject.settings.docs_url)
        yield from missing("policy/annotation", "annotation", texts, policy.required_annotations, rule)
        yield from forbidden("policy/annotation", "annotation", texts, policy.forbidden_annotations)


CHECK = Check(code="policy/annotation", run=run)
