"""
Trace and context from one service to the next: W3C traceparent and baggage.

Baggage goes only where `inject` is called, holds only declared fields of the context, and is bounded. Whatever comes in
from outside is judged: what is not well-formed is left out and counted, and never raises. The project is not part of
it: a header must not choose whose keys are used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from urllib.parse import quote, unquote

from obsgen_runtime.context import Changes, Context, current, use
from obsgen_runtime.faults import count_fault, shielded
from obsgen_runtime.observations import Observation, RemoteParent
from obsgen_runtime.tracing import as_current, current_parent

Field = Literal["workflow", "stage", "persona", "chatmode", "agent", "session"]
FIELDS: tuple[Field, ...] = ("workflow", "stage", "persona", "chatmode", "agent", "session")
PREFIX = "obsgen."
VALUE_LENGTH_AT_MOST = 200
"""Characters; Langfuse drops longer ones."""

TAGS_AT_MOST = 20
HEADER_LENGTH_AT_MOST = 8192
"""Bytes of a baggage header, as the specification allows."""

_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?\Z")
Headers = TypeVar("Headers", bound=MutableMapping[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """
    What the headers of a request say.

    Attributes:
        parent: The caller's span; None if the header is missing or wrong.
        changes: Fields of the context that the caller sent.
    """

    parent: RemoteParent | None = None
    changes: Changes = field(default_factory=Changes)


def inject(headers: Headers) -> Headers:
    """
    Write the current observation and context into the headers of an outgoing request, and return these.

    What others wrote into the baggage stays. Without an observation there is no traceparent, without context no baggage.
    """
    with shielded("propagation"):
        traceparent = _traceparent(current_parent())
        if traceparent is not None:
            headers[_key(headers, "traceparent")] = traceparent
        key = _key(headers, "baggage")
        others = [each for each in headers.get(key, "").split(",") if each.strip() and not _is_ours(each)]
        members = _bounded([each.strip() for each in others], _members(current()))
        if members:
            headers[key] = ",".join(members)
    return headers


def extract(headers: Mapping[str, str]) -> Caller:
    """Return what the headers of an incoming request say; names in any case. Never raises."""
    with shielded("propagation"):
        found = {name.lower(): value for name, value in headers.items() if isinstance(value, str)}
        return Caller(parent=_parent(found.get("traceparent", "")), changes=_changes(found.get("baggage", "")))
    return Caller()


@contextmanager
def continue_from(headers: Mapping[str, str]) -> Iterator[Context]:
    """Go on with the caller's trace and context inside a `with` block; what was before is back afterwards."""
    caller = extract(headers)
    parent = caller.parent if caller.parent is not None else current_parent()
    with as_current(parent), use(**caller.changes) as context:
        yield context


def _traceparent(parent: Observation | RemoteParent | None) -> str | None:
    if parent is None or not parent.trace_id or not parent.span_id:
        return None
    sampled = parent.sampled if isinstance(parent, RemoteParent) else parent.is_sampled
    return f"00-{parent.trace_id}-{parent.span_id}-{'01' if sampled else '00'}"


def _parent(header: str) -> RemoteParent | None:
    if not header:
        return None
    match = _TRACEPARENT.match(header.strip()) if len(header) < 512 else None
    if (
        match is None
        or match[1] == "ff"
        or (match[1] == "00" and match[5])
        or not (match[2].strip("0") and match[3].strip("0"))
    ):
        count_fault("propagation", "a traceparent that is none")
        return None
    return RemoteParent(trace_id=match[2], span_id=match[3], sampled=bool(int(match[4], 16) & 1))


def _key(headers: Mapping[str, str], name: str) -> str:
    return next((key for key in headers if key.lower() == name), name)


def _is_ours(member: str) -> bool:
    return member.strip().startswith(PREFIX)


def _members(context: Context) -> list[str]:
    values = {name: getattr(context, name) for name in FIELDS}
    members = [f"{PREFIX}{name}={quote(value, safe='')}" for name, value in values.items() if _is_fit(value)]
    tags = [quote(tag, safe="") for tag in context.tags[:TAGS_AT_MOST] if _is_fit(tag)]
    # Encoded twice: a tag may hold the comma that stands between two.
    return [*members, f"{PREFIX}tags={quote(','.join(tags), safe='')}"] if tags else members


def _is_fit(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= VALUE_LENGTH_AT_MOST and value.isprintable()


def _bounded(others: list[str], ours: list[str]) -> list[str]:
    """Return what fits into a header; what others wrote comes first."""
    members, length = list(others), sum(len(each) + 1 for each in others)
    for each in ours:
        length += len(each) + 1
        if length > HEADER_LENGTH_AT_MOST or len(members) >= 180:
            count_fault("propagation", "baggage that is full")
            break
        members.append(each)
    return members


def _changes(header: str) -> Changes:
    changes = Changes()
    if len(header) > HEADER_LENGTH_AT_MOST:
        count_fault("propagation", "baggage that is too long")
        return changes
    for member in header.split(","):
        name, _, encoded = member.partition(";")[0].strip().partition("=")
        if name.strip().startswith(PREFIX):
            _take(changes, name.strip().removeprefix(PREFIX), encoded.strip())
    return changes


def _take(changes: Changes, name: str, encoded: str) -> None:
    value = _decoded(encoded)
    if name == "tags":
        tags = [_decoded(each) for each in value.split(",")]
        if len(tags) <= TAGS_AT_MOST and all(map(_is_fit, tags)):
            changes["tags"] = tuple(tags)
            return
    elif _is_fit(value):
        for known in FIELDS:
            if known == name:
                changes[known] = value
                return
    count_fault("propagation", "baggage that is none of ours")


def _decoded(encoded: str) -> str:
    """Return the text, empty for what is no UTF-8; the sign that stands for such bytes elsewhere is a character here."""
    try:
        return unquote(encoded, errors="strict")
    except UnicodeDecodeError:
        return ""
