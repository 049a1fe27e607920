"""The base of all primitives, and what can stand in their place."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast, overload

from obsgen_runtime._primitive_metrics import PrimitivesMetrics, PrimitiveType
from obsgen_runtime.primitives.context import WorkflowContext
from obsgen_runtime.primitives.execution import Metrics, collectors, run

In = TypeVar("In")
Out = TypeVar("Out")
Next = TypeVar("Next")
Before = TypeVar("Before")
Data_contra = TypeVar("Data_contra", contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)


class Executable(Protocol[Data_contra, Result_co]):
    """Whatever somebody else wrote that has `async execute(data, context)`; every primitive of ours has it, too."""

    def execute(self, data: Data_contra, context: Any, /) -> Awaitable[Result_co]:
        """Do it."""


Step = Executable[In, Out] | Callable[[In], Awaitable[Out]] | Callable[[In, WorkflowContext], Awaitable[Out]]
"""What can be a part of a composition: plain functions that return their result at once need `wrap`, for types' sake."""


class InstrumentedPrimitive(ABC, Generic[In, Out]):
    """
    One step of a workflow: subclasses implement `_execute_impl`, callers use `execute`.

    Each execution makes the span `primitive.<name>`, adds one to `primitive_executions_total`, and is timed in
    `primitive_execution_duration_seconds`. Result, exception object and cancellation are those of `_execute_impl`. One
    object may be executed by many tasks at once, as far as `_execute_impl` itself can.

    Attributes:
        name: Fixed name, the class's by default; values that differ from run to run do not belong into it.
        metrics: Collectors that it was given; None for those around it, False for nowhere.
        primitive_type: What sort of primitive, as the catalog has it.
    """

    name: str
    metrics: PrimitivesMetrics | bool | None = None
    primitive_type: ClassVar[PrimitiveType] = "step"

    def __init__(self, name: str | None = None, *, metrics: Metrics = None) -> None:
        """
        Name it; a subclass that needs neither argument may leave this call out.

        Args:
            name: Fixed name; the class's if None.
            metrics: Where executions of it and of what it contains are counted; see `use_metrics`.

        Raises:
            TypeError: If the name is no text, or empty.
            DefinitionClashError: If somebody else holds one of the names in the registry.
        """
        if name is not None:
            if not isinstance(name, str) or not name:
                raise TypeError(f"the name of a primitive is a text, not {name!r}")
            self.name = name
        self.metrics = None if metrics is None else (collectors(metrics) or False)

    def __init_subclass__(cls, **details: Any) -> None:
        super().__init_subclass__(**details)
        if "execute" in cls.__dict__:
            raise TypeError(
                f"{cls.__name__} overrides execute, which makes spans and counts: implement _execute_impl instead"
            )
        if "name" not in cls.__dict__:
            cls.name = cls.__name__

    @property
    def parts(self) -> tuple[InstrumentedPrimitive[Any, Any], ...]:
        """The primitives that it is made of; none for a step."""
        return ()

    async def execute(self, input_data: In, context: WorkflowContext | None = None) -> Out:
        """
        Execute it once.

        Args:
            input_data: What it works on; never recorded.
            context: What the run belongs to. If None, that of the primitive around, or a new one.
        """
        return cast("Out", await run(self, input_data, context))

    @abstractmethod
    async def _execute_impl(self, input_data: In, context: WorkflowContext) -> Out:
        """Do the work."""

    @overload
    def __rshift__(self, other: Executable[Out, Next]) -> InstrumentedPrimitive[In, Next]: ...
    @overload
    def __rshift__(
        self, other: Callable[[Out], Awaitable[Next]] | Callable[[Out, WorkflowContext], Awaitable[Next]]
    ) -> InstrumentedPrimitive[In, Next]: ...
    @overload
    def __rshift__(
        self, other: Callable[[Out], Next] | Callable[[Out, WorkflowContext], Next]
    ) -> InstrumentedPrimitive[In, Next]: ...
    def __rshift__(self, other: Any) -> InstrumentedPrimitive[In, Any]:
        """Return the sequence of this and *other*; sequences that were made so become one."""
        from obsgen_runtime.primitives.composition import in_sequence  # noqa: PLC0415  (it stands on this module)

        return in_sequence(self, other)

    @overload
    def __rrshift__(
        self, other: Callable[[Before], Awaitable[In]] | Callable[[Before, WorkflowContext], Awaitable[In]]
    ) -> InstrumentedPrimitive[Before, Out]: ...
    @overload
    def __rrshift__(
        self, other: Callable[[Before], In] | Callable[[Before, WorkflowContext], In]
    ) -> InstrumentedPrimitive[Before, Out]: ...
    @overload
    def __rrshift__(self, other: Executable[Before, In]) -> InstrumentedPrimitive[Before, Out]: ...
    def __rrshift__(self, other: Any) -> InstrumentedPrimitive[Any, Out]:
        """Return the sequence of *other* and this."""
        from obsgen_runtime.primitives.composition import in_sequence  # noqa: PLC0415

        return in_sequence(other, self)

    def __or__(self, other: Step[In, Any] | Callable[[In], Any]) -> InstrumentedPrimitive[In, list[Any]]:
        """Return this and *other* at the same time; what was made so becomes one list of branches."""
        from obsgen_runtime.primitives.composition import at_once  # noqa: PLC0415

        return at_once(self, other)

    def __ror__(self, other: Step[In, Any] | Callable[[In], Any]) -> InstrumentedPrimitive[In, list[Any]]:
        """Return *other* and this at the same time."""
        from obsgen_runtime.primitives.composition import at_once  # noqa: PLC0415

        return at_once(other, self)
