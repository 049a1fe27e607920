"""Catalogs whose collectors could not be registered together: the Python client knows more names than /metrics shows."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.diagnostics import Diagnostic, Label, error
from obsgen.spec.model import Catalog, Metric, Service
from obsgen.targets.base import Options

_RUNTIME = "runtime"
_RUNTIME_PREFIX = "obsgen_runtime_"

#: What the client itself registers in its default registry, and only there.
CLIENT = frozenset(
    {
        "process_cpu_seconds_total",
        "process_max_fds",
        "process_open_fds",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "process_virtual_memory_bytes",
        "python_gc_collections_total",
        "python_gc_objects_collected_total",
        "python_gc_objects_uncollectable_total",
        "python_info",
    }
)
_CLIENT_NAMES = CLIENT | {name.removesuffix("_total") for name in CLIENT}


def limits(catalog: Catalog, options: Options) -> Iterator[Diagnostic]:
    """Report metrics that the client would refuse beside one another, beside its own or beside the runtime's."""
    del options
    for service in catalog.services:
        yield from _together(service)
        for metric in service.metrics:
            yield from _taken(metric)


def registered(metric: Metric) -> tuple[str, ...]:
    """Return every name that the client's registry keeps for *metric*."""
    if metric.kind == "counter":
        base = metric.name.removesuffix("_total")
        return (base, f"{base}_total", f"{base}_created")
    if metric.kind == "histogram":
        return (metric.name, *metric.series, f"{metric.name}_created")
    return (metric.name,)


def _together(service: Service) -> Iterator[Diagnostic]:
    first: dict[str, Metric] = {}
    for metric in service.metrics:
        rivals = {first.setdefault(name, metric).name: name for name in registered(metric)}
        for rival, name in rivals.items():
            if rival != metric.name:
                yield error(
                    "python/registry-clash",
                    f"the Python client registers `{name}` for `{metric.name}` and for `{rival}`",
                    metric.name_span,
                    also=(Label(first[name].name_span, "the other one"),),
                    help="rename one of them",
                )


def _taken(metric: Metric) -> Iterator[Diagnostic]:
    if _CLIENT_NAMES.intersection(registered(metric)):
        owner = "the Python client registers a metric of that name in every process"
    elif metric.name.startswith(_RUNTIME_PREFIX) and metric.service != _RUNTIME:
        owner = f"names that begin with `{_RUNTIME_PREFIX}` belong to the runtime"
    else:
        return
    yield error(
        "python/name-taken", f"`{metric.name}` is taken: {owner}", metric.name_span, help="give the metric another name"
    )
