"""`record/name-style`: a recorded series whose name does not say what was done to which metric."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.records import name_span
from obsgen.diagnostics import Diagnostic, info

_COLONS = 2


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report names of recorded series that are not `level:metric:operations`."""
    for read in subject.queries:
        if read.asked.where == "record" and read.asked.name.count(":") < _COLONS:
            taken = "" if ":" in read.asked.name else ", and nothing tells it from a metric that a program exports"
            yield info(
                "record/name-style",
                f"`{read.asked.name}` does not say at which level, from which metric and how it is recorded{taken}",
                name_span(read, subject),
                help="write `level:metric:operations`, such as `job:http_requests:rate5m`",
            )


CHECK = Check(code="record/name-style", run=run)
