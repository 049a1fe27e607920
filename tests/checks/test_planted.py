"""
Faults planted in a bakery's queries, in the disguises that real files have, each beside its closest correct twin.

A row is: what is wrong, the code that has to be found, the query with the wrong word between § marks, the twin, and where such
a query stands. Every row is planted in plain, quoted, escaped, block and folded scalars, as one side of an `or`, in recorded
series, and in files that obsgen did not write: rule files, manifests, dashboards of Grafana. `D01` and so on are the numbers of
the project's list of real defects. Faults that are seen only through a recorded series stand in `test_planted_records`, those of
the catalog itself and those between files in `test_planted_catalog`, where the list ends with what no reader can see.
"""

from collections.abc import Iterator, Mapping

import pytest

from obsgen.diagnostics import Severity
from obsgen.load import load_texts
from tests.bakery import marked
from tests.foreign import serious
from tests.planted import everywhere, fault, in_alerts, in_grafana, in_panels, in_rule_files

ORDERS = "sum by (kind) (rate(bakery_orders_total[5m]))"
RATIO = 'sum(rate(bakery_orders_total{result="failed"}[5m])) / sum(rate(bakery_orders_total[5m]))'
P95 = "histogram_quantile(0.95, sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m])))"

ROWS: dict[str, tuple[str, str, str, str]] = {
    # D01: another spelling of a value
    "value misspelt": ("query/unknown-label-value", 'sum(rate(bakery_orders_total{result="§fail§"}[5m])) > 1', 'sum(rate(bakery_orders_total{result="failed"}[5m])) > 1', "both"),
    "value in another case": ("query/unknown-label-value", 'sum(rate(bakery_orders_total{kind="§Rye§"}[5m])) > 1', 'sum(rate(bakery_orders_total{kind="rye"}[5m])) > 1', "both"),
    "value excluded that never is": ("query/unknown-label-value", 'sum(rate(bakery_orders_total{result!="§success§"}[5m])) > 1', 'sum(rate(bakery_orders_total{result!="baked"}[5m])) > 1', "both"),
    "value in a pattern": ("query/unknown-label-value", 'sum(rate(bakery_orders_total{result=~"baked|§fail§"}[5m])) > 1', 'sum(rate(bakery_orders_total{result=~"baked|failed"}[5m])) > 1', "both"),
    "value of a histogram's label": ("query/unknown-label-value", 'sum(rate(bakery_bake_duration_seconds_count{kind="§ry§"}[5m])) > 1', 'sum(rate(bakery_bake_duration_seconds_count{kind="rye"}[5m])) > 1', "both"),
    "bucket that does not exist": ("query/unknown-label-value", 'sum(rate(bakery_bake_duration_seconds_bucket{le="§20§"}[5m])) > 1', 'sum(rate(bakery_bake_duration_seconds_bucket{le="15"}[5m])) > 1', "both"),
    # D02, D07, D08: comparisons that never or always hold
    "count below zero": ("alert/threshold-out-of-range", "sum(increase(bakery_orders_total[1h])) < §0§", "sum(increase(bakery_orders_total[1h])) < 1", "alert"),
    "count of nothing": ("alert/threshold-out-of-range", "count(bakery_flour_remaining) == §0§", "absent(bakery_flour_remaining)", "alert"),
    "ratio above one": ("alert/threshold-out-of-range", f"{RATIO} > §20§", f"{RATIO} > 0.2", "alert"),
    "percent below a share": ("alert/threshold-out-of-range", f"100 * {RATIO} > §200§", f"100 * {RATIO} > 20", "alert"),
    "quantile above the last bucket": ("alert/threshold-above-buckets", f"{P95} > §300§", f"{P95} > 30", "alert"),
    "quantile above the last bucket, turned around": ("alert/threshold-above-buckets", f"§300§ < {P95}", f"30 < {P95}", "alert"),
    "burn factor that an objective of 90 % cannot reach": ("alert/threshold-out-of-range", f"{RATIO} > §14.4 * 0.1§", f"{RATIO} > 14.4 * 0.01", "alert"),
    "target that is up twice": ("alert/threshold-out-of-range", 'up{job="bakery"} > §1§', 'up{job="bakery"} < 1', "alert"),
    # D03: metrics that nobody emits
    "metric misspelt": ("query/unknown-metric", "sum(rate(§bakery_order_total§[5m])) > 1", "sum(rate(bakery_orders_total[5m])) > 1", "both"),
    "part of a histogram misspelt": ("query/unknown-metric", "sum(rate(§bakery_bake_duration_seconds_counts§[5m])) > 1", "sum(rate(bakery_bake_duration_seconds_count[5m])) > 1", "both"),
    "absence of a metric that is never there": ("query/unknown-metric", "absent(§bakery_flour_left§)", "absent(bakery_flour_remaining)", "alert"),
    "metric in milliseconds": ("query/unknown-metric", "sum(rate(§bakery_bake_duration_milliseconds_count§[5m])) > 1", "sum(rate(bakery_bake_duration_seconds_count[5m])) > 1", "both"),
    # D04: jobs
    "job that nobody scrapes": ("query/unknown-label-value", 'up{job="§bakry§"} == 0', 'up{job="bakery"} == 0', "alert"),
    # D06: labels
    "matcher on a label that is missing": ("query/unknown-label", 'sum(rate(bakery_orders_total{§oven§="north"}[5m])) > 1', 'sum(rate(bakery_orders_total{kind="rye"}[5m])) > 1', "both"),
    "grouping by a label that is missing": ("query/unknown-label", "sum by (§oven§) (rate(bakery_orders_total[5m])) > 1", "sum by (kind) (rate(bakery_orders_total[5m])) > 1", "both"),
    "grouping by a label that was aggregated away": ("query/unknown-label", "max by (§result§) (sum by (kind) (rate(bakery_orders_total[5m]))) > 1", "max by (kind) (sum by (kind) (rate(bakery_orders_total[5m]))) > 1", "both"),
    "label in another case": ("query/unknown-label", "sum by (§Kind§) (rate(bakery_orders_total[5m])) > 1", "sum by (kind) (rate(bakery_orders_total[5m])) > 1", "both"),
    # D10: names of OpenTelemetry, without what the translation adds
    "histogram without its unit": ("query/unknown-metric", "histogram_quantile(0.95, sum by (le) (rate(§bakery_bake_duration_bucket§[5m]))) > 30", f"{P95} > 30", "both"),
    "counter without its suffix": ("query/unknown-metric", "sum(rate(§bakery_orders§[5m])) > 1", "sum(rate(bakery_orders_total[5m])) > 1", "both"),
    # D15, D18, and other mistakes about the kind of a series
    "rate of a gauge": ("query/rate-of-gauge", "rate(§bakery_flour_remaining§[5m]) > 1", "deriv(bakery_flour_remaining[5m]) > 1", "both"),
    "increase of a ratio": ("query/rate-of-gauge", "increase(§bakery_crust_quality_ratio§[5m]) > 0.5", "delta(bakery_crust_quality_ratio[5m]) > 0.5", "both"),
    "rate of a timestamp": ("query/rate-of-gauge", "rate(§bakery_delivery_timestamp_seconds§[5m]) > 1", "time() - bakery_delivery_timestamp_seconds > 3600", "both"),
    "rate of a sum": ("query/rate-of-aggregation", "rate(§sum§(bakery_orders_total)[10m:1m]) > 1", "sum(rate(bakery_orders_total[10m])) > 1", "both"),
    "increase of a sum by label": ("query/rate-of-aggregation", "increase(§sum§ by (kind) (bakery_orders_total)[10m:1m]) > 1", "sum by (kind) (increase(bakery_orders_total[10m])) > 1", "both"),
    "counter compared as it is": ("query/counter-without-rate", "§bakery_orders_total§ > 100", "increase(bakery_orders_total[1h]) > 100", "alert"),
    "sum of counters compared": ("query/counter-without-rate", "sum(§bakery_orders_total§) > 100", "sum(increase(bakery_orders_total[1h])) > 100", "alert"),
    "delta of a counter": ("query/delta-of-counter", "§delta§(bakery_orders_total[1h]) > 5", "increase(bakery_orders_total[1h]) > 5", "both"),
    "deriv of a counter": ("query/delta-of-counter", "§deriv§(bakery_flour_used_total[1h]) > 5", "rate(bakery_flour_used_total[1h]) > 5", "both"),
    "histogram as a gauge": ("query/histogram-as-gauge", "avg(§bakery_bake_duration_seconds§) > 5", "sum(rate(bakery_bake_duration_seconds_sum[5m])) / sum(rate(bakery_bake_duration_seconds_count[5m])) > 5", "both"),
    "quantile without le": ("query/quantile-needs-le", "histogram_quantile(0.95, §sum§ by (kind) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 5", f"{P95} > 5", "both"),
    "average of ratios": ("query/average-of-ratios", '§avg§(sum by (kind) (rate(bakery_orders_total{result="failed"}[5m])) / (sum by (kind) (rate(bakery_orders_total[5m])) > 0)) > 0.5', f"{RATIO} > 0.5", "both"),
    "average of quantiles": ("query/average-of-ratios", "§avg§(histogram_quantile(0.9, sum by (le, kind) (rate(bakery_bake_duration_seconds_bucket[5m])))) > 5", f"{P95} > 5", "both"),
    "quantile of counts": ("query/quantile-needs-le", "histogram_quantile(0.95, sum by (kind) (rate(§bakery_bake_duration_seconds_count§[5m]))) > 5", f"{P95} > 5", "both"),
    "info summed": ("query/info-aggregated", "§sum§(bakery_oven_info) > 3", "count(bakery_oven_info) > 3", "both"),
    # units
    "seconds added to a share": ("query/unit-mismatch", "max(bakery_crust_quality_ratio) + §histogram_quantile§(0.9, sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 5", f"max(bakery_crust_quality_ratio) + {RATIO} > 0.5", "both"),
    "seconds compared with a share": ("query/unit-mismatch", 'sum(rate(bakery_bake_duration_seconds_sum[5m])) / sum(rate(bakery_bake_duration_seconds_count[5m])) > §sum§(rate(bakery_orders_total{result="failed"}[5m])) / sum(rate(bakery_orders_total[5m]))', f"{RATIO} > scalar(max(bakery_crust_quality_ratio))", "both"),
    # windows
    "window of one scrape": ("query/window-too-short", "sum(rate(bakery_orders_total[§20s§])) > 1", "sum(rate(bakery_orders_total[1m])) > 1", "both"),
    "window below one scrape": ("query/window-too-short", "sum(increase(bakery_orders_total[§10s§])) > 1", "sum(increase(bakery_orders_total[30s])) > 1", "both"),
    # matching
    "sides that share no label": ("query/no-shared-labels", "sum by (kind) (rate(bakery_orders_total[5m])) / §sum§ by (oven) (rate(bakery_bake_duration_seconds_count[5m])) > 1", "sum by (kind) (rate(bakery_orders_total[5m])) / sum by (kind) (rate(bakery_bake_duration_seconds_count[5m])) > 1", "both"),
    "unless that removes nothing": ("query/no-shared-labels", "sum by (kind) (rate(bakery_orders_total[5m])) unless §sum§(bakery_flour_remaining) > 1", "sum by (kind) (rate(bakery_orders_total[5m])) unless sum by (kind) (bakery_flour_remaining) > 1", "alert"),
    "matching on a label that is gone": ("query/no-shared-labels", f"{ORDERS} / on (result) §sum§ by (result) (rate(bakery_orders_total[5m])) > 1", f"{ORDERS} / on (kind) sum by (kind) (rate(bakery_bake_duration_seconds_count[5m])) > 1", "both"),
    # verdicts that NaN changes
    "division inside an aggregation": ("query/unsafe-division", "max(sum by (kind) (rate(bakery_bake_duration_seconds_sum[5m])) / sum by (kind) (rate(§bakery_orders_total§[5m]))) > 1", "max(sum by (kind) (rate(bakery_bake_duration_seconds_sum[5m])) / (sum by (kind) (rate(bakery_orders_total[5m])) > 0)) > 1", "both"),
    "unequal to what may be nothing": ("query/unsafe-division", "sum(rate(bakery_bake_duration_seconds_sum[5m])) / sum(rate(§bakery_orders_total§[5m])) != 1", "sum(rate(bakery_bake_duration_seconds_sum[5m])) / (sum(rate(bakery_orders_total[5m])) > 0) != 1", "alert"),
    # conditions
    "no condition": ("alert/no-condition", "§sum§(rate(bakery_orders_total[5m]))", "sum(rate(bakery_orders_total[5m])) > 1", "alert"),
    "condition that keeps everything": ("alert/no-condition", "sum(rate(bakery_orders_total[5m])) > §bool§ 1", "sum(rate(bakery_orders_total[5m])) > 1", "alert"),
    # D17: constants shown as measurements
    "a number": ("panel/constant", "§vector(0.15§)", "bakery_crust_quality_ratio", "panel"),
    # patterns
    "matchers that exclude each other": ("query/impossible", 'sum(rate(bakery_orders_total{kind="rye", kind="§wheat§"}[5m])) > 1', 'sum(rate(bakery_orders_total{kind=~"rye|wheat"}[5m])) > 1', "both"),
    # alerts that flap
    "fragile ranking": ("alert/fragile", "§topk§(3, sum by (kind) (rate(bakery_orders_total[5m]))) > 1", "sum by (kind) (rate(bakery_orders_total[5m])) > 1", "alert"),
    # syntax
    "unclosed": ("query/syntax", "sum§(§rate(bakery_orders_total[5m]) > 1", "sum(rate(bakery_orders_total[5m])) > 1", "alone"),
    "value without quotes": ("query/syntax", "sum(rate(bakery_orders_total{kind=§rye§}[5m])) > 1", 'sum(rate(bakery_orders_total{kind="rye"}[5m])) > 1', "alone"),
    "rate without a window": ("query/syntax", "sum(§rate§(bakery_orders_total)) > 1", "sum(rate(bakery_orders_total[5m])) > 1", "alone"),
    "function misspelt": ("query/syntax", "sum(§rat§(bakery_orders_total[5m])) > 1", "sum(rate(bakery_orders_total[5m])) > 1", "alone"),
}  # fmt: skip


