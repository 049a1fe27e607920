"""
Langfuse's figures for Prometheus: gauges of one closed window, polled rarely, with their age.

    from obsgen_runtime.langfuse_exporter import LangfuseExporter

    exporter = LangfuseExporter().start()
"""

from __future__ import annotations

from obsgen_runtime.langfuse_exporter.plans import FREE, METERED, Line, Plan, Projection, Spent, project
from obsgen_runtime.langfuse_exporter.poller import LangfuseExporter
from obsgen_runtime.langfuse_exporter.snapshot import Group, Snapshot
from obsgen_runtime.langfuse_exporter.state import State
from obsgen_runtime.langfuse_exporter.summary import summary_app
from obsgen_runtime.langfuse_exporter.windows import Window, closed_window

__all__ = [
    "FREE",
    "METERED",
    "Group",
    "LangfuseExporter",
    "Line",
    "Plan",
    "Projection",
    "Snapshot",
    "Spent",
    "State",
    "Window",
    "closed_window",
    "project",
    "summary_app",
]
