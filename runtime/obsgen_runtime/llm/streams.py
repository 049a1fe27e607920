"""
Streamed answers: chunks pass as they come, with their times noted and nothing kept but the first and the last two.

Generators are followed to the letter (`send`, `throw`, `close`, what they return). Stream objects of providers are put
behind a proxy that passes everything on: attributes, `with` blocks, `close`, `get_final_message` and its like.
"""

from __future__ import annotations

import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Mapping
from contextlib import nullcontext
from functools import wraps
from inspect import isawaitable
from time import perf_counter
from types import AsyncGeneratorType, GeneratorType, TracebackType
from typing import Any, NamedTuple
from weakref import finalize

from obsgen_runtime.llm.calls import Call, running

# Methods of providers' streams that read to the end by themselves.
_READS_ALL = frozenset(
    {"get_final_completion", "get_final_message", "get_final_response", "get_final_text", "until_done"}
)


class Opened(NamedTuple):
    """
    A stream at its start.

    Attributes:
        call: The call that it answers, None if nobody would learn of it.
        inner: An iterator or generator, sync or async.
        owned: Whether nobody else holds *inner*, so that it is closed with the stream.
        keep: Whether to keep all chunks for the observation's output.
        enter: Whether its first step belongs to the call, as that of a generator function does.
    """

    call: Call | None
    inner: Any
    owned: bool
    keep: bool = False
    enter: bool = False


Begin = Callable[[tuple[Any, ...], Mapping[str, Any]], Opened]


def sync_chunks(begin: Begin) -> Callable[..., Generator[Any, Any, Any]]:
    """Return a generator function that yields what *begin* opens, and ends its call with it."""

    def chunks(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        call, inner, owned, keep, enter = begin(args, kwargs)
        if call is None:
            return (yield from inner)
        step = inner.send if type(inner) is GeneratorType else _stepping(inner)
        clock = perf_counter
        gap = 0.0
        kept: list[Any] | None = [] if keep else None
        first = previous = chunk = None
        error: BaseException | None = None
        try:
            with running(call) if enter else _OUTSIDE:
                first = chunk = step(None)
            last = clock()
            call.first_chunk(last)
            while True:
                if kept is not None:
                    kept.append(chunk)
                try:
                    sent = yield chunk
                except GeneratorExit:
                    if owned and (close := getattr(inner, "close", None)) is not None:
                        close()
                    raise
                except BaseException as thrown:
                    if (throw := getattr(inner, "throw", None)) is None:
                        raise
                    previous = chunk
                    chunk = throw(thrown)
                else:
                    previous = chunk
                    chunk = step(sent)
                now = clock()
                if now - last > gap:  # noqa: PLR1730  (a call of `max` costs as much as the rest of this loop)
                    gap = now - last
                last = now
        except StopIteration as stop:
            return stop.value
        except BaseException as problem:
            error = problem
            raise
        finally:
            call.end_stream(error, gap, (first, previous, chunk), kept)

    return chunks


def async_chunks(begin: Begin) -> Callable[..., AsyncGenerator[Any, Any]]:
    """Return an async generator function that yields what *begin* opens, and ends its call with it."""

    async def chunks(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        call, inner, owned, keep, enter = begin(args, kwargs)
        if call is None:
            call = _NOBODY
        pull = inner.__anext__
        clock = perf_counter
        gap = 0.0
        kept: list[Any] | None = [] if keep else None
        first = previous = chunk = None
        error: BaseException | None = None
        try:
            with running(call) if enter else _OUTSIDE:
                first = chunk = await pull()
            last = clock()
            call.first_chunk(last)
            while True:
                if kept is not None:
                    kept.append(chunk)
                try:
                    sent = yield chunk
                except GeneratorExit:
                    if owned and (close := getattr(inner, "aclose", None)) is not None:
                        await close()
                    raise
                except BaseException as thrown:
                    if (throw := getattr(inner, "athrow", None)) is None:
                        raise
                    previous = chunk
                    chunk = await throw(thrown)
                else:
                    previous = chunk
                    chunk = await (pull() if sent is None else inner.asend(sent))
                now = clock()
                if now - last > gap:  # noqa: PLR1730  (a call of `max` costs as much as the rest of this loop)
                    gap = now - last
                last = now
        except StopAsyncIteration:
            return
        except BaseException as problem:
            error = problem
            raise
        finally:
            call.end_stream(error, gap, (first, previous, chunk), kept)

    return chunks


def _stepping(inner: Any) -> Callable[[Any], Any]:
    """Return what `send` of a generator is, for any iterator."""
    return lambda sent: next(inner) if sent is None else inner.send(sent)


class _Nobody(Call):
    """A call that nobody learns of."""

    __slots__ = ()

    def __init__(self) -> None:
        """Start nothing."""

    def first_chunk(self, now: float) -> None:
        """Forget it."""

    def end_stream(self, error: BaseException | None, gap: float, chunks: tuple[object, ...], kept: object) -> None:
        """Forget it."""


_NOBODY = _Nobody()
_OUTSIDE = nullcontext()


class _Proxy:
    """
    A provider's stream, passed on.

    It passes for the type of what it holds in `isinstance`.
    """

    def __init__(self, inner: Any, call: Call, *, keep: bool) -> None:
        self._obsgen_inner = inner
        self._obsgen_call = call
        self._obsgen_keep = keep
        self._obsgen_readers: dict[str, Any] = {}
        # A stream that is dropped unread is a call that ended, too.
        self._obsgen_dropped = _abandoned_with(self, call)
        call.source = inner

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self._obsgen_inner)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._obsgen_inner, name)
        if name in _READS_ALL and callable(value):
            return _ending_with(self._obsgen_call, value)
        if name in ("close", "aclose") and callable(value):
            return _closing(self._obsgen_call, value)
        if name == "text_stream" and value is not None:
            return self._obsgen_reader(name, value)
        return value

    def __repr__(self) -> str:
        return repr(self._obsgen_inner)

    def _obsgen_read(self, inner: Any) -> Any:
        raise NotImplementedError

    def _obsgen_reader(self, name: str, inner: Any) -> Any:
        """Return what reads *inner*, always the same. From then on it decides when nobody can read on."""
        if name not in self._obsgen_readers:
            reader = self._obsgen_readers[name] = self._obsgen_read(inner)
            self._obsgen_dropped.detach()
            _abandoned_with(reader, self._obsgen_call)
        return self._obsgen_readers[name]

    def _obsgen_entered(self, inside: Any) -> Any:
        """Return what stands for *inside*, what the `with` block is given; the end of the block ends its call."""
        stream = watched_stream(inside, self._obsgen_call, self._obsgen_keep)
        if isinstance(stream, _Proxy):
            stream._obsgen_dropped.detach()  # noqa: SLF001  (of the same family)
        return inside if stream is None else stream

    def _obsgen_left(self, problem: BaseException | None) -> None:
        """End the call with a `with` block, unless its stream has ended before."""
        if problem is None:
            self._obsgen_call.abandon()
        else:
            self._obsgen_call.fail(problem)


