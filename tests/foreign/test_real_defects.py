"""Defects of real systems, in files that obsgen did not write; each beside its closest correct twin."""

import pytest

from tests.bakery import alert
from tests.foreign import linted, rules
from tests.foreign.test_scrape_configs import BAKED, OVEN, job, prometheus

OWN = alert("{value: bakery_flour_remaining, by: [kind], below: 5}", name="FlourLow")
NOTE = "annotations: {summary: x}"


def rule(expr: str, name: str = "BakeryUnwell", more: str = "for: 10m") -> str:
    """Return a rule file with one alert on *expr*, which holds no single quote."""
    return rules(f"{{alert: {name}, expr: '{expr}', {more}, {NOTE}}}")


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        # D01 Two spellings of one label value.
        ({"r.yml": rule('rate(bakery_orders_total{result="fail"}[5m]) > 0.2')}, [("query/unknown-label-value", "fail")]),
        ({"r.yml": rule('rate(bakery_orders_total{result="failed"}[5m]) > 0.2')}, []),
        # D03 A rule on a metric nobody emits.
        (
            {"r.yml": rule("rate(bakery_orders_total[5m]) > 0 and on() absent(bakery_receipts_sent_total)")},
            [("query/unknown-metric", "bakery_receipts_sent_total")],
        ),
        ({"r.yml": rule("rate(bakery_orders_total[5m]) > 0 and on() absent(bakery_flour_remaining)")}, []),
        # D04 The job name lives in three files.
        (
            {"r.yml": rule('up{job="Bakery"} == 0'), "p.yml": prometheus(job("bread", "localhost:9464"))},
            [("scrape/renamed-job", "bread"), ("query/unscraped-job", "Bakery")],
        ),
        ({"r.yml": rule('up{job="bakery"} == 0'), "p.yml": prometheus(BAKED)}, []),
        # D05 Names, severities and thresholds drift apart.
        (
            {"r.yml": rule("min by (kind) (bakery_flour_remaining) < 3", "FlourLow", "for: 5m, labels: {severity: info}")},
            [("alert/drifted", "'min by (kind) (bakery_flour_remaining) < 3'"), ("alert/drifted", "5m"), ("alert/drifted", "info")],
        ),
        ({"r.yml": rule("min  by (kind) (bakery_flour_remaining)<3", "FlourLower", "for: 5m, labels: {severity: info}")}, []),
        # D06 A query uses a label the metric does not have.
        (
            {"r.yml": rule("sum by (flour_type) (increase(bakery_orders_total[1h])) > 5")},
            [("query/unknown-label", "flour_type")],
        ),
        ({"r.yml": rule("sum by (kind) (increase(bakery_orders_total[1h])) > 5")}, []),
        # D07, D08 A threshold beyond the last bucket, and one in the wrong scale.
        (
            {"r.yml": rule("histogram_quantile(0.9, sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 90")},
            [("alert/threshold-above-buckets", "90")],
        ),
        ({"r.yml": rule("histogram_quantile(0.9, sum by (le) (rate(bakery_bake_duration_seconds_bucket[5m]))) > 30")}, []),
        # D19 Rules that nothing loads.
        ({"r.yml": rule('up{job="oven"} == 0'), "p.yml": prometheus(OVEN, BAKED, more="")}, [("scrape/rules-not-loaded", "scrape_configs")]),
        ({"r.yml": rule('up{job="oven"} == 0'), "p.yml": prometheus(OVEN, BAKED)}, []),
        # D20 Watching the watcher.
        (
            {"r.yml": rule('up{job="store"} == 0'), "p.yml": prometheus(BAKED, job("store", "db:9187"))},
            [("alert/up-of-exporter", "up")],
        ),
        ({"r.yml": rule('up{job="redis-exporter"} == 0')}, [("alert/up-of-exporter", "up")]),
        ({"r.yml": rule('up{job="redis"} == 0')}, []),
        ({"r.yml": rule('up{job="redis-exporter"} == 0 or redis_up == 0')}, []),
        ({"r.yml": rule('up{job="store"} == 0'), "p.yml": prometheus(BAKED, job("store", "db:9187", "db:9999"))}, []),
    ],
)  # fmt: skip
def test_defects(texts: dict[str, str], found: list[tuple[str, str]]) -> None:
    """Each defect is found at the right word, its twin is silent."""
    assert linted(texts, OWN) == found


def test_the_own_rule_has_not_drifted() -> None:
    """The catalog's condition, however it is laid out, is the same."""
    text = rule("min by(kind)  (bakery_flour_remaining)<5", "FlourLow", "for: 600s, labels: {severity: warning}")
    assert linted({"r.yml": text}, OWN) == []
