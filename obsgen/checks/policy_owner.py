"""`policy/owner`: an alert that nobody answers for."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.policies import labels_of
from obsgen.diagnostics import Diagnostic, error


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report alerts without an owner, where `owner_required` is set."""
    for rule in subject.alert_rules if subject.settings.policy.owner_required else ():
        if "owner" not in labels_of(rule):
            where = "a label `owner` to the rule" if rule.alert is None else "`owner:` to the alert or to the file"
            yield error(
                "policy/owner",
                f"nobody answers for the alert `{rule.name}`",
                rule.name_span,
                help=f"add {where}; `owner_required` in [tool.obsgen.policy] asks for it",
            )


CHECK = Check(code="policy/owner", run=run)
