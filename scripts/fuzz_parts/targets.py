"""What is fed to obsgen: for each kind of input its seeds, and the way it takes through reading, checks and reports."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from obsgen.diagnostics import Diagnostic
from obsgen.lint import lint_texts
from obsgen.load import load_texts
from obsgen.report import FORMATS
from obsgen.spec.model import Catalog

ROOT = Path(__file__).resolve().parent.parent.parent
#: What the inputs are held against: each thing that a catalog can hold, in few lines.
CATALOG = """\
obsgen: 1
service: bakery
owner: ovens
scrape: {job: bakery}
workspaces:
  main: {port: 9464}
labels:
  kind: {help: Kind of bread., values: [rye, wheat]}
  oven: {help: Oven by name., at_most: 12, example: north}
  result: {help: What became of an order., values: [baked, failed]}
metrics:
  bakery_orders_total: {counter: Orders., labels: [kind, result]}
  bakery_bake_duration_seconds: {histogram: Time in the oven., labels: [kind, oven], buckets: [1, 2.5, 15, 30]}
  bakery_flour_remaining: {gauge: Flour left., unit: kilograms, labels: [kind]}
  bakery_crust_quality_ratio: {gauge: How well crusts come out., labels: [kind]}
  bakery_delivery_timestamp_seconds: {gauge: When flour came last., labels: [kind]}
  bakery_oven_info: {info: Ovens and where they stand., labels: [oven]}
severities:
  warning: {means: Look at it today., respond_in: 1d}
alerts:
  BakeryUnwell:
    when: {share: {result: failed}, of: bakery_orders_total, above: 5%, over: 10m}
    for: 10m
    severity: warning
    summary: Bread fails
    impact: No bread.
    mitigation: Bake.
records:
  "bakery:orders:rate5m": {rate: bakery_orders_total, by: [kind], over: 5m}
dashboards:
  shop:
    title: Shop
    filter_by: [kind]
    rows:
      today:
        title: Today
        panels:
          one: {timeseries: Orders, show: {promql: 'sum by (kind) (rate(bakery_orders_total[$__rate_interval]))'}}
"""
_RULES = """\
groups:
  - name: bakery
    rules:
      - record: bakery:orders:rate5m
        expr: sum by (kind) (rate(bakery_orders_total[5m]))
      - alert: BakeryUnwell
        expr: bakery:orders:rate5m > 3
        for: 5m
        annotations: {summary: "{{ $labels.kind }} {{ $value | humanize }}"}
"""
_SCRAPING = """\
global: {scrape_interval: 15s, external_labels: {region: eu}}
rule_files: ["*.yml"]
scrape_configs:
  - job_name: bakery
    static_configs: [{targets: ["bakery:9464"], labels: {a: b}}]
    relabel_configs: [{source_labels: [job], target_label: job, replacement: x}]
"""
_TESTS = """\
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series: [{series: 'bakery_orders_total{kind="rye",result="failed"}', values: "0+5x20"}]
    alert_rule_test: [{eval_time: 15m, alertname: BakeryUnwell, exp_alerts: [{exp_labels: {kind: rye}}]}]
    promql_expr_test: [{expr: 'up', eval_time: 1m, exp_samples: [{labels: 'up{}', value: 1}]}]
