"""Catalogs that the Python client would refuse are refused by name and place, with pages whose examples hold."""

import re

import pytest
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from obsgen.load import load_texts
from obsgen.report.text import render as shown
from obsgen.targets.base import Options
from obsgen.targets.python import TARGET
from obsgen.targets.python.limits import CLIENT
from tests.bakery import besides
from tests.targets.python.packages import imported, sources
from tests.tools import CHECKOUT

PAGES = CHECKOUT / "docs" / "checks" / "python"
CODES = ("name-taken", "registry-clash")


def page(name, section):
    """Return the examples of one section of a page."""
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    part = re.search(rf"^## {section}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert part, section
    return re.findall(r"^```yaml\n(.*?)^```$", part[1], re.MULTILINE | re.DOTALL)


def findings(text):
    loaded = load_texts({"specs/catalog.yaml": text})
    assert besides(loaded.diagnostics) == []
    return tuple(TARGET.limits(loaded.catalog, Options())), loaded


def test_every_code_has_a_page():
    assert {path.stem for path in PAGES.glob("*.md")} == set(CODES)


@pytest.mark.parametrize("name", CODES)
def test_page(name):
    """What the page flags is flagged with its code; what it accepts has no finding."""
    assert page(name, "Flagged")
    assert page(name, "Accepted")
    for text in page(name, "Flagged"):
        assert [one.code for one in findings(text)[0]] == [f"python/{name}"]
    for text in page(name, "Accepted"):
        assert findings(text)[0] == ()


def test_clash_reads_well():
    """A clash is shown at the second metric, with the name that both take and the first metric beside it."""
    found, loaded = findings(page("registry-clash", "Flagged")[0])
    assert shown(found, loaded.sources) == CLASH


def test_taken_reads_well():
    """A taken name is shown at the metric with its owner."""
    found, loaded = findings("obsgen: 1\nservice: a\nmetrics:\n  obsgen_runtime_x:\n    gauge: X.\n")
    assert shown(found, loaded.sources) == TAKEN


@pytest.mark.parametrize("name", CODES)
def test_client_really_refuses(name, tmp_path):
    """What is flagged could not be registered beside its rival."""
    registry = CollectorRegistry(auto_describe=True)
    client_collectors(registry)
    _, loaded = findings(page(name, "Flagged")[0])
    module = imported(tmp_path, sources(loaded.catalog)["worker"])
    with pytest.raises(ValueError, match="already"):
        module.WorkerMetrics(registry)


def test_knows_what_the_client_registers():
    """The list of the client's own metrics is complete."""
    registry = CollectorRegistry(auto_describe=True)
    client_collectors(registry)
    names = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in registry.collect()
        if family.type != "info"
    }
    assert names <= CLIENT


def client_collectors(registry):
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)


def test_the_runtime_may_use_its_names():
    """The prefix is free for the runtime's own catalog."""
    assert findings("{obsgen: 1, service: runtime, metrics: {obsgen_runtime_x: {gauge: X.}}}")[0] == ()


CLASH = """\
specs/catalog.yaml:6:3: error[python/registry-clash]: the Python client registers `worker_jobs` for `worker_jobs_total` and for `worker_jobs`
  |
6 |   worker_jobs_total:
  |   ^^^^^^^^^^^^^^^^^
  |
4 |   worker_jobs:
  |   ----------- the other one
  = help: rename one of them
"""
TAKEN = """\
specs/catalog.yaml:4:3: error[python/name-taken]: `obsgen_runtime_x` is taken: names that begin with `obsgen_runtime_` belong to the runtime
  |
4 |   obsgen_runtime_x:
  |   ^^^^^^^^^^^^^^^^
  = help: give the metric another name
"""
