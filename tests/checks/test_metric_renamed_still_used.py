"""`metric/renamed-still-used`: a query that uses a metric's former name."""

import pytest

from tests.services import board, said, service, words

CODE = "metric/renamed-still-used"
ORDERS = "shop_orders_total:\n  counter: X.\n  renamed_from: till_sales_total\n"
WAIT = "shop_wait_seconds:\n  histogram: X.\n  buckets: [1]\n  renamed_from: shop_queue_seconds\n"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("sum(rate(till_sales_total[5m]))", "till_sales_total"),
        ("vector(1) or sum(rate(till_sales_total[5m]))", "till_sales_total"),
        ("{rate: till_sales_total}", "till_sales_total"),
        ("{quantile: 0.5, of: shop_queue_seconds}", "shop_queue_seconds"),
        ("sum by (le) (rate(shop_queue_seconds_bucket[5m]))", "shop_queue_seconds_bucket"),
    ],
)
def test_found(query: str, word: str) -> None:
    """The former name is found in PromQL and in shapes, and not also as an unknown metric."""
    texts = service(ORDERS + WAIT, rest=board(query))
    assert words(CODE, texts) == [word]
    assert words("query/unknown-metric", texts) == []


@pytest.mark.parametrize("query", ["sum(rate(shop_orders_total[5m]))", "{quantile: 0.5, of: shop_wait_seconds}"])
def test_silent(query: str) -> None:
    """The name of today is silent."""
    assert words(CODE, service(ORDERS + WAIT, rest=board(query))) == []


def test_taken() -> None:
    """A former name that another metric has taken over is that metric's."""
    taken = "till_sales_total:\n  counter: X.\n"
    assert words(CODE, service(ORDERS + taken, rest=board("sum(rate(till_sales_total[5m]))"))) == []


def test_unknown() -> None:
    """Any other unknown name is unknown."""
    texts = service(ORDERS, rest=board("sum(rate(till_sale_total[5m]))"))
    assert words("query/unknown-metric", texts) == ["till_sale_total"]


def test_message() -> None:
    """The message says the new name and where it was given."""
    assert said(CODE, service(ORDERS, rest=board("sum(rate(till_sales_total[5m]))"))) == [
        "specs/shop.yaml:16:38: error[metric/renamed-still-used]: `till_sales_total` is called `shop_orders_total` now",
        "   |",
        "16 |             show: {promql: 'sum(rate(till_sales_total[5m]))'}",
        "   |                                      ^^^^^^^^^^^^^^^^ write `shop_orders_total`",
        "   |",
        " 6 |     renamed_from: till_sales_total",
        "   |                   ---------------- it was renamed here",
    ]