"""
_DASHBOARD = json.dumps(
    {
        "title": "Shop",
        "schemaVersion": 36,
        "templating": {"list": [{"name": "kind", "type": "query", "query": "label_values(bakery_orders_total, kind)"}]},
        "panels": [
            {
                "type": "timeseries",
                "title": "Orders",
                "fieldConfig": {"defaults": {"unit": "s"}},
                "targets": [{"expr": 'rate(bakery_orders_total{kind=~"$kind"}[$__rate_interval])', "legendFormat": "{{kind}}"}],
            }
        ],
    },
    indent=1,
)  # fmt: skip
_FRAGMENTS = (
    "metrics:\n  shop_a_total: {counter: Orders., labels: [kind]}\n",
    "labels:\n  kind: {help: Kind., values: [a, b]}\n",
    "alerts:\n  ShopBad:\n    when: {value: shop_a, above: 3}\n    severity: warning\n    summary: Bad\n",
    'records:\n  "a:b:c": {promql: sum by (kind) (rate(shop_a_total[5m]))}\n',
    "dashboards:\n  a:\n    title: A\n    rows:\n      r: {title: R, panels: {p: {stat: P, show: {promql: up}}}}\n",
    "workspaces:\n  main: {port: 9464}\nscrape: {job: shop}\n",
    "pricing:\n  usd: {}\n",
    "runbook: |\n  text\n",
)
_FORMS = tuple(FORMATS.values())


@dataclass(frozen=True)
class Target:
    """
    One kind of input.

    Attributes:
        share: Which part of all inputs are of this kind.
        seeds: Texts to begin with.
        look: Everything found in a text, and the files to show it in; must not raise, whatever the text.
    """

    share: float
    seeds: Callable[[], Iterable[str]]
    look: Callable[[str], tuple[Iterable[Diagnostic], Mapping[str, str]]]

    def run(self, text: str) -> frozenset[str]:
        """Take *text* through everything, one form of report included; returns the codes that were found."""
        found, sources = self.look(text)
        diagnostics = tuple(found)
        _FORMS[zlib.crc32(text.encode()) % len(_FORMS)](diagnostics, sources)
        return frozenset(one.code for one in diagnostics)


@cache
def _catalog() -> Catalog:
    return load_texts({"specs/bakery.yaml": CATALOG}).catalog


def _loaded(texts: Mapping[str, str]) -> tuple[Iterable[Diagnostic], Mapping[str, str]]:
    return load_texts(texts).diagnostics, texts


def _linted(texts: Mapping[str, str]) -> tuple[Iterable[Diagnostic], Mapping[str, str]]:
    return lint_texts(_catalog(), texts), texts


def _expression(text: str) -> tuple[Iterable[Diagnostic], Mapping[str, str]]:
    rule = {"alert": "BakeryUnwell", "expr": text, "for": "5m", "annotations": {"summary": "{{ $labels.kind }}"}}
    return _linted({"rules.yml": json.dumps({"groups": [{"name": "a", "rules": [rule]}]})})


def _files(folder: str, *patterns: str) -> Iterator[str]:
    for pattern in patterns:
        for path in sorted((ROOT / folder).rglob(pattern)):
            yield path.read_text(encoding="utf-8")


def _expressions() -> Iterator[str]:
    found = re.compile(
        r'^\s*(?:expr|promql|query): *(?:"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([^|>"\'\s].*))$', re.MULTILINE
    )
    for text in (*_files("specs", "*.yaml"), *_files("generated", "*.y*ml"), *_files("docs/checks", "*.md")):
        yield from (next(group for group in match.groups() if group is not None) for match in found.finditer(text))
    quoted = re.compile(r'^ *\(?"(.+)",?', re.MULTILINE)
    for text in _files("tests/promql", "*.py"):
        yield from (match[1] for match in quoted.finditer(text))


def _blocks(mark: str) -> Iterator[str]:
    """Yield the YAML of the rule pages that contains *mark*."""
    for text in _files("docs", "*.md"):
        yield from (block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if mark in block)


TARGETS: Mapping[str, Target] = {
    "promql": Target(0.35, _expressions, _expression),
    "fragment": Target(0.42, lambda: _FRAGMENTS, lambda text: _loaded({"a.yaml": f"obsgen: 1\nservice: shop\n{text}"})),
    "catalog": Target(0.1, lambda: (CATALOG, *_blocks("obsgen: 1")), lambda text: _loaded({"specs/a.yaml": text})),
    "rules": Target(
        0.07,
        lambda: (_RULES, *_blocks("groups:"), *_files("generated", "*rules*.y*ml")),
        lambda text: _linted({"rules.yml": text}),
    ),
    "dashboard": Target(
        0.04, lambda: (_DASHBOARD, *_files("generated", "*.json")), lambda text: _linted({"board.json": text})
    ),
    "scraping": Target(
        0.01, lambda: (_SCRAPING,), lambda text: _linted({"prometheus.yml": text, "rules.yml": _RULES})
    ),
    "rule-tests": Target(0.01, lambda: (_TESTS,), lambda text: _linted({"tests.yml": text, "rules.yml": _RULES})),
}  # fmt: skip
