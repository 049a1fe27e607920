"""`record/unused`: a recorded series that nothing in the catalog reads."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.coverage import coverage
from obsgen.diagnostics import Diagnostic, info


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report recorded series that no alert, panel or other recorded series reads."""
    used = coverage(subject).read
    for record in subject.catalog.records.values():
        if record.name not in used:
            yield info(
                "record/unused",
                f"nothing reads the recorded series `{record.name}`",
                record.name_span,
                help="use it where its query is written out, remove it, or say who else reads it: `allow: {record/unused: reason}`",
            )


CHECK = Check(code="record/unused", run=run)
