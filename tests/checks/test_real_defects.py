"""
Faults that real systems had for months, planted in a made-up bakery, and exactly what is printed about them.

The numbers are those of the project's list of real defects.
"""

import textwrap

import pytest

from tests.bakery import BAKERY, METRICS, alert, panel, printed

SHOP = "obsgen: 1\nservice: shop\nscrape: {job: counter}\nworkspaces:\n  front: {port: 9464}\n"

DEFECTS = {
    "D01: an alert asks for another spelling of a value": (
        alert("{ratio: bakery_orders_total, part: {result: fail}, by: [kind], over: 15m, above: 20%}"),
        """\
        specs/alerts.yaml:5:55: error[query/unknown-label-value]: `fail` is not a value of label `result`
          |
        5 |     when: {ratio: bakery_orders_total, part: {result: fail}, by: [kind], over: 15m, above: 20%}
          |                                                       ^^^^ did you mean `failed`?
          ::: specs/metrics.yaml:8:52
          |
        8 |   result: {help: What became of an order., values: [baked, failed]}
          |                                                    --------------- the values are listed here
        """,
    ),
    "D01: in PromQL": (
        alert(
            'promql: |\n  sum(rate(bakery_orders_total{result="fail"}[5m]))\n    / sum(rate(bakery_orders_total[5m])) > 0.2'
        ),
        """\
        specs/alerts.yaml:7:46: error[query/unknown-label-value]: `fail` is not a value of label `result`
          |
        7 |         sum(rate(bakery_orders_total{result="fail"}[5m]))
          |                                              ^^^^ did you mean `failed`?
          ::: specs/metrics.yaml:8:52
          |
        8 |   result: {help: What became of an order., values: [baked, failed]}
          |                                                    --------------- the values are listed here
        """,
    ),
    "D01: in one branch of a pattern": (
        panel("{rate: bakery_orders_total, where: {result: {matches: 'baked|fail'}}}"),
        """\
        specs/dashboards.yaml:12:80: error[query/unknown-label-value]: `fail` is not a value of label `result`
           |
        12 |             show: {rate: bakery_orders_total, where: {result: {matches: 'baked|fail'}}}
           |                                                                                ^^^^ did you mean `failed`?
           ::: specs/metrics.yaml:8:52
           |
         8 |   result: {help: What became of an order., values: [baked, failed]}
           |                                                    --------------- the values are listed here
        """,
    ),
    "D01: a value that resembles none": (
        panel("{rate: bakery_orders_total, where: {result: burnt}}"),
        """\
        specs/dashboards.yaml:12:63: error[query/unknown-label-value]: `burnt` is not a value of label `result`
           |
        12 |             show: {rate: bakery_orders_total, where: {result: burnt}}
           |                                                               ^^^^^
           ::: specs/metrics.yaml:8:52
           |
         8 |   result: {help: What became of an order., values: [baked, failed]}
           |                                                    --------------- the values are listed here
           = help: it takes `baked`, `failed`, `other`
        """,
    ),
    "D03: a rule on a metric that nobody emits": (
        alert('{promql: "rate(bakery_orders_total[5m]) > 0 and on() absent(bakery_receipts_sent_total)"}'),
        """\
        specs/alerts.yaml:5:71: error[query/unknown-metric]: no metric is called `bakery_receipts_sent_total`
          |
        5 |     when: {promql: "rate(bakery_orders_total[5m]) > 0 and on() absent(bakery_receipts_sent_total)"}
          |                                                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^
          = help: the catalog has `bakery_bake_duration_seconds`, `bakery_crust_quality_ratio`, `bakery_delivery_timestamp_seconds`, `bakery_flour_remaining`, `bakery_flour_used_total`, `bakery_orders_total` and 1 more
        """,
    ),
    "D04: another job than the one that is scraped": (
        alert("{promql: 'up{job=\"bakry\"} == 0'}"),
        """\
        specs/alerts.yaml:5:29: error[query/unknown-label-value]: `bakry` is not a value of label `job`
          |
        5 |     when: {promql: 'up{job="bakry"} == 0'}
          |                             ^^^^^ did you mean `bakery`?
          ::: specs/pipeline.yaml:3:15
          |
        3 | scrape: {job: bakery}
          |               ------ the job is named here
        """,
    ),
    "D06: a panel groups by a label that the metric lacks": (
        panel("{increase: bakery_orders_total, by: [flour_type]}", kind="pie"),
        """\
        specs/dashboards.yaml:12:56: error[query/unknown-label]: `bakery_orders_total` has no label `flour_type`
           |
        12 |             show: {increase: bakery_orders_total, by: [flour_type]}
           |                                                        ^^^^^^^^^^
           ::: specs/metrics.yaml:13:5
           |
        13 |     labels: [kind, result]
           |     ------ the labels of `bakery_orders_total`
           = help: the labels here are `instance`, `job`, `kind`, `result`, `workspace`
        """,
    ),
    "D06: in PromQL": (
        alert("{promql: 'sum by (flour_type) (increase(bakery_orders_total[1h])) > 9'}"),
        """\
        specs/alerts.yaml:5:29: error[query/unknown-label]: `bakery_orders_total` has no label `flour_type`
           |
         5 |     when: {promql: 'sum by (flour_type) (increase(bakery_orders_total[1h])) > 9'}
           |                             ^^^^^^^^^^
           ::: specs/metrics.yaml:13:5
           |
        13 |     labels: [kind, result]
           |     ------ the labels of `bakery_orders_total`
           = help: the labels here are `instance`, `job`, `kind`, `result`, `workspace`
        """,
    ),
    "D07: a threshold beyond the last bucket": (
        alert("{quantile: 0.95, of: bakery_bake_duration_seconds, over: 10m, above: 90}"),
        """\
        specs/alerts.yaml:5:80: error[alert/threshold-above-buckets]: a quantile of `bakery_bake_duration_seconds` never exceeds its last bucket, 60; this compares it with 90
           |
         5 |     when: {quantile: 0.95, of: bakery_bake_duration_seconds, over: 10m, above: 90}
           |                                                                                ^^
           ::: specs/metrics.yaml:21:14
           |
        21 |     buckets: [1, 2.5, 15, 30, 60]
           |              -------------------- the last bucket is 60
           = help: add buckets that reach past the threshold, or lower the threshold
        """,
    ),
    "D07: in PromQL, turned around": (
        alert(
            "promql: |\n  90 < histogram_quantile(0.95, sum by (le) (rate(bakery_bake_duration_seconds_bucket[10m])))"
        ),
        """\
        specs/alerts.yaml:7:9: error[alert/threshold-above-buckets]: a quantile of `bakery_bake_duration_seconds` never exceeds its last bucket, 60; this compares it with 90
           |
         7 |         90 < histogram_quantile(0.95, sum by (le) (rate(bakery_bake_duration_seconds_bucket[10m])))
           |         ^^
           ::: specs/metrics.yaml:21:14
           |
        21 |     buckets: [1, 2.5, 15, 30, 60]
           |              -------------------- the last bucket is 60
           = help: add buckets that reach past the threshold, or lower the threshold
        """,
    ),
    "D08: a percentage of something that is no ratio": (
        alert("{value: bakery_flour_remaining, below: 20%}"),
        """\
        specs/alerts.yaml:5:50: error[query/unit-mismatch]: `20%` is a percentage, the result is in kilograms
           |
         5 |     when: {value: bakery_flour_remaining, below: 20%}
           |                                                  ^^^
           ::: specs/metrics.yaml:22:3
           |
        22 |   bakery_flour_remaining:
           |   ---------------------- `bakery_flour_remaining` is defined here
           = help: write a bare number; the unit of a metric comes from the end of its name, or from its `unit`
        """,
    ),
    "D13: a label that the scrape sets": (
        {**BAKERY, "specs/metrics.yaml": METRICS.replace("kind: {help", "job: {help").replace("[kind", "[job")},
        """\
        specs/metrics.yaml:13:14: error[label/reserved]: `job` is reserved: the scrape sets it; an application label of that name becomes `exported_job`
           |
        13 |     labels: [job, result]
           |              ^^^
           |
        17 |     labels: [job]
           |              --- here, too
           |
        20 |     labels: [job, oven]
           |              --- here, too
           = help: give the label another name
        """,
    ),
    "D18: a histogram as if it were a gauge": (
        panel("{promql: avg(bakery_bake_duration_seconds)}"),
        """\
        specs/dashboards.yaml:12:32: error[query/histogram-as-gauge]: the histogram `bakery_bake_duration_seconds` has no series of that name
           |
        12 |             show: {promql: avg(bakery_bake_duration_seconds)}
           |                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           ::: specs/metrics.yaml:19:5
           |
        19 |     histogram: Time in the oven.
           |     --------- it is a histogram
           = help: ask for `bakery_bake_duration_seconds_bucket`, `bakery_bake_duration_seconds_count`, `bakery_bake_duration_seconds_sum`, or use the shapes `quantile` and `mean`
        """,
    ),
    "two metrics of one name": (
        {
            **BAKERY,
            "specs/more.yaml": "obsgen: 1\nservice: bakery\nmetrics:\n  bakery_orders_total:\n    counter: Orders, again.\n",
        },
        """\
        specs/more.yaml:4:3: error[catalog/duplicate-metric]: the metric `bakery_orders_total` is defined twice
           |
         4 |   bakery_orders_total:
           |   ^^^^^^^^^^^^^^^^^^^ the second one
           ::: specs/metrics.yaml:11:3
           |
        11 |   bakery_orders_total:
           |   ------------------- the first one
           = help: rename one of them, or keep one
        """,
    ),
    "two alerts of one name": (
        {
            **alert("{absent: bakery_orders_total}"),
            "specs/more.yaml": alert("{absent: bakery_orders_total}")["specs/alerts.yaml"],
        },
        """\
        specs/more.yaml:4:3: error[catalog/duplicate-alert]: the alert `BakeryUnwell` is defined twice
          |
        4 |   BakeryUnwell:
          |   ^^^^^^^^^^^^ the second one
          ::: specs/alerts.yaml:4:3
          |
        4 |   BakeryUnwell:
          |   ------------ the first one
          = help: rename one of them, or keep one
        """,
    ),
    "one key twice": (
        {
            **BAKERY,
            "specs/more.yaml": "obsgen: 1\nservice: shop\nmetrics:\n  shop_visits_total:\n    counter: Visits.\n  shop_visits_total:\n    counter: Visitors.\n",
        },
        """\
        specs/more.yaml:6:3: error[yaml/duplicate-key]: `shop_visits_total` stands here twice
          |
        6 |   shop_visits_total:
          |   ^^^^^^^^^^^^^^^^^ the second one
          |
        4 |   shop_visits_total:
          |   ----------------- the first one
          = help: rename one of them, or put both together
        """,
    ),
    "D51: two processes on one port": (
        {**BAKERY, "specs/shop.yaml": SHOP},
        """\
        specs/shop.yaml:5:17: error[workspace/port-clash]: port 9464 is taken by the workspace `main` of `bakery`
          |
        5 |   front: {port: 9464}
          |                 ^^^^
          ::: specs/pipeline.yaml:5:16
          |
        5 |   main: {port: 9464}
          |                ---- the first one
          = help: give each running copy a port of its own
        """,
    ),
}

