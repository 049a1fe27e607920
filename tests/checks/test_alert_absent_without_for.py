"""`alert/absent-without-for`: an alert that takes every restart for a loss."""

import pytest

from obsgen.checks import alert_absent_without_for
from tests import foreign
from tests.bakery import alert
from tests.planted import one, said

CODE = "alert/absent-without-for"


def waiting(when: str, wait: str) -> dict[str, str]:
    """Return the bakery, scraped every 30 seconds, with an alert that waits for *wait*."""
    pipeline = "obsgen: 1\nservice: bakery\nscrape: {job: bakery, every: 30s}\nworkspaces:\n  main: {port: 9464}\n"
    texts = alert(when, pipeline=pipeline)
    return {path: text.replace("    for: 10m\n", wait and f"    for: {wait}\n") for path, text in texts.items()}


@pytest.mark.parametrize(
    ("when", "word"),
    [
        ("{absent: bakery_flour_remaining}", "{absent: bakery_flour_remaining}"),
        ("{promql: 'absent(bakery_flour_remaining)'}", "absent"),
        ("{promql: 'absent(bakery_flour_remaining{kind=\"rye\"}) == 1'}", "absent"),
        ("{promql: 'up == 0 or absent(bakery_flour_remaining)'}", "absent"),
        ("promql: |\n  # gone\n  absent_over_time(bakery_flour_remaining[15s])\n", "absent_over_time"),
    ],
)
@pytest.mark.parametrize("wait", ["", "30s"])
def test_found(when: str, word: str, wait: str) -> None:
    """`absent` is found unless the alert waits for two scrapes."""
    assert one(CODE, waiting(when, wait)) == [(CODE, word)]
    assert one(CODE, waiting(when, "1m")) == []


@pytest.mark.parametrize(
    "when",
    [
        "{promql: 'absent_over_time(bakery_flour_remaining[5m])'}",
        "{promql: 'bakery_flour_remaining < 5 unless absent(up)'}",
        "{down: true}",
    ],
)
def test_silent(when: str) -> None:
    """A window waits too, and where something else decides, nothing is said."""
    assert one(CODE, waiting(when, "")) == []


def test_rule_files() -> None:
    """Where nobody knows how often a series is scraped, any waiting will do."""
    files = foreign.rules("{alert: A, expr: absent(theirs)}", "{alert: B, expr: absent(theirs), for: 10s}")
    assert foreign.words(alert_absent_without_for.CHECK, files) == ["absent"]


def test_message() -> None:
    """The message says what happens, shows the scrape, and what to write."""
    assert said(CODE, waiting("{promql: 'absent(bakery_flour_remaining)'}", "45s")).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:21: warning[alert/absent-without-for]: `absent` is true at every restart, and this alert does not wait for two scrapes",
        "   |",
        " 5 |     when: {promql: 'absent(bakery_flour_remaining)'}",
        "   |                     ^^^^^^",
        "   |",
        "10 |     for: 45s",
        "   |          --- this is shorter than two scrapes",
        "   ::: specs/pipeline.yaml:3:30",
        "   |",
        " 3 | scrape: {job: bakery, every: 30s}",
        "   |                              --- scraped every 30s",
        "   = help: write `for: 5m`",
    ]
