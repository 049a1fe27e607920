"""Queries for logs and traces, and what the pipelines of the catalog set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from obsgen.diagnostics import Label, Span
from obsgen.promql.text import Marked
from obsgen.promql.tokens import has_variable
from obsgen.promql.tree import Word
from obsgen.spec.fields import Origin
from obsgen.spec.model import Catalog

if TYPE_CHECKING:
    from obsgen import logql, traceql
    from obsgen.checks.base import Subject

#: Labels by which a stream says whose it is.
_NAMES = ("job", "service_name")
#: What Loki finds out by itself for every line.
_OF_LOKI = frozenset({"detected_level", "service_name"})
#: What the SDKs of OpenTelemetry set by themselves.
_OF_SDKS = ("resource.service.", "resource.telemetry.")


@dataclass(frozen=True, kw_only=True)
class SignalQuery:
    """
    A query for logs or traces.

    Attributes:
        language: `logql` or `traceql`.
        expr: Its text.
        origin: What it stands in.
        foreign: Whether it stands in a file that obsgen did not write, and may be about what the catalog does not know.
        only_labels: Whether it asks which streams there are, not for what they hold.
    """

    language: Literal["logql", "traceql"]
    expr: Marked
    origin: Origin
    foreign: bool = False
    only_labels: bool = False

    def place(self, word: Word) -> Span:
        """Return where *word* was written."""
        return self.expr.place(word.start, word.end) or self.origin.span


def is_open(text: str) -> bool:
    """Return whether only a reader or Grafana knows what stands in the place of *text*."""
    return has_variable(text) or "..." in text or "…" in text or (text.startswith("<") and text.endswith(">"))


@dataclass(frozen=True, kw_only=True)
class Streams:
    """
    What the log pipelines set together.

    Attributes:
        labels: Every label of their streams, with its values; None where they are open.
        beside: Names that lines have beside these labels.
        defined: Where that is said.
    """

    labels: Mapping[str, frozenset[str] | None]
    beside: frozenset[str]
    defined: tuple[Span, ...]


def streams(catalog: Catalog) -> Streams | None:
    """Return what the log pipelines of *catalog* set; None where it says nothing."""
    if not catalog.logs:
        return None
    labels: dict[str, frozenset[str] | None] = {}
    for logs in catalog.logs:
        for name, values in logs.labels.items():
            known = labels.get(name, frozenset())
            labels[name] = None if values is None or known is None else known | frozenset(values)
    beside = _OF_LOKI.union(*(logs.metadata for logs in catalog.logs))
    return Streams(labels=labels, beside=beside, defined=tuple(logs.origin.key("labels") for logs in catalog.logs))


def log_queries(subject: Subject) -> Iterator[tuple[SignalQuery, logql.read.Reading]]:
    """Yield every LogQL query with what is certain about it."""
    for query in subject.signals:
        if query.language == "logql":
            from obsgen.logql import read  # noqa: PLC0415 - most catalogs have none

            yield query, read.read(query.expr.text)


def judged_logs(subject: Subject, known: Streams) -> Iterator[tuple[SignalQuery, logql.read.Reading]]:
    """Yield the LogQL queries that are certainly about the catalog's own streams."""
    for query, reading in log_queries(subject):
        if not query.foreign or _is_own(reading, known):
            yield query, reading


def _is_own(reading: logql.read.Reading, known: Streams) -> bool:
    """Return whether every selector names a stream of the catalog."""
    return reading.whole and all(
        any(
            matcher.op == "="
            and matcher.label.text in _NAMES
            and matcher.value.text in (known.labels.get(matcher.label.text) or ())
            for matcher in selector.matchers
        )
        for selector in reading.selectors
    )


@dataclass(frozen=True, kw_only=True)
class Spans:
    """
    What the trace pipelines set together.

    Attributes:
        attributes: With their scope.
        services: Names of services that send spans.
        defined: Where that is said.
    """

    attributes: frozenset[str]
    services: frozenset[str]
    defined: tuple[Span, ...]

    def may_have(self, scope: str, name: str) -> bool:
        """Return whether the attribute *name* may be there; an empty *scope* means spans and resources."""
        if not scope:
            return self.may_have("resource", name) or self.may_have("span", name)
        full = f"{scope}.{name}"
        return (
            not any(one.startswith(f"{scope}.") for one in self.attributes)
            or full in self.attributes
            or any(one.endswith(".*") and full.startswith(one[:-1]) for one in self.attributes)
            or full.startswith(_OF_SDKS)
        )


def spans(catalog: Catalog) -> Spans | None:
    """Return what the trace pipelines of *catalog* set; None where it says nothing."""
    if not catalog.traces:
        return None
    names = {service.name for service in catalog.services}
    names |= {one.service_name for service in catalog.services for one in service.workspaces if one.service_name}
    return Spans(
        attributes=frozenset(name for traces in catalog.traces for name in traces.attributes),
        services=frozenset(names),
        defined=tuple(traces.origin.key("attributes") for traces in catalog.traces),
    )


def trace_queries(subject: Subject) -> Iterator[tuple[SignalQuery, traceql.read.Reading]]:
    """Yield every TraceQL query with what is certain about it."""
    for query in subject.signals:
        if query.language == "traceql":
            from obsgen.traceql import read  # noqa: PLC0415 - most catalogs have none

            yield query, read.read(query.expr.text)


def judged_traces(subject: Subject, known: Spans) -> Iterator[tuple[SignalQuery, traceql.read.Reading]]:
    """Yield the TraceQL queries that are certainly about spans of the catalog's own services."""
    for query, reading in trace_queries(subject):
        named = {one.equals for one in reading.attributes if (one.scope, one.name) == ("resource", "service.name")}
        if not query.foreign or (named and named <= known.services):
            yield query, reading


def said(defined: Iterable[Span], text: str) -> tuple[Label, ...]:
    """Return the places that say what a pipeline sets, each with *text*."""
    return tuple(Label(span, text) for span in defined)
