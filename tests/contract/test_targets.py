"""What every registered target promises: a pure function to safe files that their readers accept."""

from __future__ import annotations

import ast
import json
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt

import obsgen.targets
from obsgen import __version__
from obsgen.diagnostics import Severity
from obsgen.load import load_texts
from obsgen.output.places import path_problem
from obsgen.targets import limits, registered, render
from obsgen.targets.alloy.parser import parse as parse_alloy
from obsgen.targets.base import Options
from tests import tools
from tests.contract.hostile import catalogs
from tests.shipped import loaded as shipped_and_found
from tests.shipped import shipped
from tests.strategies import catalog_texts
from tests.targets.alloy.test_oracle import oracle  # noqa: F401 - a fixture
from tests.targets.python.packages import imported

NAMES = tuple(target.name for target in registered())
OPTIONS = Options(docs_url="https://docs.example/obs")
ONE_OF_EACH = """
obsgen: 1
service: bakery
labels:
  kind: {help: Kind of bread., values: [rye, wheat]}
metrics:
  bakery_loaves_total: {counter: Loaves., labels: [kind]}
  bakery_stock: {gauge: Loaves in stock., labels: [kind]}
  bakery_bake_seconds: {histogram: Time in the oven., labels: [kind], buckets: [1, 2]}
  bakery_kind_info: {info: Kinds., labels: [kind]}
dashboards:
  all:
    title: All
    rows:
      all:
        title: All
        panels:
          counter: {stat: A, show: {increase: bakery_loaves_total}}
          gauge: {stat: B, show: {value: bakery_stock}}
          histogram: {stat: C, show: {mean: bakery_bake_seconds}}
          info: {stat: D, show: {value: bakery_kind_info}}
alerts:
  Counter: {when: {rate: bakery_loaves_total, over: 5m, above: 1}, severity: bad, summary: A, impact: A, mitigation: A}
  Gauge: {when: {value: bakery_stock, below: 1}, severity: bad, summary: A, impact: A, mitigation: A}
  Histogram: {when: {mean: bakery_bake_seconds, over: 5m, above: 1}, severity: bad, summary: A, impact: A, mitigation: A}
  Info: {when: {absent: bakery_kind_info}, severity: bad, summary: A, impact: A, mitigation: A}
scrape: {job: bakery}
workspaces: {main: {port: 9464}}
send: {metrics: [store]}
---
obsgen: 1
shared: true
severities: {bad: {means: Bad., respond_in: 5m}}
destinations: {store: {metrics: {url: {env: STORE_URL}}}}
"""
METRICS = ("bakery_loaves_total", "bakery_stock", "bakery_bake_seconds", "bakery_kind_info")


def small():
    """Return a catalog with one metric of each kind, used everywhere."""
    service, shared = ONE_OF_EACH.split("---\n")
    loaded = load_texts({"a.yaml": service, "b.yaml": shared})
    assert [one for one in loaded.diagnostics if one.severity is Severity.ERROR] == []
    return loaded.catalog


def files(catalog, options=OPTIONS, names=NAMES):
    """Return path -> text of everything that is rendered."""
    return {one.path: one.text for one in render(catalog, options, names)}


def test_every_module_is_registered():
    """A package in obsgen/targets is a target, and listed; nothing is found by magic and nothing forgotten."""
    modules = {module.name for module in pkgutil.iter_modules(obsgen.targets.__path__)} - {"base"}
    assert modules == set(NAMES)
    assert list(NAMES) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_page(name):
    """Each target is described where people look for it."""
    page = (tools.CHECKOUT / "docs" / "targets" / f"{name}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {name}\n")
    assert len(page.splitlines()) > 3


@pytest.mark.parametrize("name", NAMES)
def test_files_stay_in_their_folder(name):
    """A target writes below the folder of its name, with paths that every system takes, each once."""
    for catalog in (shipped(), small()):
        artifacts = render(catalog, OPTIONS, (name,))
        paths = [one.path for one in artifacts]
        assert paths
        assert len(set(paths)) == len(paths)
        assert [path for path in paths if path_problem(path) or not path.startswith(f"{name}/")] == []
        assert not any(one.in_project for one in artifacts)


def test_same_bytes_twice():
    """Rendering has no memory and no clock."""
    assert render(shipped(), OPTIONS, NAMES) == render(shipped(), OPTIONS, NAMES)


PRINT = """
import json, sys
from pathlib import Path
from obsgen.load import load
from obsgen.targets import registered, render
from obsgen.targets.base import Options
names = tuple(target.name for target in registered())
catalog = load(Path("specs"), base=Path()).catalog
print(json.dumps([(one.path, one.text) for one in render(catalog, Options(docs_url=sys.argv[1]), names)]))
"""


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_same_bytes_under_another_hash_seed(seed, tmp_path):
    """The order of sets, the locale, the time zone and the folder leave no trace."""
    (tmp_path / "specs").symlink_to(tools.CHECKOUT / "specs")
    environment = {
        **os.environ, "PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland", "LC_ALL": "C", "HOME": str(tmp_path),
        "PYTHONPATH": str(tools.CHECKOUT),
    }  # fmt: skip
    command = [sys.executable, "-c", PRINT, OPTIONS.docs_url]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=True)
    assert dict(json.loads(done.stdout)) == files(shipped())


def shuffled(texts):
    """Return the shipped catalog in one file for each thing it defines, under names that sort the other way."""
    documents = [yaml.load(text, yaml.BaseLoader) for text in texts.values()]
    parts = []
    for document in documents:
        head = {key: document[key] for key in ("obsgen", "service", "shared", "owner") if key in document}
        for key in document.keys() - head.keys():
            whole = key in ("scrape", "send", "prices")
            entries = [document[key]] if whole else [{name: body} for name, body in document[key].items()]
            parts += [head | {key: entry} for entry in entries]
    return {f"{len(parts) - number:04}.yaml": _as_yaml(part) for number, part in enumerate(parts)}


