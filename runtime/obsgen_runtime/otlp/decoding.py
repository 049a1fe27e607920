"""Spans of an OTLP request in protobuf, read back into plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
    from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanEvent:
    """Something that happened within a span; *time_ns* since the epoch."""

    name: str
    time_ns: int
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSpan:
    """
    One span as it came over the wire.

    Attributes:
        parent_id: 16 hexadecimal digits; empty for a root.
        status: 0 unset, 1 ok, 2 error.
        resource: Attributes of the process that sent it.
        scope: Name of the instrumentation.
        headers: Of the request that brought it, names in lower case.
    """

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    start_ns: int
    end_ns: int
    status: int
    message: str
    attributes: Mapping[str, Any]
    events: tuple[SpanEvent, ...]
    resource: Mapping[str, Any]
    scope: str
    headers: Mapping[str, str]


def decode_spans(body: bytes, headers: Mapping[str, str] | None = None) -> tuple[RecordedSpan, ...]:
    """
    Return the spans of an OTLP request in protobuf.

    Raises:
        ValueError: If *body* is none.
        ModuleNotFoundError: Without the extra `otel`.
    """
    try:
        from google.protobuf.message import DecodeError  # noqa: PLC0415
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415
            ExportTraceServiceRequest,
        )
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "decoding spans needs the extra otel: pip install 'obsgen-runtime[otel]'", name=error.name
        ) from None
    try:
        message = ExportTraceServiceRequest.FromString(body)
    except DecodeError as error:
        raise ValueError(f"no OTLP request: {error}") from error
    return tuple(_spans(message, headers or {}))


def _spans(message: ExportTraceServiceRequest, headers: Mapping[str, str]) -> Iterator[RecordedSpan]:
    for group in message.resource_spans:
        resource = _attributes(group.resource.attributes)
        for scoped in group.scope_spans:
            for span in scoped.spans:
                yield _span(span, resource, scoped.scope.name, headers)


def _span(span: Span, resource: Mapping[str, Any], scope: str, headers: Mapping[str, str]) -> RecordedSpan:
    return RecordedSpan(
        name=span.name,
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        status=int(span.status.code),
        message=span.status.message,
        attributes=_attributes(span.attributes),
        events=tuple(
            SpanEvent(name=event.name, time_ns=event.time_unix_nano, attributes=_attributes(event.attributes))
            for event in span.events
        ),
        resource=resource,
        scope=scope,
        headers=headers,
    )


def _attributes(pairs: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    pair: KeyValue
    for pair in pairs:
        found[pair.key] = _value(pair.value)
    return found


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return _attributes(value.kvlist_value.values)
    return getattr(value, kind) if kind else None
