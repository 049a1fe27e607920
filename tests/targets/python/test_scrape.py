"""Generated collectors in use: imported, recorded with, scraped, and compared with the catalog they come from."""

import re
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from obsgen.load import load_texts
from obsgen.spec.model import OTHER
from tests.shipped import shipped
from tests.targets.python.packages import ODD, Scrape, catalog_of, checked, imported, increase, sources
from tests.tools import CHECKOUT

PERSONA = {"persona": "backend-engineer"}


@pytest.fixture
def registry():
    return CollectorRegistry(auto_describe=True)


@pytest.fixture(scope="module")
def hypertool(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("hypertool"), sources(shipped())["hypertool"])


def use_every(module, registry):
    """Create every series that can be created from the outside, each open label with one value."""
    whole = next(getattr(module, name) for name in module.__all__ if name.endswith("Metrics"))(registry, strict=True)
    for one in vars(whole).values():
        given = [label for label in one.descriptor.labels if label.name not in getattr(one, "derived", {})]
        argument_of = dict(zip((label.name for label in given), arguments(one), strict=False))
        closed = {argument_of[label.name]: label.values[0] for label in given if label.values and argument_of}
        opened = {argument_of[label.name]: "demo" for label in given if label.values is None}
        if hasattr(one, "declare"):
            one.declare(**opened)
        if hasattr(one, "set"):
            value = () if one.descriptor.type == "info" else (1,)
            one.set(*value, **closed, **opened)
    return Scrape(registry)


def arguments(collector):
    """Return the keyword-only arguments of what records, in order."""
    for name in ("inc", "observe", "set"):
        if hasattr(collector, name):
            code = getattr(type(collector), name).__code__
            return code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return ()


@pytest.mark.parametrize("which", ["shipped", "odd"])
def test_metrics_page_is_the_catalog(which, tmp_path):
    """Names, types, helps, labels, closed values and buckets on /metrics are those of the catalog."""
    catalog = shipped() if which == "shipped" else catalog_of(ODD)
    for service, source in sources(catalog).items():
        registry = CollectorRegistry(auto_describe=True)
        scrape = use_every(imported(tmp_path, source), registry)
        for metric in catalog.by_name[service].metrics:
            family = scrape.families[metric.name.removesuffix("_total") if metric.kind == "counter" else metric.name]
            assert family.type == ("gauge" if metric.kind == "info" else metric.kind)
            assert family.documentation == metric.help.strip()  # as the parser reads it
            shown = scrape.labels(metric.name + ("_bucket" if metric.kind == "histogram" else ""))
            assert shown, metric.name
            assert {name for labels in shown for name in labels} - {"le"} == {label.name for label in metric.labels}
            if metric.kind == "counter":
                for label in metric.labels:
                    assert {labels[label.name] for labels in shown} == set(label.values or ["demo"])
            bounds = {float(labels["le"]) for labels in shown if "le" in labels}
            assert bounds == ({*metric.buckets, float("inf")} if metric.buckets else set())


@pytest.mark.parametrize("which", ["shipped", "odd"])
def test_descriptors_are_the_catalog(which, tmp_path):
    """The public table says of each metric what the catalog says, in its order."""
    catalog = shipped() if which == "shipped" else catalog_of(ODD)
    for service, source in sources(catalog).items():
        table = imported(tmp_path, source).DESCRIPTORS
        metrics = catalog.by_name[service].metrics
        assert [one.name for one in table] == [metric.name for metric in metrics]
        for one, metric in zip(table, metrics, strict=True):
            assert (one.type, one.help, one.unit or "", one.buckets) == (
                metric.kind,
                metric.help,
                metric.unit,
                metric.buckets,
            )
            assert [(label.name, label.values, label.at_most) for label in one.labels] == [
                (label.name, label.values, label.at_most) for label in metric.labels
            ]


def test_odd_names_record(tmp_path, registry):
    """Labels and metrics called like words of Python are recorded under their own names."""
    module = imported(tmp_path, sources(catalog_of(ODD))["odd-one-2"])
    metrics = module.OddOne2Metrics(registry, strict=True)
    metrics.in_.set(3)
    metrics.metric__init__.set(4)
    metrics.metric__private.set(5)
    metrics.self.set(6)
    metrics.words_total.inc(
        2,
        class__="left",
        class_="a",
        None_="null",
        self="b",
        self_="c",
        cls="d",
        amount="e",
        amount_="f",
        value="g",
        ValueError_="h",
        INFINITY_="i",
        descriptor="j",
        inc="k",
    )
    scrape = Scrape(registry)
    assert (scrape.value("in"), scrape.value("__init__"), scrape.value("__private"), scrape.value("self")) == (
        3,
        4,
        5,
        6,
    )
    (labels,) = (one for one in scrape.labels("words_total") if scrape.value("words_total", **one) == 2)
    assert labels == {
        "class": "left",
        "class_": "a",
        "None": "null",
        "self": "b",
        "self_": "c",
        "cls": "d",
        "amount": "e",
        "amount_": "f",
        "value": "g",
        "ValueError": "h",
        "INFINITY": "i",
        "descriptor": "j",
        "inc": "k",
    }


