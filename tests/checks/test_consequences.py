"""One mistake is one finding: what follows from it is not reported again, and never says the opposite."""

import pytest

from tests.bakery import BAKERY, alert, found, printed
from tests.foreign import linted, rules

METRICS = BAKERY["specs/metrics.yaml"]
BY_KIND = "{rate: bakery_orders_total, by: [kind], over: 10m, above: 5}"


def printing(when: str, summary: str, metrics: str = METRICS) -> dict[str, str]:
    """Return the bakery with an alert on *when* that prints *summary*."""
    texts = alert(when, metrics=metrics)
    path = "specs/alerts.yaml"
    return {**texts, path: texts[path].replace("summary: ", f"summary: '{summary}'  # ")}


def errors(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Return the findings that are no advice."""
    return [one for one in found(texts) if one[0] not in ("metric/uncovered", "metric/unused", "label/unused")]


def test_label_misspelt_at_the_metric() -> None:
    """A query that spells the label as it is defined says nothing about the metric that misspells it."""
    metrics = METRICS.replace("labels: [kind, result]", "labels: [knd, result]")
    assert errors(printing(BY_KIND, "{{ $labels.kind }}", metrics)) == [("catalog/unknown-label", "knd")]


def test_label_misspelt_in_the_query() -> None:
    """A text that prints the label which the query misspells says nothing; what is lost on the way is said."""
    assert errors(printing(BY_KIND.replace("kind", "knd"), "{{ $labels.knd }}")) == [("query/unknown-label", "knd")]
    text = "{promql: 'sum by (kind) (sum by (kind, result) (rate(bakery_orders_total[10m]))) > 5'}"
    assert errors(printing(text, "{{ $labels.result }}")) == [("alert/unknown-template-label", "result")]


def test_counter_without_its_ending() -> None:
    """Whoever asks for the right name is shown the counter that lacks it, and not told to write the wrong one."""
    metrics = METRICS.replace("bakery_orders_total:", "bakery_orders:")
    text = printed(alert("{promql: 'rate(bakery_orders_total[5m]) > 5'}", metrics=metrics))
    assert "did you mean `bakery_orders`?" not in text
    assert "the counter is called `bakery_orders` here" in text
    assert "= help: rename the counter, or write `bakery_orders`" in text


@pytest.mark.parametrize("function", ["predict_linear", "delta"])
def test_counter_in_a_function_for_gauges(function: str) -> None:
    """The function is the finding, not the counter that it is given."""
    more = ", 3600" if function == "predict_linear" else ""
    text = f"{{promql: '{function}(bakery_orders_total[1h]{more}) > 5'}}"
    assert errors(alert(text)) == [("query/delta-of-counter", function)]


def test_dead_mans_switch() -> None:
    """What always fires is not told to wait."""
    text = rules("{alert: Watchdog, expr: vector(1), annotations: {summary: x}}")
    assert linted({"r.yml": text}) == [("alert/no-condition", "vector")]


def test_unreadable_time() -> None:
    """A `for` that is no duration is not missing as well."""
    text = rules("{alert: OvensHot, expr: a > 1, for: 5, annotations: {summary: x}}")
    assert linted({"r.yml": text}) == [("foreign/wrong-shape", "5")]


@pytest.mark.parametrize(
    ("condition", "advice"),
    [
        ("bakery_crust_quality_ratio < 80", "a ratio is compared with a share of 1: write 0.8"),
        ("bakery_crust_quality_ratio < 100", "a ratio is compared with a share of 1: write 1"),
        ("bakery_crust_quality_ratio > 1.1", "compare with a value that can occur, or correct what is said about the metric"),
        ("bakery_crust_quality_ratio > 14.4 * 0.1", "compare with a value that can occur, or correct what is said about the metric"),
        ("bakery_crust_quality_ratio >= 0", "the alert fires as long as there is data; compare with a value that separates good from bad"),
    ],
)  # fmt: skip
def test_advice_on_a_ratio(condition: str, advice: str) -> None:
    """A percentage is told apart from a value that only is too large, such as a burn rate."""
    assert f"= help: {advice}\n" in printed(alert(f"{{promql: '{condition}'}}"))


def test_computed_threshold() -> None:
    """A number that was computed is shown without what rounding left of it."""
    text = printed(alert("{promql: 'bakery_crust_quality_ratio > (14.4 * (1 - 0.9))'}"))
    assert "`> 1.44` is never true: a ratio lies between 0 and 1" in text


def test_labels_of_absence() -> None:
    """Nobody is told to group what is not there."""
    text = printed(printing("{absent: bakery_flour_remaining}", "{{ $labels.kind }}"))
    assert "= help: `absent` only has the labels that its selector asks for with `=`; leave it out here" in text
