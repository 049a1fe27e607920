"""Faults outside of queries: names, ports, references."""

import textwrap

import pytest

from tests.bakery import BAKERY, METRICS, PIPELINE, alert, found, panel, printed


def metric(text: str) -> dict[str, str]:
    """Return the bakery with further metrics."""
    return {**BAKERY, "specs/more.yaml": "obsgen: 1\nservice: bakery\nmetrics:\n" + textwrap.indent(text, "  ")}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("job", "the scrape sets it; an application label of that name becomes `exported_job`"),
        ("instance", "the scrape sets it; an application label of that name becomes `exported_instance`"),
        ("le", "histograms use it for their buckets"),
        ("quantile", "summaries use it for their quantiles"),
        ("alertname", "alerts use it for their name"),
        ("alertstate", "alerts use it for their state"),
        ("__mark", "names that begin with `__` belong to Prometheus"),
    ],
)
@pytest.mark.parametrize("labels", ["[{}, result]", "{{result: {{}}, {}: {{}}}}", "{{{}: {{values_of: kind}}}}"])
def test_reserved_labels(name: str, reason: str, labels: str) -> None:
    """A reserved label is found where the metric names it, in a list, a mapping, or as a second name."""
    text = f"bakery_rolls_total:\n  counter: Rolls.\n  labels: {labels.format(name)}\n"
    define = "" if "values_of" in labels else f"labels:\n  {name}: {{help: X., values: [a]}}\n"
    texts = metric(text)
    texts["specs/more.yaml"] = texts["specs/more.yaml"].replace("metrics:", define + "metrics:")
    assert found(texts) == [("label/reserved", name)]
    assert f"`{name}` is reserved: {reason}\n" in printed(texts)
    assert (
        found({path: body.replace(name, "free") for path, body in texts.items() if path == "specs/more.yaml"} | BAKERY)
        == []
    )


def test_label_of_the_scrape() -> None:
    """A label that only this service's scrape adds is reserved in this service."""
    labels = "labels:\n  workspace: {help: Bench., values: [left]}\nmetrics:\n  bakery_rolls_total:\n    counter: Rolls.\n    labels: [workspace]\n"
    texts = {**BAKERY, "specs/more.yaml": "obsgen: 1\nservice: bakery\n" + labels}
    assert printed(texts) == textwrap.dedent("""\
        specs/more.yaml:8:14: error[label/reserved]: `workspace` is reserved: the scrape of this service adds a label of that name
          |
        8 |     labels: [workspace]
          |              ^^^^^^^^^
          ::: specs/pipeline.yaml:3:15
          |
        3 | scrape: {job: bakery}
          |               ------ this scrape adds it
          = help: give the label another name
        """)
    assert found({**BAKERY, "specs/more.yaml": "obsgen: 1\nservice: shop\n" + labels.replace("bakery", "shop")}) == []


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("bakery_rolls", "counter", "a counter ends in `_total`"),
        ("bakery_shop", "info", "an info metric ends in `_info`"),
        ("bakery_rolls_total", "gauge", "`_total` is the ending of counters, this is a gauge"),
        ("bakery_shop_info", "gauge", "`_info` is the ending of info metrics, this is a gauge"),
        ("bakery_rolls_count", "gauge", "`_count` is the ending of the series of histograms, this is a gauge"),
        ("bakery_rolls_sum", "gauge", "`_sum` is the ending of the series of histograms, this is a gauge"),
        ("bakery_rolls_bucket", "gauge", "`_bucket` is the ending of the series of histograms, this is a gauge"),
        (
            "bakery_rolls_created",
            "gauge",
            "`_created` is the ending of the start times that clients add, this is a gauge",
        ),
        ("bakery_rolls_total", "histogram", "`_total` is the ending of counters, this is a histogram"),
    ],
)
def test_wrong_suffix(name: str, kind: str, expected: str) -> None:
    """A name whose ending says another kind of metric is found."""
    texts = metric(f"{name}:\n  {kind}: Something.\n" + ("  buckets: [1]\n" if kind == "histogram" else ""))
    assert found(texts) == [("metric/wrong-kind-suffix", name)]
    assert f"[metric/wrong-kind-suffix]: {expected}\n" in printed(texts)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bakery_rolls_total", "counter"),
        ("bakery_shop_info", "info"),
        ("bakery_totals", "gauge"),
        ("bakery_account", "gauge"),
    ],
)
def test_right_suffix(name: str, kind: str) -> None:
    """A name that ends as its kind wants is silent."""
    assert found(metric(f"{name}:\n  {kind}: Something.\n")) == []


