"""Primitives made of what others wrote: objects with `execute`, and functions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from inspect import Parameter, isawaitable, signature
from typing import Any, ClassVar, overload

from obsgen_runtime._primitive_metrics import PrimitiveType
from obsgen_runtime.primitives.base import Executable, In, InstrumentedPrimitive, Out
from obsgen_runtime.primitives.context import WorkflowContext
from obsgen_runtime.primitives.execution import Metrics

_IN_PLACE = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


class WrappedPrimitive(InstrumentedPrimitive[In, Out]):
    """
    What `wrap` returns.

    Attributes:
        component: What was wrapped.
    """

    primitive_type: ClassVar[PrimitiveType] = "wrapped"

    def __init__(
        self, component: object, call: Callable[..., Any], *, name: str, takes_context: bool, metrics: Metrics = None
    ) -> None:
        """See `wrap`."""
        super().__init__(name, metrics=metrics)
        self.component = component
        self._call = call
        self._takes_context = takes_context

    async def _execute_impl(self, input_data: In, context: WorkflowContext) -> Out:
        made = self._call(input_data, context) if self._takes_context else self._call(input_data)
        result: Out = await made if isawaitable(made) else made
        return result


@overload
def wrap(
    component: Executable[In, Out], *, name: str | None = None, metrics: Metrics = None
) -> InstrumentedPrimitive[In, Out]: ...
@overload
def wrap(
    component: Callable[[In], Awaitable[Out]] | Callable[[In, WorkflowContext], Awaitable[Out]],
    *,
    name: str | None = None,
    metrics: Metrics = None,
) -> InstrumentedPrimitive[In, Out]: ...
@overload
def wrap(
    component: Callable[[In], Out] | Callable[[In, WorkflowContext], Out],
    *,
    name: str | None = None,
    metrics: Metrics = None,
) -> InstrumentedPrimitive[In, Out]: ...
def wrap(component: Any, *, name: str | None = None, metrics: Metrics = None) -> InstrumentedPrimitive[Any, Any]:
    """
    Return *component* as a primitive; a primitive without new name or metrics is returned as it is.

    Args:
        component: An object with `execute(data, context)`, or a function of the data. A function is given the context,
            too, if its second argument is required or called `context`. What comes back is awaited if it can be.
        name: Fixed name; that of the object's class or of the function if None.
        metrics: Where executions are counted; see `use_metrics`.

    Raises:
        TypeError: If it is neither.
    """
    if isinstance(component, InstrumentedPrimitive) and name is None and metrics is None:
        return component
    execute = getattr(component, "execute", None)
    if callable(execute):
        if isinstance(component, type):
            raise TypeError(f"{component.__name__} is a class: give an object of it")
        told = name or (component.name if isinstance(component, InstrumentedPrimitive) else type(component).__name__)
        return WrappedPrimitive(component, execute, name=told, takes_context=True, metrics=metrics)
    if not callable(component):
        raise TypeError(
            f"a step is a primitive, an object with execute(data, context) or a function, not {type(component).__name__}"
        )
    return WrappedPrimitive(
        component, component, name=name or name_of(component), takes_context=takes_context(component), metrics=metrics
    )


def name_of(function: Any) -> str:
    """Return the name of a function, a partial's inner one, or the class of a callable object."""
    while isinstance(function, partial):
        function = function.func
    name = getattr(function, "__name__", None) or type(function).__name__
    return "lambda" if name == "<lambda>" else str(name)


def takes_context(function: Callable[..., Any]) -> bool:
    """Return whether *function* wants the context besides the data."""
    try:
        parameters = list(signature(function).parameters.values())
    except (TypeError, ValueError):  # written in C
        return False
    in_place = [parameter for parameter in parameters if parameter.kind in _IN_PLACE]
    if len(in_place) < 2:
        return False
    return in_place[1].default is Parameter.empty or in_place[1].name == "context"
