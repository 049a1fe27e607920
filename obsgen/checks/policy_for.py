"""`policy/for`: an alert that waits shorter or longer than the project agreed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.policies import wanted
from obsgen.diagnostics import Diagnostic, error
from obsgen.spec.values import Duration


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report alerts whose condition has to hold for less than `for_at_least` or for more than `for_at_most`."""
    least, most = subject.settings.policy.for_at_least, subject.settings.policy.for_at_most
    for rule in subject.alert_rules if (least, most) != (None, None) else ():
        waits = rule.wait_seconds or 0.0
        if math.isinf(waits):
            continue
        span = rule.name_span if rule.wait_seconds is None else rule.wait_span
        said = f"waits for {_text(waits)}" if waits else "does not wait"
        if least is not None and waits < least:
            yield error(
                "policy/for",
                f"the alert `{rule.name}` {said}, which is too short",
                span,
                help=wanted("for_at_least", _text(least)),
            )
        elif most is not None and waits > most:
            yield error(
                "policy/for",
                f"the alert `{rule.name}` {said}, which is too long",
                span,
                help=f"`for_at_most` in [tool.obsgen.policy] allows `{_text(most)}`",
            )


def _text(seconds: float) -> str:
    return str(Duration(round(seconds * 1000)))


CHECK = Check(code="policy/for", run=run)
