"""One metric in one registry: its children, found by label values, made once and never without bounds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from math import prod
from threading import RLock
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from obsgen_runtime.descriptors import LabelDescriptor, MetricDescriptor
from obsgen_runtime.labels import OTHER, Verdict, judge
from obsgen_runtime.tracing import exemplars

SIBLINGS_AT_MOST = 2_000
"""Children made at once, at start or on the first use of an open combination; beyond, each is made when it is used."""

CHILDREN_AT_MOST = 10_000
"""Children of one metric; beyond, the open labels of every new combination are recorded as `other`."""

if TYPE_CHECKING:
    from _thread import RLock as RLockType

Child = TypeVar("Child")
Texts = tuple[str, ...]


class DefinitionClashError(ValueError):
    """A registry already holds a metric of that name, and it is defined differently."""


class Family(Generic[Child]):
    """
    The children of one metric in one registry, shared by all collector objects of that metric.

    Attributes:
        descriptor: The metric.
        defined_by: Module that defined it first, for messages.
        parent: The client's metric, which the registry collects.
        labels: The labels a caller gives, in the order of the keys of *children*.
        children: What records, by label values. Keys are exact `str`, so that `True`, `1` and `"1"` cannot meet,
            and only accepted values get in: refused ones would grow it without end.
        restart: Sets a child to its start value in a forked process of the client's multiprocess mode.
        arrange: Returns the child with or without exemplars; None for those that never have any.
    """

    def __init__(
        self,
        descriptor: MetricDescriptor,
        *,
        defined_by: str,
        parent: MetricWrapperBase,
        labels: tuple[LabelDescriptor, ...],
        new_child: Callable[[Texts], Child],
        with_siblings: bool,
    ) -> None:
        """
        Make a family without children, or with all of them if every label is closed and *with_siblings*.

        Args:
            descriptor: The metric.
            defined_by: Module of the collector class.
            parent: The client's metric, in no registry yet.
            labels: The labels a caller gives.
            new_child: Makes the child for one text per label; called once per combination, under the lock.
            with_siblings: Whether a first use also makes the children of all other closed values.
        """
        self.descriptor = descriptor
        self.defined_by = defined_by
        self.parent = parent
        self.labels = labels
        self.children: dict[Texts, Child] = {}
        self._new_child = new_child
        self._with_siblings = with_siblings
        self._seen: dict[str, set[str]] = {label.name: set() for label in labels if label.at_most is not None}
        self._told: set[tuple[str, str]] = set()
        self.restart: Callable[[Texts, Child], None] | None = None
        self.arrange: Callable[[Child, bool], Child] | None = None
        self._lock = RLock()  # a signal handler may record while this thread is in here
        if with_siblings and all(label.values is not None for label in labels):
            self.declare(())

    def admit(self, values: tuple[object, ...]) -> tuple[Verdict, ...]:
        """Return what is recorded for each label of *values*; a new value of an open label is remembered."""
        verdicts = tuple(judge(label, value) for label, value in zip(self.labels, values, strict=True))
        with self._lock:
            full = len(self.children) >= CHILDREN_AT_MOST and texts_of(verdicts) not in self.children
            pairs = zip(self.labels, verdicts, strict=True)
            return tuple(self._bounded(label, verdict, full=full) for label, verdict in pairs)

    def child(self, texts: Texts) -> Child:
        """Return the child for admitted *texts*, made with its closed siblings if this is the first use."""
        with self._lock:
            if texts not in self.children:
                if self._with_siblings:
                    self._make_siblings(texts)
                self._make(texts)
            return self.children[texts]

    def declare(self, open_values: tuple[object, ...]) -> tuple[Verdict, ...]:
        """
        Make the children of all closed values for one value per open label, at their start value.

        Returns:
            One verdict per open label, in order.
        """
        given = iter(open_values)
        values = tuple(next(given) if label.values is None else label.values[0] for label in self.labels)
        verdicts = self.admit(values)
        with self._lock:
            self._make_siblings(texts_of(verdicts))
        return tuple(verdict for label, verdict in zip(self.labels, verdicts, strict=True) if label.values is None)

    def first_time(self, where: str, reason: str) -> bool:
        """Say whether this refusal has not been told of yet, and remember it."""
        with self._lock:
            known = (where, reason) in self._told
            self._told.add((where, reason))
            return not known

    def start_again(self) -> None:
        """Set every child to its start value, in a forked process whose values the client has set to 0."""
        if self.restart is not None:
            for texts, child in self.children.items():
                self.restart(texts, child)

    def link(self, *, links: bool) -> None:
        """Let every child have exemplars from now on, or none."""
        if self.arrange is not None:
            with self._lock:
                for texts, child in self.children.items():
                    self.children[texts] = self.arrange(child, links)

    def hold(self) -> None:
        """Let nobody else change the children until `let_go`, for a fork."""
        self._lock.acquire()

    def let_go(self) -> None:
        """Undo `hold`."""
        self._lock.release()

    def _bounded(self, label: LabelDescriptor, verdict: Verdict, *, full: bool) -> Verdict:
        if label.values is not None or verdict.text == OTHER:
            return verdict
        if full:
            return Verdict(OTHER, "too_many_series")
        if label.at_most is None:
            return verdict
        seen = self._seen[label.name]
        if verdict.text not in seen and len(seen) >= label.at_most:
            return Verdict(OTHER, "over_limit")
        seen.add(verdict.text)
        return verdict

    def _make(self, texts: Texts) -> None:
        if texts not in self.children:
            self.children[texts] = self._new_child(texts)

    def _make_siblings(self, texts: Texts) -> None:
        choices = [label.values or (text,) for label, text in zip(self.labels, texts, strict=True)]
        if prod(map(len, choices)) <= SIBLINGS_AT_MOST:
            for each in product(*choices):
                self._make(each)


def texts_of(verdicts: tuple[Verdict, ...]) -> Texts:
    """Return the recorded texts alone."""
    return tuple(verdict.text for verdict in verdicts)


_families: WeakKeyDictionary[CollectorRegistry, dict[str, Family[Any]]] = WeakKeyDictionary()
_lock = RLock()
_outer_locks: list[RLockType] = []
_alive: WeakSet[Family[Any]] = WeakSet()  # some outlive their registry, while somebody still records into them
_held: list[Family[Any]] = []


def hold_over_forks(lock: RLockType) -> RLockType:
    """Return *lock*, which is held from now on while the process forks; one that is taken before any lock of this module."""
    _outer_locks.append(lock)
    return lock


def _hold_all() -> None:
    # A fork copies a lock that another thread holds, but not the thread: the child would wait for it for ever.
    for lock in (*_outer_locks, _lock):
        lock.acquire()
    for family in list(_alive):
        family.hold()
        _held.append(family)


def _let_go_of_all() -> None:
    while _held:
        _held.pop().let_go()
    for lock in (_lock, *_outer_locks):
        lock.release()


def _start_in_child() -> None:
    _let_go_of_all()
    if is_multiprocess():
        # The client would show 0 for every gauge of the parent in this process, and `min by (persona) < 0` or any
        # other condition on the lowest process would speak of a value that nobody set.
        for family in list(_alive):
            with suppress(OSError, ValueError):  # the folder is gone: the client says so with the next number
                family.start_again()


def is_multiprocess() -> bool:
    """Return whether the client writes metrics to files that all processes share."""
    return "PROMETHEUS_MULTIPROC_DIR" in os.environ or "prometheus_multiproc_dir" in os.environ


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_hold_all, after_in_parent=_let_go_of_all, after_in_child=_start_in_child)


def _link_all(links: bool) -> None:
    if not is_multiprocess():
        with _lock:
            families = list(_alive)
        for family in families:
            family.link(links=links)


exemplars.arrange = _link_all


def family_of(
    registry: CollectorRegistry, descriptor: MetricDescriptor, defined_by: str, make: Callable[[], Family[Child]]
) -> Family[Child]:
    """
    Return the family of a metric in *registry*, made by *make* and registered if there is none yet.

    Raises:
        DefinitionClashError: If the name is taken by a different definition, ours or somebody else's.
    """
    with _lock:
        known = _families.setdefault(registry, {})
        if descriptor.name not in known:
            made = make()
            _register_new(registry, made)
            known[descriptor.name] = made
            _alive.add(made)
            return made
        family: Family[Child] = known[descriptor.name]
        if family.descriptor != descriptor:
            raise DefinitionClashError(_clash(family, descriptor, defined_by))
        _register_again(registry, family)
        return family


def _register_new(registry: CollectorRegistry, family: Family[Child]) -> None:
    try:
        registry.register(family.parent)
    except ValueError as problem:
        raise DefinitionClashError(
            f"{family.descriptor.name}: {family.defined_by} defines {_shape(family.descriptor)}, but the registry already "
            f"holds a series of that name that was registered without obsgen; give one of them another name or registry"
        ) from problem


def _register_again(registry: CollectorRegistry, family: Family[Any]) -> None:
    try:
        registry.register(family.parent)  # somebody may have unregistered it, and nobody would scrape it then
    except ValueError:
        return  # the usual case: it is still there


def _clash(family: Family[Any], descriptor: MetricDescriptor, defined_by: str) -> str:
    return (
        f"{descriptor.name} is defined twice in one registry: "
        f"{family.defined_by} says {_shape(family.descriptor)}; {defined_by} says {_shape(descriptor)}"
    )


def _shape(descriptor: MetricDescriptor) -> str:
    return f"{descriptor.type} {{{', '.join(_label_shapes(descriptor))}}}" + "".join(
        f", {name} {value!r}"
        for name, value in (("unit", descriptor.unit), ("buckets", descriptor.buckets), ("help", descriptor.help))
        if value
    )


def _label_shapes(descriptor: MetricDescriptor) -> Iterator[str]:
    for label in descriptor.labels:
        bound = "|".join(label.values) if label.values is not None else f"at most {label.at_most}"
        yield f"{label.name}: {bound}"
