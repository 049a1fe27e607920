"""`policy/label`: labels of alerting rules that the project requires or forbids."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.policies import forbidden, labels_of, missing
from obsgen.diagnostics import Diagnostic


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report alerts without a required label, with another value of it, or with a forbidden one."""
    policy = subject.settings.policy
    for rule in subject.alert_rules if policy.required_labels or policy.forbidden_labels else ():
        texts = labels_of(rule)
        yield from missing("policy/label", "label", texts, policy.required_labels, rule)
        yield from forbidden("policy/label", "label", texts, policy.forbidden_labels)


CHECK = Check(code="policy/label", run=run)
