"""`label/unbounded`: a label that by its name tells single people, requests or things apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, warning

_IDENTIFIER = re.compile(
    r"(.*_)?(id|uid|uuid|guid|email|session|url|uri|query|ip|ip_address|user|username|user_name|trace|span|timestamp)"
)


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report open labels that are called after an identifier."""
    defined = {label.name_span: label for service in subject.catalog.services for label in service.labels.values()}
    for label in defined.values():
        if label.values is None and _IDENTIFIER.fullmatch(label.name.lower()):
            yield warning(
                "label/unbounded",
                f"`{label.name}` sounds like an identifier: every new one adds series that stay",
                label.name_span,
                help="put it on traces, logs or exemplars, which are made for single events; if there really are few of them, "
                "say so: `allow: {label/unbounded: reason}`",
            )


CHECK = Check(code="label/unbounded", run=run)
