"""Windows: closed, aligned, and without overlap."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obsgen_runtime.langfuse_exporter import Window, closed_window

NOW = datetime(2026, 11, 21, 12, 34, 56, tzinfo=UTC).timestamp()


def test_by_hand():
    """At 12:34:56 with ten minutes for late data, the last hour that is over is 11:24 to 12:24."""
    window = closed_window(NOW, length_seconds=3600, lag_seconds=600)
    assert window.bounds == ("2026-11-21T11:24:00.000Z", "2026-11-21T12:23:59.999Z")
    assert window.seconds == 3600


@given(st.floats(1e9, 4e9), st.integers(1, 10_000), st.floats(0, 1e5))
def test_is_over(now, minutes, lag):
    """A window never reaches into the time that has not settled, and ends within a minute of it."""
    window = closed_window(now, length_seconds=minutes * 60, lag_seconds=lag)
    assert now - lag - 60 < window.end.timestamp() <= now - lag
    assert window.end.second == window.end.microsecond == 0


@given(st.integers(2, 10_000))
def test_halves(minutes):
    """Two halves share nothing and leave nothing out."""
    window = closed_window(NOW, length_seconds=minutes * 60, lag_seconds=0)
    first, second = window.halves()
    assert (first.start, first.end, second.end) == (window.start, second.start, window.end)
    assert first.bounds[1] < second.bounds[0]


def test_too_short_to_split():
    """A window of a minute is not split further."""
    assert closed_window(NOW, length_seconds=60, lag_seconds=0).halves() is None


def test_naive_times():
    """Times without a zone, and windows that end before they begin, are refused."""
    with pytest.raises(ValueError, match="aware"):
        Window(start=datetime(2026, 1, 1), end=datetime(2026, 1, 2))  # noqa: DTZ001
    with pytest.raises(ValueError, match="ends"):
        Window(start=datetime(2026, 1, 2, tzinfo=UTC), end=datetime(2026, 1, 1, tzinfo=UTC))
