"""What panels show follows from the catalog: variables, units, thresholds, legends, columns."""

import re

import pytest

from obsgen.plan.dashboards import dashboards
from obsgen.plan.legends import legend, reference
from obsgen.plan.model import Column, Step
from obsgen.plan.units import grafana_unit
from obsgen.spec.units import BASE_UNITS
from tests.plan.catalogs import alert, catalog, dashboard, query_of

ORDERS, DURATION, STOCK = "shop_orders_total", "shop_duration_seconds", "shop_stock"
BY_PAYMENT = {"rate": ORDERS, "by": ["payment"]}


def one(panel, *documents, **shop):
    """Return the only panel of a catalog."""
    keys = shop.pop("dashboard", {})
    (found,) = dashboards(catalog(*documents, dashboards={"d": dashboard({"p": panel}, **keys)}, **shop))
    return found.rows[0].panels[0]


def variables(filter_by, *documents, **shop):
    """Return name and query of each variable."""
    panel = {"timeseries": "P", "show": {"rate": ORDERS}}
    (found,) = dashboards(catalog(*documents, dashboards={"d": dashboard({"p": panel}, filter_by=filter_by)}, **shop))
    return {variable.name: variable.query for variable in found.variables}


def test_variables_are_chained():
    """Each variable lists what is left after the ones before it, from the metric that knows most of them."""
    assert variables(["payment", "city", "outcome"]) == {
        "payment": "label_values(shop_payment_info, payment)",
        "city": 'label_values(shop_orders_total{payment=~"${payment}"}, city)',
        "outcome": 'label_values(shop_orders_total{payment=~"${payment}",city=~"${city}"}, outcome)',
    }


def test_variables_are_listed_once():
    """A label that is named twice is one variable."""
    assert list(variables(["city", "city"])) == ["city"]


def test_a_histogram_is_listed_by_its_count():
    """A histogram has no series of its own name."""
    labels = {"lane": {"help": "Lane.", "at_most": 5}}
    metrics = {"road_seconds": {"histogram": "H.", "labels": ["lane"], "buckets": [1]}}
    road = {"obsgen": 1, "service": "road", "labels": labels, "metrics": metrics}
    road["dashboards"] = {"d": dashboard({"p": {"stat": "T", "show": {"mean": "road_seconds"}}}, filter_by=["lane"])}
    (found,) = dashboards(catalog(road))
    assert found.variables[0].query == "label_values(road_seconds_count, lane)"


def test_every_variable_of_a_query_exists():
    """A panel on another service's metric finds the variables that narrow it."""
    metrics = {"lib_calls_total": {"counter": "Calls.", "labels": ["lane"]}}
    library = {"obsgen": 1, "service": "lib", "labels": {"lane": {"help": "Lane.", "at_most": 5}}, "metrics": metrics}
    panel = {"timeseries": "P", "show": {"rate": "lib_calls_total"}}
    other = {"timeseries": "Q", "show": {"value": "shop_last_delivery_seconds"}}
    board = dashboard({"p": panel, "q": other}, filter_by=["lane", "city"])
    (found,) = dashboards(catalog(library, dashboards={"d": board}))
    asked = set(re.findall(r"\$\{(\w+)\}", found.rows[0].panels[0].queries[0].expr))
    assert asked == {"lane"}
    assert {variable.name: variable.query for variable in found.variables} == {
        "lane": "label_values(lib_calls_total, lane)",
        "city": "label_values(shop_last_delivery_seconds, city)",
    }


def test_variables_narrow_only_metrics_with_the_label():
    """A filter leaves queries alone whose metric lacks the label."""
    panel = {"timeseries": "P", "show": [{"rate": ORDERS}, {"value": STOCK}, {"mean": DURATION}]}
    found = one(panel, dashboard={"filter_by": ["city"]})
    assert ["${city}" in query.expr for query in found.queries] == [True, True, False]


