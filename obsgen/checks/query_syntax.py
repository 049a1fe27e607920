"""`query/syntax`: PromQL that does not parse."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.tree import Word
from obsgen.source.nodes import short

# Prometheus runs them; in all others Grafana replaces its variables first.
_RULES = frozenset({"alert", "record", "template"})


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report every expression that is no PromQL."""
    for read in subject.queries:
        if read.fault is not None:
            at = read.place(Word("", read.fault.start, read.fault.end))
            yield error("query/syntax", f"this is no PromQL: {short(str(read.fault), 200)}", at)
        elif read.asked.where in _RULES and read.parsed is not None and read.parsed.variables:
            start, end = read.parsed.variables[0]
            written = read.asked.compiled.expr.text[start:end]
            yield error(
                "query/syntax",
                f"this is no PromQL: `{short(written)}` is a variable, which only a dashboard has",
                read.place(Word(written, start, end)),
                help="write a length of time, such as `5m`" if "interval" in written else "write what it stands for",
            )


CHECK = Check(code="query/syntax", run=run)
