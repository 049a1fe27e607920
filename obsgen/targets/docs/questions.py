"""Queries for people: examples for a metric, and what to ask when an alert fires. Shapes, never PromQL by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TypeAlias

from obsgen.plan.words import listing
from obsgen.spec import queries as q
from obsgen.spec.model import Catalog, Metric, Service
from obsgen.spec.values import Duration

_WINDOW = Duration.parse("5m")
_DAY = Duration.parse("1d")
_SERIES_SHOWN = 64

#: Shapes that one more label can split.
Split: TypeAlias = (
    q.Rate
    | q.Increase
    | q.Ratio
    | q.Quantile
    | q.Mean
    | q.Within
    | q.Project
    | q.Changes
    | q.Age
    | q.Value
    | q.Forecast
)


def examples(metric: Metric, service: Service) -> Iterator[tuple[str, q.Shape]]:
    """Yield queries to start from, each with what it asks; windows span at least four scrapes of *service*."""
    every = service.scrape.every if service.scrape else Duration.parse("15s")
    over = max(_WINDOW, Duration(every.ms * 4))
    day = max(_DAY, over)
    by = _telling(metric)
    each = f" for each {listing(by)}" if by else ""
    where = metric.origin
    match metric.kind:
        case "counter":
            unit = metric.unit.replace("_", " ").capitalize() or "Events"
            yield f"{unit} per second{each}, over {over}", q.Rate(rate=metric.name, by=by, over=over, origin=where)
            yield f"{unit} in the last {day}", q.Increase(increase=metric.name, over=day, origin=where)
        case "gauge":
            yield "As it is now, series by series", q.Value(value=metric.name, origin=where)
            yield f"The smallest value{each}", q.Value(value=metric.name, as_="min", by=by, origin=where)
            yield f"The largest value{each}", q.Value(value=metric.name, as_="max", by=by, origin=where)
        case "histogram":
            tail = q.Quantile(quantile=0.95, of=metric.name, by=by, over=over, origin=where)
            yield f"The 95th percentile{each}, over {over}", tail
            yield f"The average over {over}", q.Mean(mean=metric.name, over=over, origin=where)
            rate = q.Rate(rate=metric.name, by=by, over=over, origin=where)
            yield f"Observations per second{each}, over {over}", rate
        case _:
            yield "What it says, series by series", q.Value(value=metric.name, origin=where)


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


def parts(shape: q.Shape) -> Iterator[tuple[str, q.Shape]]:
    """Yield what a result is made of, each query with what it asks."""
    match shape:
        case q.Per():
            yield "What is divided", shape.per.of
            yield "What it is divided by", shape.per.each
        case q.Ratio():
            total = q.Increase(
                increase=shape.ratio, by=shape.by, where=shape.where, over=shape.over, origin=shape.origin
            )
            if not (shape.where and shape.where.keys() & shape.part.keys()):
                part = dataclasses.replace(total, where={**(shape.where or {}), **shape.part})
                yield "How many events of the window count towards the share", part
            yield "How many events there are in the window", total
        case q.Quantile() | q.Mean() | q.Within():
            name = shape.mean if isinstance(shape, q.Mean) else shape.of
            count = q.Increase(increase=name, by=shape.by, where=shape.where, over=shape.over, origin=shape.origin)
            yield "How many observations it rests on", count


def splits(shape: q.Shape, catalog: Catalog) -> Iterator[tuple[tuple[str, ...], q.Shape]]:
    """
    Yield labels that *shape* puts together, and the query that keeps them.

    Each label for itself, then labels of one kind at once: the pairs are what tells a loop from a crowd.
    """
    if not isinstance(shape, Split) or (isinstance(shape, q.Value | q.Forecast) and shape.as_ in (None, "each")):
        return
    metric = catalog.metrics.get(_asked(shape))
    by = shape.by or ()
    known = {*by, *(label for label, picked in (shape.where or {}).items() if isinstance(picked, str))}
    known |= set(shape.part) if isinstance(shape, q.Ratio) else set()
    free = [label for label in metric.labels if label.name not in known and not label.derived] if metric else []
    groups = [(label.name,) for label in free]
    kinds = dict.fromkeys(label.kind for label in free)
    alike = [tuple(label.name for label in free if label.kind == kind) for kind in kinds]
    for names in (*groups, *(group for group in alike if len(group) > 1)):
        yield names, dataclasses.replace(shape, by=(*by, *names))


def _asked(shape: Split) -> str:
    """Return the name of the metric that *shape* asks about."""
    if isinstance(shape, q.Quantile | q.Within):
        return shape.of
    return str(getattr(shape, dataclasses.fields(shape)[0].name))