@pytest.mark.parametrize(
    ("show", "unit"),
    [
        ({"rate": ORDERS}, "suffix:/s"),
        ({"increase": ORDERS}, "short"),
        ({"rate": "shop_cost_usd_total"}, "suffix:usd/s"),
        ({"increase": "shop_cost_usd_total"}, "currencyUSD"),
        ({"value": STOCK}, "suffix:things"),
        ({"mean": DURATION}, "s"),
        ({"rate": DURATION}, "suffix:/s"),
        ({"within": 1, "of": DURATION}, "percentunit"),
        ({"ratio": ORDERS, "part": {"outcome": "refused"}}, "percentunit"),
        ({"age": "shop_last_delivery_seconds"}, "s"),
        ({"promql": "up"}, "short"),
    ],
)
def test_units(show, unit):
    """The unit follows from the metric and the question."""
    assert one({"timeseries": "P", "show": show}).unit == unit


def test_a_written_unit_wins():
    """What the catalog says of a raw query is believed."""
    assert one({"timeseries": "P", "show": {"promql": "up"}, "unit": "bytes"}).unit == "bytes"


def test_queries_of_different_units_have_none():
    """Seconds and a share on one axis are shown as plain numbers."""
    show = [{"mean": DURATION}, {"within": 1, "of": DURATION}]
    assert one({"timeseries": "P", "show": show}).unit == "short"


def test_every_base_unit_has_a_name_in_grafana():
    """No base unit of the naming rules falls back to a bare suffix."""
    assert [unit for unit in BASE_UNITS if grafana_unit(unit).startswith("suffix:")] == []


def test_a_share_is_drawn_from_zero_to_one():
    """Dials of a share have both ends, lines of one only the lower."""
    show = {"ratio": ORDERS, "part": {"outcome": "refused"}}
    ends = {kind: one({kind: "P", "show": show}) for kind in ("gauge", "bargauge", "timeseries", "stat")}
    assert {kind: (panel.minimum, panel.maximum) for kind, panel in ends.items()} == {
        "gauge": (0.0, 1.0), "bargauge": (0.0, 1.0), "timeseries": (0.0, None), "stat": (None, None),
    }  # fmt: skip


RISING = alert({"rate": ORDERS, "over": "5m", "above": 10})
HIGHER = alert({"rate": ORDERS, "over": "5m", "at_least": 20}, severity="critical")
FALLING = alert({"rate": ORDERS, "over": "5m", "below": 2})
LOWEST = alert({"rate": ORDERS, "over": "5m", "at_most": 1}, severity="critical")
EXACT = alert({"rate": ORDERS, "over": "5m", "equals": 0})
STATE = alert({"down": True})


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ({"Rising": RISING}, [(None, "good"), (10, "warn")]),
        ({"Higher": HIGHER}, [(None, "good"), (20, "bad")]),
        ({"Falling": FALLING}, [(None, "warn"), (2, "good")]),
        ({"Lowest": LOWEST}, [(None, "bad"), (1, "good")]),
        ({"Rising": RISING, "Higher": HIGHER}, [(None, "good"), (10, "warn"), (20, "bad")]),
        ({"Falling": FALLING, "Lowest": LOWEST}, [(None, "bad"), (1, "warn"), (2, "good")]),
        (
            {"Lowest": LOWEST, "Higher": HIGHER, "Rising": RISING},
            [(None, "bad"), (1, "good"), (10, "warn"), (20, "bad")],
        ),
        (
            {"Rising": RISING, "Again": alert({"rate": ORDERS, "over": "1h", "above": 15})},
            [(None, "good"), (10, "warn")],
        ),
        ({"Exact": EXACT}, []),
        ({"State": STATE}, []),
        ({"State": STATE, "Rising": RISING}, [(None, "good"), (10, "warn")]),
    ],
)
def test_marks(marks, expected):
    """The colours change where the worst of the marked alerts does, on whichever side it fires."""
    for order in (list(marks), list(reversed(marks))):
        panel = {"timeseries": "P", "show": {"rate": ORDERS}, "mark": order}
        assert one(panel, alerts=marks).steps == tuple(Step(at=at, means=means) for at, means in expected)


def test_marks_of_a_table_colour_nothing():
    """Columns of a table are of different kinds; a mark only links the runbook."""
    panel = {"table": "P", "show": BY_PAYMENT, "mark": "Rising"}
    assert one(panel, alerts={"Rising": RISING}).steps == ()


