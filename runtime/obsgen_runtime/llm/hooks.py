"""`observe_llm`: a decorator that watches calls and changes neither signature, type nor result of the function."""

from __future__ import annotations

import inspect
from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Mapping
from functools import partial, wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from prometheus_client import CollectorRegistry

from obsgen_runtime._llm_metrics import LlmMetrics
from obsgen_runtime.faults import shielded
from obsgen_runtime.llm.calls import Call, ReadUsage, Watch, running
from obsgen_runtime.llm.recorder import recorder
from obsgen_runtime.llm.streams import Opened, async_chunks, sync_chunks, watched_stream
from obsgen_runtime.observations import Backend
from obsgen_runtime.prices import PriceTable

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Metrics = LlmMetrics | CollectorRegistry | bool | None


class Decorator(Protocol):
    """Takes any callable and gives it back watched, of the same type."""

    def __call__(self, function: Callable[Arguments, Result], /) -> Callable[Arguments, Result]:
        """Return *function*, watched."""


def observe_llm(
    *,
    model: str | None = None,
    persona: str | None = None,
    chatmode: str | None = None,
    agent: str | None = None,
    name: str | None = None,
    prices: PriceTable | None = None,
    metrics: Metrics = None,
    usage: ReadUsage | None = None,
    capture_output: bool = False,
    model_parameters: Mapping[str, object] | None = None,
    to: Backend | None = None,
) -> Decorator:
    """
    Watch every call of a function that asks a language model.

    It may be a function, a method, a partial or a callable object; plain, async, a generator or an async generator; or
    return a coroutine, a future or a provider's stream. Its signature, its result and its exceptions stay what they are.

    Args:
        model: Model that is asked; None reads it from the answer.
        persona: Role the call is made in; that of the context if None. So are *chatmode* and *agent*.
        chatmode: Kind of conversation.
        agent: Program or model that does the work.
        name: Name of the observation; the function's own if None.
        prices: Price table; that of the process if None.
        metrics: Collectors, or a registry to find them in; the client's default one if None; False for no metrics.
        usage: From the answer (of a stream: its last chunk) to a `Usage` or to something `read_usage` understands.
        capture_output: Keep the chunks of streams, for the output of the observation; content is masked like any other.
        model_parameters: Such as temperature.
        to: Where observations go; the backend of the process if None.

    Raises:
        DefinitionClashError: If somebody else holds one of the metrics' names in the registry.
    """
    fields = {"persona": persona, "chatmode": chatmode, "agent": agent}
    counted = recorder(metrics)

    def decorate(function: Any) -> Any:
        watch = Watch(
            name=name or name_of(function),
            model=model,
            fields={key: value for key, value in fields.items() if value is not None},
            prices=prices,
            counted=counted,
            usage=usage,
            capture_output=capture_output,
            model_parameters=model_parameters,
            to=None if to is None else lambda: to,
            skips_first=_is_method(function),
        )
        return watched(function, watch)

    return decorate


def watched(function: Any, watch: Watch) -> Any:
    """Return *function* with its calls watched, as the sort of function that it is."""
    if isinstance(function, (staticmethod, classmethod)):
        return type(function)(watched(function.__func__, watch))
    plain = _unwrapped(function)
    if inspect.isasyncgenfunction(plain):
        return _async_generator(function, watch)
    if inspect.isgeneratorfunction(plain):
        return _generator(function, watch)
    if inspect.iscoroutinefunction(plain):
        return _coroutine(function, watch)
    return _plain(function, watch)


def _plain(function: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if watch.is_off:
            return function(*args, **kwargs)
        return result_of(function, args, kwargs, Call(watch, args, kwargs))

    return call


def _coroutine(function: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        if watch.is_off:
            return await function(*args, **kwargs)
        return await result_of(function, args, kwargs, Call(watch, args, kwargs))

    return call


def _generator(function: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    return wraps(function)(sync_chunks(partial(_open, function, watch)))


def _async_generator(function: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    return wraps(function)(async_chunks(partial(_open, function, watch)))


def _open(function: Callable[..., Any], watch: Watch, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Opened:
    if watch.is_off:
        return Opened(None, function(*args, **kwargs), owned=True)
    call = Call(watch, args, kwargs)
    try:
        inner = function(*args, **kwargs)
    except BaseException as error:
        call.fail(error)
        raise
    return Opened(call, inner, owned=True, keep=watch.capture_output, enter=True)


def result_of(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], call: Call) -> Any:
    """
    Call *function*, and end *call* with what it returns: now, or once that was awaited or read.

    A coroutine comes back as a coroutine, a future as itself, a stream as one that is watched.
    """
    try:
        with running(call):
            result = function(*args, **kwargs)
    except BaseException as error:
        call.fail(error)
        raise
    if inspect.isawaitable(result):
        if hasattr(result, "add_done_callback"):
            result.add_done_callback(partial(_done, call))
            return result
        return _awaited(result, call)
    return _settled(result, call)


async def _awaited(awaitable: Awaitable[Any], call: Call) -> Any:
    try:
        with running(call):
            result = await awaitable
    except BaseException as error:
        call.fail(error)
        raise
    return _settled(result, call, is_async=True)


def _settled(result: Any, call: Call, *, is_async: bool = False) -> Any:
    stream = None
    with shielded("observe_llm"):
        stream = watched_stream(result, call, call.keeps_chunks, is_async=is_async)
    if stream is not None:
        return stream
    call.answer(result)
    return result


def _done(call: Call, future: Any) -> None:
    with shielded("observe_llm"):
        if future.cancelled():
            call.fail(CancelledError())
        elif (error := future.exception()) is not None:
            call.fail(error)
        else:
            call.answer(future.result())


def _unwrapped(function: Any) -> Any:
    """Return the function that runs when *function* is called: below partials, and of callable objects."""
    while isinstance(function, partial):
        function = function.func
    if inspect.isroutine(function) or inspect.isclass(function):
        return function
    return getattr(type(function), "__call__", function)  # noqa: B004  (whether it is async, not whether it is callable)


def name_of(function: Any) -> str:
    """Return the name of what is called, for its observation."""
    while isinstance(function, partial):
        function = function.func
    if isinstance(function, (staticmethod, classmethod)):
        function = function.__func__
    return str(getattr(function, "__name__", type(function).__name__))


def _is_method(function: Any) -> bool:
    if isinstance(function, classmethod):
        return True
    if not inspect.isfunction(function):
        return False
    code = function.__code__
    return code.co_argcount > 0 and code.co_varnames[0] in ("self", "cls")
