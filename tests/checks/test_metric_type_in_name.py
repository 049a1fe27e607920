"""`metric/type-in-name`: a name that says which kind of metric it is"""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/type-in-name"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("shop_queue_gauge", "gauge"),
        ("shop_gauge_queue", "gauge"),
        ("shop_histogram_of_waits", "histogram"),
        ("shop_Counter_x", "Counter"),
        ("shop_summary", "summary"),
    ],
)
def test_found(name: str, word: str) -> None:
    """The fault is found at its word of the name, in plain and in quoted keys, whatever the kind of the metric."""
    assert words(CODE, service(gauges(name))) == [word]
    assert words(CODE, service(f"{name}:\n  histogram: X.\n  buckets: [1]\n")) == [word]
    assert words(CODE, service(gauges(f'"{name}"'))) != []


@pytest.mark.parametrize("name", ["gauge_queue", "shop_gauges", "shop_counterfeit", "shop_encounter"])
def test_silent(name: str) -> None:
    """Names that only resemble the fault are silent."""
    assert words(CODE, service(gauges(name))) == []


def test_message() -> None:
    """The message says what is wrong and what to call it."""
    assert said(CODE, service(gauges("shop_queue_gauge"))) == [
        "specs/shop.yaml:4:14: warning[metric/type-in-name]: `gauge` says the type of the metric, not what it measures",
        "  |",
        "4 |   shop_queue_gauge:",
        "  |              ^^^^^",
        "  = help: call it `shop_queue`; everything that reads it knows its type",
    ]
