"""Variables of dashboards in rules, which Prometheus refuses."""

import json

import pytest

from tests.foreign import linted, rules, said

VARIABLES = ["$limit", "${limit}", "[[limit]]"]


@pytest.mark.parametrize("variable", VARIABLES)
def test_in_rules(variable: str) -> None:
    """In an alert, a recorded series and a query of a text the variable is found."""
    expr = f"max by (kind) (bakery_flour_remaining) > {variable}"
    notes = "for: 5m, annotations: {summary: x}"
    for rule in (
        f"{{alert: FlourLow, expr: '{expr}', {notes}}}",
        f"{{record: 'kind:bakery_flour:max', expr: '{expr}'}}",
    ):
        assert ("query/syntax", variable) in linted({"x.yml": rules(rule)})
    rule = f'{{alert: FlourLow, expr: "up == 0", for: 5m, annotations: {{summary: "{{{{ query `{expr}` }}}}"}}}}'
    assert ("query/syntax", variable) in linted({"x.yml": rules(rule)})


def test_what_to_write() -> None:
    """For a window a length of time is advised."""
    rule = (
        "{alert: X, expr: 'sum(rate(bakery_orders_total[$__rate_interval])) > 5', for: 5m, annotations: {summary: x}}"
    )
    text = said({"x.yml": rules(rule)})
    assert "this is no PromQL: `$__rate_interval` is a variable, which only a dashboard has" in text
    assert "= help: write a length of time, such as `5m`" in text


def test_not_in_panels() -> None:
    """A panel may have them, and a text in quotes is a text."""
    targets = [{"expr": f"bakery_flour_remaining > {one}"} for one in VARIABLES]
    board = {"title": "x", "panels": [{"id": 1, "type": "timeseries", "targets": targets}]}
    assert "query/syntax" not in dict(linted({"x.json": json.dumps(board)}))
    rule = "{alert: X, expr: 'up{job=\"$x\"} == 0', for: 5m, annotations: {summary: x}}"
    assert "query/syntax" not in dict(linted({"x.yml": rules(rule)}))
