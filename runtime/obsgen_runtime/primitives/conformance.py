"""Whether a component records what primitives promise: run it once, and look at the spans and counts it leaves."""

from __future__ import annotations

from asyncio import CancelledError
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from prometheus_client import CollectorRegistry

from obsgen_runtime._primitive_metrics import PrimitivesMetrics
from obsgen_runtime.context import Context, current, use
from obsgen_runtime.observations import NOTHING, Facts, Kind, Observation, RemoteParent, Score
from obsgen_runtime.primitives.base import Executable, InstrumentedPrimitive
from obsgen_runtime.primitives.context import WorkflowContext
from obsgen_runtime.primitives.execution import AROUND, NOBODY, Around
from obsgen_runtime.tracing import as_current, backend, set_backend

_PREFIX = "primitive."
_COUNTED = "primitive_executions_total"
_TIMED = "primitive_execution_duration_seconds_count"


@dataclass(slots=True, eq=False)
class _Seen:
    """One observation of a checked run."""

    name: str
    context: Context
    parent: Observation | RemoteParent | None
    trace_id: str
    attributes: dict[str, object] = field(default_factory=dict)
    span_id: str = field(default_factory=lambda: uuid4().hex[:16])
    is_sampled: bool = True
    endings: int = 0

    def update(self, facts: Facts) -> None:
        self.attributes.update(facts.attributes or {})

    def event(self, name: str, metadata: Mapping[str, object] | None = None) -> None:
        pass

    def end(self, error: BaseException | None = None, at_ns: int | None = None) -> None:  # noqa: ARG002
        self.endings += 1


@dataclass(slots=True, eq=False)
class _Collecting:
    """A backend that keeps what it is given."""

    seen: list[_Seen] = field(default_factory=list)
    name: str = "check"
    is_live: bool = True

    def start(
        self,
        name: str,
        kind: Kind,  # noqa: ARG002
        context: Context,
        *,
        parent: Observation | RemoteParent | None = None,
        facts: Facts = NOTHING,
        at_ns: int | None = None,  # noqa: ARG002
    ) -> Observation:
        one = _Seen(name, context, parent, parent.trace_id if parent is not None else uuid4().hex)
        one.update(facts)
        self.seen.append(one)
        return one

    def score(self, score: Score) -> None:
        pass

    def flush(self, deadline_seconds: float = 2.0) -> bool:  # noqa: ARG002
        return True

    def shutdown(self, deadline_seconds: float = 2.0) -> bool:  # noqa: ARG002
        return True


async def check_primitive(
    component: Executable[Any, Any],
    data: Any,
    context: WorkflowContext | None = None,
    *,
    name: str | None = None,
    fails: bool = False,
) -> list[str]:
    """
    Execute *component* once and return what is missing from its spans and counts; an empty list if nothing is.

    For tests: while it runs, all observations of the process go to the check. Nothing is sent, and counts stand in no
    registry of yours. An object of somebody else's class is executed as it is, so that what it lacks is found.

    Args:
        component: A primitive, or anything with `async execute(data, context)`.
        data: What it is given.
        context: What the run belongs to; one with a workflow, a session and a persona if None.
        name: The name that it declares; the primitive's, or that of the class, if None.
        fails: Whether it is expected to raise.
    """
    given = context or WorkflowContext(workflow_id="check", session_id="check", metadata={"persona": "checker"})
    declared = name or (component.name if isinstance(component, InstrumentedPrimitive) else type(component).__name__)
    registry = CollectorRegistry()
    with _watched(given, registry) as seen:
        problems = await _execute(component, data, given, fails=fails)
    return [
        *problems,
        *_roots(component, declared, seen),
        *(problem for one in _primitives(seen) for problem in _attributes(one, given)),
        *_structure(component, seen),
        *_counts(seen, registry),
    ]


@contextmanager
def _watched(given: WorkflowContext, registry: CollectorRegistry) -> Iterator[list[_Seen]]:
    collecting = _Collecting()
    # An empty context outside: what the checked component makes of the given one is looked at.
    empty = WorkflowContext(correlation_id=given.correlation_id)
    around = Around(context=empty, attributes={}, metrics=PrimitivesMetrics(registry), is_checked=True)
    before_around, before = AROUND.get(), backend()
    AROUND.set(around)
    set_backend(collecting)
    try:
        with as_current(None), use(workflow=None, persona=None, chatmode=None, session=None, tags=()):
            yield collecting.seen
    finally:
        set_backend(before)
        AROUND.set(before_around)


