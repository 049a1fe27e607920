"""Asks the metrics interface: counts requests, takes answers apart, and sees the server's clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from obsgen_runtime.langfuse.api import Api
from obsgen_runtime.langfuse_exporter.numbers import Row
from obsgen_runtime.langfuse_exporter.queries import PATHS, ROWS_AT_MOST, ApiVersion, Query
from obsgen_runtime.langfuse_exporter.windows import Window

SPLITS_AT_MOST = 16
"""Times that windows are halved in one poll, because an answer was full."""


class BadAnswerError(Exception):
    """An answer that is JSON, and not one of the metrics interface."""


class MetricsClient:
    """
    The requests of one poll.

    Attributes:
        requests: How many were made.
        skew_seconds: How far the server's clock is ahead of ours, as the last answer tells; None before the first.
        truncated: How often an answer was full, by the name of the query.
    """

    def __init__(self, api: Api, version: ApiVersion, *, clock: Callable[[], float]) -> None:
        """Ask *version* of *api*; *clock* is our Unix time."""
        self._api = api
        self.version = version
        self._clock = clock
        self._splits = 0
        self.requests = 0
        self.skew_seconds: float | None = None
        self.truncated: Counter[str] = Counter()

    def ask(self, query: Query, window: Window) -> tuple[Row, ...]:
        """
        Return the rows of an answer.

        A full one may lack rows. Where the parts add up it is asked for again in two halves, which have fewer
        combinations each; what is full after that is counted in *truncated*.

        Raises:
            LangfuseUnavailable: If there is no answer, or one that says no.
            BadAnswerError: If the answer is not one of this interface.
        """
        rows = self._ask_once(query, window)
        if len(rows) < ROWS_AT_MOST:
            return rows
        halves = window.halves() if query.adds_up else None
        if halves is None or self._splits >= SPLITS_AT_MOST:
            self.truncated[query.name] += 1
            return rows
        self._splits += 1
        return tuple(row for half in halves for row in self.ask(query, half))

    def _ask_once(self, query: Query, window: Window) -> tuple[Row, ...]:
        asked_at = self._clock()
        self.requests += 1
        answer = self._api.read(PATHS[self.version], {"query": query.text(window)})
        self.skew_seconds = _skew(answer.headers.get("Date"), asked_at, self._clock())
        return _rows(answer.content)


def _rows(content: Any) -> tuple[Row, ...]:
    data = content.get("data") if isinstance(content, dict) else None
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise BadAnswerError("the answer is not one of Langfuse's metrics interface")
    return tuple(data)


def _skew(date: str | None, asked_at: float, answered_at: float) -> float | None:
    server = _moment(date)
    # The header tells whole seconds, cut off: half of one is the best guess for the rest.
    return None if server is None else server + 0.5 - (asked_at + answered_at) / 2


def retry_after_seconds(header: str | None, now: float) -> float | None:
    """Return how long a `Retry-After` asks to wait: seconds or a date; None if it says nothing sensible."""
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdecimal():
        return float(header)
    moment = _moment(header)
    return None if moment is None else max(0.0, moment - now)


def _moment(header: str | None) -> float | None:
    try:
        found = parsedate_to_datetime(header or "")
    except (TypeError, ValueError, OverflowError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() if isinstance(found, datetime) else None
