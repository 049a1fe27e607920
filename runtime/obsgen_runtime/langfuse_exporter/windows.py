"""Closed windows of time: what a poll asks about. Pure functions on aware UTC times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_TICK = timedelta(milliseconds=1)
_SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """
    A span of time, from *start* (included) to *end* (excluded); aware, in UTC.

    Raises:
        ValueError: If it is empty, or a time is naive.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse what is no window."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window needs aware times")
        if self.start >= self.end:
            raise ValueError("a window ends after it starts")

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start).total_seconds()

    @property
    def bounds(self) -> tuple[str, str]:
        """
        First and last moment in ISO 8601.

        The metrics interface includes both and counts in milliseconds, so the last one is the tick before the end:
        windows that follow each other share nothing.
        """
        return _iso(self.start), _iso(self.end - _TICK)

    def halves(self) -> tuple[Window, Window] | None:
        """Return the two halves, split at a whole second; None for a window too short to be split."""
        if self.end - self.start < 2 * _SHORTEST:
            return None
        middle = (self.start + (self.end - self.start) / 2).replace(microsecond=0)
        return Window(start=self.start, end=middle), Window(start=middle, end=self.end)


def closed_window(now: float, *, length_seconds: float, lag_seconds: float) -> Window:
    """
    Return the last window that is over and has settled, ending at a full minute.

    Args:
        now: Unix time of the server that is asked.
        length_seconds: How long it is.
        lag_seconds: How late data may arrive: nothing younger is looked at, since it may still change.
    """
    end = datetime.fromtimestamp((now - lag_seconds) // 60 * 60, UTC)
    return Window(start=end - timedelta(seconds=length_seconds), end=end)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
