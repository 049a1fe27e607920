"""`policy/alert-name`: an alert that is not named as the project agreed."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.policies import wanted
from obsgen.diagnostics import Diagnostic, error
from obsgen.settings import fits


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report names of alerts that the setting `alert_name` does not describe."""
    pattern = subject.settings.policy.alert_name
    for rule in subject.alert_rules if pattern else ():
        if not fits(pattern, rule.name):
            yield error(
                "policy/alert-name",
                f"`{rule.name}` is not named like the alerts of this project",
                rule.name_span,
                help=wanted("alert_name", pattern),
            )


CHECK = Check(code="policy/alert-name", run=run)