def test_start_values_and_derived_labels(tmp_path, registry):
    """Gauges start where the catalog says, and info metrics carry the numbers of their labels, from the start on."""
    imported(tmp_path, sources(catalog_of(ODD))["odd-one-2"]).OddOne2Metrics(registry)
    scrape = Scrape(registry)
    assert scrape.value("print") == -0.5
    assert {labels["_"]: scrape.value("budget_tokens", **labels) for labels in scrape.labels("budget_tokens")} == {
        "1": 12345678901234567890.0,
        "true": 0.1,
    }
    assert scrape.labels("facts_info") == [{"_": "1", "number": "12345678901234567000"}, {"_": "true", "number": "0.1"}]
    assert scrape.value("in") is None


def test_budget_of_the_catalog_is_on_the_page(tmp_path, registry, hypertool):
    """A budget that is changed in the catalog changes the constant, the gauge and the info metric, and nothing else."""
    before = Scrape(registry_of(hypertool))
    assert before.value("hypertool_persona_token_budget_remaining", **PERSONA) == 2000
    specs = {path.as_posix(): path.read_text(encoding="utf-8") for path in (CHECKOUT / "specs").rglob("*.yaml")}
    name = next(path for path in specs if Path(path).parts[-2:] == ("hypertool", "metrics.yaml"))
    specs[name] = specs[name].replace(
        "backend-engineer: {token_budget: 2000}", "backend-engineer: {token_budget: 2345}"
    )
    module = imported(tmp_path, sources(checked(load_texts(specs)))["hypertool"])
    module.HypertoolMetrics(registry)
    after = Scrape(registry)
    assert module.PERSONA_TOKEN_BUDGET == {**hypertool.PERSONA_TOKEN_BUDGET, "backend-engineer": 2345}
    assert after.value("hypertool_persona_token_budget_remaining", **PERSONA) == 2345
    assert after.value("hypertool_persona_info", token_budget="2345", **PERSONA) == 1
    changed = {series for series, _ in before.series.items() ^ after.series.items()}
    assert {name for name, _ in changed} == {"hypertool_persona_token_budget_remaining", "hypertool_persona_info"}
    assert all(dict(labels)["persona"] == "backend-engineer" for _, labels in changed)


def registry_of(module):
    registry = CollectorRegistry(auto_describe=True)
    module.HypertoolMetrics(registry)
    return registry


def test_first_use_brings_the_closed_siblings(hypertool, registry):
    """The first event of an open combination creates the series of every closed value, at 0."""
    metrics = hypertool.HypertoolMetrics(registry, strict=True)
    metrics.hypertool_workflow_quality_gate_total.inc(workflow="release", stage="tests", result="passed")
    name, place = "hypertool_workflow_quality_gate_total", {"workflow": "release", "stage": "tests"}
    scrape = Scrape(registry)
    assert scrape.value(name, result="passed", **place) == 1
    assert scrape.value(name, result="failed", **place) == 0
    assert len(scrape.labels(name)) == 2


@pytest.mark.parametrize("declared", [True, False])
def test_one_fifth_of_failures_is_seen(hypertool, registry, declared):
    """
    A gate that begins to fail is over the alert's 20 percent, though no failed verdict was there before.

    Declared ahead, every event counts; without that, all but the first one do.
    """
    name, gate = "hypertool_workflow_quality_gate_total", {"workflow": "release", "stage": "tests"}
    verdicts = hypertool.HypertoolMetrics(registry, strict=True).hypertool_workflow_quality_gate_total
    if declared:
        verdicts.declare(**gate)
    else:
        verdicts.inc(result="passed", **gate)
    before = Scrape(registry)
    for _ in range(10):
        verdicts.inc(result="passed", **gate)
        verdicts.inc(result="failed", **gate)
    after = Scrape(registry)
    failed = increase(before, after, name, result="failed")
    total = increase(before, after, name)
    assert (failed, total) == (10, 20)
    assert failed / total > 0.2


