"""
What a CLI agent says, message by message, read into what matters for tracing.

A message is a line of JSON as the CLI of Claude Code streams it (`--output-format stream-json`), the same as a mapping, or
an object of its SDK for Python (`AssistantMessage`, `UserMessage`, `SystemMessage`, `ResultMessage`, `StreamEvent`).
Nothing here imports that SDK.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from obsgen_runtime.usage import Usage, read_usage

RetryReason = Literal["rate_limit", "server", "timeout", "connection", "conflict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstToken:
    """The model began to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """
    One answer of a model within the turn.

    Attributes:
        model: Model that answered; None if not said.
        text: Its words, without thoughts and tool calls.
        below: Id of the tool call whose sub-agent said it; None for the main agent.
        call_id: The same for all messages of one call of the model, which repeat its usage.
        usage: Tokens of that one call.
    """

    model: str | None
    text: str
    below: str | None
    call_id: str | None
    usage: Usage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAsked:
    """
    The agent calls a tool.

    Attributes:
        call_id: Which call.
        name: Which tool.
        arguments: Content.
        below: Id of the tool call whose sub-agent asks; None for the main agent.
        agent: Name of the sub-agent that the call starts; None for a plain tool.
    """

    call_id: str
    name: str
    arguments: object
    below: str | None
    agent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAnswered:
    """A tool's result, and whether it is an error; *result* is content."""

    call_id: str
    result: object
    is_error: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """The agent calls the model again after an error of its interface."""

    reason: RetryReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """
    The turn is over.

    Attributes:
        is_error: Whether it failed.
        reason: In a word, such as `error_max_turns`.
        text: Final answer; content.
        usage: Tokens, of the turn or of the session so far.
        usd: Cost, of the turn or of the session so far.
    """

    is_error: bool
    reason: str
    text: str | None
    usage: Usage | None
    usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A line that is no message."""


Part = FirstToken | Said | ToolAsked | ToolAnswered | Retried | Ended | Unreadable

_AGENT_TOOLS = frozenset({"Task", "Agent"})
_STATUS_REASONS: Mapping[int, RetryReason] = {408: "timeout", 409: "conflict", 429: "rate_limit", 504: "timeout"}
_NAMED_REASONS: Mapping[str, RetryReason] = {
    "rate_limit": "rate_limit",
    "timeout": "timeout",
    "conflict": "conflict",
    "connection": "connection",
}


def read_message(message: object) -> tuple[Part, ...]:
    """Return what *message* tells, in order; nothing for what does not matter here. Never raises."""
    if isinstance(message, str | bytes | bytearray):
        if not message.strip():
            return ()
        try:
            message = json.loads(message)
        except ValueError:
            return (Unreadable(),)
        if not isinstance(message, Mapping):
            return (Unreadable(),)
    try:
        return tuple(_parts(message, _kind(message)))
    except Exception:  # noqa: BLE001  (objects are other people's code; whoever asks counts what is unreadable)
        return (Unreadable(),)


def _kind(message: object) -> str:
    if isinstance(message, Mapping):
        return str(message.get("type"))
    if hasattr(message, "total_cost_usd"):
        return "result"
    if hasattr(message, "content"):
        return "assistant" if hasattr(message, "model") else "user"
    if hasattr(message, "event"):
        return "stream_event"
    return "system" if hasattr(message, "subtype") else ""


def _parts(message: object, kind: str) -> Iterator[Part]:
    if kind == "assistant":
        yield from _assistant(message)
    elif kind == "user":
        yield from _tool_results(message)
    elif kind == "system":
        yield from _system(message)
    elif kind == "result":
        yield _result(message)
    elif kind == "stream_event" and _get(_get(message, "event"), "type") == "content_block_start":
        yield FirstToken()


def _assistant(message: object) -> Iterator[Part]:
    inside = _get(message, "message") or message  # the CLI wraps it, the SDK does not
    below = _text(_get(message, "parent_tool_use_id"))
    words: list[str] = []
    asked: list[ToolAsked] = []
    for block in _blocks(inside):
        name, call_id, text = _text(_get(block, "name")), _text(_get(block, "id")), _get(block, "text")
        if isinstance(text, str):
            words.append(text)
        elif name is not None and call_id is not None:
            asked.append(_asked(name, call_id, _get(block, "input"), below))
    yield Said(
        model=_text(_get(inside, "model")),
        text="".join(words),
        below=below,
        call_id=_text(_get(inside, "id")) or _text(_get(inside, "message_id")),
        usage=read_usage(_get(inside, "usage")),
    )
    yield from asked


def _asked(name: str, call_id: str, arguments: object, below: str | None) -> ToolAsked:
    agent = _agent_of(arguments) if name in _AGENT_TOOLS else None
    return ToolAsked(call_id=call_id, name=name, arguments=arguments, below=below, agent=agent)


def _agent_of(arguments: object) -> str:
    """Return what sort of agent a tool call starts: the argument is called `agent_type`, or something that ends so."""
    keys = arguments if isinstance(arguments, Mapping) else ()
    named = (_text(_get(arguments, key)) for key in keys if isinstance(key, str) and key.endswith("agent_type"))
    return next((name for name in named if name), "agent")


def _tool_results(message: object) -> Iterator[Part]:
    for block in _blocks(_get(message, "message") or message):
        call_id = _text(_get(block, "tool_use_id"))
        if call_id is not None:
            yield ToolAnswered(call_id=call_id, result=_get(block, "content"), is_error=_get(block, "is_error") is True)


def _system(message: object) -> Iterator[Part]:
    if _get(message, "subtype") == "api_retry":
        said = _get(message, "data") or message
        yield Retried(reason=retry_reason(_get(said, "error_status"), _get(said, "error")))


def retry_reason(status: object, name: object = None) -> RetryReason:
    """Return why a call is tried again, by the HTTP status of its failure, or by the name it has without one."""
    if isinstance(status, int):
        return _STATUS_REASONS.get(status, "server")
    return _NAMED_REASONS.get(str(name), "server" if name == "server_error" else "connection")


def _result(message: object) -> Ended:
    usd = _get(message, "total_cost_usd")
    is_number = isinstance(usd, int | float) and not isinstance(usd, bool) and 0 <= usd < float("inf")
    return Ended(
        is_error=_get(message, "is_error") is True,
        reason=_text(_get(message, "subtype")) or "error",
        text=_text(_get(message, "result")),
        usage=read_usage(_get(message, "usage")),
        usd=float(usd) if is_number else None,
    )


def _blocks(message: object) -> list[object]:
    content = _get(message, "content")
    return list(content) if isinstance(content, list | tuple) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _get(holder: object, name: str) -> Any:
    if isinstance(holder, Mapping):
        return holder.get(name)
    return getattr(holder, name, None)