FIXED = {
    "D01: an alert asks for another spelling of a value": alert(
        "{ratio: bakery_orders_total, part: {result: failed}, by: [kind], over: 15m, above: 20%}"
    ),
    "D01: in PromQL": alert(
        'promql: |\n  sum(rate(bakery_orders_total{result="failed"}[5m]))\n    / sum(rate(bakery_orders_total[5m])) > 0.2'
    ),
    "D01: in one branch of a pattern": panel("{rate: bakery_orders_total, where: {result: {matches: 'baked|failed'}}}"),
    "D01: a value that resembles none": panel("{rate: bakery_orders_total, where: {result: other}}"),
    "D03: a rule on a metric that nobody emits": alert(
        '{promql: "rate(bakery_orders_total[5m]) > 0 and on() absent(bakery_delivery_timestamp_seconds)"}'
    ),
    "D04: another job than the one that is scraped": alert("{promql: 'up{job=\"bakery\"} == 0'}"),
    "D06: a panel groups by a label that the metric lacks": panel(
        "{increase: bakery_orders_total, by: [kind]}", kind="pie"
    ),
    "D06: in PromQL": alert("{promql: 'sum by (kind) (increase(bakery_orders_total[1h])) > 9'}"),
    "D07: a threshold beyond the last bucket": alert(
        "{quantile: 0.95, of: bakery_bake_duration_seconds, over: 10m, above: 59}"
    ),
    "D07: in PromQL, turned around": alert(
        "promql: |\n  59 < histogram_quantile(0.95, sum by (le) (rate(bakery_bake_duration_seconds_bucket[10m])))"
    ),
    "D08: a percentage of something that is no ratio": alert("{value: bakery_crust_quality_ratio, below: 20%}"),
    "D13: a label that the scrape sets": BAKERY,
    "D18: a histogram as if it were a gauge": panel("promql: avg(rate(bakery_bake_duration_seconds_sum[5m]))"),
    "two metrics of one name": {
        **BAKERY,
        "specs/more.yaml": "obsgen: 1\nservice: bakery\nmetrics:\n  bakery_rolls_total:\n    counter: Rolls.\n",
    },
    "two alerts of one name": {
        **alert("{absent: bakery_orders_total}"),
        "specs/more.yaml": alert("{absent: bakery_orders_total}", "NoOrders")["specs/alerts.yaml"],
    },
    "one key twice": {
        **BAKERY,
        "specs/more.yaml": "obsgen: 1\nservice: shop\nmetrics:\n  shop_visits_total:\n    counter: Visits.\n  shop_sales_total:\n    counter: Sales.\n",
    },
    "D51: two processes on one port": {**BAKERY, "specs/shop.yaml": SHOP.replace("9464", "9465")},
}


@pytest.mark.parametrize("name", DEFECTS)
def test_defect(name: str) -> None:
    """The fault is found at the word, with what to write instead and the place that it disagrees with."""
    texts, expected = DEFECTS[name]
    assert printed(texts) == textwrap.dedent(expected)


@pytest.mark.parametrize("name", FIXED)
def test_fixed(name: str) -> None:
    """The closest correct spelling of each fault is silent."""
    assert printed(FIXED[name]) == ""


def test_every_fault_has_a_twin() -> None:
    """No fault is planted without its correct twin."""
    assert list(DEFECTS) == list(FIXED)