def test_bad_values_become_other_and_are_counted(hypertool, registry):
    """A value outside the closed set or beyond the bound is `other`, its refusal is counted, and nothing is raised."""
    switches = hypertool.HypertoolMetrics(registry).hypertool_persona_switches_total
    switches.inc(from_persona="backend-enginer", to_persona="data-scientist", chatmode="demo")
    for count in range(41):
        switches.inc(from_persona="none", to_persona="data-scientist", chatmode=f"mode-{count}")
    scrape = Scrape(registry)
    name, refused = "hypertool_persona_switches_total", "obsgen_runtime_label_rejected_total"
    assert scrape.value(name, from_persona=OTHER, to_persona="data-scientist", chatmode="demo") == 1
    assert scrape.value(name, from_persona="none", to_persona="data-scientist", chatmode=OTHER) == 2
    assert scrape.value(refused, metric=name, label="from_persona", reason="unknown_value") == 1
    assert scrape.value(refused, metric=name, label="chatmode", reason="over_limit") == 2


def test_bad_numbers_are_counted(tmp_path, registry):
    """No kind of metric records infinity or NaN, and only those below zero that can; refusals are counted."""
    metrics = imported(tmp_path, sources(catalog_of(ODD))["odd-one-2"]).OddOne2Metrics(registry)
    for number in (float("nan"), float("inf"), float("-inf"), -1):
        metrics.plain_total.inc(number)
        metrics.a_b.set(number)
        metrics.latency_seconds.observe(number)
        metrics.temperature_celsius.observe(number, class_="left")
    scrape = Scrape(registry)
    assert (scrape.value("plain_total"), scrape.value("a_b")) == (0, -1)
    assert scrape.value("latency_seconds_count") == 0
    assert scrape.value("temperature_celsius_count", **{"class": "left"}) == 1
    refused = "obsgen_runtime_value_rejected_total"
    for name, below in (("plain_total", 1), ("a_b", 0), ("latency_seconds", 1), ("temperature_celsius", 0)):
        assert scrape.value(refused, metric=name, reason="not_finite") == 3
        assert scrape.value(refused, metric=name, reason="negative") == below


def test_strict_mode_raises(hypertool, registry):
    """What is counted in production is raised in tests."""
    switches = hypertool.HypertoolMetrics(registry, strict=True).hypertool_persona_switches_total
    with pytest.raises(ValueError, match="did you mean `backend-engineer`"):
        switches.inc(from_persona="backend-enginer", to_persona="data-scientist", chatmode="demo")
    assert Scrape(registry).labels("hypertool_persona_switches_total") == []


def test_constants_cannot_be_changed(hypertool):
    """Data of the catalog is read-only, in the catalog's numbers."""
    assert hypertool.PERSONA_TOKEN_BUDGET["observability-expert"] == 2000
    with pytest.raises(TypeError):
        hypertool.PERSONA_TOKEN_BUDGET["observability-expert"] = 1


def test_partial_data(tmp_path):
    """A value without a datum is missing from its constant, and data that differ in case keep apart."""
    module = imported(tmp_path, sources(catalog_of(ODD))["odd-one-2"])
    assert module.PERSONA_BUDGET == {"a": 1, "b": 0.00001}
    assert module.PERSONA_BUDGET_DATA == {"a": -0.25}


def test_large_closed_info_can_be_written(tmp_path, registry):
    """An info metric with more closed series than the runtime writes by itself can be set; a small one needs no call."""
    values = ", ".join(f"v{number}" for number in range(50))
    text = "{obsgen: 1, service: s, labels: {a: {help: A., values: [VALUES]}, b: {help: B., values: [VALUES]}},"
    text += " metrics: {large_info: {info: L., labels: [a, b]}, small_info: {info: S., labels: [a]}}}"
    module = imported(tmp_path, sources(catalog_of(text.replace("VALUES", values)))["s"])
    metrics = module.SMetrics(registry, strict=True)
    metrics.large_info.set(a="v1", b="v2")
    assert not hasattr(metrics.small_info, "set")
    scrape = Scrape(registry)
    assert scrape.labels("large_info") == [{"a": "v1", "b": "v2"}]
    assert len(scrape.labels("small_info")) == 50


def test_knows_what_the_runtime_writes_by_itself():
    """The generator and the runtime agree on how many series are written at start."""
    from obsgen_runtime import families

    from obsgen.targets.python import methods

    assert methods.WRITTEN_AT_START == families.SIBLINGS_AT_MOST


def test_the_page_of_the_target_runs(hypertool, monkeypatch):
    """The example in the documentation records what it says."""
    text = (CHECKOUT / "docs" / "targets" / "python.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    monkeypatch.setitem(sys.modules, "hypertool_metrics", hypertool)
    registry = CollectorRegistry(auto_describe=True)
    exec(example.replace("HypertoolMetrics()", "HypertoolMetrics(registry, strict=True)"), {"registry": registry})
    scrape = Scrape(registry)
    assert scrape.value("hypertool_persona_token_budget_remaining", **PERSONA) == 750
    assert scrape.value("hypertool_persona_duration_seconds_count", chatmode="feature-implementation", **PERSONA) == 1
    assert len(scrape.labels("hypertool_workflow_quality_gate_total")) == 2
