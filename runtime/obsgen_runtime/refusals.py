"""Refusals are counted in the registry of the collector that refused, and the first of each kind is logged."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from threading import RLock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry

from obsgen_runtime.amounts import ValueRefusal
from obsgen_runtime.families import hold_over_forks
from obsgen_runtime.labels import Refusal

if TYPE_CHECKING:
    from obsgen_runtime._generated import RuntimeMetrics

log = logging.getLogger("obsgen_runtime")

_by_registry: WeakKeyDictionary[CollectorRegistry, RuntimeMetrics] = WeakKeyDictionary()
_lock = hold_over_forks(RLock())


def runtime_metrics(registry: CollectorRegistry) -> RuntimeMetrics:
    """
    Return the runtime's own collectors in *registry*, registered on first use.

    Raises:
        DefinitionClashError: If somebody else holds one of their names.
    """
    # The runtime's collectors are generated and stand on the same base classes, which report refusals here.
    from obsgen_runtime._generated import RuntimeMetrics  # noqa: PLC0415

    with _lock:
        metrics = _by_registry.get(registry)
        if metrics is None:
            metrics = _by_registry[registry] = RuntimeMetrics(registry)
        return metrics


def count_label(registry: CollectorRegistry, metric: str, label: str, reason: Refusal) -> None:
    """Count one label value that *metric* recorded as `other`."""
    if not _is_own(metric):
        counter = runtime_metrics(registry).obsgen_runtime_label_rejected_total
        counter.inc(metric=metric, label=label, reason=reason)


def count_value(registry: CollectorRegistry, metric: str, reason: ValueRefusal) -> None:
    """Count one number that *metric* did not record."""
    if not _is_own(metric):
        counter = runtime_metrics(registry).obsgen_runtime_value_rejected_total
        counter.inc(metric=metric, reason=reason)


def _is_own(metric: str) -> bool:
    # A refusal by these counters shows as their own `other`; counting it in them again would never end.
    from obsgen_runtime._generated import DESCRIPTORS  # noqa: PLC0415

    return any(descriptor.name == metric for descriptor in DESCRIPTORS)


def tell(message: str, *details: object, fault: bool = False) -> None:
    """
    Log a warning that cannot raise into the application, with the traceback if *fault*.

    Refused values themselves are never part of it: they may be secret, and they are hostile more often than not.
    """
    with suppress(Exception):  # a handler or filter of the application; there is nobody left to tell
        problem = sys.exception() if fault else None
        if problem is not None:
            problem.__suppress_context__ = True  # the look-up that failed first, whose KeyError names the values
        log.warning(message, *details, exc_info=problem)
