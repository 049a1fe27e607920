"""Every function of PromQL: kind, unit and range of its result."""

import pytest

from obsgen.promql.meaning.functions import FUNCTIONS
from tests.promql.meaning.words import labels, number

RESULTS = [
    ("abs(demo_balance)", "gauge tokens 0..inf"),
    ("abs(demo_cold_celsius)", "gauge celsius 1..3 nonzero"),
    ('absent(demo_balance{color="red",shape!="x"})', "boolean - 1..1 nonzero"),
    ("absent(sum(demo_balance))", "boolean - 1..1 nonzero"),
    ('absent_over_time(demo_balance{color="red"}[5m])', "boolean - 1..1 nonzero"),
    ("acos(demo_quality_ratio)", "None None 0..3.142"),
    ("acosh(demo_pressure)", "None None 1.317..2.292 nonzero"),
    ("asin(demo_quality_ratio)", "None None 0..1.571"),
    ("asinh(demo_quality_ratio)", "None None 0..0.8814"),
    ("atan(demo_balance)", "None None -1.571..1.571"),
    ("atanh(demo_quality_ratio)", "None None 0..inf inf"),
    ("avg_over_time(demo_quality_ratio[5m])", "gauge ratio 0..1"),
    ("ceil(demo_pressure)", "gauge - 2..5 nonzero"),
    ("changes(demo_balance[5m])", "gauge - 0..inf"),
    ("clamp(demo_balance, 1, 5)", "gauge tokens 1..5 nonzero"),
    ("clamp_max(demo_balance, 5)", "gauge tokens -inf..5"),
    ("clamp_min(demo_queue_depth, 1)", "gauge - 1..10 nonzero"),
    ("cos(demo_balance)", "None None -1..1"),
    ("cosh(demo_balance)", "None None 1..inf inf nonzero"),
    ("count_over_time(demo_balance[5m])", "gauge - 1..inf nonzero"),
    ("day_of_month()", "gauge - 1..31 nonzero"),
    ("day_of_week(demo_started_timestamp_seconds)", "gauge - 0..6"),
    ("day_of_year(vector(time()))", "gauge - 1..366 nonzero"),
    ("days_in_month()", "gauge - 28..31 nonzero"),
    ("deg(demo_pressure)", "None None 114.6..286.5 nonzero"),
    ("delta(demo_balance[5m])", "delta tokens -inf..inf"),
    ("deriv(demo_balance[5m])", "rate tokens/second -inf..inf"),
    ("double_exponential_smoothing(demo_balance[5m], 0.5, 0.5)", "gauge tokens -inf..inf"),
    ("exp(demo_quality_ratio)", "None None 1..2.718 nonzero"),
    ("first_over_time(demo_balance[5m])", "gauge tokens -inf..inf"),
    ("floor(demo_pressure)", "gauge - 2..5 nonzero"),
    ("histogram_avg(demo_wait_seconds)", "None None -inf..inf nan inf"),
    ("histogram_count(demo_wait_seconds)", "None None -inf..inf nan inf"),
    ("histogram_fraction(0, 1, demo_wait_seconds)", "ratio ratio 0..1 nan"),
    ("histogram_quantile(0.95, rate(demo_wait_seconds_bucket[5m]))", "quantile seconds 0..5 nan"),
    ("histogram_quantile(0.95, sum by (le) (rate(demo_drift_celsius_bucket[5m])))", "quantile celsius -5..5 nan"),
    ('histogram_quantile(0.95, rate(demo_wait_seconds_bucket{le!="5"}[5m]))', "quantile seconds 0..5 nan"),
    ("histogram_quantile(2, rate(demo_wait_seconds_bucket[5m]))", "quantile seconds -inf..inf nan inf"),
    ("histogram_quantile(0.95, demo_balance)", "quantile None -inf..inf nan inf"),
    ("histogram_quantile(0.95, foreign)", "quantile None -inf..inf nan inf"),
    ("histogram_stddev(demo_wait_seconds)", "None None -inf..inf nan inf"),
    ("histogram_stdvar(demo_wait_seconds)", "None None -inf..inf nan inf"),
    ("histogram_sum(demo_wait_seconds)", "None None -inf..inf nan inf"),
    ("hour()", "gauge - 0..23"),
    ("idelta(demo_quality_ratio[5m])", "delta ratio -1..1"),
    ("increase(demo_sent_bytes_total[5m])", "increase bytes 0..inf"),
    ("info(demo_balance)", "gauge tokens -inf..inf"),
    ("irate(demo_sent_bytes_total[5m])", "rate bytes/second 0..inf"),
    ('label_join(demo_balance, "a", "-", "color", "job")', "gauge tokens -inf..inf"),
    ('label_replace(demo_balance, "a", "$1", "color", "(.*)")', "gauge tokens -inf..inf"),
    ("last_over_time(demo_balance[5m])", "gauge tokens -inf..inf"),
    ("ln(demo_pressure)", "None None 0.6931..1.609 nonzero"),
    ("ln(demo_quality_ratio)", "None None -inf..0 inf"),
    ("log10(demo_pressure)", "None None 0.301..0.699 nonzero"),
    ("log2(demo_pressure)", "None None 1..2.322 nonzero"),
    ("mad_over_time(demo_balance[5m])", "gauge tokens 0..inf"),
    ("max_over_time(demo_pressure[5m])", "gauge - 2..5 nonzero"),
    ("min_over_time(demo_pressure[5m])", "gauge - 2..5 nonzero"),
    ("minute()", "gauge - 0..59"),
    ("month()", "gauge - 1..12 nonzero"),
    ("pi()", "number None 3.142..3.142 nonzero"),
    ("predict_linear(demo_queue_depth[1h], 3600)", "gauge - -inf..inf"),
    ("present_over_time(demo_balance[5m])", "boolean - 1..1 nonzero"),
    ("quantile_over_time(0.9, demo_quality_ratio[5m])", "gauge ratio 0..1"),
    ("quantile_over_time(9, demo_quality_ratio[5m])", "gauge ratio -inf..inf inf"),
    ("rad(demo_pressure)", "None None 0.03491..0.08727 nonzero"),
    ("rate(demo_busy_seconds_total[5m])", "rate seconds/second 0..inf"),
    ("rate(demo_balance[5m])", "rate tokens/second -inf..inf"),
    ("resets(demo_requests_total[5m])", "gauge - 0..inf"),
    ("round(demo_quality_ratio)", "gauge ratio 0..1"),
    ("round(demo_quality_ratio, 0.1)", "gauge ratio -0.1..1.1"),
    ("scalar(demo_quality_ratio)", "gauge ratio 0..1 nan"),
    ("sgn(demo_balance)", "gauge - -1..1"),
    ("sin(demo_balance)", "None None -1..1"),
    ("sinh(demo_quality_ratio)", "None None 0..1.175"),
    ("sort(demo_balance)", "gauge tokens -inf..inf"),
    ('sort_by_label(demo_balance, "color")', "gauge tokens -inf..inf"),
    ('sort_by_label_desc(demo_balance, "color")', "gauge tokens -inf..inf"),
    ("sort_desc(demo_balance)", "gauge tokens -inf..inf"),
    ("sqrt(demo_pressure)", "None None 1.414..2.236 nonzero"),
    ("sqrt(demo_balance)", "None None -4.941e-324..inf nan"),
    ("stddev_over_time(demo_quality_ratio[5m])", "gauge ratio 0..0.5"),
    ("stdvar_over_time(demo_quality_ratio[5m])", "gauge None 0..0.25"),
    ("sum_over_time(demo_quality_ratio[5m])", "gauge ratio 0..inf"),
    ("tan(demo_balance)", "None None -inf..inf"),
    ("tanh(demo_balance)", "None None -1..1"),
    ("time()", "timestamp seconds 0..inf"),
    ("timestamp(demo_balance)", "timestamp seconds 0..inf"),
    ("ts_of_first_over_time(demo_balance[5m])", "timestamp seconds 0..inf"),
    ("ts_of_last_over_time(demo_balance[5m])", "timestamp seconds 0..inf"),
    ("ts_of_max_over_time(demo_balance[5m])", "timestamp seconds 0..inf"),
    ("ts_of_min_over_time(demo_balance[5m])", "timestamp seconds 0..inf"),
    ("vector(3)", "number None 3..3 nonzero"),
    ("year()", "gauge - -inf..inf"),
]


