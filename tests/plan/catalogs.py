"""Catalogs for tests of the plan: one service with a metric of each kind, and whatever a test adds."""

from __future__ import annotations

from typing import Any

from obsgen.diagnostics import Severity
from obsgen.emit.yaml_text import yaml_text
from obsgen.load import load_texts
from obsgen.spec.model import Catalog
from obsgen.spec.queries import AllOf, AnyOf, Shape, When

SHARED = {
    "obsgen": 1,
    "shared": True,
    "severities": {
        "critical": {"means": "Now.", "respond_in": "5m"},
        "warning": {"means": "Today.", "respond_in": "1d"},
    },
    "destinations": {
        "store": {
            "metrics": {"url": {"env": "STORE_URL"}, "user": {"env": "STORE_USER"}, "password": {"env": "STORE_KEY"}}
        },
        "copy": {"metrics": {"url": {"env": "COPY_URL"}}},
    },
}
SHOP: dict[str, Any] = {
    "obsgen": 1,
    "service": "shop",
    "owner": "shop-team",
    "labels": {
        "payment": {"help": "Way of paying.", "values": ["card", "invoice"]},
        "outcome": {"help": "What became of it.", "values": ["accepted", "refused"]},
        "city": {"help": "Where.", "at_most": 50},
    },
    "metrics": {
        "shop_orders_total": {"counter": "Orders.", "labels": ["payment", "outcome", "city"]},
        "shop_cost_usd_total": {"counter": "Money spent.", "labels": ["payment"]},
        "shop_duration_seconds": {
            "histogram": "Time of an order.",
            "labels": ["payment"],
            "buckets": [0.1, 0.5, 1, 2.5, 5, 10, 600],
        },
        "shop_stock": {"gauge": "Things in stock.", "unit": "things", "labels": ["city"]},
        "shop_last_delivery_seconds": {"gauge": "Time of the last delivery.", "labels": ["city"]},
        "shop_payment_info": {"info": "Ways of paying.", "labels": ["payment"]},
    },
    "scrape": {"job": "shop"},
    "workspaces": {"main": {"port": 9464}},
}


def texts(*documents: dict[str, Any], **shop: Any) -> dict[str, str]:
    """Return the files of a catalog: the shared one, the shop with the keys *shop* added, and *documents*."""
    found = (SHARED, SHOP | shop, *documents)
    return {f"specs/{number}.yaml": yaml_text(one) for number, one in enumerate(found)}


def catalog(*documents: dict[str, Any], **shop: Any) -> Catalog:
    """Return the linked catalog of `texts`; fails if it has an error, but for conditions whose parts never meet."""
    loaded = load_texts(texts(*documents, **shop))
    errors = [one for one in loaded.diagnostics if one.severity is Severity.ERROR]
    errors = [one for one in errors if one.code != "query/no-shared-labels"]
    assert errors == []
    return loaded.catalog


def alert(when: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """Return an alert as it is written."""
    return {"when": when, "severity": "warning", "summary": "Look.", "impact": "Bad.", "mitigation": "Mend."} | keys


def dashboard(panels: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """Return a dashboard with one row as it is written."""
    return {"title": "Shop", "rows": {"one": {"title": "One", "panels": panels}}} | keys


def condition_of(when: dict[str, Any]) -> When | AllOf | AnyOf:
    """Return a decoded condition."""
    return catalog(alerts={"A": alert(when)}).services[0].alerts[0].spec.when


def query_of(show: dict[str, Any], kind: str = "timeseries") -> Shape:
    """Return a decoded query of a panel."""
    shown = catalog(dashboards={"d": dashboard({"p": {kind: "P", "show": show}})}, alerts={"A": alert(DOWN)})
    shape = shown.services[0].dashboards[0].spec.rows["one"].panels["p"].show
    assert shape is not None
    assert not isinstance(shape, tuple)
    return shape


DOWN = {"down": True}