def test_written_thresholds():
    """Written steps may refer to an alert; the lowest becomes the base."""
    alerts = {"Refused": alert({"ratio": ORDERS, "part": {"outcome": "refused"}, "over": "5m", "above": "20%"})}
    steps = [
        {"at": 0, "means": "bad"},
        {"at": {"complement_of": "Refused"}, "means": "warn"},
        {"at": "95%", "means": "good"},
    ]
    panel = {"gauge": "P", "show": {"ratio": ORDERS, "part": {"outcome": "accepted"}}, "thresholds": steps}
    assert one(panel, alerts=alerts).steps == (
        Step(at=None, means="bad"), Step(at=0.8, means="warn"), Step(at=0.95, means="good"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("show", "title", "expected"),
    [
        (BY_PAYMENT, "T", "{{payment}}"),
        ({"rate": ORDERS}, "T", "T"),
        ({"top": 3, "of": BY_PAYMENT}, "T", "{{payment}}"),
        ({"per": {"of": {"rate": "shop_cost_usd_total", "by": ["payment"]}, "each": BY_PAYMENT}}, "T", "{{payment}}"),
        ({"value": STOCK}, "T", ""),
        ({"top": 3, "of": {"value": STOCK}}, "T", ""),
        ({"value": STOCK, "as": "sum"}, "T", "T"),
        ({"value": STOCK, "as": "sum", "by": ["city"]}, "T", "{{city}}"),
        ({"forecast": STOCK, "in": "1h", "from": "1h"}, "T", ""),
        ({"promql": "up"}, "T", ""),
        ({"down": True}, "T", ""),
        ({"quantile": 0.95, "of": DURATION}, "", "p95"),
        ({"quantile": 0.999, "of": DURATION, "by": ["payment"]}, "", "p99.9 {{payment}}"),
        ({"quantile": 0.01, "of": DURATION}, "", "p1"),
        ({"mean": DURATION}, "", "mean"),
        (BY_PAYMENT, "", "Rate of shop_orders_total {{payment}}"),
        ({"rate": ORDERS, "over": "5m"}, "", "Rate of shop_orders_total"),
        ({"promql": "up"}, "", ""),
    ],
)
def test_legends(show, title, expected):
    """A line is called by the labels that tell it apart, and by what it shows where several queries meet."""
    assert legend(query_of(show), title) == expected


def columns(show, **shop):
    """Return name, title and unit of each column."""
    return [(column.name, column.title, column.unit) for column in one({"table": "P", "show": show}, **shop).columns]


def test_columns_of_one_query():
    """A table shows the labels of its query and the value under the name of its unit."""
    expected = [("payment", "Payment", ""), ("Value", "Per second", "suffix:/s")]
    assert columns(BY_PAYMENT) == expected
    assert columns({"top": 3, "of": BY_PAYMENT}) == expected
    assert columns({"value": STOCK}) == [("city", "City", ""), ("Value", "Things", "suffix:things")]
    per = {"per": {"of": {"rate": "shop_cost_usd_total", "by": ["payment"]}, "each": BY_PAYMENT}}
    assert columns(per) == [("payment", "Payment", ""), ("Value", "USD", "currencyUSD")]


def test_columns_of_a_single_number():
    """A query without labels leaves the table as Grafana draws it; no column is promised that does not come."""
    assert columns({"rate": ORDERS}) == []
    assert columns({"value": STOCK, "as": "sum"}) == []
    assert columns({"promql": "up"}) == []


def test_columns_of_several_queries():
    """Each query has a column of its own."""
    show = [{"increase": ORDERS, "by": ["payment"]}, {"mean": DURATION, "by": ["payment"]}]
    assert columns(show) == [
        ("payment", "Payment", ""),
        ("Value #A", "Increase of shop_orders_total", "short"),
        ("Value #B", "Average of shop_duration_seconds", "s"),
    ]


def test_columns_of_a_recorded_series():
    """A recorded series has the labels of its query."""
    records = {"payment:orders:rate5m": {"record": "Orders.", "query": {**BY_PAYMENT, "over": "5m"}}}
    assert columns({"value": "payment:orders:rate5m"}, records=records)[0] == ("payment", "Payment", "")


@pytest.mark.parametrize(
    "when",
    [
        {**BY_PAYMENT, "over": "5m", "above": 1},
        {
            "all": [
                {**BY_PAYMENT, "over": "5m", "above": 1},
                {"rate": ORDERS, "over": "1h", "by": ["payment"], "above": 1},
            ]
        },
        {"any": [{**BY_PAYMENT, "over": "5m", "above": 1}, {"down": True}]},
    ],
)
def test_columns_of_alerts(when):
    """A list of alerts shows their labels, state and severity, each once, and no value."""
    show = [{"alerting": "A"}, {"alerting": "A"}]
    expected = [("payment", "Payment", ""), ("alertstate", "State", ""), ("severity", "Severity", "")]
    assert columns(show, alerts={"A": alert(when)}) == expected


def test_columns_of_alerts_on_each_series():
    """A condition that keeps every series has all its labels."""
    for test in ({"equals": 0}, {"as": "each", "below": 0}):
        found = columns({"alerting": "A"}, alerts={"A": alert({"value": STOCK, **test})})
        assert [name for name, _, _ in found] == ["city", "alertstate", "severity"]
    found = columns({"alerting": "A"}, alerts={"A": alert({"value": STOCK, "below": 0})})
    assert [name for name, _, _ in found] == ["alertstate", "severity"]


def test_descriptions():
    """A panel without a description says what it asks, one sentence."""
    show = [{"quantile": 0.5, "of": DURATION}, {"mean": DURATION}, {"promql": "up"}]
    described = one({"timeseries": "P", "show": show}).description
    assert described == (
        "50th percentile of `shop_duration_seconds`; average of `shop_duration_seconds`; a PromQL expression over `up`."
    )
    ratio = {"promql": f"sum({STOCK}) / (sum({STOCK}) + sum(up))"}
    assert one({"timeseries": "P", "show": ratio}).description == "A PromQL expression over `shop_stock` and `up`."
    assert one({"timeseries": "P", "show": {"promql": "vector(1)"}}).description == ""
    assert one({"timeseries": "P", "show": {"promql": "up"}, "description": "Mine."}).description == "Mine."
    listed = one({"table": "P", "show": {"alerting": "A"}}, alerts={"A": STATE}).description
    assert listed == "Pending and firing alerts of `A`: a target does not answer."


COST_PER_ORDER = {"per": {"of": {"rate": "shop_cost_usd_total"}, "each": {"rate": ORDERS}}}


@pytest.mark.parametrize(
    ("filter_by", "note"),
    [
        ([], None),
        (["payment"], None),
        (["city"], "The filter `city` has no effect on the quotient: not every part of it has this label."),
        (
            ["payment", "outcome", "city"],
            "The filters `outcome` and `city` have no effect on the quotient: not every part of it has these labels.",
        ),
    ],
)
def test_descriptions_name_the_filters_that_are_not_followed(filter_by, note):
    """Whoever chooses a value reads which panels it leaves as they are, whoever wrote the rest of the description."""
    for written, first in (
        ({}, "Rate of `shop_cost_usd_total` divided by the rate of `shop_orders_total`."),
        ({"description": "Dear or cheap."}, "Dear or cheap."),
    ):
        panels = {
            "p": {"timeseries": "P", "show": COST_PER_ORDER, **written},
            "q": {"stat": "Q", "show": {"rate": ORDERS}},
        }
        (board,) = dashboards(catalog(dashboards={"d": dashboard(panels, filter_by=filter_by)}))
        quotient, orders = board.rows[0].panels
        assert orders.description == "Rate of `shop_orders_total`."
        assert quotient.description == (f"{first}\n\n{note}" if note else first)


def test_runbooks_are_linked():
    """A marked alert is one click from its runbook, wherever the documentation is served."""
    found = catalog(
        alerts={"Rising": RISING},
        dashboards={"d": dashboard({"p": {"stat": "P", "show": BY_PAYMENT, "mark": "Rising"}})},
    )
    (linked,) = dashboards(found, docs_url="https://docs.example/obs/")
    assert [(link.title, link.url) for link in linked.rows[0].panels[0].links] == [
        ("Runbook: Rising", "https://docs.example/obs/runbooks/shop.md#rising")
    ]
    (unlinked,) = dashboards(found)
    assert unlinked.rows[0].panels[0].links == (), "relative to Grafana's own address it would lead nowhere"


def test_queries_are_named_like_in_grafana():
    """A to Z, then AA."""
    assert [reference(index) for index in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_columns_are_plain_data():
    """Columns compare by value, so that targets can be tested with ones made by hand."""
    assert Column(name="a", title="A") == Column(name="a", title="A", unit="")