@pytest.mark.parametrize(("expr", "expected"), RESULTS)
def test_a_function_gives(expr: str, expected: str) -> None:
    """Kind, unit and range follow from those of the argument."""
    assert number(expr) == expected


def test_every_function_is_in_the_table() -> None:
    """Each function that has a rule has a row here; holt_winters is the old name that the parser refuses."""
    assert {expr.partition("(")[0] for expr, _ in RESULTS} == FUNCTIONS.keys() - {"holt_winters"}


@pytest.mark.parametrize("expr", ["start()", "step()", "start() + 1", "foreign + start()"])
def test_nothing_is_known_of_what_an_unknown_function_gives(expr: str) -> None:
    """A function without a rule makes everything open that it is part of."""
    assert number(expr) == "None None -inf..inf nan inf"


SERIES = "color instance job service_name? workspace"


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("rate(demo_failures_total[5m])", SERIES),
        ("rate(demo_failures_total[5m] offset 1h)", SERIES),
        ("last_over_time(demo_failures_total[5m])", f"__name__ {SERIES}"),
        ("first_over_time(demo_failures_total[5m])", f"__name__? {SERIES}"),
        ("sort_desc(demo_failures_total)", f"__name__ {SERIES}"),
        ("abs(demo_failures_total)", SERIES),
        ("-demo_failures_total", SERIES),
        ("max_over_time(rate(demo_failures_total[5m])[1h:])", SERIES),
        ("info(demo_failures_total)", "color instance job workspace ..."),
        ("histogram_quantile(0.9, rate(demo_wait_seconds_bucket[5m]))", SERIES),
        ("scalar(demo_failures_total)", ""),
        ("vector(1)", ""),
        ("minute()", ""),
        ("minute(demo_failures_total)", SERIES),
        ('absent(x{a="1", b!="2", c=~"3", d="4", d="5", e=""})', "a"),
        ('absent(x{a!="1", a="2"})', "a"),
        ('absent(x{a="$v"})', "a?"),
        ('absent(sum(x{a="1"}))', ""),
        ('absent_over_time(x{a="1"}[5m])', "a"),
        ('absent_over_time(x{a="1"}[5m:1m])', ""),
        ('label_replace(up, "new", "$1", "job", "(.*)")', "__name__ instance job new service_name? workspace"),
        ('label_replace(up, "new", "x", "job", "d(.*)")', "__name__ instance job new? service_name? workspace"),
        ('label_replace(up, "new", "x", "", "")', "__name__ instance job new? service_name? workspace"),
        ('label_replace(up, "job", "", "instance", ".*")', "__name__ instance job? service_name? workspace"),
        ('label_join(up, "new", "-", "job", "zone")', "__name__ instance job new service_name? workspace"),
        ('label_join(up, "new", "", "color", "zone")', "__name__ instance job service_name? workspace"),
    ],
)
def test_a_function_leaves_labels(expr: str, expected: str) -> None:
    """`?` marks labels that an element may lack."""
    assert labels(expr) == expected