async def _execute(component: Executable[Any, Any], data: Any, given: WorkflowContext, *, fails: bool) -> list[str]:
    before = current()
    try:
        await component.execute(data, given)
    except (Exception, CancelledError) as error:  # noqa: BLE001  (whatever it raises is reported)
        if not fails:
            return [f"it raised {type(error).__name__}: give data that it can work with, or say fails=True"]
        return []
    found = [] if current() == before else ["it left the context changed"]
    return [*found, "it did not fail, as fails=True expects"] if fails else found


def _primitives(seen: list[_Seen]) -> list[_Seen]:
    return [one for one in seen if one.name.startswith(_PREFIX)]


def _roots(component: Executable[Any, Any], declared: str, seen: list[_Seen]) -> Iterator[str]:
    roots = [one for one in seen if one.parent is None]
    expected = f"{_PREFIX}{declared}"
    if not roots:
        hint = "" if isinstance(component, InstrumentedPrimitive) else "; wrap() records it"
        yield f"no span {expected}{hint}"
    elif len(roots) > 1:
        yield f"{len(roots)} spans without parent, expected the one {expected}: {', '.join(one.name for one in roots)}"
    elif roots[0].name != expected:
        yield f"the span is called {roots[0].name}, expected {expected}"
    yield from (f"{one.name}: ended {one.endings} times" for one in seen if one.endings != 1)


def _attributes(one: _Seen, given: WorkflowContext) -> Iterator[str]:
    expected: dict[str, object] = {"primitive.name": one.name.removeprefix(_PREFIX), **given.attributes()}
    for key, value in expected.items():
        if one.attributes.get(key) != value:
            yield f"{one.name}: {key} is {one.attributes.get(key)!r}, expected {value!r}"
    yield from (f"{one.name}: no {key}" for key in ("primitive.type", "primitive.status") if key not in one.attributes)
    if given.persona is not None and one.parent is None and one.context.persona != given.persona:
        yield f"{one.name}: the persona is {one.context.persona!r}, expected {given.persona!r}"


def _structure(component: Executable[Any, Any], seen: list[_Seen]) -> Iterator[str]:
    """Say which spans directly below the component's own are none of its parts."""
    if not isinstance(component, InstrumentedPrimitive) or not component.parts:
        return
    known = {f"{_PREFIX}{part.name}" for part in component.parts}
    for one in _primitives(seen):
        if isinstance(one.parent, _Seen) and one.parent.parent is None and one.name not in known:
            yield f"{one.name}: stands below {one.parent.name}, but is none of its parts"


def _counts(seen: list[_Seen], registry: CollectorRegistry) -> Iterator[str]:
    executions: Counter[tuple[object, ...]] = Counter()
    durations: Counter[tuple[object, ...]] = Counter()
    for one in _primitives(seen):
        told, persona = one.attributes, one.context.persona or NOBODY
        executions[told.get("primitive.name"), told.get("primitive.type"), persona, told.get("primitive.status")] += 1
        durations[told.get("primitive.name"), persona] += 1
    labels = ("primitive_name", "primitive_type", "persona", "status")
    yield from _differences(_COUNTED, executions, _samples(registry, _COUNTED, labels))
    yield from _differences(_TIMED, durations, _samples(registry, _TIMED, ("primitive_name", "persona")))


def _samples(registry: CollectorRegistry, name: str, labels: tuple[str, ...]) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for family in registry.collect():
        for sample in family.samples:
            if sample.name == name and sample.value:
                found[tuple(sample.labels[label] for label in labels)] += int(sample.value)
    return found


def _differences(name: str, spans: Counter[tuple[object, ...]], counts: Counter[tuple[object, ...]]) -> Iterator[str]:
    for key in sorted({*spans, *counts}, key=str):
        if spans[key] != counts[key]:
            yield f"{name}{{{', '.join(map(str, key))}}} is {counts[key]}, with {spans[key]} spans"
