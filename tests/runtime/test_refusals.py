"""Refusals are visible, cost no memory, and cannot feed on themselves."""

import logging
import tracemalloc

from obsgen_runtime import families
from obsgen_runtime._generated import DESCRIPTORS, RuntimeMetrics
from obsgen_runtime.refusals import runtime_metrics
from prometheus_client import CollectorRegistry


def hostile_round(metrics, first, count):
    gate = metrics.hypertool_workflow_quality_gate_total
    for number in range(first, first + count):
        gate.inc(workflow=f"workflow {number}", stage=number, result=f"result {number}")
        gate.inc(float("nan"), workflow=str(number), stage="s", result="passed")


def test_memory_stays_flat(hypertool, registry, scrape):
    """Thousands of distinct hostile values leave nothing behind but the bounded series."""
    metrics = hypertool.HypertoolMetrics(registry)
    hostile_round(metrics, 0, 500)
    series = len(scrape(registry).samples)
    tracemalloc.start()
    hostile_round(metrics, 500, 500)
    before = tracemalloc.take_snapshot()
    hostile_round(metrics, 1000, 4000)
    after = tracemalloc.take_snapshot()
    tracemalloc.stop()
    grown = sum(
        each.size_diff for each in after.compare_to(before, "filename") if "obsgen_runtime" in str(each.traceback)
    )
    assert len(scrape(registry).samples) == series
    assert grown < 20_000


def test_the_first_refusal_of_a_kind_is_logged(hypertool, registry, caplog):
    """One warning per metric, label and reason, without the value, which may be a secret."""
    gate = hypertool.HypertoolMetrics(registry).hypertool_workflow_quality_gate_total
    with caplog.at_level(logging.WARNING, logger="obsgen_runtime"):
        for _ in range(3):
            gate.inc(workflow="release", stage="test", result="s3cret")
            gate.inc(-1, workflow="release", stage="test", result="passed")
    assert caplog.messages == [
        "hypertool_workflow_quality_gate_total: a value of label result was recorded as `other`: unknown_value",
        "hypertool_workflow_quality_gate_total: a number was not recorded: negative",
    ]


def test_a_log_handler_that_raises_reaches_nobody(hypertool, registry):
    """The application's own logging cannot make a recording raise."""

    class Broken(logging.Handler):
        def handle(self, record):
            raise RuntimeError(record)

    handler = Broken()
    logger = logging.getLogger("obsgen_runtime")
    logger.addHandler(handler)
    try:
        gate = hypertool.HypertoolMetrics(registry).hypertool_workflow_quality_gate_total
        gate.inc(workflow="release", stage="test", result="?")
    finally:
        logger.removeHandler(handler)
    labels = {"workflow": "release", "stage": "test", "result": "other"}
    assert registry.get_sample_value("hypertool_workflow_quality_gate_total", labels) == 1


def test_a_fault_of_ours_is_logged_and_does_not_raise(hypertool, registry, caplog, monkeypatch):
    """If recording itself breaks, the application goes on, and the traceback is in the log once, without the values."""
    gate = hypertool.HypertoolMetrics(registry).hypertool_workflow_quality_gate_total

    def broken(self, values):
        raise MemoryError("no room")

    monkeypatch.setattr(families.Family, "admit", broken)
    for _ in range(2):
        gate.inc(workflow="release", stage="s3cret", result="passed")
        gate.declare(workflow="release", stage="test")
    assert caplog.messages == ["hypertool_workflow_quality_gate_total: an event was lost"]
    assert "no room" in caplog.text
    assert "s3cret" not in caplog.text


def test_the_runtime_counts_in_the_registry_of_the_collector(hypertool, scrape):
    """A refusal shows where the refusing metric is scraped, and nowhere else."""
    one, two = CollectorRegistry(), CollectorRegistry()
    hypertool.HypertoolMetrics(two)
    hypertool.HypertoolMetrics(one).hypertool_persona_token_budget_remaining.set(1, persona="?")
    assert "obsgen_runtime_label_rejected" in scrape(one).families
    assert "obsgen_runtime_label_rejected" not in scrape(two).families


def test_the_runtime_does_not_count_its_own_refusals(registry, scrape):
    """A refusal inside the refusal counter ends as its own `other`, and does not go round for ever."""
    rejected = RuntimeMetrics(registry).obsgen_runtime_label_rejected_total
    rejected.inc(metric="m" * 1000, label="l", reason="no reason")
    rejected.inc(-1, metric="m", label="l", reason="empty")
    view = scrape(registry)
    assert view.value("obsgen_runtime_label_rejected_total", metric="other", label="l", reason="other") == 1
    assert sum(each.value for each in view.samples if each.name == "obsgen_runtime_label_rejected_total") == 1
    assert view.labels("obsgen_runtime_value_rejected_total") == []


def test_runtime_metrics_are_made_once_per_registry(registry):
    """The runtime's collectors are ordinary generated ones, found again by registry."""
    assert runtime_metrics(registry) is runtime_metrics(registry)
    assert {each.name for each in DESCRIPTORS} >= {
        "obsgen_runtime_label_rejected_total",
        "obsgen_runtime_value_rejected_total",
    }
