"""`metric/name-collision`: metrics whose series have one name, as written or once OpenTelemetry has added units."""

import pytest

from tests.services import gauges, said, service, words

CODE = "metric/name-collision"
WAIT = "shop_wait_seconds:\n  histogram: X.\n  buckets: [1]\n"


@pytest.mark.parametrize(
    ("metrics", "word"),
    [
        (WAIT + gauges("shop_wait_seconds_count"), "shop_wait_seconds_count"),
        (gauges("shop_wait", unit="seconds") + gauges("shop_wait_seconds"), "shop_wait_seconds"),
        (gauges("shop__wait", "shop_wait"), "shop_wait"),
        ("shop_orders:\n  counter: X.\nshop_orders_total:\n  counter: X.\n", "shop_orders_total"),
        (gauges("shop_full", unit="ratio") + gauges("shop_full_ratio"), "shop_full_ratio"),
    ],
)
def test_found(metrics: str, word: str) -> None:
    """The second of two metrics that end up with one name is found."""
    assert words(CODE, service(metrics)) == [word]


@pytest.mark.parametrize(
    "metrics",
    [
        gauges("shop_wait", "shop_wait_seconds"),
        gauges("shop_wait", unit="tokens") + gauges("shop_wait_tokens"),
        "shop_cost_total:\n  counter: X.\n  unit: usd\nshop_cost_usd_total:\n  counter: X.\n",
        gauges("shop_orders") + "shop_orders_total:\n  counter: X.\n",
        WAIT + gauges("shop_wait_people"),
    ],
)
def test_silent(metrics: str) -> None:
    """Names that stay different whatever is added are silent."""
    assert words(CODE, service(metrics)) == []


def test_message() -> None:
    """The message says which name both get."""
    assert said(CODE, service(gauges("shop_wait", unit="seconds") + gauges("shop_wait_seconds"))) == [
        "specs/shop.yaml:7:3: warning[metric/name-collision]: `shop_wait_seconds` and `shop_wait` both become `shop_wait_seconds` where OpenTelemetry exports them",
        "  |",
        "7 |   shop_wait_seconds:",
        "  |   ^^^^^^^^^^^^^^^^^",
        "  |",
        "4 |   shop_wait:",
        "  |   --------- the other one",
        "  = help: rename one of them; exporters add the unit and `_total` where a name lacks them",
    ]
