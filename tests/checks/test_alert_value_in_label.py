"""`alert/value-in-label`: a label of an alert that changes with every measurement."""

from obsgen.checks import alert_value_in_label
from tests import foreign

RULE = "{{alert: Hot, expr: up == 0, for: 5m, labels: {{heat: '{}'}}}}"


def test_found() -> None:
    """The value is found where a label prints it; where it only chooses between words it is not."""
    for text, word in {
        "{{ $value }}": "$value",
        "at {{ .Value | humanize }}": ".Value",
        '{{ printf "%f" $value }}': "$value",
    }.items():
        assert foreign.words(alert_value_in_label.CHECK, foreign.rules(RULE.format(text))) == [word]
    for text in ("{{ if gt $value 5.0 }}high{{ end }}", "{{ $labels.job }}", "$value"):
        assert foreign.words(alert_value_in_label.CHECK, foreign.rules(RULE.format(text))) == []


def test_annotations_may_print_it() -> None:
    """An annotation is no part of what an alert is known by."""
    rule = "{alert: Hot, expr: up == 0, for: 5m, annotations: {summary: 'It is {{ $value }}'}}"
    assert foreign.words(alert_value_in_label.CHECK, foreign.rules(rule)) == []


def test_message() -> None:
    """The message says what happens, shows the waiting, and what to write."""
    text = foreign.rules(RULE.format("{{ $value }}"))
    assert foreign.printed(alert_value_in_label.CHECK, text) == [
        "rules.yaml:4:61: error[alert/value-in-label]: the label `heat` holds the value, so every change of it is another alert",
        "  |",
        "4 |   - {alert: Hot, expr: up == 0, for: 5m, labels: {heat: '{{ $value }}'}}",
        "  |                                                             ^^^^^^",
        "  |",
        "4 |   - {alert: Hot, expr: up == 0, for: 5m, labels: {heat: '{{ $value }}'}}",
        "  |                                      -- each of them begins to wait anew",
        "  = help: print the value in an annotation",
    ]
