"""From records to requests: spans as OTLP protobuf, scores as JSON. Runs in the export thread."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind
from opentelemetry.trace.status import Status, StatusCode

from obsgen_runtime.context import Context
from obsgen_runtime.masking import MASKED
from obsgen_runtime.observations import Score
from obsgen_runtime.otlp.attributes import LONGEST_NAME, MOST_EVENTS, Record, Rules, span_attributes
from obsgen_runtime.otlp.destinations import Destination
from obsgen_runtime.otlp.lane import Flight, Item, Lane
from obsgen_runtime.otlp.ledger import ExportError, Ledger
from obsgen_runtime.otlp.sender import Outcome, Sender
from obsgen_runtime.otlp.values import key_text, plain

LARGEST_REQUEST_BYTES = 4 * 1024 * 1024
_CLIENTS = frozenset({"generation", "embedding"})


class EndedSpan(NamedTuple):
    """A span that waits: its identity, and what was recorded."""

    context: SpanContext
    parent: SpanContext | None
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedScore:
    """A score that waits; the same id in every attempt, so that a repetition replaces it."""

    score: Score
    score_id: str
    at_ns: int


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
        self._destination = destination
        self._ledger = ledger
        self._rules = rules
        self._resource = resource
        self._scope = scope
        self._spans = Sender(destination.traces_url, destination.headers, timeout_seconds=timeout_seconds)
        self._scores = Sender(
            destination.scores_url or destination.traces_url,
            destination.headers,
            timeout_seconds=timeout_seconds,
            compresses=False,  # Langfuse unpacks spans only
        )
        self._takes_lists = False

    def deliver(self, lane: Lane, flight: Flight) -> None:
        """Send the spans together, then the scores one by one: a score may judge one of these spans."""
        self._deliver_spans(lane, flight, [item.payload for item in flight.items if item.signal == "span"])
        for item in flight.items:
            if item.signal == "score" and not flight.abandoned:
                self._deliver_score(lane, flight, item)

    def interrupt(self) -> None:
        """Break off requests under way."""
        self._spans.abort()
        self._scores.abort()

    def close(self) -> None:
        """Close the connections."""
        self._spans.close()
        self._scores.close()

    def forget(self) -> None:
        """Leave the connections to the parent process."""
        self._spans.forget()
        self._scores.forget()

    def _deliver_spans(self, lane: Lane, flight: Flight, ended: Sequence[EndedSpan]) -> None:
        readable = [span for span in map(self._readable, ended) if span is not None]
        if len(readable) < len(ended):
            lane.settle(flight, "span", len(ended) - len(readable), "unsent")
        parts = [readable] if readable else []
        while parts and not flight.abandoned:
            part = parts.pop()
            body = encode_spans(part).SerializeToString()
            if len(body) <= LARGEST_REQUEST_BYTES:
                outcome = lane.attempt(_posting(self._spans, body, "application/x-protobuf"))
            else:
                outcome = Outcome(verdict="too_large")
            if outcome.verdict == "too_large" and len(part) > 1:
                parts += [part[len(part) // 2 :], part[: len(part) // 2]]
            else:
                self._settle_spans(lane, flight, len(part), outcome)

    def _settle_spans(self, lane: Lane, flight: Flight, count: int, outcome: Outcome) -> None:
        if outcome.verdict != "accepted":
            self._settle(lane, flight, "span", count, outcome)
            return
        rejected = min(_rejected_spans(outcome.body), count)
        lane.settle(flight, "span", count - rejected)
        if rejected:
            self._ledger.error("rejected")
            lane.settle(flight, "span", rejected, "refused")
            self._complain("rejected", 200)

    def _settle(self, lane: Lane, flight: Flight, signal: Any, count: int, outcome: Outcome) -> None:
        if outcome.verdict == "too_large":
            lane.settle(flight, signal, count, "too_large")
        else:
            lane.settle(flight, signal, count, "refused" if outcome.verdict == "refused" else "unsent")
        if not flight.abandoned:
            self._complain(outcome.error, outcome.status)

    def _complain(self, error: ExportError | None, status: int | None) -> None:
        self._ledger.tell(
            f"{self._destination.traces_url} {error}",
            "sending to %s failed: %s%s; %d spans and scores were lost so far, the application is not affected",
            self._destination.traces_url.partition("/api/")[0],
            error or "too large",
            f" (HTTP {status})" if status is not None else "",
            self._ledger.lost,
        )

    def _deliver_score(self, lane: Lane, flight: Flight, item: Item) -> None:
        if self._destination.scores_url is None:
            lane.settle(flight, "score", 1, "filtered")
            return
        body = score_body(item.payload, self._rules)
        outcome = lane.attempt(self._posting_score(body, as_list=self._takes_lists))
        if outcome.status == 400:
            other = lane.attempt(self._posting_score(body, as_list=not self._takes_lists))
            if other.verdict == "accepted":
                self._takes_lists = not self._takes_lists
                outcome = other
        if outcome.verdict == "accepted" and not _some_rejected(outcome):
            lane.settle(flight, "score", 1)
        elif outcome.verdict == "accepted":
            self._settle(lane, flight, "score", 1, Outcome(verdict="refused", error="rejected", status=207))
        else:
            self._settle(lane, flight, "score", 1, outcome)

    def _posting_score(self, body: dict[str, object], *, as_list: bool) -> Callable[[], Outcome]:
        data = json.dumps([body] if as_list else body, ensure_ascii=False).encode()
        return _posting(self._scores, data, "application/json")

    def _readable(self, ended: EndedSpan) -> ReadableSpan | None:
        try:
            if ended.record.is_root and not _is_identified(ended.record.context):
                self._ledger.without_identity()
            return readable_span(ended, self._rules, self._resource, self._scope)
        except Exception as error:  # noqa: BLE001  (one span that cannot be written must not cost the others)
            self._ledger.error("encoding")
            self._ledger.tell("encoding", "a span could not be encoded: %s", type(error).__name__)
            return None


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


def score_body(timed: TimedScore, rules: Rules) -> dict[str, object]:
    """Return a score as Langfuse takes it."""
    score = timed.score
    value: object = score.value
    if score.kind == "CATEGORICAL":
        value = rules.text(key_text(value), LONGEST_NAME)
    elif isinstance(value, bool):
        value = int(value)
    else:
        value = plain(value)
    body = {
        "id": rules.text(key_text(timed.score_id), LONGEST_NAME),
        "traceId": score.trace_id,
        "observationId": score.span_id,
        "name": rules.text(key_text(score.name), LONGEST_NAME),
        "value": value,
        "dataType": score.kind,
        "comment": None if score.comment is None else rules.field("score_comments", score.comment),
        "environment": rules.environment,
        "timestamp": datetime.fromtimestamp(timed.at_ns / 1e9, UTC).isoformat(timespec="milliseconds"),
    }
    return {key: part for key, part in body.items() if part is not None}


def masked_score(score: Score) -> Score:
    """Return *score* without its comment, to be kept in the queue."""
    return Score(
        name=score.name,
        value=score.value,
        trace_id=score.trace_id,
        span_id=score.span_id,
        kind=score.kind,
        comment=MASKED,
        project=score.project,
        score_id=score.score_id,
    )


def _posting(sender: Sender, body: bytes, content_type: str) -> Callable[[], Outcome]:
    return lambda: sender.post(body, content_type)


def _rejected_spans(body: bytes) -> int:
    if not body or body[:1] == b"{":
        return 0
    try:
        return int(ExportTraceServiceResponse.FromString(body).partial_success.rejected_spans)
    except Exception:  # noqa: BLE001  (an answer that is no protobuf, which the server may give to a success)
        return 0


def _some_rejected(outcome: Outcome) -> bool:
    if outcome.status != 207:
        return False
    try:
        answer = json.loads(outcome.body)
        return bool(answer.get("rejected") or answer.get("errors"))
    except (ValueError, AttributeError):
        return False


def _is_identified(context: Context) -> bool:
    return bool(context.user or context.persona or context.session)
