"""`alert/redundant-for`: a waiting time that says what holds anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import AlertRule, Check, Subject
from obsgen.diagnostics import Diagnostic, info
from obsgen.source.nodes import Scalar
from obsgen.spec.values import Duration, number

_DURATION = re.compile(r"(?:0|(?:[0-9]{1,12}(?:ms|[smhdwy]))+)\Z")


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `for` and `keep_firing_for` of nothing, and `keep_firing_for` that is over before the next evaluation."""
    every = {id(asked): group.interval_seconds for group in subject.groups for asked in group.rules}
    for rule in subject.alert_rules:
        # The catalog takes no duration of nothing.
        for key in ("for", "keep_firing_for") if rule.alert is None else ():
            node = rule.origin.find(key)
            if isinstance(node, Scalar) and _DURATION.match(node.text):
                interval = every.get(id(rule.read.asked)) or subject.settings.server.evaluation_seconds
                yield from _duration(key, node, rule, interval)


def _duration(key: str, node: Scalar, rule: AlertRule, interval: float | None) -> Iterator[Diagnostic]:
    seconds = float(Duration.parse(node.text).seconds)
    if not seconds:
        yield info(
            "alert/redundant-for",
            f"without `{key}` the alert `{rule.name}` is the same",
            node.span,
            help="leave it out",
        )
    elif key == "keep_firing_for" and interval is not None and seconds < interval:
        yield info(
            "alert/redundant-for",
            f"this is over before the next evaluation, {number(interval)}s later",
            node.span,
            help=f"keep firing for two evaluations or more: at least `{number(2 * interval)}s`, or leave it out",
        )


CHECK = Check(code="alert/redundant-for", run=run)
