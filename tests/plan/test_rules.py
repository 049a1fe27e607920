"""Rules: which labels and annotations they carry, how long they wait, and in which order they stand."""

import re
from fractions import Fraction

import pytest

from obsgen.load import load_texts
from obsgen.plan.rules import rule_groups, verbatim
from tests.plan.catalogs import alert, catalog

ORDERS = "shop_orders_total"
RATE = {"rate": ORDERS, "over": "5m", "above": 10}


def rules(**shop):
    """Return the rules of the shop by name."""
    return {rule.name: rule for group in rule_groups(catalog(**shop)) for rule in group.rules}


def test_labels():
    """An alert carries its severity, service and owner; an owner of its own wins."""
    found = rules(alerts={"A": alert(RATE), "B": alert(RATE, owner="night-shift", severity="critical")})
    assert found["A"].labels == {"severity": "warning", "service": "shop", "owner": "shop-team"}
    assert found["B"].labels == {"severity": "critical", "service": "shop", "owner": "night-shift"}


def test_no_owner_no_label():
    """An empty label would be none at all for Prometheus."""
    nameless = {"obsgen": 1, "service": "road", "metrics": {"road_cars_total": {"counter": "Cars."}}}
    nameless["alerts"] = {"Cars": alert({"rate": "road_cars_total", "over": "5m", "above": 1})}
    labels = [rule.labels for group in rule_groups(catalog(nameless)) for rule in group.rules]
    assert labels == [{"severity": "warning", "service": "road"}]


@pytest.mark.parametrize("text", ["{{ $value }}", "a {{ b", "{{", "{{{{", "{{{", "}}", ""])
def test_verbatim(text):
    """Braces can be printed as they are, whatever stands in them."""
    assert expanded(verbatim(text)) == text


def expanded(template):
    """Return what a template without values prints, which here may only be two braces."""
    parts = re.split(r"\{\{(.*?)\}\}", template)
    assert "{{" not in "".join(parts[::2])
    assert set(parts[1::2]) <= {' "{{" '}
    return "".join(part if index % 2 == 0 else "{{" for index, part in enumerate(parts))


def test_annotations():
    """A notification has a summary, a second line from the condition, and the way to the runbook."""
    assert rules(alerts={"A": alert(RATE, summary="Too many.")})["A"].annotations == {
        "summary": "Too many.",
        "description": 'Rate of shop_orders_total over 5m is above 10 per second. It is {{ printf "%.4g" $value }} per second.',
        "runbook": "runbooks/shop.md#a",
    }


def test_a_written_description_wins():
    """Whoever writes a description gets that and nothing else."""
    assert rules(alerts={"A": alert(RATE, description="Mine.")})["A"].annotations["description"] == "Mine."


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"down": True}, "A target does not answer."),
        ({"absent": ORDERS}, "Nothing reports shop_orders_total."),
        (
            {"all": [{"down": True}, {"absent": ORDERS}]},
            "A target does not answer and nothing reports shop_orders_total.",
        ),
        ({"promql": "up == 0"}, 'Its PromQL expression returns a result. The result is {{ printf "%.4g" $value }}.'),
        (
            {"ratio": ORDERS, "part": {"outcome": "refused"}, "over": "5m", "above": "5%"},
            "Share of shop_orders_total whose outcome is refused over 5m is above 5%. It is {{ $value | humanizePercentage }}.",
        ),
    ],
)
def test_descriptions(when, expected):
    """The second line says the condition, and the value where there is one."""
    assert rules(alerts={"A": alert(when)})["A"].annotations["description"] == expected


def test_values_in_descriptions_are_no_templates():
    """A label value with braces is printed as it is."""
    when = {"rate": ORDERS, "where": {"city": "{{ $value }}"}, "over": "5m", "above": 1}
    text = rules(alerts={"A": alert(when)})["A"].annotations["description"]
    assert text.startswith('Rate of shop_orders_total where city is {{ "{{" }} $value }} over 5m')


def test_the_runbook_may_be_served_somewhere():
    """With an address in the settings the link is absolute, with one slash."""
    for base in ("https://docs.example", "https://docs.example/"):
        (group,) = rule_groups(catalog(alerts={"A": alert(RATE)}), docs_url=base)
        assert group.rules[0].annotations["runbook_url"] == "https://docs.example/runbooks/shop.md#a"


def test_waiting():
    """`for` is a Prometheus duration, and absent where the catalog says none."""
    found = rules(alerts={"A": alert(RATE, **{"for": "1h30m"}), "B": alert(RATE)})
    assert (found["A"].wait, found["B"].wait) == ("1h30m", "")


def test_in_fast_motion():
    """A scale divides the wait and every window, and no threshold."""
    found = catalog(alerts={"A": alert(RATE | {"over": "1h"}, **{"for": "10m"})})
    (group,) = rule_groups(found, scale=Fraction(1, 30))
    assert (group.rules[0].wait, group.rules[0].expr) == ("20s", "sum(rate(shop_orders_total[2m])) > 10")
    (tiny,) = rule_groups(found, scale=Fraction(1, 10**9))
    assert tiny.rules[0].wait == "1ms"


def test_records_come_first():
    """What alerts may read is recorded before they are evaluated; each service has groups of its own, sorted."""
    records = {"shop:orders:rate5m": {"record": "Orders.", "query": {"rate": ORDERS, "over": "5m"}}}
    road = {"obsgen": 1, "service": "road", "metrics": {"road_cars_total": {"counter": "Cars."}}}
    road["alerts"] = {"Cars": alert({"rate": "road_cars_total", "over": "5m", "above": 1})}
    groups = rule_groups(catalog(road, alerts={"B": alert(RATE), "A": alert(RATE)}, records=records))
    assert [(group.name, group.service, [rule.name for rule in group.rules]) for group in groups] == [
        ("road-alerts", "road", ["Cars"]),
        ("shop-records", "shop", ["shop:orders:rate5m"]),
        ("shop-alerts", "shop", ["A", "B"]),
    ]
    record = groups[1].rules[0]
    assert record.recording
    assert (record.labels, record.annotations, record.wait) == ({}, {}, "")


def test_nothing_to_say():
    """A service without rules has no group."""
    assert rule_groups(catalog()) == ()


def test_a_recorded_series_stands_behind_what_it_reads():
    """A series that is made of another is recorded after it, whatever their names."""
    catalog = load_texts(
        {
            "a.yaml": """\
obsgen: 1
service: shop
metrics: {shop_orders_total: {counter: Orders.}}
records:
  "a:shop_orders:ratio": {record: A., query: {promql: "z:shop_orders:rate5m / 2"}}
  "m:shop_orders:ratio": {record: M., query: {promql: "a:shop_orders:ratio + z:shop_orders:rate5m"}}
  "z:shop_orders:rate5m": {record: Z., query: {rate: shop_orders_total, over: 5m}}
"""
        }
    ).catalog
    (group,) = rule_groups(catalog)
    assert [rule.name[0] for rule in group.rules] == ["z", "a", "m"]
