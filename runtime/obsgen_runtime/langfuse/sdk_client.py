"""A client of the SDK with a tracer provider of its own, whose spans and scores are counted on their way out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

import httpx
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace.status import Status

from obsgen_runtime.langfuse.access import Access
from obsgen_runtime.masking import scrub
from obsgen_runtime.otlp.destinations import Destination
from obsgen_runtime.otlp.ledger import ExportError, Ledger
from obsgen_runtime.otlp.sender import Sender

_start_ns: ContextVar[int | None] = ContextVar("obsgen_runtime_sdk_start_ns", default=None)


def make_client(
    sdk: Any,
    access: Access,
    ledger: Ledger,
    *,
    emails: bool,
    environment: str | None,
    release: str | None,
    timeout_seconds: int,
) -> tuple[Any, Sender]:
    """Return a `langfuse.Langfuse` and what sends its spans; it leaves the application's tracing alone."""
    destination = Destination.langfuse(access.base_url, access.public_key, access.secret_key)
    sender = Sender(destination.traces_url, destination.headers, timeout_seconds=timeout_seconds)
    client = sdk.Langfuse(
        public_key=access.public_key,
        secret_key=access.secret_key,
        base_url=access.base_url,
        environment=environment,
        release=release,
        timeout=timeout_seconds,
        tracer_provider=_Provider(resource=Resource.create({})),
        span_exporter=CountingExporter(sender, ledger, secrets=destination.secrets, emails=emails),
        httpx_client=_ScoreClient(ledger, secrets=destination.secrets, emails=emails, timeout_seconds=timeout_seconds),
    )
    return client, sender


@contextmanager
def started_at(at_ns: int) -> Iterator[None]:
    """Have the SDK's next span start at that time, which its own functions cannot be told."""
    token = _start_ns.set(at_ns)
    try:
        yield
    finally:
        _start_ns.reset(token)


@contextmanager
def beside_the_current_span(inner: AbstractContextManager[Any]) -> Iterator[None]:
    """
    Enter *inner* where the current OpenTelemetry span can be a parent, but cannot be written.

    The SDK sets user, session and tags on the current span, too, and that one is the application's.
    """
    seen = trace.NonRecordingSpan(trace.get_current_span().get_span_context())
    token = otel_context.attach(trace.set_span_in_context(seen))
    try:
        with inner:
            yield
    finally:
        otel_context.detach(token)


class _Provider(TracerProvider):
    """Its tracers start spans at the time of `started_at`."""

    def get_tracer(self, *args: Any, **kwargs: Any) -> trace.Tracer:
        """Return a tracer as the SDK wants it."""
        return _Tracer(super().get_tracer(*args, **kwargs))


class _Tracer(trace.Tracer):
    def __init__(self, inner: trace.Tracer) -> None:
        self._inner = inner

    def start_span(self, name: str, *args: Any, **kwargs: Any) -> trace.Span:
        at_ns = _start_ns.get()
        if at_ns is not None:
            kwargs["start_time"] = at_ns
        return self._inner.start_span(name, *args, **kwargs)

    @contextmanager
    def start_as_current_span(self, name: str, *args: Any, **kwargs: Any) -> Iterator[trace.Span]:  # type: ignore[override]
        with self._inner.start_as_current_span(name, *args, **kwargs) as span:
            yield span


class CountingExporter(SpanExporter):
    """Sends spans in the SDK's export thread: without secrets, and counted."""

    def __init__(self, sender: Sender, ledger: Ledger, *, secrets: tuple[str, ...], emails: bool) -> None:
        self._sender = sender
        self._ledger = ledger
        self._secrets = secrets
        self._emails = emails

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send a batch, once; a refused one is dropped."""
        body = encode_spans([self._clean(span) for span in spans]).SerializeToString()
        outcome = self._sender.post(body, "application/x-protobuf")
        # What a shutdown gave up waiting for has been counted by then.
        count = min(len(spans), self._ledger.tally("span").waiting)
        if outcome.verdict == "accepted":
            self._ledger.sent("span", count)
            return SpanExportResult.SUCCESS
        error = outcome.error or "rejected"
        self._ledger.error(error)
        reason = {"refused": "refused", "too_large": "too_large"}.get(outcome.verdict, "unsent")
        self._ledger.dropped("span", reason, count)  # type: ignore[arg-type]
        self._ledger.tell(error, "Langfuse did not take %d spans: %s", len(spans), error)
        return SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Close the connection."""
        self._sender.close()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002
        """Nothing waits here."""
        return True

    def _clean(self, span: ReadableSpan) -> ReadableSpan:
        status = span.status
        return ReadableSpan(
            name=self._clean_value(span.name),
            context=span.context,
            parent=span.parent,
            resource=span.resource,
            attributes=self._clean_all(span.attributes),
            events=tuple(
                Event(self._clean_value(one.name), self._clean_all(one.attributes), one.timestamp)
                for one in span.events
            ),
            links=span.links,
            kind=span.kind,
            instrumentation_scope=span.instrumentation_scope,
            status=Status(status.status_code, self._clean_value(status.description)) if status.description else status,
            start_time=span.start_time,
            end_time=span.end_time,
        )

    def _clean_all(self, attributes: Mapping[str, Any] | None) -> dict[str, Any]:
        return {self._clean_value(key): self._clean_value(value) for key, value in (attributes or {}).items()}

    def _clean_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return scrub(value, emails=self._emails, known=self._secrets)
        if isinstance(value, tuple):
            return tuple(self._clean_value(part) for part in value)
        return value


_ERROR_OF_STATUS: Mapping[int, ExportError] = {401: "unauthorized", 403: "unauthorized", 429: "rate_limited"}


class _ScoreClient(httpx.Client):
    """Sends scores in the SDK's thread: without secrets, and counted. Everything else passes as it is."""

    def __init__(self, ledger: Ledger, *, secrets: tuple[str, ...], emails: bool, timeout_seconds: int) -> None:
        super().__init__(timeout=timeout_seconds)
        self._ledger = ledger
        self._secrets = secrets
        self._emails = emails

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request of the SDK."""
        if request.method != "POST" or not request.url.path.endswith(("/scores", "/ingestion")):
            return super().send(request, **options)
        clean = self._clean(json.loads(request.read()))
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        answer = super().send(
            httpx.Request("POST", request.url, headers=headers, json=clean, extensions=request.extensions), **options
        )
        _count_scores(answer, self._ledger)
        return answer

    def _clean(self, part: Any) -> Any:
        if isinstance(part, str):
            return scrub(part, emails=self._emails, known=self._secrets)
        if isinstance(part, list):
            return [self._clean(one) for one in part]
        return {name: self._clean(one) for name, one in part.items()} if isinstance(part, dict) else part


def _count_scores(answer: httpx.Response, ledger: Ledger) -> None:
    if answer.status_code >= 300:
        ledger.error(
            _ERROR_OF_STATUS.get(answer.status_code) or ("server_error" if answer.status_code >= 500 else "rejected")
        )
        return
    sent = json.loads(answer.request.content)
    batch = sent.get("batch", [sent]) if isinstance(sent, dict) else sent
    ledger.sent("score", min(len(batch), ledger.tally("score").waiting))
