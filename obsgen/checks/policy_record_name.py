"""`policy/record-name`: a recorded series that is not named as the project agreed."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.policies import wanted
from obsgen.checks.records import name_span
from obsgen.diagnostics import Diagnostic, error
from obsgen.settings import fits


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report names of recorded series that the setting `record_name` does not describe."""
    pattern = subject.settings.policy.record_name
    for read in subject.queries if pattern else ():
        if read.asked.where == "record" and not fits(pattern, read.asked.name):
            yield error(
                "policy/record-name",
                f"`{read.asked.name}` is not named like the recorded series of this project",
                name_span(read, subject),
                help=wanted("record_name", pattern),
            )


CHECK = Check(code="policy/record-name", run=run)
