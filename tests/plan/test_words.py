"""Every shape of the vocabulary reads as English."""

import pytest

from obsgen.plan import words
from obsgen.spec import queries as q
from tests.plan.catalogs import catalog, condition_of, query_of

ORDERS, DURATION, STOCK = "shop_orders_total", "shop_duration_seconds", "shop_stock"

PHRASES = [
    ({"rate": ORDERS}, "rate of `shop_orders_total`"),
    (
        {"rate": ORDERS, "by": ["payment", "outcome", "city"], "over": "5m"},
        "rate of `shop_orders_total` by `payment`, `outcome` and `city` over 5m",
    ),
    (
        {"increase": DURATION, "where": {"payment": "card"}},
        "increase of `shop_duration_seconds` where `payment` is `card`",
    ),
    (
        {"rate": ORDERS, "where": {"payment": {"not": "card"}}},
        "rate of `shop_orders_total` where `payment` is not `card`",
    ),
    (
        {"rate": ORDERS, "where": {"city": {"matches": "B.*"}, "payment": ["card", "invoice"]}, "by": ["city"]},
        "rate of `shop_orders_total` where `city` matches `B.*` and `payment` is `card` or `invoice` by `city`",
    ),
    (
        {"rate": ORDERS, "where": {"city": {"matches": "a`b``c"}}},
        "rate of `shop_orders_total` where `city` matches ``` a`b``c ```",
    ),
    ({"value": STOCK}, "value of `shop_stock`"),
    ({"value": STOCK, "as": "each"}, "value of `shop_stock`"),
    ({"value": STOCK, "as": "sum", "by": ["city"]}, "sum of `shop_stock` by `city`"),
    ({"value": STOCK, "as": "max"}, "largest `shop_stock`"),
    ({"value": STOCK, "as": "min"}, "smallest `shop_stock`"),
    ({"value": STOCK, "as": "mean"}, "average `shop_stock`"),
    (
        {"ratio": ORDERS, "part": {"outcome": "refused"}, "by": ["payment"], "over": "15m"},
        "share of `shop_orders_total` whose `outcome` is `refused` by `payment` over 15m",
    ),
    (
        {"ratio": ORDERS, "part": {"outcome": "refused"}, "where": {"payment": "card"}, "over": "15m"},
        "share of `shop_orders_total` whose `outcome` is `refused`, among those whose `payment` is `card`, over 15m",
    ),
    (
        {"ratio": ORDERS, "part": {"outcome": "refused"}, "where": {"payment": "card"}},
        "share of `shop_orders_total` whose `outcome` is `refused`, among those whose `payment` is `card`",
    ),
    (
        {"per": {"of": {"rate": "shop_cost_usd_total"}, "each": {"rate": ORDERS}}},
        "rate of `shop_cost_usd_total` divided by the rate of `shop_orders_total`",
    ),
    ({"share": ORDERS, "by": ["payment"]}, "share of `shop_orders_total` by `payment`"),
    ({"quantile": 0.5, "of": DURATION}, "50th percentile of `shop_duration_seconds`"),
    ({"quantile": 0.999, "of": DURATION, "over": "1h"}, "99.9th percentile of `shop_duration_seconds` over 1h"),
    ({"mean": DURATION, "by": ["payment"]}, "average of `shop_duration_seconds` by `payment`"),
    ({"within": 2.5, "of": DURATION}, "share of `shop_duration_seconds` within 2.5"),
    (
        {"top": 10, "of": {"increase": ORDERS, "by": ["city"]}},
        "the 10 largest values of the increase of `shop_orders_total` by `city`",
    ),
    ({"top": 1, "of": {"value": STOCK}}, "the largest value of the value of `shop_stock`"),
    ({"top": 3, "of": {"promql": "up"}}, "the 3 largest values of a PromQL expression"),
    (
        {"top": 2, "of": {"top": 3, "of": {"value": STOCK, "as": "max", "by": ["city"]}}},
        "the 2 largest values of the 3 largest values of the largest `shop_stock` by `city`",
    ),
    (
        {"forecast": STOCK, "in": "1h", "from": "30m", "as": "min", "by": ["city"]},
        "smallest `shop_stock` by `city` in 1h (going by the last 30m)",
    ),
    (
        {"project": "shop_cost_usd_total", "to": "month", "over": "1d", "by": ["payment"]},
        "total of `shop_cost_usd_total` by `payment` in a month (at the pace of the last 1d)",
    ),
    ({"absent": STOCK}, "absence of `shop_stock`"),
    ({"down": True}, "targets that do not answer"),
    ({"age": "shop_last_delivery_seconds", "by": ["city"]}, "age of `shop_last_delivery_seconds` by `city`"),
    ({"changes": STOCK, "over": "5m"}, "number of changes of `shop_stock` over 5m"),
    ({"promql": "up"}, "a PromQL expression"),
]


