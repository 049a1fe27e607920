"""
Base classes of the generated collectors.

A generated class adds what only the catalog knows: the descriptor, the typed signature, and the hot path, which is
one look-up in `_children`. Whatever that path cannot do ends in one of the `..._slowly` methods here, which judge the
number and the label values, create children, count refusals, and raise only in strict mode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Literal, TypeVar
from weakref import ref

import prometheus_client
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.metrics_core import Metric

from obsgen_runtime.amounts import INFINITY, ValueRefusal, judge_amount
from obsgen_runtime.descriptors import LabelDescriptor, MetricDescriptor
from obsgen_runtime.exemplars import arranged
from obsgen_runtime.families import DefinitionClashError, Family, Texts, family_of, is_multiprocess, texts_of
from obsgen_runtime.labels import OTHER, Refusal, Verdict, explain, number_text
from obsgen_runtime.refusals import count_label, count_value, tell

__all__ = [
    "INFINITY",
    "CollectorRegistry",
    "Counter",
    "DefinitionClashError",
    "Gauge",
    "Histogram",
    "Info",
    "LabelDescriptor",
    "MetricDescriptor",
    "ValueOf",
    "make",
]

Child = TypeVar("Child")
Record = Callable[[float], None]
MultiprocessMode = Literal["all", "liveall", "min", "livemin", "max", "livemax", "sum", "livesum"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueOf:
    """
    A number that belongs to the value of a label, such as a persona's token budget.

    Attributes:
        label: The label whose value decides.
        data: Number by label value; values without one (`other`) have none.
    """

    label: str
    data: Mapping[Any, float]

    def at(self, labels: Mapping[str, str]) -> float | None:
        """Return the number for one series, or None."""
        return self.data.get(labels[self.label])


class Collector(Generic[Child]):
    """What all kinds share: a family of children, and the judgement of label values."""

    descriptor: ClassVar[MetricDescriptor]

    def __init__(self, registry: CollectorRegistry | None = None, *, strict: bool = False) -> None:
        """
        Find or create the metric.

        Args:
            registry: Where it is collected; the client's default registry if None.
            strict: Raise on refused values instead of counting them; for tests.

        Raises:
            DefinitionClashError: If the registry holds a metric of that name with another definition.
        """
        home = REGISTRY if registry is None else registry
        self._registry = ref(home)  # families live as long as their registry, so nothing they hold may keep it alive
        self._strict = strict
        self._family = family_of(home, self.descriptor, type(self).__module__, self._new_family)
        self._children = self._family.children

    def _new_family(self) -> Family[Child]:
        raise NotImplementedError

    def _family_with(
        self,
        parent: prometheus_client.metrics.MetricWrapperBase,
        new_child: Callable[[Texts], Child],
        *,
        with_siblings: bool,
        labels: tuple[LabelDescriptor, ...] | None = None,
    ) -> Family[Child]:
        return Family(
            self.descriptor,
            defined_by=type(self).__module__,
            parent=parent,
            labels=self.descriptor.labels if labels is None else labels,
            new_child=new_child,
            with_siblings=with_siblings,
        )

    def _declare(self, *open_values: object) -> None:
        with self._shielded():
            labels = tuple(label for label in self._family.labels if label.values is None)
            self._report(labels, open_values, self._family.declare(open_values))

    def _child(self, key: tuple[object, ...]) -> Child:
        verdicts = self._family.admit(key)
        self._report(self._family.labels, key, verdicts)
        return self._family.child(texts_of(verdicts))

    def _report(self, labels: Iterable[LabelDescriptor], values: Iterable[object], verdicts: Iterable[Verdict]) -> None:
        for label, value, (_, refusal) in zip(labels, values, verdicts, strict=True):
            if refusal is not None:
                self._report_label(label, value, refusal)

    def _report_label(self, label: LabelDescriptor, value: object, refusal: Refusal) -> None:
        name = self.descriptor.name
        if self._strict:
            problem = TypeError if refusal == "not_text" else ValueError
            raise problem(f"{name}: {explain(label, value, refusal)}") from None
        registry = self._registry()
        if registry is not None:
            count_label(registry, name, label.name, refusal)
        if self._family.first_time(label.name, refusal):
            tell("%s: a value of label %s was recorded as `%s`: %s", name, label.name, OTHER, refusal)

    def _amount(self, amount: object, *, negative: bool) -> float | None:
        number = judge_amount(amount, negative=negative)
        if isinstance(number, float):
            return number
        self._report_amount(amount, number)
        return None

    def _report_amount(self, amount: object, refusal: ValueRefusal) -> None:
        name = self.descriptor.name
        if self._strict:
            problem = TypeError if refusal == "not_a_number" else ValueError
            raise problem(f"{name}: {str(amount)[:80]} cannot be recorded: {refusal.replace('_', ' ')}") from None
        registry = self._registry()
        if registry is not None:
            count_value(registry, name, refusal)
        if self._family.first_time("", refusal):
            tell("%s: a number was not recorded: %s", name, refusal)

    @contextmanager
    def _shielded(self) -> Iterator[None]:
        """Let nothing out into the application, except in strict mode."""
        try:
            yield
        except Exception:
            if self._strict:
                raise
            if self._family.first_time("", "fault"):
                tell("%s: an event was lost", self.descriptor.name, fault=True)


AnyCollector = TypeVar("AnyCollector", bound=Collector[Any])


class Counter(Collector[Record]):
    """A count that only rises. Children start at 0."""

    def _new_family(self) -> Family[Record]:
        parent = prometheus_client.Counter(*_arguments(self.descriptor, suffix="_total"), registry=None)

        def new_child(texts: Texts) -> Record:
            return _arranged(parent.labels(*texts).inc if texts else parent.inc)

        family = self._family_with(parent, new_child, with_siblings=True)
        family.arrange = _arranged
        return family

    def _inc_slowly(self, amount: object, *key: object) -> None:
        with self._shielded():
            number = self._amount(amount, negative=False)
            if number is not None:
                self._child(key)(number)


class Histogram(Collector[Record]):
    """A distribution. Children start empty; below zero only with a bucket that ends below zero."""

    def _new_family(self) -> Family[Record]:
        buckets = self.descriptor.buckets
        parent = prometheus_client.Histogram(*_arguments(self.descriptor), registry=None, buckets=buckets)

        def new_child(texts: Texts) -> Record:
            return _arranged(parent.labels(*texts).observe if texts else parent.observe)

        family = self._family_with(parent, new_child, with_siblings=True)
        family.arrange = _arranged
        return family

    def _observe_slowly(self, value: object, *key: object) -> None:
        with self._shielded():
            number = self._amount(value, negative=self.descriptor.buckets[0] < 0)
            if number is not None:
                self._child(key)(number)


class Gauge(Collector[prometheus_client.Gauge]):
    """
    A value that goes up and down.

    Children appear when they are set, since a 0 that nobody measured would be a lie; with *starts_at* they start
    there, and a first use brings the closed siblings along.

    Attributes:
        starts_at: Value before anything has happened: a number, or one that belongs to a label's value.
        multiprocess_mode: How the client merges processes in its multiprocess mode. The default keeps one series
            per living process (label `pid`): no other merge is right for every gauge.
    """

    starts_at: ClassVar[float | ValueOf | None] = None
    multiprocess_mode: ClassVar[MultiprocessMode] = "liveall"

    def _new_family(self) -> Family[prometheus_client.Gauge]:
        arguments = _arguments(self.descriptor)
        parent = _SilentGauge(*arguments, registry=None, multiprocess_mode=self.multiprocess_mode)
        names = arguments[2]
        starts_at = self.starts_at

        def start(texts: Texts, child: prometheus_client.Gauge) -> None:
            at = starts_at.at(dict(zip(names, texts, strict=True))) if isinstance(starts_at, ValueOf) else starts_at
            if at is not None:
                child.set(at)

        def new_child(texts: Texts) -> prometheus_client.Gauge:
            child = parent.labels(*texts) if texts else parent
            parent.speaks = True
            start(texts, child)
            return child

        family = self._family_with(parent, new_child, with_siblings=starts_at is not None)
        if starts_at is not None:
            family.restart = start
        return family

    def _set_slowly(self, value: object, *key: object) -> None:
        with self._shielded():
            number = self._amount(value, negative=True)
            if number is not None:
                self._child(key).set(number)

    def _inc_slowly(self, amount: object, *key: object) -> None:
        with self._shielded():
            number = self._amount(amount, negative=True)
            if number is not None:
                self._child(key).inc(number)

    def _dec_slowly(self, amount: object, *key: object) -> None:
        with self._shielded():
            number = self._amount(amount, negative=True)
            if number is not None:
                self._child(key).dec(number)


class Info(Collector[Record]):
    """
    A constant 1 whose labels carry facts; on /metrics a gauge, because the client's own info type adds `_info` to the
    name and does not work in multiprocess mode.

    Series whose labels are all closed or derived are written at start.

    Attributes:
        derived: Labels that follow from another label's value and are not given by the caller.
    """

    derived: ClassVar[Mapping[str, ValueOf]] = {}

    def _new_family(self) -> Family[Record]:
        given = tuple(label for label in self.descriptor.labels if label.name not in self.derived)
        arguments = _arguments(self.descriptor)
        parent = _SilentGauge(*arguments, registry=None, multiprocess_mode="max")

        def new_child(texts: Texts) -> Record:
            labels = self._complete(dict(zip((label.name for label in given), texts, strict=True)))
            child = parent.labels(*(labels[name] for name in arguments[2])) if labels else parent
            parent.speaks = True
            child.set(1)
            return child.set

        closed = all(label.values is not None for label in given)
        return self._family_with(parent, new_child, with_siblings=closed, labels=given)

    def _complete(self, labels: Mapping[str, str]) -> dict[str, str]:
        complete = dict(labels)
        for name, value_of in self.derived.items():
            number = value_of.at(labels)
            complete[name] = OTHER if number is None else number_text(number)
        return complete

    def _set_slowly(self, *key: object) -> None:
        with self._shielded():
            self._child(key)(1)


def _arranged(record: Callable[..., None], links: bool | None = None) -> Record:
    return record if is_multiprocess() else arranged(record, links=links)


def make(kind: type[AnyCollector], registry: CollectorRegistry | None, *, strict: bool) -> AnyCollector:
    """Return `kind(registry, strict=strict)`: keeps the lines of generated code short, however long its names are."""
    return kind(registry, strict=strict)


class _SilentGauge(prometheus_client.Gauge):
    """A client gauge that, without labels, shows no sample before it is first used: the client's shows 0."""

    speaks = False

    def collect(self) -> Iterable[Metric]:
        """Return the metric, with samples only once there is something to say."""
        return super().collect() if self.speaks else self.describe()


def _arguments(descriptor: MetricDescriptor, suffix: str = "") -> tuple[str, str, tuple[str, ...]]:
    """
    Return name, help and label names for the client's constructors.

    `unit=` is never passed on: the client would append it to the name.

    Raises:
        ValueError: If the client would expose another name than the descriptor's.
    """
    if not descriptor.name.endswith(suffix):
        raise ValueError(f"{descriptor.name}: the name of a {descriptor.type} ends in `{suffix}`")
    return descriptor.name, descriptor.help, tuple(label.name for label in descriptor.labels)
