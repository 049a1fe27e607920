"""`query/shape`: a query of the vocabulary that does not fit what it asks about; the codes are the compiler's."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report what the compiler found wrong with a shape."""
    for query in subject.every_query:
        yield from query.compiled.problems


CHECK = Check(code="query/shape", run=run)
