"""
Who is at work on what: one immutable context for metrics, spans and Langfuse alike.

It lives in a `ContextVar`, so tasks and generators of one caller see it and others do not; threads see it through
`run_in_context`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, replace
from functools import wraps
from typing import ParamSpec, TypedDict, TypeVar, Unpack

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


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
        project: Tenant whose keys the spans are sent with.
        tags: Words to filter by, without order or repetition.
    """

    workflow: str | None = None
    stage: str | None = None
    persona: str | None = None
    chatmode: str | None = None
    agent: str | None = None
    session: str | None = None
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
