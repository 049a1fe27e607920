"""`alert/threshold-out-of-range`: a threshold that what is measured never reaches, or always is beyond."""

import pytest

from tests.bakery import METRICS, alert, found, panel
from tests.planted import everywhere, fault, in_alerts, one, recorded, said

CODE = "alert/threshold-out-of-range"
# A gauge with a range, as in a system that clamped what it measured at zero.
RANGED = METRICS + "  bakery_stock_share:\n    gauge: Stock.\n    range: [0, 40]\n    labels: [kind]\n"
RECORDS = recorded(
    "kind:bakery_orders:failed_ratio",
    'sum by (kind) (rate(bakery_orders_total{result="failed"}[5m])) / sum by (kind) (rate(bakery_orders_total[5m]))',
)
FILES = {"metrics": RANGED, "records": RECORDS}

# Never true: the fault, `§` around the word at fault, and its closest correct twin.
NEVER = {
    "a range": ("bakery_stock_share < §0§", "bakery_stock_share <= 0"),
    "above a range": ("max by (kind) (bakery_stock_share) > §40§", "max by (kind) (bakery_stock_share) > 39"),
    "a clamped value": ("clamp_min(bakery_flour_remaining, 5) < §5§", "clamp_min(bakery_flour_remaining, 5) <= 5"),
    "turned around": ("§0§ > bakery_stock_share", "0 >= bakery_stock_share"),
    "a ratio as percent": ("bakery_crust_quality_ratio > §20§", "100 * bakery_crust_quality_ratio > 20"),
    "a percentage": ("bakery_crust_quality_ratio * 100 > §120§", "bakery_crust_quality_ratio * 100 > 95"),
    "a share": ('sum(rate(bakery_orders_total{result="failed"}[5m])) / sum(rate(bakery_orders_total[5m])) > §5§', 'sum(rate(bakery_orders_total{result="failed"}[5m])) / sum(rate(bakery_orders_total[1h])) > 5'),
    "a burn factor": ('sum(rate(bakery_orders_total{result="failed"}[1h])) / sum(rate(bakery_orders_total[1h])) > (§14.4 * 0.1§)', 'sum(rate(bakery_orders_total{result="failed"}[1h])) / sum(rate(bakery_orders_total[1h])) > (14.4 * 0.01)'),
    "a recorded share": ("kind:bakery_orders:failed_ratio > §1.5§", "kind:bakery_orders:failed_ratio > 0.5"),
    "count": ("count(bakery_flour_remaining) == §0§", "(count(bakery_flour_remaining) or vector(0)) == 0"),
    "count by": ("count by (kind) (bakery_flour_remaining > 5) < §1§", "count by (kind) (bakery_flour_remaining > 5) < 2"),
    "up": ("up > §1§", "up < 1"),
    "behind or": ("up == 0 or bakery_stock_share < §0§", "up == 0 or bakery_stock_share < 1"),
    "beside and": ("up == 1 and on (job) increase(bakery_orders_total[5m]) < §0§", "up == 1 and on (job) increase(bakery_orders_total[5m]) < 1"),
    "a fall of a counter": ("sum(rate(bakery_orders_total[5m])) < §0§", "sum(deriv(bakery_flour_remaining[5m])) < 0"),
    "absent": ("absent(bakery_flour_remaining) == §0§", "absent(bakery_flour_remaining) == 1"),
    "a sum of zeros": ("sum by (job) (up == 0) > §0§", "count by (job) (up == 0) > 0"),
}  # fmt: skip

ALWAYS = {
    "a range": ("bakery_stock_share >= §0§", "bakery_stock_share > 0"),
    "an increase": ("sum(increase(bakery_orders_total[1h])) >= §0§", "sum(increase(bakery_orders_total[1h])) >= 1"),
    "up": ("up <= §1§", "up < 1"),
    "behind or": ("bakery_flour_remaining < 5 or up >= §0§", "bakery_flour_remaining < 5 or up != 0"),
}


@pytest.mark.parametrize("name", NEVER)
def test_never(name: str) -> None:
    """What is never true is found at the threshold wherever it stands, and nothing is said about its twin."""
    text, correct = NEVER[name]
    wrong, word = fault(text)
    for texts in everywhere(wrong, **FILES):
        assert one(CODE, texts) == [(CODE, word)]
    for texts in everywhere(correct, **FILES):
        assert one(CODE, texts) == []


