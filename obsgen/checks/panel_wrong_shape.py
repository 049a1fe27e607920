"""`panel/wrong-shape`: a query whose result the panel's kind cannot draw."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from obsgen.checks import boards
from obsgen.checks.base import Check, Read, Subject
from obsgen.checks.readings import begun
from obsgen.diagnostics import Diagnostic, error, warning
from obsgen.promql.collect import shown
from obsgen.promql.meaning import NAME, Meanings
from obsgen.source.nodes import Scalar, Sequence
from obsgen.spec.dashboards import DATA_KINDS, PanelSpec
from obsgen.spec.model import Service
from obsgen.spec.queries import Alerting, Distribution, Raw
from obsgen.spec.thresholds import step_value
from obsgen.spec.values import number
from obsgen.words import listed


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report data panels without a query, heatmaps of anything but a distribution, and tables or lines of the wrong kind."""
    for service in subject.catalog.services:
        for dashboard in service.dashboards:
            for row in dashboard.spec.rows.values():
                for panel in row.panels.values():
                    yield from _panel(panel, service)
    for board_panel, found in boards.results(subject):
        for target, read, meanings in found:
            yield from _drawn(board_panel, target, read, meanings)


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


def _drawn(panel: boards.Panel, target: boards.Target, read: Read, meanings: Meanings) -> Iterator[Diagnostic]:
    """Report results that a panel of a foreign dashboard cannot draw."""
    kind, whole = panel.kind.text if panel.kind is not None else "", meanings.whole
    span = begun(read, meanings.tree)
    calculated = panel.origin.find("options", "calculate")
    if kind == "heatmap" and target.format == "heatmap" and not (isinstance(calculated, Scalar) and calculated.value):
        beside = sorted(whole.certain - {"le", NAME})
        if whole.empty:
            return
        if not whole.may_have("le"):
            advice = "keep it: `sum by (le) (increase(..._bucket[$__rate_interval]))`"
            yield error("panel/wrong-shape", "a heatmap draws buckets, and this has lost `le`", span, help=advice)
        elif beside:
            yield warning(
                "panel/wrong-shape",
                f"a heatmap has one row for each `le`, this returns several of them, by {listed(beside)}",
                span,
                help="sum over the other labels, `sum by (le) (...)`, or repeat the panel for them",
            )
    elif kind == "histogram" and whole.kind == "quantile":
        yield warning(
            "panel/wrong-shape",
            "a histogram counts values, and these are quantiles of values that were counted before",
            span,
            help="draw quantiles in a `timeseries`, or the buckets in a `heatmap`",
        )
    elif kind == "table" and target.format == "table" and not target.instant and not _transformed(panel):
        yield warning(
            "panel/wrong-shape",
            "the table has a line for each moment of the time range",
            span,
            help='write `"instant": true, "range": false` to get one line for each series',
        )


def _transformed(panel: boards.Panel) -> bool:
    steps = panel.origin.find("transformations")
    return isinstance(steps, Sequence) and bool(steps.items)


def _thresholds(panel: PanelSpec, service: Service) -> Iterator[Diagnostic]:
    bounds = [(step, step_value(step, service)) for step in panel.thresholds or ()]
    for (_, before), (step, after) in pairwise(bounds):
        if before is not None and after is not None and after <= before:
            message = f"thresholds rise from one step to the next, {number(after)} stands behind {number(before)}"
            yield error("panel/wrong-shape", message, step.origin.at("at"), help="sort them, each once")


CHECK = Check(code="panel/wrong-shape", run=run)
