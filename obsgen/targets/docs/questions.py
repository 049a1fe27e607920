"""Queries for people: examples for a metric, and what to ask when an alert fires. Shapes, never PromQL by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TypeAlias

from obsgen.spec import queries as q
from obsgen.spec.model import Catalog, Metric, Service
from obsgen.spec.values import Duration

_WINDOW = Duration.parse("5m")
_DAY = Duration.parse("1d")
_SERIES_SHOWN = 64

#: Shapes that one more label can split.
Split: TypeAlias = q.Rate | q.Increase | q.Ratio | q.Quantile | q.Mean | q.Within | q.Project | q.Changes | q.Age | q.Value


def examples(metric: Metric, service: Service) -> tuple[q.Shape, ...]:
    """Return queries to start from; windows span at least four scrapes of *service*."""
    every = service.scrape.every if service.scrape else Duration.parse("15s")
    window = max(_WINDOW, Duration(every.ms * 4))
    by = _telling(metric)
    match metric.kind:
        case "counter":
            return (
                q.Rate(rate=metric.name, by=by, over=window, origin=metric.origin),
                q.Increase(increase=metric.name, over=max(_DAY, window), origin=metric.origin),
            )
        case "gauge":
            each = q.Value(value=metric.name, origin=metric.origin)
            return (each, *(dataclasses.replace(each, as_=way, by=by) for way in ("min", "max")))
        case "histogram":
            return (
                q.Quantile(quantile=0.95, of=metric.name, by=by, over=window, origin=metric.origin),
                q.Mean(mean=metric.name, over=window, origin=metric.origin),
                q.Rate(rate=metric.name, by=by, over=window, origin=metric.origin),
            )
    return (q.Value(value=metric.name, origin=metric.origin),)


def _telling(metric: Metric) -> tuple[str, ...] | None:
    """Return the labels to keep: the closed ones as far as they give few lines, else the first."""
    kept: list[str] = []
    lines = 1
    for label in metric.labels:
        if label.values is not None and label.derived is None and lines * len(label.values) <= _SERIES_SHOWN:
            lines *= len(label.values)
            kept.append(label.name)
    free = [label.name for label in metric.labels if label.derived is None]
    return tuple(kept or free[:1]) or None


def leaves(written: q.When | q.AllOf | q.AnyOf) -> Iterator[q.When]:
    """Return the single conditions that *written* is made of, in its order."""
    if isinstance(written, q.When):
        yield written
        return
    for part in written.all_ if isinstance(written, q.AllOf) else written.any_:
        yield from leaves(part)
    if isinstance(written, q.AllOf) and written.unless is not None:
        yield from leaves(written.unless)


def compared(when: q.When) -> q.Shape | None:
    """Return the query that a condition compares, None where there is no value to look at."""
    shape = when.query
    if when.test is None:
        return None
    if isinstance(shape, q.Value | q.Forecast) and shape.as_ is None:
        # As the compiler does it: the one in trouble must not be hidden by the others.
        way = {"below": "min", "at_most": "min", "above": "max", "at_least": "max"}.get(when.test.word)
        return dataclasses.replace(shape, as_=way)  # type: ignore[arg-type]
    return shape


def parts(shape: q.Shape) -> tuple[q.Shape, ...]:
    """Return what a quotient is made of."""
    if isinstance(shape, q.Per):
        return (shape.per.of, shape.per.each)
    if isinstance(shape, q.Ratio):
        total = q.Increase(increase=shape.ratio, by=shape.by, where=shape.where, over=shape.over, origin=shape.origin)
        if shape.where and shape.where.keys() & shape.part.keys():
            return (total,)
        return (dataclasses.replace(total, where={**(shape.where or {}), **shape.part}), total)
    if isinstance(shape, q.Quantile | q.Mean | q.Within):
        name = shape.mean if isinstance(shape, q.Mean) else shape.of
        return (q.Increase(increase=name, by=shape.by, where=shape.where, over=shape.over, origin=shape.origin),)
    return ()


def splits(shape: q.Shape, catalog: Catalog) -> Iterator[tuple[str, q.Shape]]:
    """Yield each label that *shape* puts together, and the query that keeps it."""
    if not isinstance(shape, Split):
        return
    metric = catalog.metrics.get(str(getattr(shape, dataclasses.fields(shape)[_name_field(shape)].name)))
    if metric is None or (isinstance(shape, q.Value) and shape.as_ in (None, "each")):
        return
    by = shape.by or ()
    pinned = {label for label, picked in (shape.where or {}).items() if isinstance(picked, str)}
    pinned |= set(shape.part) if isinstance(shape, q.Ratio) else set()
    for label in metric.labels:
        if label.name not in (*by, *pinned) and label.derived is None:
            yield label.name, dataclasses.replace(shape, by=(*by, label.name))


def _name_field(shape: q.Shape) -> int:
    """Return which field names the metric: the first one, or the second beside a number."""
    return 1 if isinstance(shape, q.Quantile | q.Within) else 0