@pytest.mark.parametrize("name", ALWAYS)
def test_always(name: str) -> None:
    """An alert that is always true is found at the threshold; its twin, and the same in a panel, is not."""
    text, correct = ALWAYS[name]
    wrong, word = fault(text)
    for texts in in_alerts(wrong, **FILES):
        assert one(CODE, texts) == [(CODE, word)]
    for texts in in_alerts(correct, **FILES):
        assert one(CODE, texts) == []
    assert one(CODE, panel(f"{{promql: '{wrong}'}}", **FILES)) == []


@pytest.mark.parametrize(
    "text",
    [
        "count(bakery_flour_remaining < 5) > 0",
        "bakery_oven_info == 1",
        "bakery_flour_remaining < 5 and bakery_stock_share >= 0",
        "somebody_elses_ratio > 20",
        "bakery_flour_remaining < -5",
        "vector(0) > 1 or up == 0",
        "bakery_crust_quality_ratio / bakery_stock_share > 20",
        "(bakery_crust_quality_ratio or bakery_flour_remaining) > 20",
    ],
)
def test_silent(text: str) -> None:
    """Questions for existence, and what has no certain range, are silent."""
    for texts in in_alerts(text, **FILES):
        assert one(CODE, texts) == []


@pytest.mark.parametrize(
    ("when", "word"),
    [
        ("{value: bakery_stock_share, below: §0§}", "0"),
        ("{value: bakery_crust_quality_ratio, above: §120%§}", "120%"),
        ("{all: [{down: true}], unless: {value: bakery_stock_share, above: §50§}}", "50"),
        ("{share: bakery_orders_total, by: [kind], over: 5m, above: §1§}", "1"),
        ("{value: 'kind:bakery_orders:failed_ratio', above: §5§}", "5"),
        ("{increase: bakery_orders_total, over: 5m, at_least: §0§}", "0"),
    ],
)
def test_shapes(when: str, word: str) -> None:
    """In a shape the finding stands at the threshold as it is written."""
    assert one(CODE, alert(fault(when)[0], **FILES)) == [(CODE, word)]


@pytest.mark.parametrize(
    ("show", "rest", "words"),
    [
        ("{value: bakery_stock_share}", "thresholds: [{at: 0, means: bad}, {at: 50, means: good}]", ["50"]),
        ("{value: bakery_stock_share}", "thresholds: [{at: 0, means: bad}, {at: 40, means: good}]", []),
        ("{value: bakery_crust_quality_ratio}", "thresholds: [{at: 80, means: good}]", ["80"]),
        ("[{value: bakery_crust_quality_ratio}, {value: bakery_flour_remaining}]", "thresholds: [{at: 80, means: good}]", []),
        ("{value: bakery_stock_share}", "stacked: true\nthresholds: [{at: 50, means: good}]", []),
        ("{value: bakery_crust_quality_ratio}", "mark: FlourLow", ["FlourLow"]),
        ("{value: bakery_flour_remaining}", "mark: FlourLow", []),
        ("{value: bakery_crust_quality_ratio}", "mark: [FlourLow]", ["FlourLow"]),
    ],
)  # fmt: skip
def test_panels(show: str, rest: str, words: list[str]) -> None:
    """A colour, or a marked threshold, that nothing on a panel reaches is found; one that begins below is not."""
    low = alert("{value: bakery_flour_remaining, below: 5}", name="FlourLow")["specs/alerts.yaml"]
    assert [word for _, word in one(CODE, panel(show, rest, metrics=RANGED, low=low))] == words


def test_units_come_first() -> None:
    """A threshold in another unit is one finding, that of its unit."""
    texts = alert("{value: bakery_crust_quality_ratio, above: 5m}")
    assert found(texts) == [("query/unit-mismatch", "5m")]


def test_message() -> None:
    """The message says why, shows the declared range, and what to write."""
    assert said(CODE, alert("{promql: 'max(bakery_stock_share) > 50'}", **FILES)).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:47: error[alert/threshold-out-of-range]: `> 50` is never true: `bakery_stock_share` lies between 0 and 40",
        "   |",
        " 5 |     when: {promql: 'max(bakery_stock_share) > 50'}",
        "   |                                               ^^",
        "   ::: specs/metrics.yaml:37:12",
        "   |",
        "37 |     range: [0, 40]",
        "   |            ------- the declared range",
        "   = help: compare with a value that can occur, or correct what is said about the metric",
    ]
    assert said(CODE, alert("{value: bakery_crust_quality_ratio, above: 20}")).strip("\n").splitlines() == [
        "specs/alerts.yaml:5:54: error[alert/threshold-out-of-range]: `> 20` is never true: a ratio lies between 0 and 1",
        "  |",
        "5 |     when: {value: bakery_crust_quality_ratio, above: 20}",
        "  |                                                      ^^",
        "  = help: a ratio is compared with a share of 1: write 0.2",
    ]
