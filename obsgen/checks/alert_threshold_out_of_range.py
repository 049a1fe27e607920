"""`alert/threshold-out-of-range`: a comparison, or a threshold of a panel, that what is measured can never reach."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks import alert_threshold_above_buckets, boards
from obsgen.checks.base import Check, Subject
from obsgen.checks.comparisons import Settled, capping, declared, differs, reason, settled, spoken
from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.promql.collect import shown
from obsgen.promql.meaning import Meaning
from obsgen.promql.tree import Aggregation, Number, Tree
from obsgen.source.nodes import Mapping, Node, Scalar, Sequence
from obsgen.spec.dashboards import PanelSpec
from obsgen.spec.model import Service
from obsgen.spec.thresholds import step_value, threshold
from obsgen.spec.values import Quantity

#: Panels of these kinds draw the thresholds of the alerts they mark.
_DRAWN = ("timeseries", "stat", "gauge", "bargauge")


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report comparisons that are never or always true by what their sides can be, and thresholds that no panel reaches."""
    for one in settled(subject):
        if (one.above_buckets is None or one.constant is None) and not one.unit_differs:
            yield _comparison(one)
    shapes: dict[int, tuple[Meaning, Tree]] = {}
    for read in subject.queries:
        meanings = subject.meanings(read) if read.asked.where == "panel" else None
        if meanings is not None:
            shapes[id(read.asked.origin)] = (meanings.whole, meanings.tree)
    for service in subject.catalog.services:
        for panel in _panels(service):
            results = [found for shape in shown(panel) if (found := shapes.get(id(shape.origin))) is not None]
            if len(results) == len(shown(panel)) and results and not panel.stacked:
                yield from _panel(panel, results, service)
    yield from _boards(subject)


def _comparison(one: Settled) -> Diagnostic:
    limit = "it" if one.constant is None else spoken(one.constant)
    what = f"`{one.op} {limit}`" if one.constant is not None else "this comparison"
    also = declared(one.of)
    return error(
        "alert/threshold-out-of-range",
        f"{what} is {one.outcome} true: {reason(one.of, one.node)}",
        one.span,
        also=() if also is None else (also,),
        help=_help(one),
    )


def _help(one: Settled) -> str:
    if isinstance(one.node, Aggregation) and one.node.op.text.lower() == "count":
        return "ask `absent(...)` whether there is nothing, or put `or vector(0)` behind a count without `by`"
    share = _share(one)
    if share is not None:
        return f"a ratio is compared with a share of 1: write {spoken(share)}"
    if one.outcome == "always":
        return "the alert fires as long as there is data; compare with a value that separates good from bad"
    return "compare with a value that can occur, or correct what is said about the metric"


def _share(one: Settled) -> float | None:
    """Return the share of 1 that was meant by a threshold which is written in percent, None if it is none of these."""
    limit = one.constant
    if limit is None or one.of.unit != "ratio" or one.of.high != 1 or not isinstance(one.limit_node, Number):
        return None
    return round(limit / 100, 12) if 2 <= limit < 100 or (limit == 100 and one.op in (">=", "<")) else None


def _panels(service: Service) -> Iterator[PanelSpec]:
    for dashboard in service.dashboards:
        for row in dashboard.spec.rows.values():
            yield from row.panels.values()


def _panel(panel: PanelSpec, results: list[tuple[Meaning, Tree]], service: Service) -> Iterator[Diagnostic]:
    for step in panel.thresholds or ():
        at = step_value(step, service)
        written = step.at.text if isinstance(step.at, Quantity) else ""
        if at is not None and not all(differs(written, result) for result, _ in results):
            yield from _step(float(at), step.origin.at("at"), results)
    marks = (panel.mark,) if isinstance(panel.mark, str) else panel.mark or ()
    for index, name in enumerate(marks if panel.kind in _DRAWN else ()):
        alert = service.alert(name)
        limit = threshold(alert) if alert is not None else None
        span = panel.origin.at("mark") if isinstance(panel.mark, str) else panel.origin.at("mark", index)
        if limit is not None:
            yield from _step(float(limit), span, results)


def _boards(subject: Subject) -> Iterator[Diagnostic]:
    """Report steps of panels in foreign dashboards."""
    for panel, found in boards.results(subject):
        if not panel.as_asked or panel.overrides("thresholds"):
            continue
        steps = panel.origin.find("fieldConfig", "defaults", "thresholds", "steps")
        mode = panel.origin.find("fieldConfig", "defaults", "thresholds", "mode")
        if not isinstance(steps, Sequence) or (isinstance(mode, Scalar) and mode.text == "percentage"):
            continue
        wholes = [(one.whole, one.tree) for _, _, one in found]
        values = [step.get("value") for step in steps.items if isinstance(step, Mapping)]
        if _is_untouched(values) or all(whole.low == whole.high for whole, _ in wholes):
            continue
        for value in values:
            if isinstance(value, Scalar) and isinstance(value.value, float | int) and not isinstance(value.value, bool):
                yield from _step(float(value.value), value.span, wholes)


def _is_untouched(values: list[Node | None]) -> bool:
    """Return whether these are the steps that Grafana gives to every new panel."""
    return [value.value for value in values if isinstance(value, Scalar)] in ([None, 80], [80])


def _step(at: float, span: Span, results: list[tuple[Meaning, Tree]]) -> Iterator[Diagnostic]:
    """Report a threshold that is above everything that the panel can show; one below is where a colour begins."""
    highest, node = max(results, key=lambda result: result[0].high)
    if at <= highest.high or highest.empty:
        return
    metric = capping(highest)
    if metric is not None:
        yield alert_threshold_above_buckets.finding(at, metric, span)
        return
    also = declared(highest)
    yield error(
        "alert/threshold-out-of-range",
        f"the panel never reaches {spoken(at)}: {reason(highest, node)}",
        span,
        also=() if also is None else (also,),
        help="choose a value that can occur; a ratio is at most 1, which is 100%",
    )


CHECK = Check(code="alert/threshold-out-of-range", run=run)
