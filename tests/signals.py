"""A bakery that sends logs and traces, and queries for them wherever they stand."""

import json
import textwrap
from collections.abc import Iterator, Mapping

from obsgen.lint import lint_texts
from obsgen.load import load_texts
from obsgen.report.text import render
from tests.bakery import BAKERY, alert, besides, marked

PIPELINES = """\
obsgen: 1
service: bakery
logs:
  labels:
    job: {values: [systemd-journal]}
    level: {values: [debug, info, warning, error]}
    unit: {}
  metadata: [trace_id]
traces:
  attributes: [resource.service.name, resource.host.name, span.kind_of_bread, span.oven, span.http.*]
"""
SIGNALS: Mapping[str, str] = {**BAKERY, "specs/signals.yaml": PIPELINES}
DATASOURCES = {"logql": "loki", "traceql": "tempo"}


def runbook(language: str, query: str, key: str = "diagnosis") -> dict[str, str]:
    """Return the bakery with an alert whose runbook asks *query* in a fenced block."""
    texts = alert("{absent: bakery_orders_total}", signals=PIPELINES)
    block = textwrap.indent(f"Look here:\n\n```{language}\n{query}\n```\n\nThen think.\n", "      ")
    lines = [line for line in texts["specs/alerts.yaml"].splitlines() if not line.strip().startswith(f"{key}:")]
    return {**texts, "specs/alerts.yaml": "\n".join(lines) + f"\n    {key}: |\n{block}"}


def note(language: str, query: str) -> dict[str, str]:
    """Return the bakery with *query* among the notes of a metric, in a list."""
    body = textwrap.indent(f"- Look here:\n\n  ~~~~ {language}\n{textwrap.indent(query, '  ')}\n  ~~~~\n", "      ")
    metric = f"obsgen: 1\nservice: bakery\nmetrics:\n  bakery_rolls_total:\n    counter: Rolls.\n    notes: |\n{body}"
    return {**SIGNALS, "specs/rolls.yaml": metric}


def in_prose(language: str, query: str) -> Iterator[dict[str, str]]:
    """Yield catalogs with *query* in every place where people write Markdown."""
    for key in ("impact", "diagnosis", "mitigation"):
        yield runbook(language, query, key)
    yield note(language, query)


def board(language: str, query: str) -> str:
    """Return a Grafana dashboard that asks *query*."""
    key = "expr" if language == "logql" else "query"
    source = {"type": DATASOURCES[language], "uid": "x"}
    panel = {"type": "logs", "title": "One", "datasource": source, "targets": [{"refId": "A", key: query}]}
    return json.dumps({"title": "Shop", "schemaVersion": 39, "panels": [panel]}, indent=1)


def variable(query: object) -> str:
    """Return a Grafana dashboard with a variable that asks Loki for *query*."""
    one = {"name": "level", "type": "query", "datasource": {"type": "loki", "uid": "x"}, "query": query}
    panel = {"type": "text", "title": "$level", "targets": []}
    return json.dumps(
        {"title": "Shop", "schemaVersion": 39, "panels": [panel], "templating": {"list": [one]}}, indent=1
    )


def found(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return code and words of each finding about a query."""
    loaded = load_texts(texts)
    return [(one.code, marked(loaded.sources, one.primary.span)) for one in besides(loaded.diagnostics)]


def linted(text: str, catalog: Mapping[str, str] = SIGNALS) -> list[tuple[str, str]]:
    """Return code and words of each finding in the dashboard *text*."""
    findings = lint_texts(load_texts(catalog).catalog, {"board.json": text})
    return [(one.code, marked({**catalog, "board.json": text}, one.primary.span)) for one in findings]


def printed(texts: Mapping[str, str]) -> str:
    """Return what people read about a catalog."""
    loaded = load_texts(texts)
    return render(besides(loaded.diagnostics), loaded.sources)
