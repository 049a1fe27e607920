"""`panel/wrong-shape`: a query whose result the panel's kind cannot draw."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, error
from obsgen.promql.collect import shown
from obsgen.spec.dashboards import DATA_KINDS, PanelSpec
from obsgen.spec.model import Service
from obsgen.spec.queries import Alerting, Distribution, Raw
from obsgen.spec.thresholds import step_value
from obsgen.spec.values import number


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report data panels without a query, heatmaps of anything but a distribution, and tables or lines of the wrong kind."""
    for service in subject.catalog.services:
        for dashboard in service.dashboards:
            for row in dashboard.spec.rows.values():
                for panel in row.panels.values():
                    yield from _panel(panel, service)


def _panel(panel: PanelSpec, service: Service) -> Iterator[Diagnostic]:
    if panel.kind in DATA_KINDS and not shown(panel):
        yield error(
            "panel/wrong-shape",
            f"the {panel.kind} shows nothing",
            panel.origin.key(panel.kind),
            help="add `show:` with a query",
        )
    if panel.kind == "text" and panel.body is None:
        yield error("panel/wrong-shape", "the text panel has no text", panel.origin.key("text"), help="add `body:`")
    for shape in shown(panel):
        span = shape.origin.span
        if panel.kind == "heatmap" and not isinstance(shape, Distribution | Raw):
            yield error(
                "panel/wrong-shape",
                "a heatmap shows a distribution",
                span,
                help="write `show: {distribution: HISTOGRAM}`",
            )
        if panel.kind != "heatmap" and isinstance(shape, Distribution):
            yield error(
                "panel/wrong-shape",
                f"a distribution is drawn by a heatmap, not by a {panel.kind}",
                span,
                help="make it a `heatmap`",
            )
        if panel.kind != "table" and isinstance(shape, Alerting):
            yield error(
                "panel/wrong-shape",
                f"alerts are listed in a table, not in a {panel.kind}",
                span,
                help="make it a `table`",
            )
    if panel.kind == "heatmap" and len(shown(panel)) > 1:
        yield error(
            "panel/wrong-shape",
            "a heatmap shows one distribution",
            panel.origin.at("show"),
            help="give each a panel of its own",
        )
    yield from _thresholds(panel, service)


def _thresholds(panel: PanelSpec, service: Service) -> Iterator[Diagnostic]:
    bounds = [(step, step_value(step, service)) for step in panel.thresholds or ()]
    for (_, before), (step, after) in pairwise(bounds):
        if before is not None and after is not None and after <= before:
            message = f"thresholds rise from one step to the next, {number(after)} stands behind {number(before)}"
            yield error("panel/wrong-shape", message, step.origin.at("at"), help="sort them, each once")


CHECK = Check(code="panel/wrong-shape", run=run)
