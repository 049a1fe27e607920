"""`query/costly`: a query that may read more series than the server should at once."""

from __future__ import annotations

import math
from collections.abc import Iterator

from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import readings, written
from obsgen.diagnostics import Diagnostic, Label, warning
from obsgen.promql.meaning import Meanings, SeriesFacts
from obsgen.promql.tree import Selector
from obsgen.spec.model import MetricLabel


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report queries whose selectors may match more series than the setting `series_per_query`, by what the catalog bounds."""
    limit = subject.settings.budget.series_per_query
    for read, meanings in readings(subject):
        counts = [(_count(one, meanings, subject), one) for one in meanings.selectors]
        total = sum(count for count, _ in counts)
        if total > limit:
            biggest = max(counts, key=lambda pair: pair[0])
            yield _finding(biggest, total, limit, read, meanings, subject)


def _count(selector: Selector, meanings: Meanings, subject: Subject) -> int:
    """Return how many series *selector* can match at most; 0 for series of which that is unknown."""
    facts = subject.world.facts(selector.name.text)
    if facts.metric is None or meanings[selector].empty:
        return 0
    labels = (_size(label, selector, meanings) for label in facts.metric.labels)
    copies = meanings[selector].values.get("workspace")
    return math.prod(labels) * _bounds(facts, selector, meanings) * max(1, len(copies or ()))


def _size(label: MetricLabel, selector: Selector, meanings: Meanings) -> int:
    """Return how many values *label* can have here at most."""
    values = meanings[selector].values.get(label.name)
    if label.derived is not None:
        return 1
    return max(1, len(values) if values is not None else label.at_most or 1)


def _bounds(facts: SeriesFacts, selector: Selector, meanings: Meanings) -> int:
    """Return how many buckets are read: a bound may be spelled in several ways, of which a series has one."""
    if facts.kind != "bucket":
        return 1
    return max(1, len({float(bound) for bound in meanings[selector].values.get("le") or ("0",)}))


def _finding(
    biggest: tuple[int, Selector], total: int, limit: int, read: Read, meanings: Meanings, subject: Subject
) -> Diagnostic:
    count, selector = biggest
    metric = subject.world.facts(selector.name.text).metric
    widest = max(metric.labels if metric else (), key=lambda one: _size(one, selector, meanings), default=None)
    return warning(
        "query/costly",
        f"this query may read {total:,} series, `{selector.name.text}` alone {count:,}",
        written(read, selector.name),
        also=()
        if widest is None
        else (Label(widest.definition.span, f"`{widest.name}`: {_size(widest, selector, meanings):,} values"),),
        help=f"narrow it with matchers, or record a sum; the budget is {limit:,}, `series_per_query` in [tool.obsgen.budget]",
    )


CHECK = Check(code="query/costly", run=run)