@pytest.mark.parametrize(("written", "expected"), PHRASES)
def test_phrase(written, expected):
    """Each shape is a noun phrase that says everything it asks."""
    assert words.phrase(query_of(written)) == expected


def test_phrase_of_a_distribution():
    """A heatmap's query is a noun phrase too."""
    assert words.phrase(query_of({"distribution": DURATION}, "heatmap")) == "distribution of `shop_duration_seconds`"


def test_phrase_of_alerts():
    """A list of alerts is a noun phrase too."""
    assert words.phrase(query_of({"alerting": "A"}, "table")) == "pending and firing alerts of `A`"


def test_every_shape_has_a_phrase():
    """The table above covers the whole vocabulary."""
    elsewhere = {"distribution", "alerting"}
    tags = {next(iter(shape.__dataclass_fields__)) for shape in q.Shape.__args__}
    assert {next(iter(written)) for written, _ in PHRASES} | elsewhere == tags


CONDITIONS = [
    ({"rate": ORDERS, "over": "5m", "above": 10}, "rate of `shop_orders_total` over 5m is above 10 per second"),
    ({"increase": ORDERS, "over": "5m", "at_least": 3}, "increase of `shop_orders_total` over 5m is at or above 3"),
    ({"value": STOCK, "by": ["city"], "below": 0}, "value of `shop_stock` by `city` is below 0"),
    ({"value": STOCK, "at_most": -1.5}, "value of `shop_stock` is at or below -1.5"),
    ({"value": STOCK, "equals": 0}, "value of `shop_stock` is equal to 0"),
    (
        {"ratio": ORDERS, "part": {"outcome": "refused"}, "over": "15m", "above": "20%", "min_events": 10},
        "share of `shop_orders_total` whose `outcome` is `refused` over 15m is above 20%, with at least 10 events in the window",
    ),
    (
        {"mean": DURATION, "over": "15m", "above": "1m30s", "min_events": 1},
        "average of `shop_duration_seconds` over 15m is above 1m30s, with at least 1 event in the window",
    ),
    ({"absent": STOCK, "where": {"city": "Bonn"}}, "nothing reports `shop_stock` where `city` is `Bonn`"),
    ({"down": True}, "a target does not answer"),
    ({"promql": "up == 0"}, "its PromQL expression returns a result"),
    ({"all": [{"down": True}, {"absent": STOCK}]}, "a target does not answer and nothing reports `shop_stock`"),
    ({"any": [{"down": True}, {"absent": STOCK}]}, "a target does not answer or nothing reports `shop_stock`"),
    (
        {"all": [{"down": True}], "unless": {"absent": STOCK}},
        "a target does not answer, unless nothing reports `shop_stock`",
    ),
    (
        {"all": [{"down": True}, {"any": [{"down": True}, {"absent": STOCK}]}]},
        "a target does not answer and (a target does not answer or nothing reports `shop_stock`)",
    ),
    (
        {"any": [{"all": [{"down": True}]}, {"absent": STOCK}]},
        "a target does not answer or nothing reports `shop_stock`",
    ),
]


@pytest.mark.parametrize(("written", "expected"), CONDITIONS)
def test_condition(written, expected):
    """Each condition is a clause that says when it is true."""
    assert words.condition(condition_of(written)) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.5, "50th"), (0.01, "1st"), (0.02, "2nd"), (0.03, "3rd"), (0.11, "11th"), (0.12, "12th"), (0.13, "13th"),
     (0.21, "21st"), (0.95, "95th"), (0.999, "99.9th"), (0.991, "99.1th"), (1.0, "100th"), (0.0, "0th"), (0.93, "93rd")],
)  # fmt: skip
def test_ordinal(share, expected):
    """A quantile is spoken as a percentile."""
    assert words.ordinal(share) == expected


VALUES = [
    ({"quantile": 0.9, "of": DURATION, "over": "5m", "above": 1}, "{{ $value | humanizeDuration }}"),
    (
        {"ratio": ORDERS, "part": {"outcome": "refused"}, "over": "5m", "above": 0.1},
        "{{ $value | humanizePercentage }}",
    ),
    ({"rate": ORDERS, "over": "5m", "above": 1}, '{{ printf "%.4g" $value }} per second'),
    ({"rate": "shop_cost_usd_total", "over": "5m", "above": 1}, '{{ printf "%.4g" $value }} usd per second'),
    ({"value": STOCK, "below": 1}, '{{ printf "%.4g" $value }} things'),
    ({"increase": ORDERS, "over": "5m", "above": 1}, '{{ printf "%.4g" $value }}'),
    ({"promql": "up == 0"}, '{{ printf "%.4g" $value }}'),
]


@pytest.mark.parametrize(("written", "expected"), VALUES)
def test_value_template(written, expected):
    """A notification shows the value in the unit of its condition."""
    assert words.value_template(condition_of(written), catalog()) == expected