def _as_yaml(part):
    # Plain scalars stay plain: the reader decides what they are, as it did in the original file.
    return yaml.dump(part, Dumper=_Plain, sort_keys=False, width=10_000)


class _Plain(yaml.SafeDumper):
    """Writes text as it was read."""


_Plain.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))
)


def _style(text):
    return None if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?|true|[\w.%-]+", text) else '"'


def test_same_bytes_from_other_files(monkeypatch):
    """How the catalog is cut into files, and what they are called, does not matter."""
    monkeypatch.setattr(_Plain, "yaml_implicit_resolvers", {})
    loaded = shipped_and_found()
    again = load_texts(shuffled(loaded.sources))
    assert [(one.code, one.message) for one in again.diagnostics] == []
    assert len(again.sources) > 3 * len(loaded.sources)
    assert files(again.catalog) == files(loaded.catalog)
    reversed_order = dict(reversed(loaded.sources.items()))
    assert files(load_texts(reversed_order).catalog) == files(loaded.catalog)


def test_nothing_of_this_machine_inside():
    """No path, no version, no year of today stands in a generated file."""
    forbidden = [str(tools.CHECKOUT), str(Path.home()), f"obsgen {__version__}", os.uname().nodename, sys.executable]
    found = {
        path: word for path, text in files(shipped()).items() for word in forbidden if len(word) > 3 and word in text
    }
    assert found == {}


def parses(path, text):
    """Fail if *text* is not what its name says."""
    if path.endswith(".json"):
        json.loads(text)
    elif path.endswith((".yml", ".yaml")):
        yaml.safe_load(text)
    elif path.endswith(".py"):
        ast.parse(text)
    elif path.endswith(".alloy"):
        parse_alloy(text)
    else:
        assert path.endswith((".md", ".typed", ".example")), f"nobody knows how to read {path}"


def test_output_parses():
    """Every file is what its name says, UTF-8 without byte order mark or carriage return, with a newline at its end."""
    for catalog in (shipped(), small()):
        for path, text in files(catalog).items():
            parses(path, text)
            assert not re.search(r"[\ufeff\r]", text), path
            assert not text or (text.endswith("\n") and not text.endswith("\n\n")), path


@pytest.mark.parametrize("name", [name for name in NAMES if name != "schema"])
def test_every_metric_kind_is_rendered(name):
    """Each kind of metric is found in what a target writes, or the target says that it cannot express it."""
    catalog = small()
    text = "\n".join(files(catalog, names=(name,)).values())
    refused = " ".join(one.message for one in limits(catalog, OPTIONS, (name,)))
    assert [metric for metric in METRICS if metric not in text and metric not in refused] == []


def test_an_empty_catalog_is_no_trouble():
    """Nothing in, nothing out but the schema and the first page of the documentation."""
    assert list(files(load_texts({}).catalog)) == ["docs/README.md", "schema/catalog-1.schema.json"]


def tokens(text):
    """Return every token of a Markdown text as CommonMark reads it, raw HTML allowed."""
    parsed = MarkdownIt("commonmark").enable("table").parse(text)
    return [token for outer in parsed for token in (outer, *(outer.children or ()))]


def accepted(loaded, folder, oracle):  # noqa: F811
    """Render a catalog and hold each file before its real reader; return path -> text."""
    assert [one for one in loaded.diagnostics if one.severity is Severity.ERROR] == []
    assert [one for one in limits(loaded.catalog, OPTIONS, NAMES) if one.severity is Severity.ERROR] == []
    written = files(loaded.catalog)
    for path, text in written.items():
        parses(path, text)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="")
        if path.endswith(".py"):
            service = {one.name for one in imported(folder, text).DESCRIPTORS}
            assert service in [{metric.name for metric in one.metrics} for one in loaded.catalog.services]
        if path.endswith(".alloy"):
            (verdict,) = oracle.judge([text])
            assert (verdict["error"], verdict["formatted"]) == ("", text)
        if path.endswith(".md"):
            assert [token.content for token in tokens(text) if token.type.startswith("html")] == []
    for command in ("check config", "test rules"):
        found = folder.glob("prometheus/prometheus.yml" if command == "check config" else "prometheus/tests/*.yml")
        if paths := sorted(found):
            done = tools.run("promtool", *command.split(), *paths)
            assert done.returncode == 0, done.stdout + done.stderr
    return written


@given(catalogs())
@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
def test_hostile_text_stays_text(oracle, tmp_path_factory, texts):  # noqa: F811
    """Whatever the catalog says, each file stays what it is to its real reader: Python, promtool, JSON, Alloy, Markdown."""
    loaded = load_texts(texts)
    written = accepted(loaded, tmp_path_factory.mktemp("generated"), oracle)
    assert {path.partition("/")[0] for path in written} == {path.partition("/")[0] for path in files(small())}
    dashboard = json.loads(written["grafana/dashboards/bakery/oven.json"])
    assert dashboard["title"] == loaded.catalog.services[0].dashboards[0].spec.title


@given(catalog_texts())
@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
def test_any_catalog_is_accepted(oracle, tmp_path_factory, texts):  # noqa: F811
    """What obsgen finds no error in, the readers of its files find none in either, whatever the catalog's structure."""
    loaded = load_texts(texts)
    if not [one for one in limits(loaded.catalog, OPTIONS, NAMES) if one.severity is Severity.ERROR]:
        accepted(loaded, tmp_path_factory.mktemp("generated"), oracle)
