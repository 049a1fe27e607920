"""`alert/label-clash`: a label of an alerting rule that hides one of the result, or of the server."""

import pytest

from obsgen.checks import alert_label_clash
from tests import foreign
from tests.bakery import METRICS, alert
from tests.planted import one

CODE = "alert/label-clash"
SERVED = METRICS.replace(
    "labels:\n  kind", "labels:\n  service: {help: Which one., values: [kitchen, shop]}\n  kind", 1
).replace(
    "    unit: kilograms\n    labels: [kind]\n  bakery_crust",
    "    unit: kilograms\n    labels: [kind, service]\n  bakery_crust",
)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{value: bakery_flour_remaining, by: [kind, service], below: 5}", ["service"]),
        ("{promql: 'max by (kind, service) (bakery_flour_remaining) > 5'}", ["service"]),
        ("{promql: 'up == 0 or bakery_flour_remaining > 5'}", []),
        ("{value: bakery_flour_remaining, by: [kind], below: 5}", []),
        ("{promql: 'max by (service) (bakery_flour_remaining{service=\"shop\"}) > 5'}", []),
    ],
)
def test_catalog(when: str, words: list[str]) -> None:
    """A label that every result has and obsgen adds is found where it is asked for, unless it has one value only."""
    assert [word for _, word in one(CODE, alert(when, metrics=SERVED))] == words


@pytest.mark.parametrize(
    ("labels", "words"),
    [("{kind: bread}", ["bread"]), ("{team: ovens}", []), ("{cluster: one}", ["one"]), ("{oven: north}", [])],
)
def test_rule_files(labels: str, words: list[str]) -> None:
    """In rule files labels of the result, and those of the server, are found."""
    rule = f"{{alert: Low, expr: max by (kind) (bakery_flour_remaining) > 5, labels: {labels}}}"
    assert foreign.words(alert_label_clash.CHECK, foreign.rules(rule), {"cluster": "eu"}) == words


def test_message() -> None:
    """The message shows both places."""
    rule = "{alert: Low, expr: max by (kind) (bakery_flour_remaining) > 5, labels: {kind: bread}}"
    assert foreign.printed(alert_label_clash.CHECK, foreign.rules(rule)) == [
        "rules.yaml:4:83: warning[alert/label-clash]: the rule's label `kind` hides that of the result",
        "  |",
        "4 |   - {alert: Low, expr: max by (kind) (bakery_flour_remaining) > 5, labels: {kind: bread}}",
        "  |                                                                                   ^^^^^",
        "  |",
        "4 |   - {alert: Low, expr: max by (kind) (bakery_flour_remaining) > 5, labels: {kind: bread}}",
        "  |                                ---- every result has a `kind`, which tells it from the others",
        "  = help: results that differ only in `kind` break the rule; give this one another name",
    ]
