"""What is claimed about expressions, held against what Prometheus answers to them."""

import random
from pathlib import Path

import pytest

from obsgen.load import load_texts
from obsgen.promql.meaning import World
from tests.promql.meaning import oracle, worlds

SEEDS = 8
COUNT = 150


@pytest.mark.parametrize("seed", range(SEEDS))
def test_prometheus_refutes_no_claim(seed: int, tmp_path: Path) -> None:
    """
    Labels, their values, ranges, NaN, infinity and emptiness of random expressions over random data are as claimed.

    At least 40 % of the expressions have a result; otherwise little would be tested.
    """
    trial = oracle.trial(seed, COUNT, tmp_path)
    assert trial.wrong == {}
    assert trial.filled > 0.4 * COUNT


# Each of these once had a result that we said could not be, or shows a rule that was wrong when it was taken out.
KEPT = [
    '(label_replace(demo_balance, "shape", "", "le", "r(.*)")) atan2 pi()',
    "predict_linear(up[2m], Inf)",
    "hour(clamp_max(demo_balance, 1/3)) ^ (-3 % 0)",
    "round(up >= bool 1e3, scalar(ALERTS))",
    "(-3) ^ acosh(demo_quality_ratio)",
    "sum(vector(-0.25)) / (sum(-demo_busy_seconds_total) != 0)",
    "demo_drift_celsius_bucket / (-1 / time())",
    'sum_over_time((count_values by (color, __name__, workspace) ("value", up))[6m:])',
    'changes((count_values by (le, shape, job) ("color", demo_balance))[4m:1m])',
    "predict_linear(demo_balance[5m], NaN)",
    'count_values without (service_name, color) ("color", demo_sent_bytes_total)',
    'demo_busy_seconds_total * scalar(demo_cold_celsius{nosuch="v"})',
    "atanh(demo_wait_seconds_bucket)",
    "exp(demo_started_timestamp_seconds)",
    "sin(exp(demo_started_timestamp_seconds))",
    "sinh(time() - demo_started_timestamp_seconds)",
    'absent(demo_build_info{job!="x",job="x"})',
    'absent(demo_build_info{job="x",job!="y"})',
    'absent_over_time((up{nosuch="",any="x"})[6m:1m])',
    "increase((min by () (demo_queue_depth) % avg by () (foreign_a))[6m:])",
    'side_jobs_total ^ (scalar(clamp_min(demo_quality_ratio{service_name!~".*"}, 5)) - 5)',
    "1 / ceil(-demo_quality_ratio)",
    "1 / (demo_quality_ratio * -1)",
    "demo_cold_celsius / ceil(demo_quality_ratio - 0.5)",
    'rate(demo_wait_seconds_bucket{le=~"5(.0)?"}[5m]) / on (service_name, instance, color) group_left '
    "sum by (service_name, instance, color) (rate(demo_wait_seconds_count[5m]))",
    'changes(rate(demo_wait_seconds_bucket{le=~"1(.0)?"}[2m])[5m:]) / ignoring (le) '
    "changes(rate(demo_wait_seconds_count[2m])[5m:])",
    "histogram_quantile(0.5, -demo_wait_seconds_bucket)",
    'sum by (color) (demo_requests_total{color="red"}) / on () group_right sum by (color) (demo_requests_total)',
    'sum(demo_queue_depth{color="red"}) / on () group_right sum by (shape) (demo_queue_depth)',
    'sum(rate(demo_wait_seconds_bucket{le=~"1|5"}[5m])) / sum(rate(demo_wait_seconds_count[5m]))',
    'sum(rate(demo_wait_seconds_bucket{le=~"1|1.0"}[5m])) / sum(rate(demo_wait_seconds_bucket{le="+Inf"}[5m]))',
    "100 * count(up == 1) / count(up)",
    "count(up > 5) / count(up)",
    "sum(demo_balance) / sum(demo_queue_depth) and sum(demo_queue_depth) > 0",
    "demo_balance / on (color, instance) group_left avg by (color, instance) (demo_queue_depth) and demo_queue_depth > 0",
    "quantile(0.5, foreign_a)",
    "sum(foreign_a == Inf or foreign_b_total == -Inf)",
    "demo_queue_depth > on (color, instance) group_right demo_build_info",
    "demo_build_info * on (color, instance) group_right (zone) demo_queue_depth",
    "count by (__name__) (demo_balance or demo_queue_depth)",
    "stddev by (color) (demo_queue_depth)",
    "-0 * demo_pressure",
    "demo_balance == bool demo_balance",
    "foreign_a != bool foreign_a",
    'demo_requests_total{color=~"r.*|blue"} or on (color) demo_failures_total',
]


@pytest.mark.parametrize("seed", range(3))
def test_prometheus_refutes_no_claim_again(seed: int, tmp_path: Path) -> None:
    """Expressions that once did."""
    series = worlds.data(random.Random(seed))
    results = oracle.evaluate(series, KEPT, tmp_path)
    world = worlds.world()
    assert len(results) > 0.8 * len(KEPT)
    assert {expr: found for expr, result in results.items() if (found := oracle.violations(world, expr, result))} == {}


@pytest.mark.parametrize(
    ("right", "wrong", "expr"),
    [
        ("labels: [color, shape], range: [0, 10]", "labels: [color, shape], range: [0, 2]", "max(demo_queue_depth)"),
        ("labels: [color, shape], range: [0, 10]", "labels: [color], range: [0, 10]", "demo_queue_depth"),
        ("labels: [color, shape], range: [0, 10]", "labels: [color, shape, zone]", "demo_queue_depth"),
        ("values: [red, blue]", "values: [red]", "sum by (color) (demo_queue_depth)"),
        ("range: [2, 5]", "range: [3, 5]", "demo_pressure < 3"),
        ("buckets: [0.1, 0.5, 1, 5]", "buckets: [0.1, 0.5]",
         "histogram_quantile(1, sum by (le) (demo_wait_seconds_bucket))"),
    ],
)  # fmt: skip
def test_the_oracle_sees_a_wrong_claim(right: str, wrong: str, expr: str, tmp_path: Path) -> None:
    """A catalog that says something else than the data is refuted."""
    results = oracle.evaluate(worlds.data(random.Random(1)), [expr], tmp_path)
    assert right in worlds.SPEC
    lying = World.of(load_texts({"demo.yaml": worlds.SPEC.replace(right, wrong), "side.yaml": worlds.SIDE}).catalog)
    assert oracle.violations(worlds.world(), expr, results[expr]) == []
    assert oracle.violations(lying, expr, results[expr]) != []
