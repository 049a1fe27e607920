"""From records to requests: spans as OTLP protobuf, and scores beside them. Runs in the export thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind
from opentelemetry.trace.status import Status, StatusCode

from obsgen_runtime.context import Context
from obsgen_runtime.otlp.attributes import span_attributes
from obsgen_runtime.otlp.destinations import Destination
from obsgen_runtime.otlp.lane import Flight, Lane
from obsgen_runtime.otlp.ledger import Ledger
from obsgen_runtime.otlp.records import LONGEST_NAME, MOST_EVENTS, Record, Rules
from obsgen_runtime.otlp.scores import ScoreDelivery
from obsgen_runtime.otlp.sender import Outcome, Sender
from obsgen_runtime.otlp.settling import Settling, posting
from obsgen_runtime.otlp.values import key_text

LARGEST_REQUEST_BYTES = 4 * 1024 * 1024
_CLIENTS = frozenset({"generation", "embedding"})


class EndedSpan(NamedTuple):
    """A span that waits: its identity, and what was recorded."""

    context: SpanContext
    parent: SpanContext | None
    record: Record


def kind_of_span(record_kind: str) -> SpanKind:
    """Return OpenTelemetry's kind."""
    return SpanKind.CLIENT if record_kind in _CLIENTS else SpanKind.INTERNAL


class LangfuseDelivery:
    """Sends the batches of one destination; see `Delivery`."""

    def __init__(
        self,
        destination: Destination,
        ledger: Ledger,
        rules: Rules,
        resource: Resource,
        scope: InstrumentationScope,
        timeout_seconds: float,
    ) -> None:
        self._ledger = ledger
        self._rules = rules
        self._resource = resource
        self._scope = scope
        self._settling = Settling(destination, ledger)
        self._spans = Sender(destination.traces_url, destination.headers, timeout_seconds=timeout_seconds)
        self._scores = ScoreDelivery(destination, rules, self._settling, timeout_seconds)
        self._senders = (self._spans, *self._scores.senders)

    def deliver(self, lane: Lane, flight: Flight) -> None:
        """Send the spans, then the scores: a score may judge one of these spans."""
        self._deliver_spans(lane, flight, [item.payload for item in flight.items if item.signal == "span"])
        scores = [item.payload for item in flight.items if item.signal == "score"]
        if not self._scores.senders:
            lane.settle(flight, "score", len(scores), "filtered")
        elif scores and not flight.abandoned:
            self._scores.deliver(lane, flight, scores)

    def interrupt(self) -> None:
        """Break off requests under way."""
        for sender in self._senders:
            sender.abort()

    def close(self) -> None:
        """Close the connections."""
        for sender in self._senders:
            sender.close()

    def forget(self) -> None:
        """Leave the connections to the parent process."""
        for sender in self._senders:
            sender.forget()

    def _deliver_spans(self, lane: Lane, flight: Flight, ended: Sequence[EndedSpan]) -> None:
        readable = []
        for one in ended:
            try:
                readable.append(self._readable(one))
            except Exception as error:  # noqa: BLE001  (one that cannot be written must not cost the others)
                self._settling.unwritable(lane, flight, "span", error)
        parts = [readable] if readable else []
        while parts and not flight.abandoned:
            part = parts.pop()
            try:
                body = encode_spans(part).SerializeToString()
            except Exception as error:  # noqa: BLE001  (one that cannot be encoded must not cost the others)
                if len(part) == 1:
                    self._settling.unwritable(lane, flight, "span", error)
                else:
                    parts += [part[len(part) // 2 :], part[: len(part) // 2]]
                continue
            if len(body) <= LARGEST_REQUEST_BYTES:
                outcome = lane.attempt(posting(self._spans, body, "application/x-protobuf"))
            else:
                outcome = Outcome(verdict="too_large")
            if outcome.verdict == "too_large" and len(part) > 1:
                parts += [part[len(part) // 2 :], part[: len(part) // 2]]
            else:
                self._settling.settle(lane, flight, "span", len(part), outcome, _rejected_spans(outcome.body))

    def _readable(self, ended: EndedSpan) -> ReadableSpan:
        if ended.record.is_root and not _is_identified(ended.record.context):
            self._ledger.without_identity()
        return readable_span(ended, self._rules, self._resource, self._scope)


def readable_span(ended: EndedSpan, rules: Rules, resource: Resource, scope: InstrumentationScope) -> ReadableSpan:
    """Return the span as OpenTelemetry's encoder reads it."""
    record = ended.record
    return ReadableSpan(
        name=rules.text(key_text(record.name), LONGEST_NAME),
        context=ended.context,
        parent=ended.parent,
        resource=resource,
        attributes=span_attributes(record, rules),
        events=tuple(span_events(record, rules)),
        kind=kind_of_span(record.kind),
        instrumentation_scope=scope,
        status=span_status(record, rules),
        start_time=record.start_ns,
        end_time=record.end_ns,
    )


def span_status(record: Record, rules: Rules) -> Status:
    """Return ERROR with the message if it went wrong; a cancellation is nobody's error."""
    if record.level != "ERROR":
        return Status(StatusCode.UNSET)
    return Status(StatusCode.ERROR, None if record.message is None else rules.text(key_text(record.message)))


def span_events(record: Record, rules: Rules) -> list[Event]:
    """Return what happened within the span."""
    return [
        Event(
            name=rules.text(key_text(name), LONGEST_NAME),
            attributes=_event_attributes(metadata, rules),
            timestamp=at_ns,
        )
        for name, at_ns, metadata in (record.events or ())[:MOST_EVENTS]
    ]


def _event_attributes(metadata: object, rules: Rules) -> dict[str, Any]:
    if not isinstance(metadata, dict):
        return {} if metadata is None else {"metadata": rules.value(metadata)}
    return {
        rules.text(key_text(key), LONGEST_NAME): rules.value(value)
        for key, value in list(metadata.items())[:MOST_EVENTS]
        if value is not None
    }


def _rejected_spans(body: bytes) -> int:
    if not body or body[:1] == b"{":
        return 0
    try:
        return int(ExportTraceServiceResponse.FromString(body).partial_success.rejected_spans)
    except Exception:  # noqa: BLE001  (an answer that is no protobuf, which the server may give to a success)
        return 0


def _is_identified(context: Context) -> bool:
    return any(key_text(one) for one in (context.user, context.persona, context.session) if one is not None)
