"""Primitives that try again, and that give up in time."""

from __future__ import annotations

from asyncio import timeout
from collections.abc import Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, ClassVar

from obsgen_runtime._primitive_metrics import PrimitiveType
from obsgen_runtime.otlp import MissingExtra
from obsgen_runtime.primitives.base import In, InstrumentedPrimitive, Out, Step
from obsgen_runtime.primitives.context import WorkflowContext
from obsgen_runtime.primitives.execution import FROM_OUTSIDE, Metrics, count_retry, run
from obsgen_runtime.primitives.wrapping import wrap

if TYPE_CHECKING:
    from tenacity import AsyncRetrying, RetryCallState


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryStrategy:
    """
    When a failed execution is tried again.

    Attributes:
        max_retries: How often at most, besides the first try.
        wait_seconds: Before the first retry; it doubles from one to the next.
        max_wait_seconds: The longest wait.
        jitter_seconds: Up to so much is added to each wait, at random.
        on: Errors that are tried again.
    """

    max_retries: int = 3
    wait_seconds: float = 0.5
    max_wait_seconds: float = 30.0
    jitter_seconds: float = 0.0
    on: type[Exception] | tuple[type[Exception], ...] = Exception

    def __post_init__(self) -> None:
        if isinstance(self.max_retries, bool) or not isinstance(self.max_retries, int) or self.max_retries < 0:
            raise ValueError(f"max_retries is {self.max_retries!r}: give a whole number, 0 or more")


class RetryPrimitive(InstrumentedPrimitive[In, Out]):
    """
    Executes a primitive again if it fails, with tenacity; needs the extra `retry`.

    Each try is an execution of the primitive with a span of its own below this one's, told apart by
    `primitive.attempt` 1, 2, ...; those after the first are counted in `primitive_retries_total`, by the name of what
    is tried again. The last error comes out as it is. What is cancelled is not tried again, whatever the strategy says.
    """

    primitive_type: ClassVar[PrimitiveType] = "retry"

    def __init__(
        self,
        primitive: Step[In, Out] | None = None,
        strategy: RetryStrategy | AsyncRetrying | None = None,
        *,
        max_retries: int | None = None,
        name: str | None = None,
        metrics: Metrics = None,
    ) -> None:
        """
        Prepare.

        Args:
            primitive: What is tried; required.
            strategy: Ours, or any `tenacity.AsyncRetrying`, which then also decides what comes out in the end.
            max_retries: Short for a strategy that only says this.
            name: Fixed name.
            metrics: Where executions are counted; see `use_metrics`.

        Raises:
            TypeError: Without a primitive, or with both a strategy and *max_retries*.
            MissingExtra: Without tenacity.
        """
        super().__init__(name, metrics=metrics)
        if primitive is None:
            raise TypeError(
                f"{self.name} wraps the step that it tries again, it is none itself: "
                f"{self.name}(step, max_retries={max_retries or 3})"
            )
        if strategy is not None and max_retries is not None:
            raise TypeError(f"{self.name} takes a strategy or max_retries, not both")
        self.primitive: InstrumentedPrimitive[In, Out] = wrap(primitive)
        if strategy is None:
            strategy = RetryStrategy() if max_retries is None else RetryStrategy(max_retries=max_retries)
        self._retrying = _retrying(strategy)

    @property
    def parts(self) -> tuple[InstrumentedPrimitive[Any, Any], ...]:
        """What is tried."""
        return (self.primitive,)

    async def _execute_impl(self, input_data: In, context: WorkflowContext) -> Out:
        attempt = 0

        async def once() -> Out:
            nonlocal attempt
            attempt += 1
            if attempt > 1:
                count_retry(self.primitive.name)
            tried: Out = await run(self.primitive, input_data, context, {"primitive.attempt": attempt})
            return tried

        # A copy: tenacity keeps where it is in the object, and tasks at once would share that.
        result: Out = await self._retrying.copy(retry=_inside_only(self._retrying.retry))(once)
        return result


def _retrying(strategy: RetryStrategy | AsyncRetrying) -> AsyncRetrying:
    try:
        import tenacity  # noqa: PLC0415  (only who retries needs it)
    except ModuleNotFoundError as error:
        if error.name != "tenacity":
            raise
        raise MissingExtra(
            "RetryPrimitive needs the extra retry: pip install 'obsgen-runtime[retry]'", name="tenacity"
        ) from None
    if isinstance(strategy, tenacity.AsyncRetrying):
        return strategy
    if not isinstance(strategy, RetryStrategy):
        raise TypeError(f"a strategy is a RetryStrategy or a tenacity.AsyncRetrying, not {type(strategy).__name__}")
    waits: Any = tenacity.wait_exponential(multiplier=strategy.wait_seconds, max=strategy.max_wait_seconds)
    if strategy.jitter_seconds:
        waits = waits + tenacity.wait_random(0, strategy.jitter_seconds)
    return tenacity.AsyncRetrying(
        stop=tenacity.stop_after_attempt(strategy.max_retries + 1),
        wait=waits,
        retry=tenacity.retry_if_exception_type(strategy.on),
        reraise=True,
    )


def _inside_only(wanted: Callable[..., Any]) -> Callable[[RetryCallState], Any]:
    """Return *wanted*, except that no cancellation and no end of the process is tried again."""

    async def decide(state: RetryCallState) -> bool:
        outcome = state.outcome
        if outcome is not None and outcome.failed and isinstance(outcome.exception(), FROM_OUTSIDE):
            return False
        said = wanted(state)
        return bool(await said if isawaitable(said) else said)

    return decide


class TimeoutPrimitive(InstrumentedPrimitive[In, Out]):
    """
    Cancels a primitive that takes too long, and raises `TimeoutError` once that has ended.

    The span of the primitive is cancelled, the one of the timeout has the error.
    """

    primitive_type: ClassVar[PrimitiveType] = "timeout"

    def __init__(
        self, primitive: Step[In, Out], timeout_seconds: float, *, name: str | None = None, metrics: Metrics = None
    ) -> None:
        """
        Prepare.

        Raises:
            ValueError: If the time is not above 0.
        """
        super().__init__(name, metrics=metrics)
        if not timeout_seconds > 0:
            raise ValueError(f"timeout_seconds is {timeout_seconds!r}: give a time above 0")
        self.primitive: InstrumentedPrimitive[In, Out] = wrap(primitive)
        self.timeout_seconds = timeout_seconds

    @property
    def parts(self) -> tuple[InstrumentedPrimitive[Any, Any], ...]:
        """What is given up."""
        return (self.primitive,)

    async def _execute_impl(self, input_data: In, context: WorkflowContext) -> Out:
        async with timeout(self.timeout_seconds):
            result: Out = await run(self.primitive, input_data, context)
        return result
