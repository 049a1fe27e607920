"""Which variables of a dashboard can narrow a query: those whose label every series of it has."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator

from obsgen.promql.errors import PromqlError
from obsgen.promql.parse import parse
from obsgen.promql.tree import Aggregation, Tree, selectors
from obsgen.spec import queries as q
from obsgen.spec.model import Catalog

_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")


def series_labels(name: str, catalog: Catalog) -> frozenset[str]:
    """
    Return the labels that every series called *name* has by the catalog, those aside that the scrape adds.

    A recorded series has what its query keeps; of one in PromQL that is the `by` of its outermost aggregation. Empty
    for names that lead nowhere.
    """
    return _series_labels(name, catalog, frozenset())


def narrowing(shape: q.Shape, variables: Iterable[str], catalog: Catalog) -> frozenset[str]:
    """
    Return which of the labels *variables* narrow *shape*: the ones that each of its parts has.

    Narrowed by a label of its own, one side of a quotient would count less than the other and the result mean nothing.
    """
    asked = frozenset(variables)
    for part in _parts(shape):
        asked &= _of_part(part, asked, catalog)
    return asked


def one_sided(shape: q.Shape, variables: Iterable[str], catalog: Catalog) -> tuple[str, ...]:
    """Return those of the labels *variables*, in their order, that a part of *shape* has and another lacks."""
    labels = tuple(dict.fromkeys(variables))
    common = narrowing(shape, labels, catalog)
    # PromQL keeps the variables that people wrote into it, so that nothing is known to be lost there.
    written = [part for part in _parts(shape) if not isinstance(part, q.Raw)]
    had = frozenset[str]().union(*(_of_part(part, frozenset(labels), catalog) for part in written))
    return tuple(label for label in labels if label in had - common)


def _parts(shape: q.Shape) -> Iterator[q.Shape]:
    """Yield the queries over one metric each, and those in PromQL, that *shape* is made of."""
    if isinstance(shape, q.Top):
        yield from _parts(shape.of)
    elif isinstance(shape, q.Per):
        yield from _parts(shape.per.of)
        yield from _parts(shape.per.each)
    else:
        yield shape


def _of_part(part: q.Shape, asked: frozenset[str], catalog: Catalog) -> frozenset[str]:
    """Return the labels of *asked* that narrow one part."""
    if not isinstance(part, q.Raw):
        return asked & series_labels(_series(part), catalog)
    tree = _tree(part)
    if tree is not None and not selectors(tree):
        return asked  # a number is the same whatever is chosen
    return asked & frozenset(_VARIABLE.findall(part.promql))


def _series(part: q.Shape) -> str:
    """Return the series that *part* asks for, empty for shapes that name none."""
    if isinstance(part, q.Down | q.Alerting):
        return ""
    if isinstance(part, q.Quantile | q.Within):
        return part.of
    return str(getattr(part, dataclasses.fields(part)[0].name))


def _tree(shape: q.Raw) -> Tree | None:
    try:
        return parse(shape.promql).tree
    except PromqlError:
        return None  # reported where it is written


def _series_labels(name: str, catalog: Catalog, above: frozenset[str]) -> frozenset[str]:
    if (metric := catalog.series.get(name) or catalog.metrics.get(name)) is not None:
        return frozenset(label.name for label in metric.labels)
    record = catalog.records.get(name)
    if record is None or name in above:
        return frozenset()
    return _kept(record.spec.query, catalog, above | {name})


def _kept(shape: q.Shape, catalog: Catalog, above: frozenset[str]) -> frozenset[str]:
    """Return the labels of the result of a recorded query."""
    if isinstance(shape, q.Top):
        return _kept(shape.of, catalog, above)
    if isinstance(shape, q.Per):
        return _kept(shape.per.of, catalog, above) & _kept(shape.per.each, catalog, above)
    if isinstance(shape, q.Raw):
        return _kept_by_promql(shape, catalog, above)
    labels = _series_labels(_series(shape), catalog, above)
    if isinstance(shape, q.Value | q.Forecast) and shape.as_ in (None, "each"):
        return labels
    return labels.intersection(getattr(shape, "by", None) or ())


def _kept_by_promql(shape: q.Raw, catalog: Catalog, above: frozenset[str]) -> frozenset[str]:
    tree = _tree(shape)
    if not isinstance(tree, Aggregation) or tree.without:
        return frozenset()
    labels = frozenset(word.text for word in tree.grouping or ())
    for selector in selectors(tree):
        labels &= _series_labels(selector.name.text, catalog, above)
    return labels
