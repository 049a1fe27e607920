"""
What a query answers, worked out from its shape and the input series.

This is the second opinion that the tests are made of: it reads the catalog's shapes and never the PromQL that was
compiled from them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from obsgen.plan.rule_tests.filters import passes
from obsgen.plan.rule_tests.parts import Draft, Ground, UntestableError
from obsgen.plan.rule_tests.windows import Dialect, Track, changes, forecast, increase, quantile
from obsgen.spec import queries as q
from obsgen.spec.model import Metric
from obsgen.spec.values import Duration, quantity

Key: TypeAlias = tuple[tuple[str, str], ...]
Values: TypeAlias = list[float | None]
Table: TypeAlias = dict[Key, Values]
Function: TypeAlias = Callable[[Track, int], float | None]
Way: TypeAlias = Literal["sum", "max", "min", "mean"]

PERIOD_SECONDS = {"day": 86_400, "week": 604_800, "month": 2_592_000, "year": 31_536_000}
_LARGEST_IN: dict[str, Way] = {"above": "max", "at_least": "max", "below": "min", "at_most": "min"}


@dataclass(frozen=True)
class Scene:
    """One draft as one dialect sees it."""

    draft: Draft
    ground: Ground
    dialect: Dialect
    tracks: Mapping[str, tuple[Track, ...]] = field(repr=False)

    def selected(self, name: str, where: q.Filter | None, part: q.Filter | None = None) -> list[Track]:
        """Return the series called *name* that pass the filters."""
        found = self.tracks.get(name, ())
        return [track for track in found if passes(where, track.line.labels) and passes(part, track.line.labels)]


def scene(draft: Draft, ground: Ground, dialect: Dialect) -> Scene:
    """Return *draft* as *dialect* sees it."""
    tracks: dict[str, tuple[Track, ...]] = {}
    for line in draft.lines:
        tracks[line.name] = (*tracks.get(line.name, ()), Track(line, ground.clock.step_ms))
    return Scene(draft, ground, dialect, tracks)


def table(shape: q.Shape, test: str | None, at: Scene) -> Table:
    """
    Return the results of *shape* at every step.

    Args:
        shape: Anything but raw PromQL, `absent` and `down`.
        test: The comparison that it stands in, which decides how a gauge is put together.
        at: The input.

    Raises:
        UntestableError: If the shape has no arithmetic here.
    """
    match shape:
        case q.Rate() | q.Increase() | q.Project():
            return _paced(shape, at)
        case q.Ratio():
            over = _ms(shape)
            return _divided(_rates(at, shape.ratio, shape, over, part=shape.part), _rates(at, shape.ratio, shape, over))
        case q.Share():
            return _shares(shape, at)
        case q.Mean():
            over = _ms(shape)
            return _divided(*(_rates(at, shape.mean + suffix, shape, over) for suffix in ("_sum", "_count")))
        case q.Within():
            return _within(shape, at)
        case q.Quantile():
            return _quantiles(shape, at)
        case q.Per():
            return _divided(table(shape.per.of, None, at), table(shape.per.each, None, at))
        case q.Value() | q.Forecast():
            return _gauge(shape, test, at)
        case q.Age():
            return _ages(shape, at)
        case q.Changes():
            over = _ms(shape)
            return _over(at, shape.changes, shape, lambda track, step: changes(track, step, over, at.dialect), "sum")
    raise UntestableError(f"`{next(iter(type(shape).__dataclass_fields__))}` has no arithmetic to derive it from")


def events(shape: q.Shape, at: Scene) -> Table:
    """Return how many events the window of *shape* saw, for `min_events`."""
    name = next(getattr(shape, key) for key in ("ratio", "mean", "of") if hasattr(shape, key))
    over = _ms(shape)
    return _over(at, _counted(name, at), shape, _extrapolated("increase", over, at), "sum")


def _ms(shape: q.Shape) -> int:
    over: Duration | None = getattr(shape, "over", None)
    if over is None:
        raise UntestableError("it says no window")
    return over.ms


def _counted(name: str, at: Scene) -> str:
    """Return the series that counts the events of the metric *name*."""
    metric = at.ground.catalog.metrics.get(name)
    return f"{name}_count" if metric is not None and metric.kind == "histogram" else name


def _over(
    at: Scene,
    name: str,
    shape: q.Shape,
    function: Function,
    way: Way | None,
    part: q.Filter | None = None,
) -> Table:
    """Apply *function* to every selected series at every step and put the results together."""
    where: q.Filter | None = getattr(shape, "where", None)
    by: tuple[str, ...] = getattr(shape, "by", None) or ()
    rows: dict[Key, list[Values]] = {}
    for track in at.selected(name, where, part):
        labels = track.line.labels
        kept = labels if way is None else {label: labels[label] for label in by if labels.get(label)}
        rows.setdefault(tuple(sorted(kept.items())), []).append(
            [function(track, step) for step in range(at.draft.steps)]
        )
    return {key: _together(found, way) for key, found in rows.items()}


def _together(rows: list[Values], way: Way | None) -> Values:
    if len(rows) == 1:
        return rows[0]
    return [_one([value for value in column if value is not None], way) for column in zip(*rows, strict=True)]


def _one(values: list[float], way: Way | None) -> float | None:
    if not values:
        return None
    if way == "sum":
        return sum(values)
    if way == "mean":
        return sum(values) / len(values)
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return math.nan
    return max(known) if way == "max" else min(known)


def _rates(at: Scene, name: str, shape: q.Shape, over: int, part: q.Filter | None = None) -> Table:
    series = _counted(name, at)
    return _over(at, series, shape, _extrapolated("rate", over, at), "sum", part)


def _extrapolated(how: Literal["rate", "increase"], over: int, at: Scene) -> Function:
    return lambda track, step: increase(track, step, over, at.dialect, how=how)


def _paced(shape: q.Rate | q.Increase | q.Project, at: Scene) -> Table:
    over = _ms(shape)
    if isinstance(shape, q.Rate):
        return _rates(at, shape.rate, shape, over)
    if isinstance(shape, q.Project):
        period = PERIOD_SECONDS[shape.to]
        return _each(_rates(at, shape.project, shape, over), lambda value: value * period)
    series = _counted(shape.increase, at)
    return _over(at, series, shape, _extrapolated("increase", over, at), "sum")


def _each(found: Table, function: Callable[[float], float]) -> Table:
    return {key: [None if value is None else function(value) for value in row] for key, row in found.items()}


def _divided(top: Table, bottom: Table) -> Table:
    return {
        key: [_quotient(a, b) for a, b in zip(row, bottom[key], strict=True)]
        for key, row in top.items()
        if key in bottom
    }


def _quotient(top: float | None, bottom: float | None) -> float | None:
    if top is None or bottom is None:
        return None
    if bottom == 0:
        return math.nan if top == 0 or math.isnan(top) else math.copysign(math.inf, top)
    return top / bottom


def _shares(shape: q.Share, at: Scene) -> Table:
    found = _rates(at, shape.share, shape, _ms(shape))
    whole = [
        _one([value for value in column if value is not None], "sum") for column in zip(*found.values(), strict=True)
    ]
    return {key: [_quotient(a, b) for a, b in zip(row, whole, strict=True)] for key, row in found.items()}


def _within(shape: q.Within, at: Scene) -> Table:
    over, bound = _ms(shape), float(quantity(shape.within).value)
    inside = _rates_of_bucket(at, shape, over, bound)
    return _divided(inside, _rates(at, shape.of, shape, over))


def _rates_of_bucket(at: Scene, shape: q.Within | q.Quantile, over: int, bound: float) -> Table:
    chosen = tuple(
        track for track in at.tracks.get(f"{shape.of}_bucket", ()) if float(track.line.labels["le"]) == bound
    )
    narrowed = Scene(at.draft, at.ground, at.dialect, {"": chosen})
    return _rates(narrowed, "", shape, over)


def _quantiles(shape: q.Quantile, at: Scene) -> Table:
    over = _ms(shape)
    bounds = sorted({float(track.line.labels["le"]) for track in at.tracks.get(f"{shape.of}_bucket", ())})
    layers = {bound: _rates_of_bucket(at, shape, over, bound) for bound in bounds}
    keys = {key for layer in layers.values() for key in layer}
    found: Table = {}
    for key in sorted(keys):
        row: Values = []
        for step in range(at.draft.steps):
            counts = {bound: layer[key][step] for bound, layer in layers.items() if key in layer}
            known = {bound: count for bound, count in counts.items() if count is not None}
            row.append(quantile(shape.quantile, known) if known else None)
        found[key] = row
    return found


def _gauge(shape: q.Value | q.Forecast, test: str | None, at: Scene) -> Table:
    way = way_of(shape, test, at.ground)
    if isinstance(shape, q.Value):
        return _over(at, shape.value, shape, lambda track, step: track.now(step, at.dialect), way)
    over, ahead = shape.from_.ms, float(shape.in_.seconds)
    return _over(at, shape.forecast, shape, lambda track, step: forecast(track, step, over, ahead, at.dialect), way)


def way_of(shape: q.Value | q.Forecast, test: str | None, ground: Ground) -> Way | None:
    """Return how the series of a gauge are put together; None if each stays a result of its own."""
    if shape.as_ is not None:
        return None if shape.as_ == "each" else shape.as_
    metric: Metric | None = ground.catalog.metrics.get(shape.value) if isinstance(shape, q.Value) else None
    if metric is not None and metric.kind == "info":
        return None
    return _LARGEST_IN.get(test or "")


def _ages(shape: q.Age, at: Scene) -> Table:
    latest = _over(at, shape.age, shape, lambda track, step: track.now(step, at.dialect), "max")
    seconds = at.ground.clock.step_ms / 1000
    return {
        key: [None if value is None else step * seconds - value for step, value in enumerate(row)]
        for key, row in latest.items()
    }
