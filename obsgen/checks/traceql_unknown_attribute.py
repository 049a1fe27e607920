"""`traceql/unknown-attribute`: a query for an attribute that no trace pipeline sets."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.signals import judged_traces, said, spans
from obsgen.diagnostics import Diagnostic, error
from obsgen.words import listed, nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report attributes that are none of those which the trace pipelines set in that scope."""
    known = spans(subject.catalog)
    if known is None:
        return
    for query, reading in judged_traces(subject, known):
        for one in reading.attributes:
            if known.may_have(one.scope, one.name):
                continue
            names = sorted(name for name in known.attributes if not one.scope or name.startswith(f"{one.scope}."))
            full = f"{one.scope}.{one.name}"
            guess = nearest(full, known.attributes) if one.scope else None
            yield error(
                "traceql/unknown-attribute",
                f"no trace pipeline sets the attribute `{one.word.text}`",
                query.place(one.word),
                f"did you mean `{guess}`?" if guess else "",
                also=said(known.defined, "the attributes of spans and resources"),
                help="" if guess else f"the attributes here are {listed(names)}",
            )


CHECK = Check(code="traceql/unknown-attribute", run=run)
