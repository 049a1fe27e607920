"""`metric/unused` and `metric/uncovered`: metrics that nothing reads, and metrics that nobody sees."""

import pytest

from tests.services import board, gauges, said, service, words

UNUSED, UNCOVERED = "metric/unused", "metric/uncovered"
RECORD = "records:\n  'shop:open:max':\n    record: X.\n    query: {promql: 'max(shop_open)'}\n"
CHAIN = RECORD + "  'shop:open:twice':\n    record: X.\n    query: {promql: '2 * shop:open:max'}\n"
ALERT = """\
alerts:
  ShopOpen:
    when: {when}
    for: 5m
    severity: warning
    summary: The shop is open
    impact: X.
    mitigation: X.
"""
SHARED = {"specs/shared.yaml": "obsgen: 1\nshared: true\nseverities:\n  warning: {means: X., respond_in: 1d}\n"}
HISTOGRAM = "shop_wait_seconds:\n  histogram: X.\n  buckets: [1]\n"


def both(rest: str, metrics: str = gauges("shop_open")) -> tuple[list[str], list[str]]:
    """Return the words of both findings."""
    texts = service(metrics, rest=rest) | SHARED
    return words(UNUSED, texts), words(UNCOVERED, texts)


@pytest.mark.parametrize(
    "rest",
    [
        "",
        board("up"),
        board('up{job="shop_open"}').replace("shop_open", "shop_shut"),
        board('max({__name__=~"shop_s.*"})'),
    ],
)
def test_unused(rest: str) -> None:
    """A metric that no query mentions is unused, and not also uncovered."""
    assert both(rest) == (["shop_open"], [])


@pytest.mark.parametrize("rest", [RECORD, CHAIN, CHAIN + board("up")])
def test_uncovered(rest: str) -> None:
    """A metric that only recorded series read, directly or one behind the other, is uncovered, and not also unused."""
    assert both(rest) == ([], ["shop_open"])


@pytest.mark.parametrize(
    "rest",
    [
        board("{value: shop_open, as: max}"),
        board("max(shop_open)"),
        board("vector(1) or max by (x) (avg_over_time(shop_open[5m]))"),
        board('max({__name__="shop_open"})'),
        board('max({__name__=~"shop_.*"})'),
        board('max({job="shop"})'),
        ALERT.format(when="{value: shop_open, as: max, above: 5}"),
        ALERT.format(when="{promql: 'absent(shop_open)'}"),
        RECORD + board("shop:open:max"),
        CHAIN + board("shop:open:twice"),
        CHAIN + ALERT.format(when="{promql: 'shop:open:twice > 5'}"),
        # A wrong name could mean any metric.
        board("max(shop_openings)"),
        # What does not parse reads what it mentions.
        board("max(shop_open"),
    ],
)
def test_covered(rest: str) -> None:
    """Whatever an alert or a panel reads, also by way of recorded series, is silent."""
    assert both(rest) == ([], [])


@pytest.mark.parametrize("series", ["_bucket", "_sum", "_count"])
def test_parts(series: str) -> None:
    """Any series of a histogram is a use of it."""
    assert both(board(f"rate(shop_wait_seconds{series}[5m])"), HISTOGRAM) == ([], [])
    assert both("", HISTOGRAM) == (["shop_wait_seconds"], [])


def test_allowed() -> None:
    """The reason that is written beside the metric is enough."""
    assert both("", gauges("shop_open", allow="{metric/unused: Read by the owner.}")) == ([], [])


def test_circle() -> None:
    """Recorded series that read each other are seen by nobody."""
    circle = RECORD.replace("max(shop_open)", "max(shop_open) + shop:b:c") + (
        "  'shop:b:c':\n    record: X.\n    query: {promql: 'shop:open:max'}\n"
    )
    assert both(circle) == ([], ["shop_open"])


def test_messages() -> None:
    """The messages say who would have to read it."""
    assert said(UNUSED, service(gauges("shop_open"))) == [
        "specs/shop.yaml:4:3: info[metric/unused]: nothing reads `shop_open`: no alert, no panel, no recorded series",
        "  |",
        "4 |   shop_open:",
        "  |   ^^^^^^^^^",
        "  = help: show it or alert on it, remove it, or say why it stays: `allow: {metric/unused: reason}`",
    ]
    assert said(UNCOVERED, service(gauges("shop_open"), rest=RECORD)) == [
        "specs/shop.yaml:4:3: info[metric/uncovered]: no alert and no panel shows `shop_open`, it is only recorded",
        "  |",
        "4 |   shop_open:",
        "  |   ^^^^^^^^^",
        "  |",
        "7 |   'shop:open:max':",
        "  |   --------------- recorded here",
        "  = help: show the recorded series or alert on it, or say why not: `allow: {metric/uncovered: reason}`",
    ]
