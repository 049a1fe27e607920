"""Primitives one after the other, and at the same time."""

from __future__ import annotations

from asyncio import CancelledError, Task, create_task, gather, wait
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar, overload

from obsgen_runtime._primitive_metrics import PrimitiveType
from obsgen_runtime.primitives.base import In, InstrumentedPrimitive, Out, Step
from obsgen_runtime.primitives.context import WorkflowContext
from obsgen_runtime.primitives.execution import Metrics, run
from obsgen_runtime.primitives.wrapping import wrap

Item = TypeVar("Item")


class SequentialPrimitive(InstrumentedPrimitive[In, Out]):
    """Executes steps one after the other: each is given what the one before returned, and its `primitive.step_index`."""

    primitive_type: ClassVar[PrimitiveType] = "sequence"

    def __init__(self, steps: Sequence[Step[Any, Any]], *, name: str | None = None, metrics: Metrics = None) -> None:
        """
        Combine.

        Raises:
            ValueError: Without a step.
        """
        super().__init__(name, metrics=metrics)
        if not steps:
            raise ValueError(f"{self.name} needs at least one step")
        self.steps = tuple(wrap(step) for step in steps)

    @property
    def parts(self) -> tuple[InstrumentedPrimitive[Any, Any], ...]:
        """The steps."""
        return self.steps

    async def _execute_impl(self, input_data: In, context: WorkflowContext) -> Out:
        value: Any = input_data
        for index, step in enumerate(self.steps):
            value = await run(step, value, context, {"primitive.step_index": index})
        result: Out = value
        return result


class ParallelPrimitive(InstrumentedPrimitive[In, Out]):
    """
    Executes branches at the same time, each with the same input, and returns a list or a mapping of their results.

    The first error comes out as it is; the other branches are cancelled before that, and have ended. A list's branches
    are told apart by `primitive.branch` 0, 1, ..., a mapping's by their keys.
    """

    primitive_type: ClassVar[PrimitiveType] = "parallel"

    @overload
    def __init__(
        self: ParallelPrimitive[In, dict[str, Item]],
        branches: Mapping[str, Step[In, Item]],
        *,
        name: str | None = None,
        metrics: Metrics = None,
    ) -> None: ...
    @overload
    def __init__(
        self: ParallelPrimitive[In, list[Item]],
        branches: Sequence[Step[In, Item]],
        *,
        name: str | None = None,
        metrics: Metrics = None,
    ) -> None: ...
    def __init__(
        self,
        branches: Mapping[str, Step[In, Any]] | Sequence[Step[In, Any]],
        *,
        name: str | None = None,
        metrics: Metrics = None,
    ) -> None:
        """
        Combine.

        Raises:
            ValueError: Without a branch.
        """
        super().__init__(name, metrics=metrics)
        if not branches:
            raise ValueError(f"{self.name} needs at least one branch")
        self._keys = tuple(branches) if isinstance(branches, Mapping) else None
        found = branches.values() if isinstance(branches, Mapping) else branches
        self.branches: tuple[InstrumentedPrimitive[In, Any], ...] = tuple(wrap(branch) for branch in found)

    @property
    def is_list(self) -> bool:
        """Whether results come as a list."""
        return self._keys is None

    @property
    def parts(self) -> tuple[InstrumentedPrimitive[Any, Any], ...]:
        """The branches."""
        return self.branches

    async def _execute_impl(self, input_data: In, context: WorkflowContext) -> Out:
        keys = range(len(self.branches)) if self._keys is None else self._keys
        tasks = [
            create_task(run(branch, input_data, context, {"primitive.branch": str(key)}))
            for key, branch in zip(keys, self.branches, strict=True)
        ]
        try:
            results: Any = await gather(*tasks)
        except BaseException:
            await _end(tasks)
            raise
        return results if self._keys is None else dict(zip(self._keys, results, strict=True))  # type: ignore[return-value]


async def _end(tasks: Sequence[Task[Any]]) -> None:
    """Cancel what still runs and wait for its end; a cancellation that comes meanwhile goes on after that."""
    for task in tasks:
        task.cancel()
    cancellation: CancelledError | None = None
    while still := [task for task in tasks if not task.done()]:
        try:
            await wait(still)
        except CancelledError as again:
            cancellation = again
            for task in still:
                task.cancel()
    if cancellation is not None:
        raise cancellation


def in_sequence(first: Any, second: Any) -> SequentialPrimitive[Any, Any]:
    """Return both one after the other, in one sequence with what `>>` made before."""
    return SequentialPrimitive([*_steps(first), *_steps(second)])


def at_once(first: Any, second: Any) -> ParallelPrimitive[Any, list[Any]]:
    """Return both at the same time, in one list with what `|` made before."""
    return ParallelPrimitive([*_branches(first), *_branches(second)])


def _steps(one: Any) -> tuple[Any, ...]:
    return one.steps if type(one) is SequentialPrimitive and _is_plain(one) else (one,)


def _branches(one: Any) -> tuple[Any, ...]:
    return one.branches if type(one) is ParallelPrimitive and one.is_list and _is_plain(one) else (one,)


def _is_plain(one: InstrumentedPrimitive[Any, Any]) -> bool:
    # Somebody who names a composition, or counts it elsewhere, wants to see it.
    return one.name == type(one).__name__ and one.metrics is None
