"""
Who is at work on what: one immutable context for metrics, spans and Langfuse alike.

It lives in a `ContextVar`, so tasks and generators of one caller see it and others do not; threads see it through
`run_in_context`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import Context as ContextOfPython
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Generic, ParamSpec, TypedDict, TypeVar, Unpack, cast

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Item = TypeVar("Item")
Sent = TypeVar("Sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """
    What the work at hand belongs to; every field is optional.

    Attributes:
        workflow: Workflow by name, such as `package_release`.
        stage: Step of the workflow.
        persona: Role that the assistant works in; Langfuse's user.
        chatmode: Kind of conversation.
        agent: Program or model that does the work, such as `claude`.
        session: Conversation or run that several traces share; Langfuse's session.
        user: The person who asked, by an id; Langfuse's user then, instead of the persona.
        project: Tenant whose keys the spans are sent with.
        tags: Words to filter by, without order or repetition.
    """

    workflow: str | None = None
    stage: str | None = None
    persona: str | None = None
    chatmode: str | None = None
    agent: str | None = None
    session: str | None = None
    user: str | None = None
    project: str | None = None
    tags: tuple[str, ...] = ()


class Changes(TypedDict, total=False):
    """Fields of a `Context`, those that change."""

    workflow: str | None
    stage: str | None
    persona: str | None
    chatmode: str | None
    agent: str | None
    session: str | None
    user: str | None
    project: str | None
    tags: tuple[str, ...]


_EMPTY = Context()
_current: ContextVar[Context] = ContextVar("obsgen_runtime_context", default=_EMPTY)


def current() -> Context:
    """Return the context of the running task, thread or generator."""
    return _current.get()


@contextmanager
def use(**changes: Unpack[Changes]) -> Iterator[Context]:
    """
    Change fields of the context inside a `with` block; what was before is back afterwards.

    Tags replace those from before: pass `(*current().tags, "new")` to add one.
    """
    before = _current.get()
    _current.set(replace(before, **changes))
    try:
        yield _current.get()
    finally:
        # Not by token: a generator may be closed in another task than the one it was started in, and there the token
        # would raise into the application.
        _current.set(before)


def change(**changes: Unpack[Changes]) -> Context:
    """
    Change fields of the context for the rest of the running task, thread or generator; nothing puts them back.

    For frameworks that have no block to wrap; prefer `use`. What a task changes, its caller does not see.
    """
    _current.set(replace(_current.get(), **changes))
    return _current.get()


def run_in_context(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """
    Return *function* bound to the context of now, current span included, for a thread or an executor.

    Each call runs in a copy of its own, so one bound function may run in several threads at once.
    """
    bound = copy_context()

    @wraps(function)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return bound.copy().run(function, *args, **kwargs)

    return run


def in_own_context(generator: Generator[Item, Sent, Result]) -> Generator[Item, Sent, Result]:
    """
    Return *generator* so that what it changes in the context stays its own between two items.

    A plain generator runs in the context of whoever asks for the next item: a `with use(...)` around its `yield` is
    seen by the caller, and two that take turns mix theirs up. Starts with the context of now.
    """
    return _driven(copy_context(), generator)


async def in_own_async_context(generator: AsyncGenerator[Item, None]) -> AsyncGenerator[Item, None]:
    """Return an async *generator* so that what it changes in the context stays its own, as `in_own_context` does."""
    own = copy_context()
    step: Awaitable[Item] = generator.__anext__()
    try:
        while True:
            try:
                item = await _Inside(own, step)
            except StopAsyncIteration:
                return
            try:
                sent = yield item
            except GeneratorExit:
                raise
            except BaseException as error:  # noqa: BLE001  (it belongs to the generator)
                step = generator.athrow(error)
            else:
                step = generator.asend(sent)
    finally:
        await _Inside(own, generator.aclose())


class _Inside(Generic[Item]):
    """An awaitable whose every step runs in one context, in whichever task it is awaited."""

    __slots__ = ("_awaitable", "_own")

    def __init__(self, own: ContextOfPython, awaitable: Awaitable[Item]) -> None:
        self._own = own
        self._awaitable = awaitable

    def __await__(self) -> Generator[Any, Any, Item]:
        return _driven(self._own, self._awaitable.__await__())


def _driven(own: ContextOfPython, steps: Generator[Item, Sent, Result]) -> Generator[Item, Sent, Result]:
    try:
        item = own.run(next, steps)
        while True:
            try:
                sent = yield item
            except GeneratorExit:
                own.run(steps.close)
                raise
            except BaseException as error:  # noqa: BLE001  (it belongs to the generator)
                item = own.run(steps.throw, error)
            else:
                item = own.run(steps.send, sent)
    except StopIteration as end:
        return cast("Result", end.value)
