"""`metric/timestamp-kind`: a timestamp that is no gauge."""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/timestamp-kind"
COUNTER = "shop_opened_timestamp_seconds_total:\n  counter: X.\n"


def test_found() -> None:
    """Counters and histograms of timestamps are found at their kind."""
    assert words(CODE, service(COUNTER)) == ["counter"]
    assert words(CODE, service("shop_opened_timestamp_seconds:\n  histogram: X.\n  buckets: [1]\n")) == ["histogram"]


@pytest.mark.parametrize("name", ["shop_opened_timestamp_seconds", "shop_timestamp_seconds_open"])
def test_silent(name: str) -> None:
    """Gauges of timestamps are right."""
    assert words(CODE, service(gauges(name))) == []
    assert words(CODE, service("shop_timestamps_total:\n  counter: X.\n")) == []


def test_message() -> None:
    """The message says what to make of it."""
    assert said(CODE, service(COUNTER)) == [
        "specs/shop.yaml:5:5: warning[metric/timestamp-kind]: a point in time is a gauge, this is a counter",
        "  |",
        "5 |     counter: X.",
        "  |     ^^^^^^^",
        "  = help: make it a gauge called `shop_opened_timestamp_seconds`, or call what it measures a duration",
    ]
