"""`alert/bad-template`: notifications that would break the rule file, or print something that nobody meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.source.locate import within
from obsgen.source.nodes import Scalar, short

_FUNCTIONS = "humanize|humanize1024|humanizeDuration|humanizePercentage|humanizeTimestamp|title|toUpper|toLower"
_PIPES = rf"(?:\s*\|\s*(?:{_FUNCTIONS}))*"
_VALUE = r"(?:\$value|\$labels\.[a-zA-Z_][a-zA-Z0-9_]*)"
_GOOD = re.compile(rf'\s*(?:{_VALUE}|printf\s+"%[-+ 0-9.]*[a-z]"\s+{_VALUE}){_PIPES}\s*\Z')
_BRACES = re.compile(r"\{\{(.*?)\}\}|\{\{", re.DOTALL)


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report templates that Prometheus would refuse, or that obsgen cannot vouch for."""
    for alert in subject.catalog.alerts:
        for name in ("summary", "description"):
            node = alert.origin.find(name)
            if isinstance(node, Scalar):
                yield from _text(node, _GOOD)
    for rule in subject.alert_rules:
        # What others wrote may use all of the template language; only braces that are never closed are certainly wrong.
        for node in (*rule.annotations.values(), *rule.labels.values()) if rule.alert is None else ():
            yield from _text(node, None)


def _text(node: Scalar, good: re.Pattern[str] | None) -> Iterator[Diagnostic]:
    for match in _BRACES.finditer(node.text):
        if match[1] is None or (good is not None and not good.match(match[1])):
            yield _bad(match.group(), within(node, match.start(), match.end()))


def _bad(text: str, span: Span) -> Diagnostic:
    return error(
        "alert/bad-template",
        f"`{short(text, 40)}` is no template that obsgen knows",
        span,
        help="write `{{ $labels.NAME }}` or `{{ $value | humanize }}`; two opening braces always begin a template",
    )


CHECK = Check(code="alert/bad-template", run=run)
