"""
Faults that only show through a recorded series: what is wrong is neither in the one query nor in the other.

A row is: the code that has to be found, what is recorded, the query that reads it with the wrong word between § marks, and the
closest query that is right.
"""

from collections.abc import Iterator, Mapping

import pytest

from tests.checks.test_planted import findings
from tests.foreign import serious
from tests.planted import RULES, fault, in_alerts, in_panels, recorded

R = "kind:bakery_planted:sum"
RATE = "sum by (kind) (rate(bakery_orders_total[5m]))"
SHARE = f'sum by (kind) (rate(bakery_orders_total{{result="failed"}}[5m])) / {RATE}'
MEAN = "sum by (kind) (rate(bakery_bake_duration_seconds_sum[5m])) / sum by (kind) (rate(bakery_bake_duration_seconds_count[5m]))"
P95 = "histogram_quantile(0.95, sum by (le, kind) (rate(bakery_bake_duration_seconds_bucket[5m])))"

ROWS: dict[str, tuple[str, str, str, str]] = {
    "D01: value misspelt": ("query/unknown-label-value", RATE, f'{R}{{kind="§Rye§"}} > 1', f'{R}{{kind="rye"}} > 1'),
    "D01: value in a pattern": ("query/unknown-label-value", RATE, f'{R}{{kind=~"rye|§barley§"}} > 1', f'{R}{{kind=~"rye|wheat"}} > 1'),
    "D01: value that is filtered out": ("query/unknown-label-value", 'sum by (kind) (rate(bakery_orders_total{kind="rye"}[5m]))', f'{R}{{kind="§wheat§"}} > 1', f'{R}{{kind="rye"}} > 1'),
    "D02: never below zero": ("alert/threshold-out-of-range", "sum by (kind) (increase(bakery_orders_total[1h]))", f"{R} < §0§", f"{R} < 1"),
    "D02: never none": ("alert/threshold-out-of-range", "count by (kind) (bakery_flour_remaining)", f"{R} == §0§", f"{R} == 1"),
    "D03: name misspelt": ("query/unknown-metric", RATE, "§kind:bakery_plantd:sum§ > 1", f"{R} > 1"),
    "D06: label lost": ("query/unknown-label", RATE, f"sum by (§result§) ({R}) > 1", f"sum by (kind) ({R}) > 1"),
    "D06: matcher on a label that is lost": ("query/unknown-label", RATE, f'{R}{{§result§="failed"}} > 1', f'{R}{{kind="rye"}} > 1'),
    "D07: above the last bucket": ("alert/threshold-above-buckets", P95, f"{R} > §300§", f"{R} > 30"),
    "D08: percent of a share": ("alert/threshold-out-of-range", SHARE, f"{R} > §20§", f"{R} > 0.2"),
    "D08: share of a percentage": ("alert/threshold-out-of-range", f"100 * {SHARE}", f"{R} > §200§", f"{R} > 20"),
    "D15: bounds lost": ("query/quantile-needs-le", "sum by (kind) (rate(bakery_bake_duration_seconds_bucket[5m]))", f"histogram_quantile(0.9, §{R}§) > 5", f"{R} > 5"),
    "D18: average of shares": ("query/average-of-ratios", SHARE, f"§avg§({R}) > 0.5", f"max({R}) > 0.5"),
    "D18: average of quantiles": ("query/average-of-ratios", P95, f"§avg§({R}) > 5", f"max({R}) > 5"),
    "rate of a recorded sum": ("query/rate-of-aggregation", "sum by (kind) (bakery_orders_total)", f"rate(§{R}§[5m]) > 1", "rate(bakery_orders_total[5m]) > 1"),
    "rate of a recorded rate": ("query/rate-of-gauge", RATE, f"rate(§{R}§[5m]) > 1", f"avg_over_time({R}[5m]) > 1"),
    "recorded counter compared": ("query/counter-without-rate", "sum by (kind) (bakery_orders_total)", f"§{R}§ > 100", "increase(bakery_orders_total[1h]) > 100"),
    "delta of a recorded counter": ("query/delta-of-counter", "bakery_orders_total", f"§delta§({R}[5m]) > 100", f"increase({R}[5m]) > 100"),
    "recorded info summed": ("query/info-aggregated", "bakery_oven_info", f"§sum§({R}) > 1", f"count({R}) > 1"),
    "seconds added to a share": ("query/unit-mismatch", MEAN, f"max by (kind) (bakery_crust_quality_ratio) + §{R}§ > 5", f"{R} + {R} > 5"),
    "sides that share no label": ("query/no-shared-labels", RATE, f"{R} / §sum§ by (oven) (rate(bakery_bake_duration_seconds_count[5m])) > 1", f"{R} / sum by (kind) (rate(bakery_bake_duration_seconds_count[5m])) > 1"),
}  # fmt: skip


def disguises(record: str, query: str) -> Iterator[Mapping[str, str]]:
    """Yield catalogs in which *query* reads what is recorded: directly, as one side of an `or`, and in a further recorded series."""
    spec = recorded(R, record)
    yield from in_alerts(query, planted=spec)
    yield from in_alerts(f"({query}) or (bakery_flour_remaining < 1)", planted=spec)
    again = "kind:bakery_planted:again"
    more = recorded(again, R).replace("obsgen: 1\nservice: bakery\n", "")
    yield from in_alerts(query.replace(R, again), planted=spec, more="obsgen: 1\nservice: bakery\n" + more)


def rule_file(record: str, query: str) -> dict[str, str]:
    """Return a rule file that records and reads in one group."""
    rules = RULES.format(expr="|-\n      " + query)
    return {"rules.yaml": rules.replace("  - alert", f"  - record: {R}\n    expr: >-\n      {record}\n  - alert")}


@pytest.mark.parametrize("name", ROWS)
def test_found(name: str) -> None:
    """The fault is found where the recorded series is read, at the wrong word."""
    code, record, text, _ = ROWS[name]
    wrong, word = fault(text)
    again = "kind:bakery_planted:again"
    for texts in disguises(record, wrong):
        through = again if again in texts["specs/alerts.yaml"] else R
        assert findings(texts) == [(code, word.replace(R, through))], texts
    for texts in in_panels(wrong, planted=recorded(R, record)):
        assert findings(texts) == [(code, word)], texts


# A recorded series of any name may be somebody else's there.
@pytest.mark.parametrize("name", [name for name in ROWS if "D03" not in name])
def test_found_in_rule_files(name: str) -> None:
    """The same is found between two rules that obsgen did not write."""
    code, record, text, correct = ROWS[name]
    wrong, word = fault(text)
    assert serious(rule_file(record, wrong)) == [(code, word)]
    assert serious(rule_file(record, correct)) == []


@pytest.mark.parametrize("name", ROWS)
def test_its_twin_is_silent(name: str) -> None:
    """What is recorded is right, and so is the query beside the wrong one."""
    _, record, _, correct = ROWS[name]
    for texts in disguises(record, correct):
        assert findings(texts) == [], texts
