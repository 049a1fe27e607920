"""`alert/duplicate-rule`: two alerting rules that nobody can tell apart once they fire."""

from obsgen.checks import alert_duplicate_rule
from obsgen.diagnostics import Severity
from tests import foreign

FIRST = "{alert: Down, expr: up == 0, labels: {severity: warning}}"


def test_found() -> None:
    """The second rule is found: an error if it says the same, a warning if it does not."""
    for second, severity in {
        "{alert: Down, expr: 'up   ==  0', labels: {severity: warning}}": Severity.ERROR,
        "{alert: Down, expr: up < 1, for: 5m, labels: {severity: warning}}": Severity.WARNING,
    }.items():
        found = foreign.findings(alert_duplicate_rule.CHECK, foreign.rules(FIRST, second))
        assert [(one.severity, one.primary.span.line) for one in found] == [(severity, 5)]


def test_silent() -> None:
    """Another name or another label is enough."""
    others = (
        "{alert: Down, expr: up == 0, labels: {severity: info}}",
        "{alert: Gone, expr: up == 0, labels: {severity: warning}}",
    )
    assert foreign.words(alert_duplicate_rule.CHECK, foreign.rules(FIRST, *others)) == []


def test_message() -> None:
    """The message shows both places."""
    assert foreign.printed(alert_duplicate_rule.CHECK, foreign.rules(FIRST, FIRST)) == [
        "rules.yaml:5:13: error[alert/duplicate-rule]: `Down` is here twice with the same condition",
        "  |",
        "5 |   - {alert: Down, expr: up == 0, labels: {severity: warning}}",
        "  |             ^^^^",
        "  |",
        "4 |   - {alert: Down, expr: up == 0, labels: {severity: warning}}",
        "  |             ---- the first one",
        "  = help: delete one of them",
    ]
