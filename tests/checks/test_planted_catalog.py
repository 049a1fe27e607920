"""
Faults of a catalog itself, and faults between files: each is one edit of a catalog in which nothing is wrong.

A row is: the code that has to be found, the words that are replaced and what replaces them, and the word that the carets stand
under. The closest correct twin of all of them is the catalog before the edit.

Items of the list of real defects that no reader of files can see: D16 (what a program exports), D23 to D41, D43, D44 (behaviour of
running code; the runtime's own tests), D42 (whether a price is true; that it is old is found), D49, D50 (scripts), D53, D55 (servers).
D20 and D19 are found between rule files and prometheus.yml, D45 among what was generated (`tests/output`), D46 to D48, D52 and D54
concern configurations of agents and containers, which obsgen does not read yet. Of D14 names that a program builds are out of sight,
their families in the catalog are found. Of D22 both envelopes are read; which of them a server wants is not in the file.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from obsgen.load import load_texts
from obsgen.settings import UNSET, Budget, Server, Settings
from tests.bakery import COVERAGE, METRICS, SHARED, marked
from tests.checks.test_planted import ROWS as QUERIES
from tests.checks.test_planted_records import ROWS as RECORDS
from tests.foreign import linted

MORE = """\
  bakery_oven_temperature_celsius:
    gauge: Heat of an oven.
    labels: [oven]
    range: [0, 400]
  bakery_shift_duration_seconds:
    histogram: Length of a shift.
    buckets: [3600, 14400, 28800, 43200]
    expect: [1h, 10h]
  bakery_oven_runs_total:
    counter: Runs of an oven.
    renamed_from: bakery_bake_runs_total
    labels: [oven]
"""
PIPELINE = (
    "obsgen: 1\nservice: bakery\nscrape: {job: bakery}\nworkspaces:\n  main: {port: 9464}\n  counter: {port: 9465}\n"
)
ALERTS = """\
obsgen: 1
service: bakery
alerts:
  TooManyFailed:
    when: {ratio: bakery_orders_total, part: {result: failed}, by: [kind], over: 15m, above: 20%}
    for: 10m
    severity: warning
    summary: Orders of {{ $labels.kind }} fail
    impact: No bread.
    diagnosis: |
      ```promql
      sum by (kind) (increase(bakery_orders_total[1h]))
      ```
    mitigation: Bake.
  BakingSlow:
    when: {quantile: 0.95, of: bakery_bake_duration_seconds, over: 10m, above: 45}
    for: 10m
    severity: warning
    summary: Bread takes long
    impact: People wait.
    mitigation: Heat.
  OvenCold:
    when: {value: bakery_oven_temperature_celsius, as: min, below: 180}
    for: 10m
    severity: warning
    summary: An oven is cold
    impact: Pale bread.
    mitigation: Heat.
dashboards:
  shop:
    title: Shop
    filter_by: [kind]
    rows:
      today:
        title: Today
        panels:
          orders: {timeseries: Orders, show: {rate: bakery_orders_total, by: [kind, result]}}
          flour: {timeseries: Flour, show: {promql: 'sum(rate(bakery_flour_used_total[5m]))'}}
          left: {stat: Flour left, show: {value: bakery_flour_remaining, as: sum}}
          crust: {gauge: Crust, show: {value: bakery_crust_quality_ratio, as: min}}
          delivery: {stat: Since the delivery, show: {age: bakery_delivery_timestamp_seconds}}
          ovens: {stat: Ovens, show: {promql: count(bakery_oven_info)}}
          times: {heatmap: Times, show: {distribution: bakery_bake_duration_seconds}}
          shifts: {timeseries: Shifts, show: {mean: bakery_shift_duration_seconds}}
          runs: {timeseries: Runs, show: {rate: bakery_oven_runs_total, by: [oven]}}
