"""Checks that ask Langfuse: is it well, does it take the keys, does a span arrive, is the clock right."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

from obsgen_runtime.doctor.reaching import Overdue, Reply, Unreached, fetch, within
from obsgen_runtime.doctor.results import Result, failed, ok, shown, skipped, warning
from obsgen_runtime.langfuse.access import Access
from obsgen_runtime.langfuse.api import Api, AuthCheck, LangfuseUnavailable
from obsgen_runtime.settings import Settings

if TYPE_CHECKING:
    from obsgen_runtime.otlp.destinations import Destination

_SKEW_SECONDS = 30.0
_LARGE_SKEW_SECONDS = 300.0
_SECONDS_TO_ARRIVE = 4.0
_SECONDS_BETWEEN_QUESTIONS = 0.25
_WORST_TO_REACH = (
    "Open the address from this machine: name, port, proxy, firewall and certificate. From a container, 127.0.0.1 is "
    "the container itself."
)
Seen = Literal["there", "not_yet", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """
    One span that the doctor sent.

    Attributes:
        trace_id: 32 hexadecimal digits.
        error: Why the server did not take it; None if it did.
    """

    trace_id: str
    error: str | None


def check_langfuse(access: Access, service_name: str, until: float) -> Iterator[Result]:
    """
    Ask the server; yields results as they come.

    Args:
        access: Server and keys.
        service_name: Under which the span is sent.
        until: When to have ended, a time of `time.monotonic`.
    """
    asked_at = time.time()
    try:
        reply = fetch(f"{access.base_url}/api/public/health", until=_soon(until))
    except Unreached as problem:
        yield failed("health", f"{access.base_url}: {shown(problem)}", _WORST_TO_REACH)
        yield from (skipped(name, "the server does not answer") for name in ("auth", "spans-arrive", "clock"))
        return
    yield judge_health(reply)
    api = Api(access, timeout_seconds=max(0.1, _soon(until) - time.monotonic()))
    try:
        yield judge_auth(within(_soon(until), api.auth_check))
    except Overdue:
        yield judge_auth(AuthCheck(state="unreachable", detail="no answer in time"))
    yield check_spans(access, service_name, until)
    yield judge_clock(reply.date, asked_at + reply.seconds / 2)


def judge_health(reply: Reply) -> Result:
    """Return what the answer of `GET /api/public/health` tells."""
    if 300 <= reply.status < 400:
        return failed("health", f"the address leads elsewhere (HTTP {reply.status})",
            "Set LANGFUSE_BASE_URL to the address that it leads to: keys are never sent on.")  # fmt: skip
    answer = _json(reply.body)
    if reply.status >= 500:
        return failed("health", f"the server is not well (HTTP {reply.status})",
            "Look at the server's log, its database and its storage; spans are lost until it is well.")  # fmt: skip
    if reply.status != 200 or not isinstance(answer, dict) or "status" not in answer:
        return failed("health", f"this is not Langfuse (HTTP {reply.status}, {shown(reply.kind) or 'no content type'})",
            "LANGFUSE_BASE_URL is the address of the web interface, without a path: such as "
            "https://cloud.langfuse.com.")  # fmt: skip
    return ok("health", f"{shown(answer['status'])}, version {shown(answer.get('version', 'unknown'))}")


def judge_auth(check: AuthCheck) -> Result:
    """Return what the server says of the keys."""
    if check.state == "ok":
        return ok("auth", f"the keys are taken, project {shown(check.project or 'without a name')}")
    if check.state == "refused":
        return failed("auth", f"the keys are refused: {shown(check.detail)}",
            "Copy both keys again from the settings of the project, on the server that LANGFUSE_BASE_URL names: keys "
            "of the EU and the US cloud, and of a server of your own, are not interchangeable.")  # fmt: skip
    return failed("auth", f"nobody knows whether the keys are taken: {shown(check.detail)}",
        "The server did not answer the question: ask again, and look at its log.")  # fmt: skip


def judge_clock(date: str, here: float) -> Result:
    """
    Return whether the clocks of server and machine agree.

    Args:
        date: The server's header Date, whole seconds.
        here: When it was written by the clock of this machine, seconds since the epoch.
    """
    try:
        there = parsedate_to_datetime(date)
    except (ValueError, IndexError, OverflowError):
        return skipped("clock", "the server does not tell the time")
    skew = here - (there if there.tzinfo else there.replace(tzinfo=UTC)).timestamp()
    said = f"this machine is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the server"
    advice = "Traces show at the wrong time, or outside the range that one looks at. Let a time service set the clock."
    if abs(skew) > _LARGE_SKEW_SECONDS:
        return failed("clock", said, advice)
    if abs(skew) > _SKEW_SECONDS:
        return warning("clock", said, advice)
    return ok("clock", f"the clocks agree to {_SKEW_SECONDS:.0f} s")


def check_spans(access: Access, service_name: str, until: float) -> Result:
    """Send one span, and ask the server for it."""
    from obsgen_runtime import otlp  # noqa: PLC0415  (needs nothing unless spans are sent)

    destination = otlp.Destination.langfuse(access.base_url, access.public_key, access.secret_key)
    try:
        sent = send_span(destination, service_name, _soon(until))
    except otlp.MissingExtra:
        return skipped("spans-arrive", "sending needs the extra otel")
    if sent.error is not None:
        return failed("spans-arrive", f"a span was not taken: {sent.error}",
            "This is what happens to the spans of the process, too. With keys that are taken it is the way spans go: "
            "a proxy that refuses `application/x-protobuf`, or a server older than version 3.")  # fmt: skip
    seen = _wait_for(access, sent.trace_id, min(until - 0.1, time.monotonic() + _SECONDS_TO_ARRIVE))
    if seen == "there":
        return ok("spans-arrive", f"sent, and found again: {access.trace_url(sent.trace_id)}")
    if seen == "unknown":
        return ok("spans-arrive", f"sent and taken, could not be confirmed: {access.trace_url(sent.trace_id)}")
    return warning("spans-arrive", f"sent and taken, and not to be seen yet: {access.trace_url(sent.trace_id)}",
        "Open the page in a minute. If it stays empty, the server takes spans and does not store them: look at the log "
        "of its worker, its queue and its storage.")  # fmt: skip


def check_collector(settings: Settings, traces_url: str, until: float) -> Result:
    """Send one span to a collector, with the headers it is sent with; it cannot be asked for it."""
    from obsgen_runtime import otlp  # noqa: PLC0415

    endpoint = shown(traces_url.removesuffix("/v1/traces"))
    try:
        destination = otlp.Destination.collector(traces_url, settings.otlp_headers)
        sent = send_span(destination, settings.service_name, _soon(until))
    except otlp.MissingExtra:
        return skipped("collector", "sending needs the extra otel")
    if sent.error is None:
        return ok("collector", f"{endpoint} took a span")
    if sent.error == "unauthorized":
        return failed("collector", f"{endpoint} did not take a span: unauthorized",
            "OTEL_EXPORTER_OTLP_HEADERS holds the keys that it asks for, such as Authorization=Bearer%20....")  # fmt: skip
    return failed("collector", f"{endpoint} did not take a span: {sent.error}",
        "OTEL_EXPORTER_OTLP_ENDPOINT is the address of a receiver of OTLP over HTTP, usually port 4318; port 4317 "
        "speaks gRPC.")  # fmt: skip


def send_span(destination: Destination, service_name: str, until: float) -> Sent:
    """
    Send one span with a tracer provider of its own.

    Raises:
        MissingExtra: Without OpenTelemetry.
    """
    from prometheus_client import CollectorRegistry  # noqa: PLC0415

    from obsgen_runtime import otlp  # noqa: PLC0415
    from obsgen_runtime.context import Context  # noqa: PLC0415

    left = max(0.2, until - time.monotonic())
    backend = otlp.backend(
        destination,
        service_name=service_name,
        limits=otlp.Limits(schedule_seconds=0.01, timeout_seconds=left),
        exit_seconds=0.1,
        registry=CollectorRegistry(),
    )
    span = backend.start("obsgen-runtime doctor", "span", Context(session="obsgen-runtime-doctor", tags=("doctor",)))
    span.end()
    backend.flush(left)
    tally, error = backend.tally("span"), backend.ledger.last_error
    backend.shutdown(0.1)
    return Sent(trace_id=span.trace_id, error=None if tally.sent == 1 else error or "no answer in time")


def _wait_for(access: Access, trace_id: str, until: float) -> Seen:
    seen: Seen = "unknown"
    while (left := until - time.monotonic()) > 0:
        api = Api(access, timeout_seconds=left)
        try:
            asked = within(until, lambda api=api: _ask(api, trace_id))  # type: ignore[misc]
        except Overdue:
            return seen
        seen = asked if asked != "unknown" else seen
        if seen == "there":
            return seen
        time.sleep(max(0.0, min(_SECONDS_BETWEEN_QUESTIONS, until - time.monotonic())))
    return seen


def _ask(api: Api, trace_id: str) -> Seen:
    """Ask the current way of reading first, then the one that older servers have."""
    try:
        answer = api.get("/v2/observations", {"traceId": trace_id, "limit": 10})
        found = answer.get("data") if isinstance(answer, dict) else None
        if isinstance(found, list):
            is_there = any(isinstance(each, dict) and each.get("traceId") == trace_id for each in found)
            return "there" if is_there else "not_yet"
    except LangfuseUnavailable:
        pass  # an older server: it has the other way
    try:
        answer = api.get(f"/traces/{trace_id}")
    except LangfuseUnavailable:
        return "unknown"
    return "there" if isinstance(answer, dict) and answer.get("id") == trace_id else "unknown"


def _soon(until: float) -> float:
    """Return when one question of several has to be answered."""
    now = time.monotonic()
    return now + max(0.1, (until - now) / 3)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
