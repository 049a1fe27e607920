"""PromQL with one fault, planted wherever a catalog can hold a query and in every style of YAML."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from obsgen.checks import CHECKS
from obsgen.checks.base import Subject
from obsgen.diagnostics import Diagnostic, ordered
from obsgen.load import load_texts
from obsgen.report.text import render
from obsgen.settings import Budget, Server, Settings
from obsgen.spec.model import Catalog
from tests.bakery import BAKERY, alert, found, marked, panel

STYLES = {
    "quoted": lambda text: "promql: '" + text.replace("'", "''") + "'",
    "escaped": lambda text: 'promql: "' + text.replace("\\", "\\\\").replace('"', '\\"') + '"',
    "literal": lambda text: f"promql: |\n  # what is watched\n  {text}\n",
    "folded": lambda text: f"promql: >-\n  {text.replace(' > ', chr(10) + '  > ')}\n",
    "flow": lambda text: "{promql: '" + text.replace("'", "''") + "'}",
}

RECORD = """\
obsgen: 1
service: bakery
records:
  "{name}":
    record: Something.
    query:
      promql: |
        {query}
"""


def recorded(name: str, query: str) -> str:
    """Return a spec file that records *query* as the series *name*."""
    return RECORD.format(name=name, query=query)


def fault(text: str) -> tuple[str, str]:
    """Return *text* without its marks, and the word between them."""
    before, word, after = text.split("§")
    return before + word + after, word


def in_alerts(text: str, **files: str) -> Iterator[Mapping[str, str]]:
    """Yield catalogs with an alert on *text*, one for each style of YAML."""
    for style in STYLES.values():
        yield alert(style(text), **files)


def in_panels(text: str, **files: str) -> Iterator[Mapping[str, str]]:
    """Yield catalogs with *text* as the only query of a panel, and as its second one."""
    quoted = "'" + text.replace("'", "''") + "'"
    yield panel(f"{{promql: {quoted}}}", **files)
    yield panel(f"- {{rate: bakery_orders_total}}\n- promql: {quoted}\n", filter_by="[kind]", **files)


def in_records(text: str, **files: str) -> Iterator[Mapping[str, str]]:
    """Yield a catalog that records *text*."""
    yield {
        **BAKERY,
        **{f"specs/{name}.yaml": file for name, file in files.items()},
        "specs/planted.yaml": recorded("kind:bakery_planted:sum", text),
    }


def everywhere(text: str, **files: str) -> Iterator[Mapping[str, str]]:
    """Yield catalogs with *text* in an alert, a panel and a recorded series."""
    yield from in_alerts(text, **files)
    yield from in_panels(text, **files)
    yield from in_records(text, **files)


def queries(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return code and words of each finding about a query, or about a panel that shows nothing."""
    return [(code, word) for code, word in found(texts) if code.startswith(("query/", "panel/"))]


def one(code: str, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the findings of one *code*."""
    return [(other, word) for other, word in found(texts) if other == code]


def said(code: str, texts: Mapping[str, str]) -> str:
    """Return what people read about the findings of one *code*."""
    loaded = load_texts(texts)
    return render([finding for finding in loaded.diagnostics if finding.code == code], loaded.sources)


def _findings(code: str, catalog: Catalog, server: Mapping[str, Any], budget: Mapping[str, int]) -> list[Diagnostic]:
    subject = Subject(catalog, settings=Settings(server=Server(**server), budget=Budget(**budget)))
    return [finding for check in CHECKS if check.code == code for finding in check.run(subject)]


def with_settings(
    code: str, texts: Mapping[str, str], server: Mapping[str, Any], budget: Mapping[str, int] = MappingProxyType({})
) -> list[tuple[str, str]]:
    """Return code and words of the findings of one check where the settings say something about the *server* or the *budget*."""
    loaded = load_texts(texts)
    found = ordered(_findings(code, loaded.catalog, server, budget))
    return [(finding.code, marked(loaded.sources, finding.primary.span)) for finding in found]


def said_with_settings(
    code: str, texts: Mapping[str, str], server: Mapping[str, Any], budget: Mapping[str, int] = MappingProxyType({})
) -> str:
    """Return what people read about those findings."""
    loaded = load_texts(texts)
    return render(_findings(code, loaded.catalog, server, budget), loaded.sources)


RULES = """\
groups:
- name: bakery
  rules:
  - alert: BakeryUnwell
    expr: {expr}
    for: 10m
    labels: {{severity: warning}}
    annotations: {{summary: The bakery is unwell}}
"""
MANIFEST = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: bakery}\nspec:\n"


def in_rule_files(text: str) -> Iterator[Mapping[str, str]]:
    """Yield rule files and a PrometheusRule manifest with an alert on *text*."""
    yield {"rules.yaml": RULES.format(expr="'" + text.replace("'", "''") + "'")}
    yield {"rules.yaml": RULES.format(expr="|-\n      # what is watched\n      " + text)}
    folded = RULES.format(expr=">\n      " + text.replace(" / ", "\n      / "))
    yield {"manifest.yaml": MANIFEST + textwrap.indent(folded, "  ")}


def in_grafana(text: str) -> Iterator[Mapping[str, str]]:
    """Yield dashboards of Grafana with a panel on *text*: as they are, compact, and as its interface for programs wants them."""
    source = {"type": "prometheus", "uid": "main"}
    target = {"refId": "A", "expr": text, "instant": False, "range": True}
    panel = {"id": 1, "type": "timeseries", "title": "Planted", "datasource": source, "targets": [target]}
    board = {"title": "Shop", "schemaVersion": 39, "panels": [panel]}
    yield {"board.json": json.dumps(board, indent=2)}
    yield {
        "board.json": json.dumps(
            {"dashboard": {**board, "panels": [{"type": "row", "title": "Row", "panels": [panel]}]}}
        )
    }
