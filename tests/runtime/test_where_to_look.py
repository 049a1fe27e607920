"""The pages that say where to look: their queries ask for what there is, and their examples are what they seem."""

from __future__ import annotations

import json
import re
import textwrap

import pytest
import yaml
from obsgen_runtime import observe
from obsgen_runtime.context import use
from obsgen_runtime.observations import Facts
from obsgen_runtime.otlp import Destination, backend
from obsgen_runtime.prices import Priced
from obsgen_runtime.primitives import InstrumentedPrimitive, WorkflowContext
from obsgen_runtime.testing import RecordingServer
from obsgen_runtime.tracing import set_backend
from obsgen_runtime.usage import Usage
from prometheus_client import CollectorRegistry

from obsgen.emit.yaml_text import yaml_text
from obsgen.load import load_texts
from tests import tools
from tests.test_readme import run

PAGES = tools.CHECKOUT / "docs" / "runtime"
PAGE = (PAGES / "where-to-look.md").read_text(encoding="utf-8")
SERVER = (PAGES / "langfuse-server.md").read_text(encoding="utf-8")
SPECS = {
    path.relative_to(tools.CHECKOUT).as_posix(): path.read_text(encoding="utf-8")
    for path in (tools.CHECKOUT / "specs").rglob("*.yaml")
}
COLUMNS = {"traceTags": "arrayOptions", "totalCost": "number", "metadata": "numberObject"}
"""Columns of Langfuse's filters that are used here, with their types in its interface."""


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def sent():
    """Return the spans of a primitive that asks a model, and of one that fails, as a server gets them."""

    class Asking(InstrumentedPrimitive[str, str]):
        async def _execute_impl(self, input_data, context):  # noqa: ARG002
            usage, cost = Usage(fresh_tokens=1, output_tokens=1), Priced(usd=0.2)
            with observe("ask", "generation", Facts(model="gpt-4", usage=usage, cost=cost)):
                return input_data

    class Failing(InstrumentedPrimitive[str, str]):
        async def _execute_impl(self, input_data, context):  # noqa: ARG002
            raise ValueError(input_data)

    around = WorkflowContext(workflow_id="release")
    with RecordingServer() as server:
        made = backend(
            Destination.langfuse(server.url, "pk-lf-example", "sk-lf-example"),
            service_name="hypertool",
            registry=CollectorRegistry(),
        )
        before = set_backend(made)
        try:
            with use(persona="backend-engineer", chatmode="release"):
                with pytest.raises(StopIteration):
                    Asking(metrics=False).execute("x", around).send(None)
                with pytest.raises(ValueError, match="x"):
                    Failing(metrics=False).execute("x", around).send(None)
        finally:
            set_backend(before)
            made.shutdown()
        return list(server.spans)


def attributes(spans) -> list[str]:
    return sorted(
        {f"span.{name}" for one in spans for name in one.attributes}
        | {f"resource.{name}" for one in spans for name in one.resource}
    )


def findings(page: str, known: list[str]) -> list[str]:
    """Return what is wrong with queries of *page*, held against the shipped catalog as notes in it."""
    head = {
        "obsgen": 1,
        "service": "pages",
        "logs": {"labels": {"job": {"values": ["systemd-journal"]}, "service_name": {}}},
        "traces": {"attributes": known},
    }
    metric = "metrics:\n  pages_reads_total:\n    counter: Reads.\n    notes: |\n" + textwrap.indent(page, "      ")
    loaded = load_texts({**SPECS, "specs/pages.yaml": f"{yaml_text(head)}{metric}"})
    return [
        f"{one.code}: {one.message}"
        for one in loaded.diagnostics
        if one.primary.span.path == "specs/pages.yaml" and one.code != "metric/unused"
    ]