"""
WHOLE: Mapping[str, str] = {
    "specs/metrics.yaml": METRICS + MORE,
    "specs/pipeline.yaml": PIPELINE,
    "specs/alerts.yaml": ALERTS,
    "specs/shared.yaml": SHARED,
    "specs/shop.yaml": "obsgen: 1\nservice: shop\nowner: till\nscrape: {job: shop}\nworkspaces: {front: {port: 9470}}\n",
}

EDITS: dict[str, tuple[str, str, str, str]] = {
    "D01: value of a part": ("query/unknown-label-value", "part: {result: failed}", "part: {result: fail}", "fail"),
    "D02: threshold below the range": ("alert/threshold-out-of-range", "below: 180", "below: -10", "-10"),
    "D02: threshold that every value fulfils": ("alert/threshold-out-of-range", "below: 180", "below: 500", "500"),
    "D03: metric that nobody defines": ("query/unknown-metric", "{value: bakery_oven_temperature_celsius,", "{value: bakery_oven_temperatur_celsius,", "bakery_oven_temperatur_celsius"),
    "D06: label of a query in prose": ("query/unknown-label", "sum by (kind) (increase", "sum by (flour_type) (increase", "flour_type"),
    "D06: label in a summary": ("alert/unknown-template-label", "$labels.kind", "$labels.oven", "oven"),
    "D06: label of a panel": ("query/unknown-label", "{rate: bakery_oven_runs_total, by: [oven]}", "{rate: bakery_oven_runs_total, by: [result]}", "result"),
    "D07: threshold above the buckets": ("alert/threshold-above-buckets", "above: 45}", "above: 90}", "90"),
    "D08: percentage as a number": ("alert/threshold-out-of-range", "above: 20%}", "above: 20}", "20"),
    "D08: percentage of no ratio": ("query/unit-mismatch", "below: 180", "below: 80%", "80%"),
    "D09: identifier as a label": ("label/unbounded", "oven: {help: Oven by name., at_most: 12", "order_id: {help: Order., at_most: 12, example: a}\n  oven: {help: Oven by name., at_most: 12", "order_id"),
    "D11: metric that nothing reads": ("metric/unused", "{rate: bakery_oven_runs_total, by: [oven]}", "{rate: bakery_orders_total}", "bakery_oven_runs_total"),
    "D12: no buckets": ("metric/missing-buckets", "    buckets: [3600, 14400, 28800, 43200]\n", "", "histogram"),
    "D12: buckets that do not rise": ("metric/buckets-not-rising", "buckets: [1, 2.5, 15, 30, 60]", "buckets: [1, 15, 2.5, 30, 60]", "2.5"),
    "D12: buckets that miss what is usual": ("metric/bucket-range", "[3600, 14400, 28800, 43200]", "[1, 10, 60, 300]", "300"),
    "D10: names that become one": ("metric/name-collision", "  bakery_oven_runs_total:\n", "  bakery_crust_quality:\n    gauge: X.\n    unit: ratio\n  bakery_oven_runs_total:\n", "bakery_crust_quality_ratio"),
    "D13: label of the scrape": ("label/reserved", "result", "workspace", "workspace"),
    "D17: constant": ("panel/constant", "promql: count(bakery_oven_info)", "promql: vector(3)", "vector(3"),
    "D18: histogram as a gauge": ("query/histogram-as-gauge", "'sum(rate(bakery_flour_used_total[5m]))'", "'avg(bakery_bake_duration_seconds)'", "bakery_bake_duration_seconds"),
    "D21: panel kind that Grafana lacks": ("spec/unknown-key", "{timeseries: Runs,", "{radar: Runs,", "radar"),
    "D21: heatmap of quantiles": ("panel/wrong-shape", "{distribution: bakery_bake_duration_seconds}", "{quantile: 0.9, of: bakery_bake_duration_seconds}", "{quantile: 0.9, of: bakery_bake_duration_seconds}"),
    "D22: filter that narrows nothing": ("dashboard/unused-filter", "filter_by: [kind]", "filter_by: [kind, workshop]", "workshop"),
    "D51: one port for two": ("workspace/port-clash", "counter: {port: 9465}", "counter: {port: 9464}", "9464"),
    "D51: one port for two services": ("workspace/port-clash", "front: {port: 9470}", "front: {port: 9465}", "9465"),
    "one job for two services": ("catalog/duplicate-job", "scrape: {job: shop}", "scrape: {job: bakery}", "bakery"),
    "D56: renamed and still used": ("metric/renamed-still-used", "{rate: bakery_oven_runs_total,", "{rate: bakery_bake_runs_total,", "bakery_bake_runs_total"),
    "unit that is no base unit": ("metric/non-base-unit", "  bakery_oven_runs_total:\n", "  bakery_rest_milliseconds:\n    gauge: X.\n  bakery_oven_runs_total:\n", "milliseconds"),
    "gauge called a total": ("metric/wrong-kind-suffix", "  bakery_oven_runs_total:\n", "  bakery_rolls_total:\n    gauge: X.\n  bakery_oven_runs_total:\n", "bakery_rolls_total"),
    "camel case": ("metric/camel-case", "  bakery_oven_runs_total:\n", "  bakery_rollsLeft:\n    gauge: X.\n  bakery_oven_runs_total:\n", "bakery_rollsLeft"),
    "unknown label": ("catalog/unknown-label", "gauge: When flour came last.\n    labels: [kind]", "gauge: When flour came last.\n    labels: [knd]", "knd"),
    "unknown severity": ("catalog/unknown-severity", "severity: warning\n    summary: Bread", "severity: warnin\n    summary: Bread", "warnin"),
}  # fmt: skip

# What else is wrong after such an edit, whatever the fault is called.
BESIDE = {"D10: names that become one": [("metric/wrong-unit-suffix", "bakery_crust_quality")]}

# Settings under which the same catalog is wrong: the code, the settings, and the word.
SETTINGS: dict[str, tuple[str, Settings, str]] = {
    "D09: too many series of a metric": ("metric/too-many-series", Settings(budget=Budget(series_per_metric=300)), "oven"),
    "D09: too many series of a service": ("service/too-many-series", Settings(budget=Budget(series_per_service=500)), "bakery_bake_duration_seconds"),
    "D09: too many values": ("label/too-many-values", Settings(budget=Budget(values_per_label=10)), "12"),
    "window beyond the retention": ("query/range-beyond-retention", Settings(server=Server(retention_seconds=2700)), "1h"),
}  # fmt: skip


def findings(texts: Mapping[str, str], code: str = "", settings: Settings = UNSET) -> list[tuple[str, str]]:
    """Return code and words of everything that is found; that nothing reads a metric counts only where it is the *code*."""
    loaded = load_texts(texts, settings=settings)
    found = [one for one in loaded.diagnostics if one.code not in COVERAGE - {code}]
    return [(one.code, marked(loaded.sources, one.primary.span)) for one in found]


def test_nothing_is_wrong() -> None:
    """Before the edit the catalog is right in every respect."""
    assert load_texts(WHOLE).diagnostics == ()


@pytest.mark.parametrize("name", EDITS)
def test_edit(name: str) -> None:
    """The edit is found at the wrong word, and nothing else is."""
    code, old, new, word = EDITS[name]
    texts = {path: text.replace(old, new) for path, text in WHOLE.items()}
    assert texts != WHOLE
    assert findings(texts, code) == [(code, word), *BESIDE.get(name, [])]


@pytest.mark.parametrize("name", SETTINGS)
def test_settings(name: str) -> None:
    """What is right in itself may be too much for the server."""
    code, settings, word = SETTINGS[name]
    assert (code, word) in findings(WHOLE, code, settings)


def rules(expr: str, name: str = "Planted", more: str = "for: 10m, labels: {severity: warning}") -> str:
    """Return a rule file with an alert on *expr*."""
    return f"groups:\n- name: x\n  rules:\n  - {{alert: {name}, expr: {json.dumps(expr)}, {more}, annotations: {{summary: X}}}}\n"


LOADED = "rule_files: ['*.yml']\n"


def server(*jobs: str, more: str = "") -> str:
    """Return a prometheus.yml with *jobs*, each a name and an address, and the lines *more*."""
    lines = [job.split() for job in jobs]
    found = (f"- {{job_name: {job}, static_configs: [{{targets: ['{target}']}}]}}\n" for job, target in lines)
    return f"{more}scrape_configs:\n{''.join(found)}"


def board(query: object = "", kind: str = "timeseries", expr: str = "up", **more: Any) -> str:
    """Return a dashboard of Grafana with a panel on *expr*, and with a variable that asks *query* where there is one."""
    source = {"type": "prometheus", "uid": "main"}
    panel = {
        "id": 1,
        "type": kind,
        "title": "$v" if query else "X",
        "datasource": source,
        "targets": [{"refId": "A", "expr": expr}],
    }
    variable = {"name": "v", "type": "query", "datasource": source, "query": query}
    listed = {"templating": {"list": [variable]}} if query else {}
    return json.dumps({"title": "Shop", "schemaVersion": 39, "panels": [panel], **listed, **more}, indent=1)


JOBS = ("bakery localhost:9464", "shop localhost:9470")
UP = rules('up{job="bakery"} == 0')
VALUES = 'label_values(bakery_orders_total{§="x"}, kind)'
# Files that obsgen did not write, beside the catalog: the code, the files, the word, and the files when they are right.
FILES: dict[str, tuple[str, Mapping[str, str], str, Mapping[str, str]]] = {
    "D04: job under another name": ("scrape/renamed-job", {"p.yml": server("bread localhost:9464", JOBS[1])}, "bread", {"p.yml": server(*JOBS)}),
    "D04: alert on another job": ("query/unscraped-job", {"p.yml": server(*JOBS, more=LOADED), "r.yml": rules('up{job="Bakery"} == 0')}, "Bakery", {"p.yml": server(*JOBS, more=LOADED), "r.yml": UP}),
    "D04: job that is left out": ("scrape/missing-job", {"p.yml": server(JOBS[0])}, "scrape_configs", {"p.yml": server(*JOBS)}),
    "D51: port that nobody has": ("scrape/unknown-port", {"p.yml": server("bakery localhost:9999", JOBS[1])}, "'localhost:9999'", {"p.yml": server(*JOBS)}),
    "D05: alert that has drifted": ("alert/drifted", {"r.yml": rules("min(bakery_oven_temperature_celsius) < 150", "OvenCold")}, '"min(bakery_oven_temperature_celsius) < 150"', {"r.yml": rules("min(bakery_oven_temperature_celsius) < 180", "OvenCold")}),
    "D05: severity that has drifted": ("alert/drifted", {"r.yml": rules("min(bakery_oven_temperature_celsius) < 180", "OvenCold", "for: 10m, labels: {severity: info}")}, "info", {"r.yml": rules("min(bakery_oven_temperature_celsius) < 180", "OvenCold")}),
    "D19: rules that nothing loads": ("scrape/rules-not-loaded", {"p.yml": server(*JOBS), "r.yml": UP}, "scrape_configs", {"p.yml": server(*JOBS, more=LOADED), "r.yml": UP}),
    "D20: exporter instead of the database": ("alert/up-of-exporter", {"p.yml": server(*JOBS, "store db:9187", more=LOADED), "r.yml": rules('up{job="store"} == 0')}, "up", {"p.yml": server(*JOBS, "store db:9187", more=LOADED), "r.yml": rules('up{job="store"} == 0 or pg_up == 0')}),
    "D01: value in a variable": ("query/unknown-label-value", {"b.json": board('label_values(bakery_orders_total{result="fail"}, kind)')}, "fail", {"b.json": board('label_values(bakery_orders_total{result="failed"}, kind)')}),
    "D03: metric in a variable": ("query/unknown-metric", {"b.json": board("label_values(bakery_order_total, kind)")}, "bakery_order_total", {"b.json": board("label_values(bakery_orders_total, kind)")}),
    "D06: label of a variable": ("query/unknown-label", {"b.json": board("label_values(bakery_orders_total, bread)")}, "bread", {"b.json": board("label_values(bakery_orders_total, kind)")}),
    "D06: matcher in a variable": ("query/unknown-label", {"b.json": board(VALUES.replace("§", "bread"))}, "bread", {"b.json": board(VALUES.replace('§="x"', 'kind="rye"'))}),
    "D06: query behind a variable": ("query/unknown-label", {"b.json": board("query_result(sum by (bread) (rate(bakery_orders_total[5m])))")}, "bread", {"b.json": board("query_result(sum by (kind) (rate(bakery_orders_total[5m])))")}),
    "D06: variable as an object": ("query/unknown-label", {"b.json": board({"query": "label_values(bakery_orders_total, bread)", "refId": "x"})}, "bread", {"b.json": board({"query": "label_values(bakery_orders_total, kind)", "refId": "x"})}),
    "D21: panel kind that Grafana lacks": ("panel/unknown-kind", {"b.json": board(kind="radar")}, '"radar"', {"b.json": board(kind="barchart")}),
    "D21: panel kind that Grafana removed": ("panel/unknown-kind", {"b.json": board(kind="graph")}, '"graph"', {"b.json": board()}),
    "D22: variable that is not declared": ("dashboard/undeclared-variable", {"b.json": board(expr='up{job="$app"}')}, "$app", {"b.json": board("label_values(up, job)", expr='up{job="$v"}')}),
    "D22: variable that is not used": ("dashboard/unused-variable", {"b.json": board("label_values(up, job)").replace("$v", "X")}, '"v"', {"b.json": board("label_values(up, job)")}),
    "D22: fault in the other envelope": ("query/unknown-metric", {"b.json": json.dumps({"dashboard": json.loads(board(expr="bakery_order_total"))})}, "bakery_order_total", {"b.json": json.dumps({"dashboard": json.loads(board(expr="rate(bakery_orders_total[5m])"))})}),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_files(name: str) -> None:
    """A fault between files is found at its word; the same files are silent when they are right."""
    code, wrong, word, right = FILES[name]
    assert (code, word) in linted(wrong, WHOLE)
    assert {other for other, _ in linted(wrong, WHOLE)} == {code}
    assert linted(right, WHOLE) == []


def test_every_item_is_planted() -> None:
    """Whatever a reader of files can see of the list of defects is planted, and there are far more than sixty faults."""
    written = Path(__file__).with_name("test_planted.py").read_text(encoding="utf-8")
    names = " ".join((*EDITS, *SETTINGS, *FILES, *RECORDS, *re.findall("# (D.*)", written)))
    assert {f"D{number:02}" for number in (*range(1, 16), *range(17, 23), 51, 56)} - {"D14"} <= set(
        re.findall(r"D\d\d", names)
    )
    assert len(QUERIES) + len(RECORDS) + len(EDITS) + len(SETTINGS) + len(FILES) > 120
