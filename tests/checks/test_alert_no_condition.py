"""`alert/no-condition`: an alert that fires whenever there is data."""

import pytest

from obsgen.checks import alert_no_condition
from tests import foreign
from tests.bakery import alert
from tests.planted import fault, in_alerts, one, recorded, said

CODE = "alert/no-condition"
RECORDS = recorded("kind:bakery_flour:low", "sum by (kind) (bakery_flour_remaining) < 5")

# The fault, `§` around the word at fault, and its closest correct twin.
CASES = {
    "a rate": ("§rate§(bakery_orders_total[5m])", "rate(bakery_orders_total[5m]) > 0"),
    "bool": ("bakery_flour_remaining < §bool§ 5", "bakery_flour_remaining < 5"),
    "bool over unknown series": ("somebody_elses_metric < §bool§ 5", "somebody_elses_metric < 5"),
    "bool of a sum": ("sum(rate(bakery_orders_total[5m])) >= §bool§ 5", "sum(rate(bakery_orders_total[5m]) >= bool 5) > 1"),
    "behind or": ("up == 0 or §sum§ by (job) (rate(bakery_orders_total[5m]))", "up == 0 or sum by (job) (rate(bakery_orders_total[5m])) > 5"),
    "before or": ("§up§ or bakery_flour_remaining < 5", "up == 0 or bakery_flour_remaining < 5"),
    "a fallback": ("bakery_flour_remaining < 5 or §vector§(1)", "(bakery_flour_remaining or vector(1)) < 5"),
    "numbers": ("§vector§(1)", "absent(up)"),
    "a quotient": ("§sum§(rate(bakery_orders_total[5m])) / sum(rate(bakery_flour_used_total[5m]))", "sum(rate(bakery_orders_total[5m])) / sum(rate(bakery_flour_used_total[5m])) > 5"),
    "all of an info metric": ("§bakery_oven_info§", 'bakery_oven_info{oven="north"}'),
    "a count": ("§count§(bakery_flour_remaining)", "count(bakery_flour_remaining < 5)"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_found(name: str) -> None:
    """The part that leaves nothing out is found in every style of YAML, and nothing is said about its twin."""
    text, correct = CASES[name]
    wrong, word = fault(text)
    for texts in in_alerts(wrong, records=RECORDS):
        assert one(CODE, texts) == [(CODE, word)]
    for texts in in_alerts(correct, records=RECORDS):
        assert one(CODE, texts) == []


@pytest.mark.parametrize(
    "text",
    [
        "kind:bakery_flour:low",
        "sum(kind:bakery_flour:low)",
        "somebody_elses_metric",
        'ALERTS{alertname="BakeryUnwell"}',
        "absent(bakery_flour_remaining)",
        "bakery_flour_remaining unless bakery_crust_quality_ratio",
        "bakery_flour_remaining and on (kind) bakery_crust_quality_ratio < 0.5",
        "bakery_flour_remaining * (bakery_flour_remaining < bool 5) > 0",
        "count_over_time((bakery_flour_remaining < 5)[5m:])",
        "{all: [{down: true}, {absent: bakery_flour_remaining}]}",
    ],
)
def test_silent(text: str) -> None:
    """What comes and goes by itself, and what nobody can be certain of, is silent."""
    for texts in [alert(text)] if text.startswith("{") else in_alerts(text, records=RECORDS):
        assert one(CODE, texts) == []


def test_rule_files() -> None:
    """In a rule file the part is found as well."""
    rule = "{alert: Failing, expr: 'rate(bakery_orders_total[5m])', for: 5m}"
    assert foreign.words(alert_no_condition.CHECK, foreign.rules(rule)) == ["rate"]


def test_message() -> None:
    """The message says what happens, where, and what to write."""
    assert said(CODE, alert("{promql: 'max(up) < bool 1'}")).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:31: error[alert/no-condition]: with `bool` the comparison returns 0 instead of nothing, and the alert fires on 0, too",
        "  |",
        "5 |     when: {promql: 'max(up) < bool 1'}",
        "  |                               ^^^^",
        "  = help: leave `bool` out",
    ]
