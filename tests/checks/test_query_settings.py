"""`query/range-beyond-retention`, `query/offset-beyond-retention`, `query/needs-newer-prometheus`: what the server cannot answer."""

import pytest

from obsgen.checks.query_needs_newer_prometheus import SINCE
from obsgen.promql.meaning.aggregations import OPERATORS
from obsgen.promql.meaning.functions import FUNCTIONS
from tests.bakery import alert
from tests.planted import everywhere, fault, in_panels, one, said_with_settings, with_settings

RANGE, OFFSET, NEWER = (
    "query/range-beyond-retention", "query/offset-beyond-retention", "query/needs-newer-prometheus",
)  # fmt: skip
SETTINGS = {"retention_seconds": 15 * 86_400.0, "prometheus": (2, 42)}

# The code, the fault with `§` around the word at fault, and its closest correct twin.
CASES = {
    "a window": (RANGE, "increase(bakery_orders_total[§90d§]) > 5", "increase(bakery_orders_total[15d]) > 5"),
    "a window inside": (RANGE, 'up == 0 or sum(rate(bakery_orders_total{kind=~"r[xy]e"}[§2w2d§])) > 5', 'up == 0 or sum(rate(bakery_orders_total{kind=~"r[xy]e"}[2w])) > 5'),
    "a subquery": (RANGE, "max_over_time(rate(bakery_orders_total[5m])[§30d§:1h]) > 5", "max_over_time(rate(bakery_orders_total[5m])[10d:1h]) > 5"),
    "a window in a subquery": (RANGE, "max_over_time(rate(bakery_orders_total[§16d§])[1h:5m]) > 5", "max_over_time(rate(bakery_orders_total[15d])[1h:5m]) > 5"),
    "an offset": (OFFSET, "bakery_flour_remaining > (bakery_flour_remaining offset §365d§)", "bakery_flour_remaining > (bakery_flour_remaining offset 7d)"),
    "an offset of a subquery": (OFFSET, "max_over_time((bakery_flour_remaining offset 1d)[1h:] offset §365d§) > 5", "max_over_time((bakery_flour_remaining offset 1d)[1h:] offset 7d) > 5"),
    "an offset of a window": (OFFSET, 'up == 0 or sum(rate(bakery_orders_total{kind="rye"}[5m] offset §30d§)) > 5', 'up == 0 or sum(rate(bakery_orders_total{kind="rye"}[5m] offset 7d)) > 5'),
    "a function": (NEWER, "§mad_over_time§(bakery_flour_remaining[1h]) > 5", "stddev_over_time(bakery_flour_remaining[1h]) > 5"),
    "a function inside": (NEWER, "up == 0 or sum(§sort_by_label§(bakery_flour_remaining, 'kind')) > 5", "up == 0 or sum(sort(bakery_flour_remaining)) > 5"),
    "an aggregation": (NEWER, "§limitk§(5, bakery_flour_remaining) > 5", "topk(5, bakery_flour_remaining) > 5"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_found(name: str) -> None:
    """The fault is found at its word where the settings are known, and only there; nothing is said about its twin."""
    code, text, correct = CASES[name]
    wrong, word = fault(text)
    for texts in everywhere(wrong):
        if not one("query/syntax", texts):
            assert with_settings(code, texts, SETTINGS) == [(code, word)]
            assert one(code, texts) == []
    for texts in everywhere(correct):
        assert with_settings(code, texts, SETTINGS) == []


def test_windows_of_grafana() -> None:
    """How long the range of a dashboard is, nobody knows."""
    for texts in in_panels("sum(increase(bakery_orders_total[$__range]))"):
        assert with_settings(RANGE, texts, {"retention_seconds": 1.0}) == []


@pytest.mark.parametrize(("version", "known"), [((2, 48, 1), False), ((2, 49), True), ((3, 0), True)])
def test_version(version: tuple[int, ...], known: bool) -> None:
    """A function is known from the version on that brought it."""
    found = with_settings(
        NEWER, alert("promql: mad_over_time(bakery_flour_remaining[1h]) > 5"), {"prometheus": version}
    )
    assert (found == []) is known


def test_known_words() -> None:
    """Every word of the table is one that queries are read with, except for the newest."""
    assert SINCE.keys() - {"atan2", "histogram_quantiles"} <= FUNCTIONS.keys() | OPERATORS


def test_messages() -> None:
    """The messages say what is wrong, where, and what to write."""
    texts = alert("promql: mad_over_time(bakery_flour_remaining[20d] offset 30d) > 5")
    assert [said_with_settings(code, texts, SETTINGS).strip("\n").splitlines() for code in (RANGE, OFFSET, NEWER)] == [
        [
            "specs/alerts.yaml:6:52: warning[query/range-beyond-retention]: samples are kept for 15d, so 20d never sees more than that",
            "  |",
            "6 |       promql: mad_over_time(bakery_flour_remaining[20d] offset 30d) > 5",
            "  |                                                    ^^^",
            "  = help: shorten the window, keep samples longer, or record a series that carries the long view",
        ],
        [
            "specs/alerts.yaml:6:64: error[query/offset-beyond-retention]: `offset 30d` asks for a time of which nothing is left",
            "  |",
            "6 |       promql: mad_over_time(bakery_flour_remaining[20d] offset 30d) > 5",
            "  |                                                                ^^^",
            "  = help: look back less far, or keep samples longer",
        ],
        [
            "specs/alerts.yaml:6:15: error[query/needs-newer-prometheus]: `mad_over_time` came with Prometheus 2.49, the settings say 2.42",
            "  |",
            "6 |       promql: mad_over_time(bakery_flour_remaining[20d] offset 30d) > 5",
            "  |               ^^^^^^^^^^^^^",
            "  = help: write it without, or raise the version in the settings once every server has it",
        ],
    ]
