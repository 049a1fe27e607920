"""Alerts that differ in names and labels alone are answered for once, and no other two."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obsgen.load import load_texts
from obsgen.plan.rule_tests import test_files, untestable
from obsgen.plan.rule_tests.alike import likeness
from obsgen.plan.rule_tests.files import grounds
from tests.plan.rule_tests import catalogs

# Metrics that differ in what may decide whether an alert can be tested, and in what may not.
COUNTERS = {
    "mill_sacks_total": "{counter: Sacks.}",
    "mill_carts_total": "{counter: Carts., labels: [wheel, farmer]}",
    "mill_other_carts_total": "{counter: Carts., labels: [farmer, wheel]}",
}
GAUGES = {
    "mill_wind_ratio": "{gauge: Wind., range: [0, 1], labels: [wheel]}",
    "mill_load_ratio": "{gauge: Load., range: [0, 1]}",
    "mill_debt_euros": "{gauge: Debt., unit: euros}",
    "mill_height_meters": "{gauge: Height., unit: meters, range: [0, 1]}",
}
HISTOGRAMS = {
    "mill_grind_seconds": "{histogram: Time., buckets: [1, 5, 10], labels: [wheel]}",
    "mill_wait_seconds": "{histogram: Time., buckets: [1, 5, 10], labels: [farmer]}",
    "mill_clean_seconds": "{histogram: Time., buckets: [1, 5, 20]}",
}
DERIVED = "  mill_turns_total: {counter: Turns., labels: {stone: {}, weight: {value_of: stone.weight}}}\n"
CATALOG = f"""
obsgen: 1
service: mill
owner: millers
scrape: {{job: mill, every: 15s}}
labels:
  wheel: {{help: Which wheel., values: [north, south]}}
  farmer: {{help: Whose corn., at_most: 50, example: jo}}
  stone: {{help: Which stone., values: {{old: {{weight: 500}}, new: {{weight: 400}}}}}}
metrics:
{"".join(f"  {name}: {text}" + chr(10) for name, text in {**COUNTERS, **GAUGES, **HISTOGRAMS}.items())}{DERIVED}
"""
SHAPES = (
    ("rate: {}, over: {}", COUNTERS | HISTOGRAMS),
    ("increase: {}, over: {}", COUNTERS | HISTOGRAMS),
    ("project: {}, to: day, over: {}", COUNTERS),
    ("value: {}", GAUGES),
    ("value: {}, as: each", GAUGES),
    ("value: {}, as: mean", GAUGES),
    ("changes: {}, over: {}", GAUGES),
    ("forecast: {}, from: {}, in: 1h", GAUGES),
    ("quantile: 0.9, of: {}, over: {}", HISTOGRAMS),
    ("mean: {}, over: {}", HISTOGRAMS),
    ("within: 5, of: {}, over: {}", HISTOGRAMS),
)
TESTS = ("above: 0.5", "above: 1", "below: 0", "at_least: 10", "at_most: 0", "equals: 1", "above: 7, min_events: 20")


@st.composite
def alerts(draw: st.DrawFn) -> tuple[str, str]:
    """Build a condition on any of the metrics."""
    shape, metrics = draw(st.sampled_from(SHAPES))
    metric = draw(st.sampled_from(sorted(metrics)))
    window = draw(st.sampled_from(["5m", "1h"]))
    by = draw(st.sampled_from(["", "", "by: [wheel]", "by: [instance]", "where: {wheel: north}"]))
    if "wheel" in by and "wheel" not in metrics[metric]:
        by = ""
    if by.startswith("by") and shape == "value: {}, as: each":
        by = ""
    test = draw(st.sampled_from(TESTS))
    if "min_events" in test and not shape.startswith(("quantile", "mean:", "within")):
        test = "above: 7"
    parts = [shape.format(metric, window), by, test]
    return f"{{{', '.join(part for part in parts if part)}}}", draw(st.sampled_from(["", "5m"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(found=st.lists(alerts(), min_size=2, max_size=12))
def test_one_answer_for_all_that_are_alike(found: list[tuple[str, str]]) -> None:
    """An alert that is answered for by another one has a test file exactly when that one has."""
    conditions = {f"Any{number}": alert for number, alert in enumerate(found)}
    texts = {**catalogs.texts(conditions), "specs/metrics.yaml": CATALOG}
    loaded = load_texts(texts)
    tested = {file.alert for file in test_files(loaded.catalog)}
    refused = {alert.name for alert, _ in untestable(loaded.catalog)}
    assert tested | refused == set(conditions)
    assert not tested & refused


def like(*conditions: str) -> list[object]:
    """Return the likeness of alerts with *conditions*."""
    texts = catalogs.texts({f"Any{number}": (one, "5m") for number, one in enumerate(conditions)})
    catalog = load_texts({**texts, "specs/metrics.yaml": CATALOG}).catalog
    return [likeness(alert, ground) for alert, ground in grounds(catalog)]


def test_names_and_labels_have_no_say() -> None:
    """Alerts on metrics that differ in name and labels are alike."""
    first, second = like("{rate: mill_sacks_total, over: 5m, above: 1}", "{rate: mill_carts_total, over: 5m, above: 1}")
    assert first is not None
    assert first == second


def test_ranges_and_thresholds_have() -> None:
    """Alerts that differ in the range of the metric, its buckets, the threshold or the labels of `by` are not."""
    found = like(
        "{value: mill_load_ratio, above: 1}",
        "{value: mill_debt_euros, above: 1}",
        "{value: mill_load_ratio, above: 0.5}",
        "{value: mill_load_ratio, by: [instance], above: 1}",
        "{quantile: 0.9, of: mill_wait_seconds, over: 5m, above: 7}",
        "{quantile: 0.9, of: mill_clean_seconds, over: 5m, above: 7}",
    )
    assert None not in found
    assert len(set(found)) == len(found)


def test_some_answer_for_themselves() -> None:
    """Compound conditions, filters, conditions without a threshold and derived labels are not compared."""
    part = "{rate: mill_carts_total, over: 5m, above: 1}"
    assert like(
        f"{{all: [{part}, {part}]}}",
        "{rate: mill_carts_total, where: {wheel: north}, over: 5m, above: 1}",
        "{absent: mill_carts_total}",
        # The value of its second label follows from the first, so that two series of it cannot differ in one label alone.
        "{rate: mill_turns_total, over: 5m, above: 1}",
    ) == [None, None, None, None]
