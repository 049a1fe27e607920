"""Which metrics and recorded series the queries of a catalog read, and which of them a person ever sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from obsgen.checks.base import Read, Subject
from obsgen.promql.known import ALERT_SERIES
from obsgen.promql.tree import Matcher, Selector
from obsgen.spec.model import Catalog, Record

_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*")


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """
    Who reads what.

    Attributes:
        seen: Names of metrics and recorded series on which an alert or a panel stands, also by way of recorded series.
        readers: Name of a metric or recorded series -> the recorded series that read it.
        read: Names that any query reads.
    """

    seen: frozenset[str]
    readers: dict[str, tuple[Record, ...]]
    read: frozenset[str]


def coverage(subject: Subject) -> Coverage:
    """
    Return which metrics and recorded series the queries read.

    A query that nobody understands reads what it mentions; one with a wrong name could mean any, so all count as read.
    """
    return subject.once(_coverage)


def _coverage(subject: Subject) -> Coverage:
    catalog = subject.catalog
    if any(query.compiled.problems for query in subject.every_query) or any(
        _is_lost(read, subject) for read in subject.queries
    ):
        everything = frozenset({*catalog.metrics, *catalog.records})
        return Coverage(seen=everything, readers={}, read=everything)
    reads = {id(read.asked): read for read in subject.queries}
    shown: set[str] = set()
    recorded: dict[str, set[str]] = {}
    for query in subject.every_query:
        names = set(_names(query.compiled.expr.text, reads.get(id(query)), catalog))
        if query.where == "record":
            recorded.setdefault(query.name, set()).update(names - {query.name})
        elif query.where != "prose":
            shown |= names
    readers: dict[str, tuple[Record, ...]] = {}
    for name, used in recorded.items():
        if (record := catalog.records.get(name)) is not None:
            for one in used:
                readers[one] = (*readers.get(one, ()), record)
    return Coverage(seen=_reached(shown, recorded), readers=readers, read=frozenset({*shown, *readers}))


def _is_lost(read: Read, subject: Subject) -> bool:
    """Return whether a query asks for a series that nobody defines."""
    names = (one.name for one in read.selectors)
    return any(
        name.text
        and name.text not in ALERT_SERIES
        and name.text not in subject.catalog.metrics
        and not read.is_variable(name)
        and not subject.world.facts(name.text).known
        for name in names
    )


def _reached(shown: set[str], recorded: dict[str, set[str]]) -> frozenset[str]:
    reached: set[str] = set()
    waiting = list(shown)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += recorded.get(name, ())
    return frozenset(reached)


def _names(text: str, read: Read | None, catalog: Catalog) -> Iterator[str]:
    """Yield the metrics and recorded series that a query reads."""
    for name in set(_NAME.findall(text)):
        if name in catalog.records:
            yield name
        metric = catalog.series.get(name) or catalog.metrics.get(name)
        if metric is not None:
            yield metric.name
    for selector in read.selectors if read is not None else ():
        if not selector.name.text:
            yield from _matched(selector, catalog)


def _matched(selector: Selector, catalog: Catalog) -> Iterator[str]:
    """Yield what a selector without a name can match, by its matchers on `__name__`."""
    matchers = [matcher for matcher in selector.matchers if matcher.label.text == "__name__"]
    for series, metric in catalog.series.items():
        if all(_fits(matcher, series) for matcher in matchers):
            yield metric.name
    for name in catalog.records:
        if all(_fits(matcher, name) for matcher in matchers):
            yield name


def _fits(matcher: Matcher, name: str) -> bool:
    if matcher.op in ("=", "!="):
        return (matcher.value.text == name) == (matcher.op == "=")
    try:
        found = re.fullmatch(matcher.value.text, name) is not None
    except re.error:
        return True
    return found == (matcher.op == "=~")