def disguises(query: str, where: str) -> Iterator[Mapping[str, str]]:
    """Yield the bakery with *query* in every place and style where such a query stands."""
    if where == "alone":
        yield from everywhere(query)
    if where in ("alert", "both"):
        yield from in_alerts(query)
        yield from in_alerts(f"({query}) or (bakery_flour_remaining < 1)")
    if where in ("panel", "both"):
        yield from in_panels(query)
    if where == "both":
        yield from everywhere(query)


def findings(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return code and words of what people have to act on."""
    loaded = load_texts(texts)
    return [
        (one.code, marked(loaded.sources, one.primary.span))
        for one in loaded.diagnostics
        if one.severity is not Severity.INFO
    ]


@pytest.mark.parametrize("name", ROWS)
def test_found(name: str) -> None:
    """Each fault is found at the wrong word, in every disguise, and nothing else is."""
    code, text, _, where = ROWS[name]
    wrong, word = fault(text)
    for texts in disguises(wrong, where):
        assert findings(texts) == [(code, word)], texts


@pytest.mark.parametrize("name", ROWS)
def test_its_twin_is_silent(name: str) -> None:
    """Nothing is said about what comes closest and is right."""
    _, _, correct, where = ROWS[name]
    for texts in disguises(correct, where):
        assert findings(texts) == [], texts


def foreign(query: str, where: str) -> Iterator[Mapping[str, str]]:
    """Yield files of other tools with *query*, in every style."""
    if where != "panel":
        yield from in_rule_files(query)
    if where != "alert":
        yield from in_grafana(query)


# Which jobs there are besides those of the catalog is nobody's business there.
@pytest.mark.parametrize("name", [name for name in ROWS if name != "job that nobody scrapes"])
def test_in_files_of_others(name: str) -> None:
    """The same faults are found in rule files, manifests and dashboards that obsgen did not write, their twins are not."""
    code, text, correct, where = ROWS[name]
    wrong, word = fault(text)
    for texts in foreign(wrong, where):
        escaped = word.replace('"', '\\"') if "board.json" in texts else word
        assert serious(texts) == [(code, escaped)], texts
    for texts in foreign(correct, where):
        assert serious(texts) == [], texts
