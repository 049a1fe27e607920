"""`alert/useless-for`: a waiting time in which nothing new is measured."""

import pytest

from tests.bakery import alert
from tests.planted import one, said

CODE = "alert/useless-for"


def waiting(when: str, wait: str) -> dict[str, str]:
    """Return the bakery, scraped every minute, with an alert that waits for *wait*."""
    pipeline = "obsgen: 1\nservice: bakery\nscrape: {job: bakery, every: 1m}\nworkspaces:\n  main: {port: 9464}\n"
    texts = alert(when, pipeline=pipeline)
    return {path: text.replace("    for: 10m\n", f"    for: {wait}\n") for path, text in texts.items()}


@pytest.mark.parametrize(
    "when",
    [
        "{value: bakery_flour_remaining, below: 5}",
        "{promql: 'bakery_flour_remaining < 5 or bakery_crust_quality_ratio < 0.5'}",
        "promql: |\n  sum(rate(bakery_orders_total[5m])) > 5\n",
    ],
)
def test_found(when: str) -> None:
    """A `for` that is shorter than the scrape interval is found; one that is as long is not."""
    assert one(CODE, waiting(when, "59s")) == [(CODE, "59s")]
    assert one(CODE, waiting(when, "1m")) == []


@pytest.mark.parametrize(
    "when", ["{promql: 'theirs < 5'}", "{promql: 'bakery_flour_remaining < on () group_left () theirs'}"]
)
def test_silent(when: str) -> None:
    """Where one of the series may be scraped more often, nothing is said."""
    assert one(CODE, waiting(when, "10s")) == []


def test_message() -> None:
    """The message says what happens, shows the scrape, and what to write."""
    assert said(CODE, waiting("{value: bakery_flour_remaining, below: 5}", "30s")).strip("\n").splitlines() == [
        "specs/alerts.yaml:10:10: warning[alert/useless-for]: no sample comes within 30s, so this `for` waits for nothing",
        "   |",
        "10 |     for: 30s",
        "   |          ^^^",
        "   ::: specs/pipeline.yaml:3:30",
        "   |",
        " 3 | scrape: {job: bakery, every: 1m}",
        "   |                              -- scraped every 1m",
        "   = help: wait for two scrapes or more: at least `for: 120s`",
    ]
