"""
Workflows: one span for the whole, one for each stage, durations and explicit gate verdicts in the generated metrics.

The watched code's result and exception are those without it; that nothing was raised is never a passed gate.
"""

from __future__ import annotations

from asyncio import CancelledError, current_task
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from inspect import isawaitable
from threading import get_ident
from time import perf_counter
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, overload

from obsgen_runtime.context import Changes, use
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.observations import Facts, Observation
from obsgen_runtime.persona import default_collector
from obsgen_runtime.roles import GATES, STAGES, MissingMetricsError, find
from obsgen_runtime.tracing import current_observation, observe

__all__ = ["MissingMetricsError", "WorkflowTracer"]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_STAGE = ("stage_name", "persona", "func")


class WorkflowTracer:
    """
    One run of a workflow, as `async with` or `with`.

    Attributes:
        name: Workflow by name, such as `package_release`.
    """

    def __init__(
        self,
        name: str,
        *,
        metrics: object | None = None,
        prefix: str = "hypertool",
        session: str | None = None,
        tags: tuple[str, ...] | None = None,
    ) -> None:
        """
        Prepare a run; nothing is recorded before the block is entered.

        Args:
            name: Workflow by name.
            metrics: Generated collectors; those of `use_collector` if None, and without these only spans are made.
            prefix: What the names of *metrics* begin with.
            session: Conversation or run that several traces share; that of the context if None.
            tags: Words to filter by; those of the context if None.

        Raises:
            MissingMetricsError: If *metrics* lack what a workflow needs.
        """
        self.name = name
        self._changes: Changes = {"workflow": name}
        if session is not None:
            self._changes["session"] = session
        if tags is not None:
            self._changes["tags"] = tags
        self._durations, self._gates = _collectors(metrics, prefix)
        self._open: list[tuple[object, ExitStack]] = []

    def __enter__(self) -> Self:
        """Start the span, and set the workflow in the context."""
        opened = ExitStack()
        opened.enter_context(use(**self._changes))
        opened.enter_context(_observed(f"workflow.{self.name}", {"workflow": self.name}))
        self._open.append((_runner(), opened))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the span, with the error or cancellation that ends the block; that goes on unchanged."""
        # Tasks at once may share the object: each ends what it began itself, and else the last that was begun.
        mine = [place for place, (runner, _) in enumerate(self._open) if runner == _runner()]
        _, opened = self._open.pop(mine[-1] if mine else -1)
        opened.__exit__(kind, error, traceback)

    async def __aenter__(self) -> Self:
        """Start, without waiting for anything."""
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End, without waiting for anything."""
        self.__exit__(kind, error, traceback)

    @contextmanager
    def stage_context(self, stage_name: str, persona: str) -> Iterator[Observation]:
        """
        Record what happens inside a `with` block as one stage.

        Args:
            stage_name: Step of the workflow, such as `version_bump`.
            persona: Who works on it.
        """
        started = perf_counter()
        facts: dict[str, object] = {"workflow": self.name, "stage": stage_name}
        with use(workflow=self.name, stage=stage_name, persona=persona), _observed(f"stage.{stage_name}", facts) as one:
            try:
                yield one
            finally:  # inside the span, so that the exemplar leads to it
                seconds = perf_counter() - started
                if self._durations is not None:
                    with shielded("workflow"):
                        self._durations.observe(seconds, workflow=self.name, stage=stage_name, persona=persona)

    @overload
    async def trace_stage(
        self,
        stage_name: str,
        persona: str,
        func: Callable[Arguments, Awaitable[Result]],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result: ...

    @overload
    async def trace_stage(
        self,
        stage_name: str,
        persona: str,
        func: Callable[Arguments, Result],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result: ...

    @overload
    async def trace_stage(
        self, *, stage_name: str, persona: str, func: Callable[..., Awaitable[Result]], **kwargs: Any
    ) -> Result: ...

    @overload
    async def trace_stage(
        self, *, stage_name: str, persona: str, func: Callable[..., Result], **kwargs: Any
    ) -> Result: ...

    async def trace_stage(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # mypy: a ParamSpec in overloads
        """
        Call `func(*args, **kwargs)` as one stage, and await what it returns if that can be awaited.

        Stage, persona and function come first, or by the names `stage_name`, `persona` and `func`. Given in place,
        they leave these names free for arguments of the function.
        """
        (stage_name, persona, func), rest = _stage_of(args, kwargs)
        with self.stage_context(stage_name, persona):
            result = func(*rest, **kwargs)
            return await result if isawaitable(result) else result

    def run_stage(
        self,
        stage_name: str,
        persona: str,
        func: Callable[Arguments, Result],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Call `func(*args, **kwargs)` as one stage, in code that is not asynchronous."""
        with self.stage_context(stage_name, persona):
            return func(*args, **kwargs)

    def quality_gate(self, stage: str, *, passed: bool) -> None:
        """
        Record the verdict of a quality gate, in the metric and on the current observation.

        Args:
            stage: Step of the workflow that was judged.
            passed: True or False. Anything else is no verdict: it is counted as a fault, and not recorded.
        """
        with shielded("quality_gate"):
            if not isinstance(passed, bool):
                count_fault("quality_gate", f"a verdict of type {type(passed).__name__}, not bool")
                return
            result = "passed" if passed else "failed"
            current_observation().event("quality_gate", {"stage": stage, "result": result})
            if self._gates is not None:
                self._gates.inc(workflow=self.name, stage=stage, result=result)


def _runner() -> object:
    """Return what tells the running task or thread from others that are alive."""
    try:
        task = current_task()
    except RuntimeError:  # no loop runs here
        task = None
    return get_ident() if task is None else id(task)


@contextmanager
def _observed(name: str, metadata: dict[str, object]) -> Iterator[Observation]:
    with observe(name, "chain" if name.startswith("workflow.") else "span", Facts(metadata=metadata)) as observation:
        try:
            yield observation
        except CancelledError:
            with shielded("workflow"):
                observation.update(Facts(level="WARNING", message="cancelled"))
            raise


def _collectors(metrics: object | None, prefix: str) -> tuple[Any, Any]:
    if metrics is not None:
        durations, gates = find(metrics, prefix, (STAGES, GATES))
        return durations, gates
    collector = default_collector()
    if collector is None:
        return None, None
    return _collectors(collector.metrics, collector.prefix)


def _stage_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return stage, persona and function, wherever they are, and the arguments in place that are left."""
    in_place = args[: len(_STAGE)]
    by_name = _STAGE[len(in_place) :]
    missing = [name for name in by_name if name not in kwargs]
    if missing:
        raise TypeError(f"trace_stage() needs {' and '.join(missing)}")
    return (*in_place, *(kwargs.pop(name) for name in by_name)), args[len(_STAGE) :]