class StreamProxy(_Proxy):
    """A stream that is read by `for`, `next` or a `with` block."""

    def __iter__(self) -> Iterator[Any]:
        return self._obsgen_reader("", self._obsgen_inner)  # type: ignore[no-any-return]

    def __next__(self) -> Any:
        return next(self._obsgen_reader("", self._obsgen_inner))

    def __enter__(self) -> Any:
        inside = self._obsgen_inner.__enter__()
        return self if inside is self._obsgen_inner else self._obsgen_entered(inside)

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> Any:
        try:
            return self._obsgen_inner.__exit__(kind, problem, traceback)
        finally:
            self._obsgen_left(problem)

    def _obsgen_read(self, inner: Any) -> Any:
        return _opened(sync_chunks, self._obsgen_call, iter(inner), owned=False, keep=self._obsgen_keep)


class AsyncStreamProxy(_Proxy):
    """A stream that is read by `async for`, `anext` or an `async with` block."""

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._obsgen_reader("", self._obsgen_inner)  # type: ignore[no-any-return]

    def __anext__(self) -> Any:
        return self._obsgen_reader("", self._obsgen_inner).__anext__()

    async def __aenter__(self) -> Any:
        inside = await self._obsgen_inner.__aenter__()
        return self if inside is self._obsgen_inner else self._obsgen_entered(inside)

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> Any:
        try:
            return await self._obsgen_inner.__aexit__(kind, problem, traceback)
        finally:
            self._obsgen_left(problem)

    def _obsgen_read(self, inner: Any) -> Any:
        return _opened(async_chunks, self._obsgen_call, aiter(inner), owned=False, keep=self._obsgen_keep)


def watched_stream(result: Any, call: Call, keep: bool = False, *, is_async: bool = False) -> Any | None:
    """
    Return what stands for *result* if it is a stream, None if it is none.

    Streams are generators, iterators, and managers of streams: types with "Stream" in their name that are entered by
    `with`. Files, lists and everything else that can merely be iterated over are none.

    Args:
        result: What the watched function returned.
        call: Its call, which ends with the stream.
        keep: Whether to keep all chunks.
        is_async: Whether the function was awaited: some streams can be read either way.
    """
    kind = type(result)
    if isinstance(result, (GeneratorType, AsyncGeneratorType)):
        chunks = sync_chunks if isinstance(result, GeneratorType) else async_chunks
        stream = _opened(chunks, call, result, owned=True, keep=keep)
        _abandoned_with(stream, call)
        return stream
    if isinstance(result, io.IOBase):
        return None
    if hasattr(kind, "__anext__") and (is_async or not hasattr(kind, "__next__")):
        return AsyncStreamProxy(result, call, keep=keep)
    if hasattr(kind, "__next__"):
        return StreamProxy(result, call, keep=keep)
    if "Stream" in kind.__name__ and hasattr(kind, "__aenter__"):
        return AsyncStreamProxy(result, call, keep=keep)
    if "Stream" in kind.__name__ and hasattr(kind, "__enter__"):
        return StreamProxy(result, call, keep=keep)
    return None


def _abandoned_with(holder: Any, call: Call) -> Any:
    """End *call* when *holder* is gone, unless it has ended by then; returns what can be detached."""
    ending = finalize(holder, call.abandon)
    ending.atexit = False
    return ending


def _opened(chunks: Callable[[Begin], Callable[..., Any]], call: Call, inner: Any, *, owned: bool, keep: bool) -> Any:
    return chunks(lambda _args, _kwargs: Opened(call, inner, owned, keep))()


def _ending_with(call: Call, read: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(read)
    def read_all(*args: Any, **kwargs: Any) -> Any:
        try:
            found = read(*args, **kwargs)
        except BaseException as error:
            call.fail(error)
            raise
        if isawaitable(found):
            return _awaited(call, found)
        call.answer(found)
        return found

    return read_all


async def _awaited(call: Call, awaitable: Any) -> Any:
    try:
        found = await awaitable
    except BaseException as error:
        call.fail(error)
        raise
    call.answer(found)
    return found


def _closing(call: Call, close: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(close)
    def closed(*args: Any, **kwargs: Any) -> Any:
        try:
            return close(*args, **kwargs)
        finally:
            call.abandon()

    return closed
