"""`query/syntax`: PromQL that does not parse."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.tree import Word
from obsgen.source.nodes import short


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report every expression that is no PromQL."""
    for read in subject.queries:
        if read.fault is not None:
            at = read.place(Word("", read.fault.start, read.fault.end))
            yield error("query/syntax", f"this is no PromQL: {short(str(read.fault), 200)}", at)


CHECK = Check(code="query/syntax", run=run)
