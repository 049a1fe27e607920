"""Which series a test feeds: real label values, two results, two series behind each, and one that is none of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from obsgen.plan.rule_tests.filters import candidates, passes
from obsgen.plan.rule_tests.parts import Ground, UntestableError
from obsgen.spec import queries as q
from obsgen.spec.model import Metric, MetricLabel, Record, Service
from obsgen.spec.values import number

Labels = Mapping[str, str]
#: Combinations of label values that are looked through before giving up on a filter.
_MOST_TRIED = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    The series behind one result of a query.

    Attributes:
        members: Labels of its series, two where labels exist that can tell two apart.
        rests: For each member the labels of the series that is in the whole but not in the part; empty without `part`.
    """

    members: tuple[Labels, ...]
    rests: tuple[Labels, ...] = ()

    @property
    def only_first(self) -> Place:
        """The same result with one series behind it."""
        return replace(self, members=self.members[:1], rests=self.rests[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """
    Where a query can have results.

    Attributes:
        results: One or two; the second differs in one label of `by`.
        outside: A series that `where` leaves out; None if there is none.
    """

    results: tuple[Place, ...]
    outside: Place | None


def places(
    shape: q.Shape, source: Metric | Record, ground: Ground, *, part: q.Filter | None = None, apart: bool = False
) -> Places:
    """
    Return the series for a query.

    Args:
        shape: The query, for its `by` and `where`.
        source: What it asks about.
        ground: What names mean.
        part: Filter of a ratio's part.
        apart: True if every series is a result of its own.

    Raises:
        UntestableError: If no value of a label passes the filters.
    """
    by: tuple[str, ...] | None = getattr(shape, "by", None)
    where: q.Filter | None = getattr(shape, "where", None)
    axes = _Axes(source, ground, (where, part), frozenset(by or ()))
    found = _first(axes.combinations(), {**(where or {})}, part)
    kept = frozenset(found) if apart else frozenset(by or ())
    fixed = frozenset(part or ())
    results = [_place(axes, found, kept, fixed, where, part)]
    told_apart = by or (tuple(found) if apart else ())
    for label in reversed(told_apart):
        other = next(
            (labels for labels in axes.moved(found, label) if passes(where, labels) and passes(part, labels)), None
        )
        if other is not None:
            results.append(_place(axes, other, kept, fixed, where, part))
            break
    return Places(results=tuple(results), outside=_outside(axes, found, where, part))


def _place(
    axes: _Axes,
    labels: Labels,
    kept: frozenset[str],
    fixed: frozenset[str],
    where: q.Filter | None,
    part: q.Filter | None,
) -> Place:
    second = axes.twin(labels, kept | fixed, where)
    members = (labels,) if second is None else (labels, second)
    if part is None:
        return Place(members=members)
    rests = [_rest(axes, member, where, part) for member in members]
    if any(rest is None for rest in rests):
        raise UntestableError("every known label value belongs to the part, so the share is always 1")
    return Place(members=members, rests=tuple(rest for rest in rests if rest is not None))


def _rest(axes: _Axes, labels: Labels, where: q.Filter | None, part: q.Filter) -> Labels | None:
    moved = (other for label in part for other in axes.moved(labels, label))
    return next((other for other in moved if passes(where, other) and not passes(part, other)), None)


def _outside(axes: _Axes, labels: Labels, where: q.Filter | None, part: q.Filter | None) -> Place | None:
    moved = (other for label in where or () for other in axes.moved(labels, label))
    found = next((other for other in moved if not passes(where, other) and passes(part, other)), None)
    if found is None:
        return None
    if part is None:
        return Place(members=(found,))
    # The rest has to lie outside too: where `part` and `where` name one label, it may be a series that counts already.
    moved = (other for label in part for other in axes.moved(found, label))
    rest = next((other for other in moved if not passes(part, other) and not passes(where, other)), None)
    return None if rest is None else Place(members=(found,), rests=(rest,))


def _first(combinations: Iterator[Labels], where: q.Filter, part: q.Filter | None) -> Labels:
    for labels in islice(combinations, _MOST_TRIED):
        if passes(where, labels) and passes(part, labels):
            return labels
    raise UntestableError("no known combination of label values passes its filters")


class _Axes:
    """The labels of one metric and what they can be."""

    def __init__(
        self, source: Metric | Record, ground: Ground, filters: Sequence[q.Filter | None], by: frozenset[str]
    ) -> None:
        metric = source if isinstance(source, Metric) else None
        labels = source.labels if isinstance(source, Metric) else _recorded(source, ground)
        self.metric = metric
        self.service = ground.catalog.by_name.get(source.service, ground.service)
        self.values = {
            label.name: _pinned(label, ground, filters, pin=label.name in by)
            for label in labels
            if label.derived is None
        }
        own = frozenset(label.name for label in labels)
        scraped = isinstance(source, Metric)
        self.targets = [_without(target, own) for target in targets(self.service)] if scraped else [{}]

    def combinations(self) -> Iterator[Labels]:
        """Yield label sets, the most natural first."""
        for values in product(*self.values.values()):
            for target in self.targets:
                yield self._complete(dict(zip(self.values, values, strict=True)), target)

    def moved(self, labels: Labels, label: str) -> Iterator[Labels]:
        """Yield *labels* with every other value of *label*; labels of the target move together."""
        own = {name: labels[name] for name in self.values}
        if label in self.values:
            target = {name: value for name, value in labels.items() if name in self.targets[0]}
            for value in self.values[label]:
                if value != labels[label]:
                    yield self._complete({**own, label: value}, target)
        else:
            for target in self.targets:
                if target.get(label) != labels.get(label):
                    yield self._complete(own, target)

    def twin(self, labels: Labels, kept: frozenset[str], where: q.Filter | None) -> Labels | None:
        """Return another series with the same values of *kept*, as different as can be; None if there is none."""
        own = {name: labels[name] for name in self.values}
        target = {name: value for name, value in labels.items() if name in self.targets[0]}
        for name, values in self.values.items():
            if name in kept:
                continue
            for value in values:
                moved = {**own, name: value}
                if value != labels[name] and passes(where, self._complete(moved, target)):
                    own = moved
                    break
        for other in self.targets:
            same = all(other.get(name) == labels.get(name) for name in kept if name in other)
            if other != target and same and passes(where, self._complete(own, other)):
                target = other
                break
        found = self._complete(own, target)
        return None if found == labels else found

    def _complete(self, own: Mapping[str, str], target: Labels) -> Labels:
        found = {**target, **own}
        for label in self.metric.labels if self.metric else ():
            if label.derived is not None and self.metric is not None:
                found[label.name] = self._derived(label, found)
        return found

    def _derived(self, label: MetricLabel, labels: Labels) -> str:
        holder = self.metric.label(label.derived.label) if self.metric and label.derived else None
        definition = self.service.labels.get(holder.kind) if holder else None
        if holder is None or definition is None or label.derived is None:
            return label.example
        data = definition.data.get(labels.get(holder.name, ""), {})
        return number(data[label.derived.datum]) if label.derived.datum in data else label.example


def _pinned(label: MetricLabel, ground: Ground, filters: Sequence[q.Filter | None], *, pin: bool) -> tuple[str, ...]:
    found = candidates(label.name, label.values, label.example, filters)
    if not pin or label.name not in ground.pins:
        return found
    return tuple(value for value in ground.pins[label.name] if value in found) or found


def _recorded(record: Record, ground: Ground) -> tuple[MetricLabel, ...]:
    """Return the labels of a recorded series: what its query keeps, with the values that the metric gives them."""
    by: tuple[str, ...] = getattr(record.spec.query, "by", None) or ()
    metric = ground.catalog.metrics.get(subject(record.spec.query))
    kept = []
    for name in by:
        known = metric.label(name) if metric else None
        origin = record.spec.origin
        kept.append(known or MetricLabel(name=name, kind="", help="", values=None, origin=origin, definition=origin))
    return tuple(kept)


def subject(shape: q.Shape) -> str:
    """Return the metric or recorded series that *shape* asks about, empty if it is none or several."""
    names = (
        "rate",
        "increase",
        "value",
        "ratio",
        "share",
        "of",
        "mean",
        "forecast",
        "project",
        "absent",
        "age",
        "changes",
    )
    found = next((getattr(shape, name) for name in names if hasattr(shape, name)), "")
    return found if isinstance(found, str) else ""


def targets(service: Service) -> list[dict[str, str]]:
    """Return the labels that the scrape adds, of at least two targets; the second may be made up."""
    scrape = service.scrape
    job, host = (scrape.job, scrape.host) if scrape else (service.name, "127.0.0.1")
    found = []
    for workspace in service.workspaces:
        target = {"job": job, "instance": f"{host}:{workspace.port}", "workspace": workspace.name}
        found.append({**target, "service_name": workspace.service_name} if workspace.service_name else target)
    if not found:
        found = [{"job": job, "instance": f"{host}:9464"}]
    if len(found) == 1:
        port = int(found[0]["instance"].rpartition(":")[2])
        found.append({**found[0], "instance": f"{host}:{port - 1 if port == 65535 else port + 1}"})
    return found


def _without(target: dict[str, str], names: frozenset[str]) -> dict[str, str]:
    return {name: value for name, value in target.items() if name not in names}
