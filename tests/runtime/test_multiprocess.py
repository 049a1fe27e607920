"""The client's multiprocess mode: several processes, one /metrics."""

import subprocess
import sys

RECORD = """
from hypertool_metrics import HypertoolMetrics
m = HypertoolMetrics()
m.hypertool_workflow_quality_gate_total.inc(workflow="w", stage="s", result="failed")
m.hypertool_workflow_stage_duration_seconds.observe(7, workflow="w", stage="s", persona="data-scientist")
m.hypertool_persona_token_budget_remaining.dec(100, persona="data-scientist")
"""
COLLECT = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def test_processes_add_up(tmp_path, child_environment, read_exposition):
    """Counters and histograms of all processes add up, gauges stand side by side, info stays 1."""
    environment = {**child_environment, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def run(code):
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60).stdout

    for _ in range(3):
        run(RECORD)
    view = read_exposition(run(COLLECT))
    assert view.value("hypertool_workflow_quality_gate_total", workflow="w", stage="s", result="failed") == 3
    assert view.value("hypertool_workflow_quality_gate_total", workflow="w", stage="s", result="passed") == 0
    labels = {"workflow": "w", "stage": "s", "persona": "data-scientist"}
    assert view.value("hypertool_workflow_stage_duration_seconds_count", **labels) == 3
    assert view.value("hypertool_persona_info", persona="data-scientist", token_budget="1700") == 1
    budgets = [each for each in view.samples if each.name == "hypertool_persona_token_budget_remaining"]
    left = [each.value for each in budgets if each.labels["persona"] == "data-scientist"]
    assert left == [1600, 1600, 1600]


PRE_FORK = """
import os, sys, urllib.request
from hypertool_metrics import HypertoolMetrics
from obsgen_runtime import initialize_observability
from obsgen_runtime.persona import PersonaMetricsCollector
m = HypertoolMetrics()
collector = PersonaMetricsCollector(m)
collector.record_token_usage("data-scientist", "demo", "gpt-4", 100)
handle = initialize_observability("s", 0)
children = []
for number in range(3):
    child = os.fork()
    if child == 0:
        m.hypertool_workflow_quality_gate_total.inc(workflow="w", stage="s", result="failed")
        if number == 1:
            collector.record_token_usage("data-scientist", "demo", "gpt-4", 200)
        os._exit(0)
    children.append(child)
for child in children:
    assert os.waitpid(child, 0)[1] == 0
print(urllib.request.urlopen(handle.url).read().decode())
"""


def test_gauges_of_forked_processes_start_where_the_catalog_says(tmp_path, child_environment, read_exposition):
    """
    The page of the parent shows all processes, and no gauge with a start value stands at a 0 that nobody set.

    Otherwise `min by (persona) (..) < 0` or any other condition on the lowest process holds as soon as somebody forks.
    """
    environment = {**child_environment, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PRE_FORK], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    view = read_exposition(done.stdout)
    assert view.value("hypertool_workflow_quality_gate_total", workflow="w", stage="s", result="failed") == 3
    tokens = "hypertool_persona_tokens_used_total"
    assert view.value(tokens, persona="data-scientist", chatmode="demo", model="gpt-4") == 300
    budgets = [each for each in view.samples if each.name == "hypertool_persona_token_budget_remaining"]
    left = {
        persona: sorted(each.value for each in budgets if each.labels["persona"] == persona)
        for persona in ("data-scientist", "backend-engineer")
    }
    assert left == {"data-scientist": [1500, 1600, 1700, 1700], "backend-engineer": [2000] * 4}
