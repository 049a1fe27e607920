"""
Scores as JSON, many in a request. Runs in the export thread.

Servers differ in what they take: newer ones a list of scores, older ones a batch of events, and some a single score only.
The way that was accepted last is tried first.
"""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from obsgen_runtime.masking import MASKED
from obsgen_runtime.observations import Score
from obsgen_runtime.otlp.destinations import Destination
from obsgen_runtime.otlp.lane import Flight, Lane
from obsgen_runtime.otlp.records import LONGEST_NAME, Rules
from obsgen_runtime.otlp.sender import Outcome, Sender
from obsgen_runtime.otlp.settling import Settling, posting
from obsgen_runtime.otlp.values import key_text, plain

MOST_SCORES = 100
LARGEST_REQUEST_BYTES = 1_000_000
"""Langfuse's limit for a list of scores is 1 MiB."""

_MOST_REFUSALS = 32
Way = Literal["list", "events", "single"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedScore:
    """A score that waits; the same id in every attempt, so that a repetition replaces it."""

    score: Score
    score_id: str
    at_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    score_id: str
    timestamp: str
    body: bytes


class ScoreDelivery:
    """Sends the scores of a batch to one destination."""

    def __init__(self, destination: Destination, rules: Rules, settling: Settling, timeout_seconds: float) -> None:
        self._rules = rules
        self._settling = settling
        urls: dict[Way, str | None] = {
            "list": destination.scores_url,
            "events": destination.score_events_url,
            "single": destination.scores_url,
        }
        # Not compressed: Langfuse unpacks spans only.
        senders = {
            url: Sender(url, destination.headers, timeout_seconds=timeout_seconds, compresses=False)
            for url in urls.values()
            if url is not None
        }
        self.senders = tuple(senders.values())
        self._senders: dict[Way, Sender] = {way: senders[url] for way, url in urls.items() if url is not None}
        self._ways: list[Way] = list(self._senders)
        self._refusals_left = 0

    def deliver(self, lane: Lane, flight: Flight, scores: Sequence[TimedScore]) -> None:
        """
        Send and settle *scores*, in their order.

        A refused part is divided, so that a score which the server does not take costs no other one; after many refusals
        in a flight what is refused is dropped undivided.
        """
        self._refusals_left = _MOST_REFUSALS
        written = []
        for score in scores:
            try:
                written.append(_written(score, self._rules))
            except Exception as error:  # noqa: BLE001  (one that cannot be written must not cost the others)
                self._settling.unwritable(lane, flight, "score", error)
        parts = deque(_parts(written))
        while parts and not flight.abandoned:
            part = parts.popleft()
            outcome = self._offered(lane, part)
            is_refused = outcome.verdict == "too_large" or outcome.error == "rejected"
            if is_refused and len(part) > 1 and (self._refusals_left > 0 or self._ways[0] == "single"):
                middle = 1 if self._ways[0] == "single" else len(part) // 2
                parts.extendleft((part[middle:], part[:middle]))
            else:
                self._settling.settle(lane, flight, "score", len(part), outcome, _rejected(outcome))

    def _offered(self, lane: Lane, part: Sequence[_Written]) -> Outcome:
        outcome = Outcome(verdict="refused", error="rejected")
        if not self._ways:
            return outcome
        for way in tuple(self._ways):
            if way == "single" and len(part) > 1:
                if self._ways[0] == "single":
                    break
                continue
            outcome = lane.attempt(posting(self._senders[way], _request(way, part), "application/json"))
            if outcome.error != "rejected" or outcome.verdict == "too_large":
                if outcome.verdict == "accepted":
                    self._ways.remove(way)
                    self._ways.insert(0, way)
                break
            self._refusals_left -= 1
            if self._refusals_left <= 0:
                break
        return outcome


def _parts(written: Sequence[_Written]) -> Iterator[list[_Written]]:
    """Divide by number and size; a score that replaces an earlier one goes after it."""
    part: list[_Written] = []
    ids: set[str] = set()
    size = 0
    for one in written:
        if part and (len(part) >= MOST_SCORES or size + len(one.body) > LARGEST_REQUEST_BYTES or one.score_id in ids):
            yield part
            part, ids, size = [], set(), 0
        part.append(one)
        ids.add(one.score_id)
        size += len(one.body) + 200  # what surrounds it as an event
    if part:
        yield part


def _request(way: Way, part: Sequence[_Written]) -> bytes:
    if way == "single":
        return part[0].body
    if way == "list":
        return b"[" + b",".join(one.body for one in part) + b"]"
    return b'{"batch":[' + b",".join(_event(one) for one in part) + b"]}"


def _event(written: _Written) -> bytes:
    # An id of its own: the server takes a second event of the same id for a repetition, and a score may be changed.
    about = json.dumps({"id": str(uuid.uuid4()), "type": "score-create", "timestamp": written.timestamp})
    return about[:-1].encode() + b',"body":' + written.body + b"}"


def _rejected(outcome: Outcome) -> int:
    """Return how many of an accepted request were not taken: a 207 says so, and an old server says it as a list."""
    if outcome.status != 207:
        return 0
    try:
        answer = json.loads(outcome.body)
        count, errors = answer.get("rejected"), answer.get("errors")
    except (ValueError, AttributeError, RecursionError):
        return 0
    if isinstance(count, int):
        return max(count, 0)
    return len(errors) if isinstance(errors, list) else 0


def _written(timed: TimedScore, rules: Rules) -> _Written:
    body = score_body(timed, rules)
    return _Written(
        score_id=str(body["id"]),
        timestamp=str(body["timestamp"]),
        body=json.dumps(body, ensure_ascii=False).encode(),
    )


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
