"""`record/label-clash`: a label of a recording rule that keeps the server from adding its own."""

import pytest

from obsgen.checks import record_label_clash
from obsgen.settings import Server, Settings
from tests import foreign

CHECK = record_label_clash.CHECK
LABELS = {"city": "Ulm"}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("{record: 'a:b:c', expr: sum(up), labels: {city: Bonn}}", ["Bonn"]),
        ("{record: 'a:b:c', expr: sum(up), labels: {kind: rye, city: 'Bonn'}}", ["'Bonn'"]),
        ("{record: 'a:b:c', expr: sum(up), labels: {city: Ulm}}", []),
        ("{record: 'a:b:c', expr: sum(up), labels: {city: ''}}", []),
        ("{record: 'a:b:c', expr: sum(up), labels: {town: Bonn}}", []),
        ("{record: 'a:b:c', expr: sum(up)}", []),
        ("{alert: Low, expr: sum(up) < 1, labels: {city: Bonn}}", []),
    ],
)
def test_found(rule: str, words: list[str]) -> None:
    """The value is found where it differs from the server's; alerts are another rule's concern."""
    assert foreign.words(CHECK, foreign.rules(rule), LABELS) == words
    assert foreign.words(CHECK, foreign.rules(rule)) == []


def test_message() -> None:
    """The message says what the server would have added."""
    text = foreign.rules("{record: 'a:b:c', expr: sum(up), labels: {city: Bonn}}")
    assert foreign.printed(CHECK, text, Settings(server=Server(external_labels=LABELS))) == [
        "rules.yaml:4:53: warning[record/label-clash]: the server adds `city` to everything it sends, but not to `a:b:c`, which has "
        "one already",
        "  |",
        "4 |   - {record: 'a:b:c', expr: sum(up), labels: {city: Bonn}}",
        "  |                                                     ^^^^ the server says `Ulm`",
        "  = help: give the label another name, or leave it to the server",
    ]
