"""`label/camel-case`: a label whose words are told apart by capitals."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.names import is_camel, snake
from obsgen.diagnostics import Diagnostic, Span, warning
from obsgen.source.nodes import Mapping


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report names of labels in camelCase, where they are defined or where a metric gives them that name."""
    found: dict[Span, str] = {}
    for service in subject.catalog.services:
        for label in service.labels.values():
            found[label.name_span] = label.name
        for metric in service.metrics:
            uses = metric.origin.find("labels")
            own = uses.entries if isinstance(uses, Mapping) else {}
            found |= {key.span: name for name, (key, _) in own.items() if name not in service.labels}
    for span, name in found.items():
        if is_camel(name):
            yield warning(
                "label/camel-case", f"`{name}` is written in camelCase", span, help=f"call it `{snake(name)}`"
            )


CHECK = Check(code="label/camel-case", run=run)
