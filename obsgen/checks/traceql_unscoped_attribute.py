"""`traceql/unscoped-attribute`: an attribute without its scope, which Tempo refuses."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.checks.signals import Spans, spans, trace_queries
from obsgen.diagnostics import Diagnostic, error
from obsgen.words import nearest

# Names that OpenTelemetry gives to resources.
_OF_RESOURCES = (
    "cloud.", "container.", "deployment.", "device.", "faas.", "host.", "k8s.", "os.", "process.", "service.", "telemetry.",
)  # fmt: skip


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report attributes that neither have a scope nor a dot before them."""
    known = spans(subject.catalog)
    for query, reading in trace_queries(subject):
        for word in reading.unscoped:
            meant, intrinsic = _scoped(word.text, known), _intrinsic(word.text)
            yield error(
                "traceql/unscoped-attribute",
                f"Tempo refuses `{word.text}`: an attribute needs its scope",
                query.place(word),
                f"did you mean `{meant or intrinsic}`?" if meant or intrinsic else "",
                help=""
                if meant or intrinsic
                else f"write `span.{word.text}` or `resource.{word.text}`; `.{word.text}` looks at both",
            )


def _scoped(name: str, known: Spans | None) -> str:
    """Return *name* with the scope that it certainly has, empty where that is not certain."""
    attributes = known.attributes if known is not None else frozenset()
    found = sorted(one for one in attributes if one.partition(".")[2] == name)
    if len(found) == 1:
        return found[0]
    return f"resource.{name}" if not found and name.startswith(_OF_RESOURCES) else ""


def _intrinsic(name: str) -> str:
    from obsgen.traceql.read import INTRINSICS  # noqa: PLC0415 - most catalogs ask for no traces

    return (nearest(name, INTRINSICS) or "") if "." not in name else ""


CHECK = Check(code="traceql/unscoped-attribute", run=run)
