"""How every primitive runs: below the right span, in the right context, and counted once, however it ends."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from prometheus_client import REGISTRY, CollectorRegistry

from obsgen_runtime._primitive_metrics import PrimitivesMetrics, Status
from obsgen_runtime.context import current, use
from obsgen_runtime.faults import shielded
from obsgen_runtime.observations import Facts, Kind, Observation
from obsgen_runtime.primitives.context import WorkflowContext
from obsgen_runtime.tracing import current_observation, observe

if TYPE_CHECKING:
    from obsgen_runtime.primitives.base import InstrumentedPrimitive

Metrics = PrimitivesMetrics | CollectorRegistry | bool | None
Place = Mapping[str, str | int]

NOBODY = "none"
"""The persona of runs that have none."""

NOWHERE: Place = {}
FROM_OUTSIDE = (CancelledError, GeneratorExit, KeyboardInterrupt, SystemExit)
"""What ends an execution without being an error of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """
    What surrounds the running primitive.

    Attributes:
        context: The context that came in last.
        attributes: Of that context.
        metrics: Where executions are counted, None for nowhere.
        is_checked: Whether *metrics* stand above what primitives say: a check wants to see them.
    """

    context: WorkflowContext
    attributes: Mapping[str, str]
    metrics: PrimitivesMetrics | None
    is_checked: bool = False


AROUND: ContextVar[Around | None] = ContextVar("obsgen_runtime_primitives", default=None)


class _Default:
    __slots__ = ("metrics",)

    def __init__(self) -> None:
        self.metrics: Metrics = None


_default = _Default()


def use_metrics(metrics: Metrics) -> Metrics:
    """
    Count executions in *metrics* from now on, wherever neither a primitive nor one around it was given others.

    Args:
        metrics: Collectors, or the registry to find or create them in; the client's default registry if None or True;
            nowhere if False.

    Returns:
        What was said before.

    Raises:
        DefinitionClashError: If somebody else holds one of the names in the registry.
    """
    before, _default.metrics = _default.metrics, metrics if metrics is None else (collectors(metrics) or False)
    return before


def collectors(metrics: Metrics) -> PrimitivesMetrics | None:
    """Return the collectors that *metrics* means, None for nowhere."""
    if metrics is False or isinstance(metrics, PrimitivesMetrics):
        return metrics or None
    if metrics is None or metrics is True:
        return PrimitivesMetrics(REGISTRY)
    if isinstance(metrics, CollectorRegistry):
        return PrimitivesMetrics(metrics)
    raise TypeError(f"metrics are PrimitivesMetrics, a registry, True, False or None, not {type(metrics).__name__}")


def _default_metrics() -> PrimitivesMetrics | None:
    with shielded("primitives"):  # somebody else holds one of the names in the default registry
        if _default.metrics is None:
            _default.metrics = collectors(None)
        return collectors(_default.metrics)
    return None


def entering(primitive: InstrumentedPrimitive[Any, Any], context: WorkflowContext | None) -> Around:
    """Return what surrounds *primitive* if it is executed now; the very same object if nothing changes."""
    outer = AROUND.get()
    own = primitive.metrics
    if outer is None:
        given = WorkflowContext() if context is None else _ours(context)
        metrics = _default_metrics() if own is None else collectors(own)
        return Around(context=given, attributes=given.attributes(), metrics=metrics)
    is_same = context is None or context is outer.context
    if is_same and (own is None or outer.is_checked):
        return outer
    given = outer.context if context is None else _ours(context)
    metrics = outer.metrics if own is None or outer.is_checked else collectors(own)
    return Around(context=given, attributes=given.attributes(), metrics=metrics, is_checked=outer.is_checked)


def _ours(context: WorkflowContext) -> WorkflowContext:
    if not isinstance(context, WorkflowContext):
        raise TypeError(f"the context of a primitive is a WorkflowContext, not {type(context).__name__}")
    return context


async def run(
    primitive: InstrumentedPrimitive[Any, Any], input_data: Any, context: WorkflowContext | None, place: Place = NOWHERE
) -> Any:
    """
    Execute *primitive* once, with a span and a count.

    Args:
        primitive: What is executed.
        input_data: What it is given.
        context: What the run belongs to; that of the primitive around if None.
        place: Span attributes that say where it stands in the primitive around, or which attempt it is.
    """
    outer = AROUND.get()
    around = entering(primitive, context)
    if around is outer:
        return await _recorded(primitive, input_data, around, Facts(attributes=_attributes(primitive, around, place)))
    is_new = outer is None or outer.context is not around.context
    metadata = around.context.metadata if is_new else None
    facts = Facts(attributes=_attributes(primitive, around, place), metadata=metadata or None)
    AROUND.set(around)
    try:
        with use(**(around.context.changes() if is_new else {})):
            return await _recorded(primitive, input_data, around, facts)
    finally:
        AROUND.set(outer)  # not by token: a coroutine may be closed in another task than the one it was started in


def _attributes(primitive: InstrumentedPrimitive[Any, Any], around: Around, place: Place) -> dict[str, str | int]:
    return {
        "primitive.name": primitive.name,
        "primitive.type": primitive.primitive_type,
        **around.attributes,
        **place,
    }


async def _recorded(primitive: InstrumentedPrimitive[Any, Any], input_data: Any, around: Around, facts: Facts) -> Any:
    kind: Kind = "span" if primitive.primitive_type in ("step", "wrapped") else "chain"
    with observe(f"primitive.{primitive.name}", kind, facts) as observation:
        persona = current().persona or NOBODY
        started = perf_counter()
        try:
            result = await primitive._execute_impl(input_data, around.context)  # noqa: SLF001  (this is its caller)
        except BaseException as error:
            status: Status = "cancelled" if isinstance(error, FROM_OUTSIDE) else "error"
            _ended(primitive, around, observation, persona, status, perf_counter() - started)
            raise
        _ended(primitive, around, observation, persona, "success", perf_counter() - started)
        return result


def _ended(
    primitive: InstrumentedPrimitive[Any, Any],
    around: Around,
    observation: Observation,
    persona: str,
    status: Status,
    seconds: float,
) -> None:
    with shielded("primitives"):
        observation.update(Facts(attributes={"primitive.status": status}))
    if around.metrics is None:
        return
    with shielded("primitives"):
        around.metrics.primitive_executions_total.inc(
            primitive_name=primitive.name, primitive_type=primitive.primitive_type, persona=persona, status=status
        )
        around.metrics.primitive_execution_duration_seconds.observe(
            seconds, primitive_name=primitive.name, persona=persona
        )


def note_way(way: str) -> None:
    """Write on the span of the running primitive which way it chose."""
    with shielded("primitives"):
        current_observation().update(Facts(attributes={"primitive.route": way}))


def count_route(name: str, route: str) -> None:
    """Count what the router *name* chose."""
    around = AROUND.get()
    if around is not None and around.metrics is not None:
        with shielded("primitives"):
            around.metrics.primitive_routes_total.inc(primitive_name=name, route=route)


def count_retry(name: str) -> None:
    """Count that the primitive *name* is tried again."""
    around = AROUND.get()
    if around is not None and around.metrics is not None:
        with shielded("primitives"):
            around.metrics.primitive_retries_total.inc(primitive_name=name)
