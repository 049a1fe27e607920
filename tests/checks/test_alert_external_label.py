"""`alert/external-label`: a notification that prints a label which the server does not add."""

import pytest

from obsgen.checks import alert_external_label
from obsgen.settings import Server, Settings
from tests import foreign

CHECK = alert_external_label.CHECK
SERVER = {"cluster": "eu", "city": "Ulm"}


def rule(text: str, where: str = "annotations") -> str:
    """Return a rule with a template in it."""
    return f"{{alert: Low, expr: bakery_flour_remaining < 5, {where}: {{summary: '{text}'}}}}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ $externalLabels.clutser }}", ["clutser"]),
        ("in {{ .ExternalLabels.town }} and {{ $externalLabels.city }}", ["town"]),
        ('{{ index $externalLabels "town" | title }}', ["town"]),
        ("{{ if $labels.kind }}{{ $externalLabels.town }}{{ end }}", ["town"]),
        ("{{ $externalLabels.cluster }} of {{ $.ExternalLabels.city }}", []),
        ("{{ if $externalLabels.town }}there{{ end }}", []),
        ("{{ with $labels.kind }}{{ .ExternalLabels.town }}{{ end }}", []),
        ("{{ $labels.town }}{{/* $externalLabels.town */}}", []),
        ("externalLabels.town", []),
    ],
)
def test_found(text: str, words: list[str]) -> None:
    """A label that is printed and not there is found, in annotations and labels; one that is only tested for is not."""
    for where in ("annotations", "labels"):
        assert foreign.words(CHECK, foreign.rules(rule(text, where)), SERVER) == words


@pytest.mark.parametrize(("labels", "words"), [(None, []), ({}, ["city"]), ({"city": "Ulm"}, [])])
def test_settings(labels: dict[str, str] | None, words: list[str]) -> None:
    """Where nobody said which labels the server adds, nothing is known; that it adds none is known, too."""
    settings = Settings(server=Server(external_labels=labels))
    assert foreign.words(CHECK, foreign.rules(rule("{{ $externalLabels.city }}")), settings=settings) == words


def test_message() -> None:
    """The message says what would be printed, and which label may be meant."""
    settings = Settings(server=Server(external_labels=SERVER))
    said = foreign.printed(CHECK, foreign.rules(rule("{{ $externalLabels.clutser }}")), settings)
    assert said == [
        "rules.yaml:4:95: error[alert/external-label]: the server adds no label `clutser`, so this prints nothing",
        "  |",
        "4 |   - {alert: Low, expr: bakery_flour_remaining < 5, annotations: {summary: '{{ $externalLabels.clutser }}'}}",
        "  |                                                                                               ^^^^^^^ did you mean `cluster`?",
    ]
