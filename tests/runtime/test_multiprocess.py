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
