"""Primitives that choose what is executed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import Any, ClassVar

from obsgen_runtime._primitive_metrics import PrimitiveType
from obsgen_runtime.primitives.base import In, InstrumentedPrimitive, Out, Step
from obsgen_runtime.primitives.context import WorkflowContext
from obsgen_runtime.primitives.execution import Metrics, count_route, note_way, run
from obsgen_runtime.primitives.wrapping import takes_context, wrap

Choosing = (
    Callable[[In], str]
    | Callable[[In], Awaitable[str]]
    | Callable[[In, WorkflowContext], str]
    | Callable[[In, WorkflowContext], Awaitable[str]]
)
Deciding = (
    Callable[[In], bool]
    | Callable[[In], Awaitable[bool]]
    | Callable[[In, WorkflowContext], bool]
    | Callable[[In, WorkflowContext], Awaitable[bool]]
)


class UnknownRouteError(LookupError):
    """A router's function returned none of its routes, and there is no default."""


class RouterPrimitive(InstrumentedPrimitive[In, Out]):
    """Executes the route that a function chooses; the choice is the attribute `primitive.route`, and counted."""

    primitive_type: ClassVar[PrimitiveType] = "router"

    def __init__(
        self,
        routes: Mapping[str, Step[In, Out]],
        router_fn: Choosing[In] | None = None,
        *,
        default: str | None = None,
        name: str | None = None,
        metrics: Metrics = None,
    ) -> None:
        """
        Prepare.

        Args:
            routes: Primitives by the name of their route.
            router_fn: Returns the name of a route for the input, or for input and context; required.
            default: Route for everything that the function does not name; None makes that an error.
            name: Fixed name.
            metrics: Where executions are counted; see `use_metrics`.

        Raises:
            TypeError: Without a choosing function.
            ValueError: Without routes, or if the default is none of them.
        """
        super().__init__(name, metrics=metrics)
        known = ", ".join(routes)
        if not callable(router_fn):
            raise TypeError(f"{self.name} needs router_fn, a function of the input that returns one of: {known}")
        if not routes:
            raise ValueError(f"{self.name} needs at least one route")
        if default is not None and default not in routes:
            raise ValueError(f"default is none of the routes of {self.name}: {known}")
        self.routes: Mapping[str, InstrumentedPrimitive[In, Out]] = {key: wrap(step) for key, step in routes.items()}
        self.default = default
        self._ask = _asking(router_fn)

    @property
    def parts(self) -> tuple[InstrumentedPrimitive[Any, Any], ...]:
        """The routes' primitives."""
        return tuple(self.routes.values())

    async def _execute_impl(self, input_data: In, context: WorkflowContext) -> Out:
        said = await self._ask(input_data, context)
        route = said if isinstance(said, str) and said in self.routes else self.default
        if route is None:
            # Not what it said: that may be content, such as a model's answer.
            raise UnknownRouteError(f"router_fn of {self.name} returned none of: {', '.join(self.routes)}")
        note_way(route)
        count_route(self.name, route)
        result: Out = await run(self.routes[route], input_data, context)
        return result


class ConditionalPrimitive(InstrumentedPrimitive[In, Out]):
    """
    Executes one primitive or another, as a condition says; the attribute `primitive.route` is `then` or `else`.

    Without the other one, input for which the condition does not hold is returned as it is.
    """

    primitive_type: ClassVar[PrimitiveType] = "conditional"

    def __init__(
        self,
        condition: Deciding[In],
        then_primitive: Step[In, Out],
        else_primitive: Step[In, Out] | None = None,
        *,
        name: str | None = None,
        metrics: Metrics = None,
    ) -> None:
        """Prepare; *condition* is a function of the input, or of input and context."""
        super().__init__(name, metrics=metrics)
        self.then_primitive: InstrumentedPrimitive[In, Out] = wrap(then_primitive)
        self.else_primitive: InstrumentedPrimitive[In, Out] | None = (
            None if else_primitive is None else wrap(else_primitive)
        )
        self._ask = _asking(condition)

    @property
    def parts(self) -> tuple[InstrumentedPrimitive[Any, Any], ...]:
        """The two primitives, or the one."""
        both = (self.then_primitive, self.else_primitive)
        return tuple(one for one in both if one is not None)

    async def _execute_impl(self, input_data: In, context: WorkflowContext) -> Out:
        holds = bool(await self._ask(input_data, context))
        note_way("then" if holds else "else")
        chosen = self.then_primitive if holds else self.else_primitive
        result: Out
        if chosen is None:
            result = input_data  # type: ignore[assignment]  # without the other one, In is Out
        else:
            result = await run(chosen, input_data, context)
        return result


class FallbackPrimitive(InstrumentedPrimitive[In, Out]):
    """
    Executes the fallback with the same input if the first primitive fails; `primitive.route` says which one answered.

    If the fallback fails, too, its error comes out, with the first one as its context. Cancellation is no failure.
    """

    primitive_type: ClassVar[PrimitiveType] = "fallback"

    def __init__(
        self,
        primary: Step[In, Out],
        fallback: Step[In, Out],
        *,
        on: type[Exception] | tuple[type[Exception], ...] = Exception,
        name: str | None = None,
        metrics: Metrics = None,
    ) -> None:
        """Prepare; *on* says which errors the fallback is for."""
        super().__init__(name, metrics=metrics)
        self.primary: InstrumentedPrimitive[In, Out] = wrap(primary)
        self.fallback: InstrumentedPrimitive[In, Out] = wrap(fallback)
        self._on = on

    @property
    def parts(self) -> tuple[InstrumentedPrimitive[Any, Any], ...]:
        """Both primitives."""
        return (self.primary, self.fallback)

    async def _execute_impl(self, input_data: In, context: WorkflowContext) -> Out:
        note_way("primary")
        result: Out
        try:
            result = await run(self.primary, input_data, context)
        except self._on:
            note_way("fallback")
            result = await run(self.fallback, input_data, context)
        return result


def _asking(function: Callable[..., Any]) -> Callable[[Any, WorkflowContext], Awaitable[Any]]:
    with_context = takes_context(function)

    async def ask(input_data: Any, context: WorkflowContext) -> Any:
        said = function(input_data, context) if with_context else function(input_data)
        return await said if isawaitable(said) else said

    return ask
