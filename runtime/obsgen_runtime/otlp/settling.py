"""What became of a request, on the accounts and in the log. Runs in the export thread."""

from __future__ import annotations

from collections.abc import Callable

from obsgen_runtime.otlp.destinations import Destination
from obsgen_runtime.otlp.lane import Flight, Lane
from obsgen_runtime.otlp.ledger import ExportError, Ledger, Signal
from obsgen_runtime.otlp.sender import Outcome, Sender


class Settling:
    """
    Settles the parts of a flight by the outcome of their request.

    Args:
        destination: Named in the log by its server alone.
    """

    def __init__(self, destination: Destination, ledger: Ledger) -> None:
        self._url = destination.traces_url
        self._ledger = ledger

    def settle(self, lane: Lane, flight: Flight, signal: Signal, count: int, outcome: Outcome, rejected: int) -> None:
        """Count *count* items as the outcome says; of accepted ones, *rejected* were not taken all the same."""
        if outcome.verdict != "accepted":
            lane.settle(flight, signal, count, "unsent" if outcome.verdict == "again" else outcome.verdict)
            if not flight.abandoned:
                self._complain(outcome.error, outcome.status)
            return
        rejected = min(rejected, count)
        lane.settle(flight, signal, count - rejected)
        if rejected:
            self._ledger.error("rejected")
            lane.settle(flight, signal, rejected, "refused")
            self._complain("rejected", outcome.status)

    def unwritable(self, lane: Lane, flight: Flight, signal: Signal, error: Exception) -> None:
        """Count one item that could not be written."""
        self._ledger.error("encoding")
        self._ledger.tell("encoding", "a %s could not be encoded: %s", signal, type(error).__name__)
        lane.settle(flight, signal, 1, "unsent")

    def _complain(self, error: ExportError | None, status: int | None) -> None:
        self._ledger.tell(
            f"{self._url} {error}",
            "sending to %s failed: %s%s; %d spans and scores were lost so far, the application is not affected",
            self._url.partition("/api/")[0],
            error or "too large",
            f" (HTTP {status})" if status is not None else "",
            self._ledger.lost,
        )


def posting(sender: Sender, body: bytes, content_type: str) -> Callable[[], Outcome]:
    """Return what sends *body* once, for `Lane.attempt`."""
    return lambda: sender.post(body, content_type)
