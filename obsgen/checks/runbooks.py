"""Queries that stand in fenced blocks of the catalog's prose: ```promql, ```logql and ```traceql."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any, Literal

from obsgen.checks.signals import SignalQuery
from obsgen.promql.collect import Asked
from obsgen.promql.compile import Compiled
from obsgen.promql.parse import PromqlError, parse
from obsgen.promql.text import part
from obsgen.source.nodes import Scalar
from obsgen.spec.fields import Origin
from obsgen.spec.model import Catalog, Dashboard, Service

_OPENING = re.compile(r" *(`{3,}|~{3,}) *([A-Za-z]*)[^`]*\Z")
_LANGUAGES = frozenset({"promql", "logql", "traceql"})
_BLANK_LINE = re.compile(r"\n[ \t]*(?=\n)")


def queries(catalog: Catalog) -> Iterator[Asked]:
    """Yield the PromQL in the prose of *catalog*; its `where` is `prose`."""
    for service, name, scalar, start, end in _fences(catalog, frozenset({"promql"})):
        for first, last in _pieces(scalar.text, start, end):
            expr = part(scalar, first, last)
            compiled = Compiled(expr=expr, problems=())
            yield Asked(where="prose", name=name, service=service, compiled=compiled, origin=Origin(scalar))


def signals(catalog: Catalog) -> Iterator[SignalQuery]:
    """Yield the LogQL and TraceQL in the prose of *catalog*."""
    languages: tuple[Literal["logql", "traceql"], ...] = ("logql", "traceql")
    for language in languages:
        for _, _, scalar, start, end in _fences(catalog, frozenset({language})):
            for first, last in _paragraphs(scalar.text, start, end):
                yield SignalQuery(language=language, expr=part(scalar, first, last), origin=Origin(scalar))


def _fences(catalog: Catalog, languages: frozenset[str]) -> Iterator[tuple[Service, str, Scalar, int, int]]:
    for service in catalog.services:
        for name, spec, key in _prose(service):
            text = getattr(spec, key) or ""
            scalar = spec.origin.find(key) if "```" in text or "~~~" in text else None
            if isinstance(scalar, Scalar):
                for language, start, end in fences(scalar.text):
                    if language in languages:
                        yield service, name, scalar, start, end


def _prose(service: Service) -> Iterator[tuple[str, Any, str]]:
    """Yield each Markdown text of *service*: the name of what it belongs to, that, and the key that holds the text."""
    for alert in service.alerts:
        for key in ("impact", "diagnosis", "mitigation"):
            yield alert.name, alert.spec, key
    for metric in service.metrics:
        yield metric.name, metric, "notes"
    if service.prices is not None:
        yield "prices", service.prices, "notes"
    for dashboard in service.dashboards:
        yield from _of_dashboard(dashboard)


def _of_dashboard(dashboard: Dashboard) -> Iterator[tuple[str, Any, str]]:
    yield dashboard.key, dashboard.spec, "description"
    for row in dashboard.spec.rows.values():
        for key, panel in row.panels.items():
            for text in ("body", "description"):
                yield f"{dashboard.key}/{key}", panel, text


def fences(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield language, start and end of each fenced block of a query language in the Markdown *text*."""
    marks = language = ""
    position = start = 0
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        position += len(line)
        if marks:
            closing = bare.strip(" ")
            if len(closing) >= len(marks) and not closing.strip(marks[0]):
                if language in _LANGUAGES:
                    yield language, start, position - len(line)
                marks = ""
        elif (opening := _OPENING.match(bare)) is not None:
            marks, language, start = opening[1], opening[2].lower(), position


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield each query of a block: the whole of it, or its paragraphs, or the lines of one that is no query as a whole."""
    if _can_be_read(text[start:end]):
        yield start, end
        return
    for first, last in _paragraphs(text, start, end):
        lines = [(a, b) for a, b in _lines(text, first, last) if not text[a:b].lstrip().startswith("#")]
        if not _can_be_read(text[first:last]) and all(_can_be_read(text[a:b]) for a, b in lines):
            yield from lines
        else:
            yield first, last


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches between empty lines, those without a query left out."""
    edges = [start, *(match.start() for match in _BLANK_LINE.finditer(text, start, end)), end]
    for first, last in itertools.pairwise(edges):
        if any(not text[a:b].lstrip().startswith("#") for a, b in _lines(text, first, last)):
            yield _stripped(text, first, last)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the lines that are not empty, without blanks around them."""
    position = start
    for line in text[start:end].split("\n"):
        if line.strip():
            yield _stripped(text, position, position + len(line))
        position += len(line) + 1


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    first = start + len(piece) - len(piece.lstrip())
    return first, first + len(piece.strip())


def _can_be_read(text: str) -> bool:
    try:
        parse(text)
    except PromqlError:
        return False
    return True
