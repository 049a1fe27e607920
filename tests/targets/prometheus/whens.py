"""A condition of every kind on the shop's metrics, and a recorded series of every shape."""

ORDERS, COST, DURATION, STOCK = "shop_orders_total", "shop_cost_usd_total", "shop_duration_seconds", "shop_stock"
BY = {"by": ["payment"]}
REFUSED = {"ratio": ORDERS, "part": {"outcome": "refused"}, "over": "15m"}

WHENS = {
    "RateHigh": {"rate": ORDERS, "over": "5m", "above": 10, "where": {"city": {"matches": '(?i)b.nn\\.|"x"'}}},
    "RateLow": {"rate": DURATION, **BY, "over": "5m", "below": 0.5},
    "IncreaseHigh": {"increase": ORDERS, **BY, "over": "1h", "at_least": 3, "where": {"outcome": {"not": ["refused"]}}},
    "ValueLow": {"value": STOCK, "by": ["city"], "at_most": -1.5, "where": {"city": ["Bonn", "a|b", "50%"]}},
    "ValueHigh": {"value": STOCK, "as": "sum", "above": 1e9},
    "ValueExact": {"value": STOCK, "equals": 0},
    "RatioHigh": {**REFUSED, **BY, "above": "20%", "min_events": 10},
    "PerHigh": {
        "per": {"of": {"rate": COST, **BY, "over": "1h"}, "each": {"rate": ORDERS, **BY, "over": "1h"}},
        "above": 2,
    },
    "ShareHigh": {"share": ORDERS, **BY, "over": "1h", "above": "90%"},
    "QuantileHigh": {"quantile": 0.95, "of": DURATION, **BY, "over": "10m", "above": "2.5s", "min_events": 5},
    "MeanHigh": {"mean": DURATION, "over": "10m", "above": "1m30s"},
    "WithinLow": {"within": 1, "of": DURATION, "over": "10m", "below": "99.9%"},
    "ForecastLow": {"forecast": STOCK, "in": "4h", "from": "1h", "by": ["city"], "below": 0},
    "ProjectHigh": {"project": COST, "to": "month", "over": "1d", "above": 1000},
    "AbsentOrders": {"absent": ORDERS, "where": {"payment": "card"}},
    "ShopDown": {"down": True},
    "AgeHigh": {"age": "shop_last_delivery_seconds", "by": ["city"], "above": "1d"},
    "ChangesHigh": {"changes": STOCK, "over": "1h", "above": 20},
    "RawCondition": {"promql": 'sum by (payment) (rate(shop_orders_total{outcome="refused"}[5m])) > 1 # {{ note }}\n'},
    "RecordedHigh": {"value": "payment:orders:rate5m", "as": "max", **BY, "above": 5},
    "AllOfThem": {
        "all": [{**REFUSED, **BY, "above": "1%"}, {"rate": ORDERS, **BY, "over": "1h", "above": 1}],
        "unless": {"rate": ORDERS, **BY, "over": "1h", "above": 1000},
    },
    "AnyOfThem": {"any": [{"down": True}, {"all": [{"absent": ORDERS}]}]},
}

RECORDS = {
    "payment:orders:rate5m": {"rate": ORDERS, **BY, "over": "5m"},
    "shop:cost:per_order": {
        "per": {"of": {"increase": COST, "over": "1h"}, "each": {"increase": ORDERS, "over": "1h"}}
    },
    "shop:duration:buckets": {"distribution": DURATION, "over": "5m"},
    "city:orders:top": {"top": 3, "of": {"increase": ORDERS, "by": ["city"], "over": "1h"}},
}