def test_name_collision() -> None:
    """Two metrics with a series of one name are found, at the second."""
    texts = metric("bakery_bake_duration_seconds_count:\n  counter: Bakes.\n")
    assert ("metric/name-collision", "bakery_bake_duration_seconds_count") in found(texts)
    assert (
        "`bakery_bake_duration_seconds_count` and `bakery_bake_duration_seconds` both have the series `bakery_bake_duration_seconds_count`"
        in printed(texts)
    )


@pytest.mark.parametrize(
    ("pipeline", "expected"),
    [
        ("scrape: {job: shop}\nworkspaces:\n  front: {port: 9464}\n", [("workspace/port-clash", "9464")]),
        (
            "scrape: {job: shop}\nworkspaces:\n  front: {port: 9465}\n  back: {port: 9465}\n",
            [("workspace/port-clash", "9465")],
        ),
        ("scrape: {job: shop, host: other.example}\nworkspaces:\n  front: {port: 9464}\n", []),
        ("scrape: {job: shop}\nworkspaces:\n  front: {port: 9465}\n  back: {port: 9466}\n", []),
    ],
)
def test_port_clash(pipeline: str, expected: list[tuple[str, str]]) -> None:
    """Two processes of one host with one port are found, of whatever service."""
    texts = {**BAKERY, "specs/shop.yaml": "obsgen: 1\nservice: shop\n" + pipeline}
    assert found(texts) == expected


SLOW = "{quantile: 0.9, of: bakery_bake_duration_seconds, over: 5m, above: 30s}"
RATIO = "{ratio: bakery_orders_total, part: {result: failed}, over: 5m, above: 20%}"


@pytest.mark.parametrize(
    ("when", "rest", "expected"),
    [
        (SLOW, "mark: BakingSlo", [("panel/unknown-alert", "BakingSlo")]),
        (SLOW, "mark: [BakingSlow, Nobody]", [("panel/unknown-alert", "Nobody")]),
        (SLOW, "thresholds: [{at: {threshold_of: Nobody}, means: bad}]", [("panel/unknown-alert", "Nobody")]),
        (
            "{down: true}",
            "thresholds: [{at: {threshold_of: BakingSlow}, means: bad}]",
            [("panel/unknown-alert", "BakingSlow")],
        ),
        (RATIO, "thresholds: [{at: {complement_of: Nobody}, means: bad}]", [("panel/unknown-alert", "Nobody")]),
        (SLOW, "mark: BakingSlow\nthresholds: [{at: {threshold_of: BakingSlow}, means: bad}]", []),
        (RATIO, "thresholds: [{at: {complement_of: BakingSlow}, means: bad}]", []),
        ("{down: true}", "mark: BakingSlow", []),
    ],
)
def test_unknown_alert(when: str, rest: str, expected: list[tuple[str, str]]) -> None:
    """A panel's reference to an alert that is not there, or that has no threshold to give, is found."""
    texts = alert(when, "BakingSlow") | panel("{quantile: 0.9, of: bakery_bake_duration_seconds}", rest)
    assert found(texts) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("BakingSlo", [("panel/unknown-alert", "BakingSlo")]), ("BakingSlow", [])]
)
def test_unknown_alert_in_a_table(name: str, expected: list[tuple[str, str]]) -> None:
    """A table of an alert that is not there is found, also below `top`."""
    for shape in (f"{{alerting: {name}}}", f"{{top: 3, of: {{alerting: {name}}}}}"):
        texts = alert(SLOW, "BakingSlow") | panel(shape, kind="table")
        assert found(texts) == expected


def test_words_about_alerts() -> None:
    """The message names the service, and the alerts that it has where none is close."""
    texts = alert(SLOW, "BakingSlow") | panel("{quantile: 0.9, of: bakery_bake_duration_seconds}", "mark: Nobody")
    text = printed(texts)
    assert "error[panel/unknown-alert]: the service `bakery` has no alert `Nobody`\n" in text
    assert "= help: it has `BakingSlow`\n" in text
    assert METRICS
    assert PIPELINE
