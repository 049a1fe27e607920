"""`alert/missing-annotation`: a notification without a word about what happened."""

from obsgen.checks import alert_missing_annotation
from tests import foreign
from tests.bakery import alert
from tests.planted import one


def test_found() -> None:
    """A rule without a text for people is found at its name; any of the usual annotations will do."""
    files = foreign.rules(
        "{alert: None, expr: up == 0}",
        "{alert: Link, expr: up == 0, annotations: {runbook_url: 'https://example.org'}}",
        "{alert: Empty, expr: up == 0, annotations: {summary: ' '}}",
        "{alert: Summary, expr: up == 0, annotations: {summary: Down}}",
        "{alert: Message, expr: up == 0, annotations: {message: Down}}",
    )
    assert foreign.words(alert_missing_annotation.CHECK, files) == ["None", "Link", "Empty"]


def test_catalog() -> None:
    """Alerts of the catalog always have a summary."""
    assert one("alert/missing-annotation", alert("{down: true}")) == []


def test_message() -> None:
    """The message says what is missing, and what to write."""
    assert foreign.printed(alert_missing_annotation.CHECK, foreign.rules("{alert: Down, expr: up == 0}")) == [
        "rules.yaml:4:13: info[alert/missing-annotation]: `Down` sends its name and no word about what happened",
        "  |",
        "4 |   - {alert: Down, expr: up == 0}",
        "  |             ^^^^",
        "  = help: add `summary` to its annotations",
    ]
