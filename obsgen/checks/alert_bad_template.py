"""`alert/bad-template` and `alert/unknown-template-label`: notifications that would print nothing, or break the rule file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.promql.labels import possible
from obsgen.source.locate import within
from obsgen.source.nodes import Scalar, short
from obsgen.spec.model import Alert
from obsgen.words import listed, nearest

_FUNCTIONS = "humanize|humanize1024|humanizeDuration|humanizePercentage|humanizeTimestamp|title|toUpper|toLower"
_PIPES = rf"(?:\s*\|\s*(?:{_FUNCTIONS}))*"
_VALUE = r"(?:\$value|\$labels\.[a-zA-Z_][a-zA-Z0-9_]*)"
_GOOD = re.compile(rf'\s*(?:{_VALUE}|printf\s+"%[-+ 0-9.]*[a-z]"\s+{_VALUE}){_PIPES}\s*\Z')
_LABEL = re.compile(r"\$labels\.([a-zA-Z_][a-zA-Z0-9_]*)")
_BRACES = re.compile(r"\{\{(.*?)\}\}|\{\{", re.DOTALL)


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report templates that Prometheus would refuse, and labels that the condition's result cannot have."""
    reads = {read.asked.name: read for read in subject.queries if read.asked.where == "alert"}
    for alert in subject.catalog.alerts:
        for name in ("summary", "description"):
            node = alert.origin.find(name)
            if isinstance(node, Scalar):
                yield from _text(alert, node, reads.get(alert.name), subject)


def _text(alert: Alert, node: Scalar, read: Read | None, subject: Subject) -> Iterator[Diagnostic]:
    for match in _BRACES.finditer(node.text):
        span = within(node, match.start(), match.end())
        if match[1] is None or not _GOOD.match(match[1]):
            yield _bad(match.group(), span)
            continue
        for label in _LABEL.finditer(match[1]):
            start = match.start(1) + label.start(1)
            yield from _label(alert, label[1], within(node, start, start + len(label[1])), read, subject)


def _bad(text: str, span: Span) -> Diagnostic:
    return error(
        "alert/bad-template",
        f"`{short(text, 40)}` is no template that obsgen knows",
        span,
        help="write `{{ $labels.NAME }}` or `{{ $value | humanize }}`; two opening braces always begin a template",
    )


def _label(alert: Alert, label: str, span: Span, read: Read | None, subject: Subject) -> Iterator[Diagnostic]:
    if read is None or read.parsed is None:
        return
    labels = possible(read.parsed.tree, subject.catalog)
    if labels is None or label in labels:
        return
    guess = nearest(label, labels)
    yield error(
        "alert/unknown-template-label",
        f"the condition of `{alert.name}` returns no label `{label}`, so this prints nothing",
        span,
        f"did you mean `{guess}`?" if guess else "",
        help="" if guess else f"it returns {listed(sorted(labels))}" if labels else "it returns no labels; add `by`",
    )


CHECK = Check(code="alert/bad-template", run=run)
