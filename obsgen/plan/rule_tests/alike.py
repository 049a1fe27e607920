"""Which alerts are so alike that one answer about their tests holds for all of them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields

from obsgen.plan.rule_tests.clock import Clock
from obsgen.plan.rule_tests.parts import Ground
from obsgen.plan.rule_tests.places import subject
from obsgen.spec import queries as q
from obsgen.spec.model import Alert, Metric


def likeness(alert: Alert, ground: Ground) -> Hashable | None:
    """
    Return what decides whether *alert* can be tested, the same value for alerts of which all can be or none.

    None where that is not worth telling: for compound conditions, and for what reads a recorded series. Names of metrics
    have no say; labels have one where the query names them, or narrows what it reads.
    """
    when = alert.spec.when
    if not isinstance(when, q.When) or when.test is None:
        return None
    metric = ground.catalog.metrics.get(subject(when.query))
    if metric is None or any(label.derived for label in metric.labels):
        return None
    asked = _words(when.query, metric.name)
    labels = _labels(when.query, metric)
    if asked is None or labels is None:
        return None
    return (
        asked,
        tuple((name, getattr(when.test, name)) for name in _NAMES[type(when.test)]),
        _grid(ground.clock),
        (metric.kind, metric.buckets, metric.low, metric.high),
        labels,
    )


def _grid(clock: Clock) -> Hashable:
    return clock.step_ms, clock.wait_ms, clock.longest_ms


def _words(shape: q.Shape, metric: str) -> Hashable | None:
    """Return the kind of *shape* and what it says, all but the name of the metric; None for one with parts of its own."""
    if type(shape) not in _NAMES:
        return None
    said = [getattr(shape, name) for name in _NAMES[type(shape)]]
    return (type(shape), *(None if value == metric else value for value in said))


def _labels(shape: q.Shape, metric: Metric) -> Hashable | None:
    """Return what the labels contribute: those of `by` find a second result; a filter may pass for none of them."""
    if getattr(shape, "where", None) or getattr(shape, "part", None):
        return None
    found: list[Hashable] = []
    for name in getattr(shape, "by", None) or ():
        label = metric.label(name)
        # What is no label of the metric comes from its targets.
        found.append((name, metric.service) if label is None else (name, label.values, label.example))
    return tuple(found)


_SHAPES = (q.Rate, q.Increase, q.Project, q.Value, q.Forecast, q.Age, q.Changes, q.Quantile, q.Mean, q.Within)
_NAMES: dict[type, tuple[str, ...]] = {
    shape: tuple(field.name for field in fields(shape) if field.name not in ("where", "origin"))
    for shape in (*_SHAPES, q.Test)
}
