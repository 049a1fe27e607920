"""`alert/unknown-template-label`: a notification that prints a label which the condition does not return."""

import pytest

from obsgen.checks import alert_bad_template, alert_unknown_template_label
from tests import foreign
from tests.bakery import alert
from tests.planted import fault, one, recorded, said

CODE = "alert/unknown-template-label"
RECORDS = recorded("oven:bakery_bake:count5m", "sum by (oven) (increase(bakery_bake_duration_seconds_count[5m]))")


def printing(when: str, summary: str) -> dict[str, str]:
    """Return the bakery with an alert that says *summary*."""
    texts = alert(when, records=RECORDS)
    return {path: text.replace("summary: The bakery is unwell", f"summary: {summary}") for path, text in texts.items()}


CASES = {
    "an aggregation": ("{value: bakery_flour_remaining, below: 5}", "Low {{ $labels.§kind§ }}"),
    "a typo": ("{value: bakery_flour_remaining, by: [kind], below: 5}", "Low {{ $labels.§kinds§ }}"),
    "a recorded series": ("{promql: 'oven:bakery_bake:count5m > 5'}", "{{ $labels.oven }} {{ $labels.§kind§ | title }}"),
    "both sides of or": ("{promql: 'max(up) < 1 or max by (kind) (bakery_flour_remaining) < 5'}", "{{ $labels.§job§ }}"),
    "absent": ("{promql: 'absent(bakery_flour_remaining)'}", "{{ $labels.§kind§ }}"),
    "the name of a series": ("{promql: 'rate(bakery_orders_total[5m]) > 5'}", "{{ $labels.§__name__§ }}"),
    "an open set without it": ("{promql: 'sum without (kind) (theirs) > 5'}", "{{ $labels.§kind§ }}"),
    "a label of the rule": ("{value: bakery_flour_remaining, by: [kind], below: 5}", "{{ $labels.§severity§ }}"),
}  # fmt: skip


@pytest.mark.parametrize("style", ["'{}'", '"{}"', ">-\n      {}"])
@pytest.mark.parametrize("name", CASES)
def test_found(name: str, style: str) -> None:
    """The label is found in the template, in every style of YAML."""
    when, text = CASES[name]
    summary, word = fault(text)
    assert one(CODE, printing(when, style.format(summary))) == [(CODE, word)]


@pytest.mark.parametrize(
    ("when", "summary"),
    [
        ("{value: bakery_flour_remaining, by: [kind], below: 5}", "'Low {{ $labels.kind }}'"),
        ("{promql: 'oven:bakery_bake:count5m > 5'}", "'{{ $labels.oven }}'"),
        ("{promql: 'max(up) < 1 or max by (kind) (bakery_flour_remaining) < 5'}", "'{{ $labels.kind }}'"),
        ("{promql: 'sum by (kind, oven) (theirs) > 5'}", "'{{ $labels.kind }}'"),
        ('{promql: \'label_replace(max(up), "oven", "x", "", "") < 1\'}', "'{{ $labels.oven }}'"),
    ],
)
def test_silent(when: str, summary: str) -> None:
    """Labels that a result may have are silent."""
    assert one(CODE, printing(when, summary)) == []


def test_rule_files() -> None:
    """In rule files every annotation and label is read, and what is only asked for is silent."""
    files = foreign.rules(
        "{alert: A, expr: sum(theirs) > 5, annotations: {message: 'At {{ .Labels.oven }}, {{ if $labels.job }}{{ $labels.job }}{{ end }}'}}",
        "{alert: B, expr: sum by (job) (theirs) > 5, labels: {team: '{{ $labels.team }}'}, annotations: {summary: '{{ $labels.job }}'}}",
    )
    assert foreign.words(alert_unknown_template_label.CHECK, files) == ["oven", "team"]


def test_bad_templates_of_rule_files() -> None:
    """In rule files only braces that are never closed are certainly wrong."""
    rules = (
        "{alert: A, expr: up == 0, annotations: {summary: 'At {{ $labels.job'}}",
        "{alert: B, expr: up == 0, annotations: {summary: '{{ with query \"up\" }}{{ . | first | value }}{{ end }}'}}",
    )
    assert foreign.words(alert_bad_template.CHECK, foreign.rules(*rules)) == ["{{"]


def test_message() -> None:
    """The message says what is printed, shows where the label is lost, and what there is."""
    texts = printing("{promql: 'max by (oven) (bakery_bake_duration_seconds_count) > 5'}", "'Low {{ $labels.kind }}'")
    assert said(CODE, texts).strip("\n").splitlines() == [
        "specs/alerts.yaml:7:30: error[alert/unknown-template-label]: the condition of `BakeryUnwell` returns no label `kind`, so this prints nothing",
        "  |",
        "7 |     summary: 'Low {{ $labels.kind }}'",
        "  |                              ^^^^",
        "  |",
        "5 |     when: {promql: 'max by (oven) (bakery_bake_duration_seconds_count) > 5'}",
        "  |                     --- this puts all `kind` together",
        "  = help: it returns `oven`",
    ]
