"""`metric/camel-case`: words told apart by capitals"""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/camel-case"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("shop_openOrders", "shop_openOrders"),
        ("shopOrders", "shopOrders"),
        ("shop_kB", "shop_kB"),
        ("shop_x2Y", "shop_x2Y"),
    ],
)
def test_found(name: str, word: str) -> None:
    """The fault is found at its word of the name, in plain and in quoted keys, whatever the kind of the metric."""
    assert words(CODE, service(gauges(name))) == [word]
    assert words(CODE, service(f"{name}:\n  histogram: X.\n  buckets: [1]\n")) == [word]
    assert words(CODE, service(gauges(f'"{name}"'))) != []


@pytest.mark.parametrize("name", ["shop_orders", "SHOP_ORDERS", "shop_HTTP"])
def test_silent(name: str) -> None:
    """Names that only resemble the fault are silent."""
    assert words(CODE, service(gauges(name))) == []


def test_message() -> None:
    """The message says what is wrong and what to call it."""
    assert said(CODE, service(gauges("shop_openHTTPRequests"))) == [
        "specs/shop.yaml:4:3: warning[metric/camel-case]: `shop_openHTTPRequests` is written in camelCase",
        "  |",
        "4 |   shop_openHTTPRequests:",
        "  |   ^^^^^^^^^^^^^^^^^^^^^",
        "  = help: call it `shop_open_http_requests`, like every other metric",
    ]