def test_every_query_asks_for_what_there_is(sent):
    """Metrics, labels and values are those of the shipped catalog; attributes of spans are those that are sent."""
    assert findings(PAGE, attributes(sent)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ('persona="backend-engineer"}[1d]', 'persona="backend-enginer"}[1d]', "query/unknown-label-value"),
        ('workspace="copilot"', 'workspac="copilot"', "query/unknown-label"),
        ("llm_cost_usd_total[1d]", "llm_costs_usd_total[1d]", "query/unknown-metric"),
        ('service_name="tta-dev-copilot"} |=', 'servicename="tta-dev-copilot"} |=', "logql/unknown-label"),
        ("{ resource.service.name", "{ service.name", "traceql/unscoped-attribute"),
        ("span.primitive.status", "span.primitive.state", "traceql/unknown-attribute"),
    ],
)
def test_a_wrong_one_is_found(sent, right, wrong, code):
    """A slip in one of them is a finding, so the test above looks at all three languages."""
    assert PAGE.count(right) == 1
    assert [one.split(":")[0] for one in findings(PAGE.replace(right, wrong), attributes(sent))] == [code]


def test_prometheus_reads_every_query(tmp_path):
    """Promtool accepts each as the expression of a rule."""
    tools.require("promtool")
    rules = [{"record": f"page:query:{number}", "expr": text} for number, text in enumerate(blocks(PAGE, "promql"))]
    assert len(rules) > 10
    (tmp_path / "rules.yml").write_text(yaml_text({"groups": [{"name": "page", "rules": rules}]}), encoding="utf-8")
    assert tools.run("promtool", "check", "rules", "rules.yml", cwd=tmp_path).returncode == 0


def test_the_matrix():
    """Ten aspects by three layers; every metric that it names is in the catalog."""
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if re.match(r"\| (?!Aspect)[A-Z]", line)][:10]
    assert {len(row) for row in rows} == {4}
    named = {name for row in rows for name in re.findall(r"`(\w+_\w+)`", row[1])} - {"outcome", "status"}
    catalog = {name for text in SPECS.values() for name in yaml.safe_load(text).get("metrics", {})}
    assert len(named) > 12
    assert named <= catalog


def test_what_the_matrix_says_of_spans(sent):
    """A span of a primitive has its name, type and status; a generation model, tokens and cost; both the persona."""
    by_name = {one.name: one.attributes for one in sent}
    assert set(by_name) == {"primitive.Asking", "primitive.Failing", "ask"}
    assert by_name["primitive.Asking"]["primitive.status"] == "success"
    assert by_name["primitive.Failing"]["error.type"] == "ValueError"
    assert {"gen_ai.request.model", "gen_ai.usage.input_tokens", "gen_ai.usage.cost"} <= set(by_name["ask"])
    for each in by_name.values():
        assert each["persona.name"] == each["user.id"] == "backend-engineer"
        assert each["session.id"] == "release"
        assert "persona:backend-engineer" in each["langfuse.trace.tags"]


def test_filters_of_langfuse():
    """The filter is JSON of the documented shape: a type that fits the column, and a key where metadata is meant."""
    (text,) = blocks(PAGE, "json")
    conditions = json.loads(text)
    assert {one["column"]: one["type"] for one in conditions} == COLUMNS
    for one in conditions:
        assert set(one) - {"key"} == {"type", "column", "operator", "value"}
        assert ("key" in one) == (one["column"] == "metadata")


@pytest.mark.parametrize("block", blocks(SERVER, "python"))
def test_code_of_the_page(block, tmp_path):
    """It runs as it stands, without keys."""
    run(block, tmp_path)


def test_the_resource_names_a_secret_and_holds_none():
    """Keys are referred to by the name of a Secret; nothing in the resource is one."""
    (text,) = blocks(SERVER, "yaml")
    resource = yaml.safe_load(text)
    assert resource["spec"]["langfuse"]["keysSecretRef"] == {"name": "langfuse-keys"}
    assert not re.search(r"(pk|sk)-lf-|publicKey|secretKey", text)
