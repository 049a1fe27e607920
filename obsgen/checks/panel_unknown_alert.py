"""`panel/unknown-alert`: a panel that refers to an alert which the service does not have."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Span, error
from obsgen.promql.collect import shown
from obsgen.spec.dashboards import PanelSpec, ThresholdOf
from obsgen.spec.model import Service
from obsgen.spec.queries import Alerting, Top, When
from obsgen.words import listed, nearest


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report `mark`, `threshold_of`, `complement_of` and `alerting` that lead nowhere, or to an alert without a threshold."""
    for service in subject.catalog.services:
        for dashboard in service.dashboards:
            for row in dashboard.spec.rows.values():
                for panel in row.panels.values():
                    for name, span, numeric in _references(panel):
                        yield from _reference(name, span, numeric, service)


def _references(panel: PanelSpec) -> Iterator[tuple[str, Span, bool]]:
    if isinstance(panel.mark, str):
        yield panel.mark, panel.origin.at("mark"), False
    for index, name in enumerate(panel.mark if isinstance(panel.mark, tuple) else ()):
        yield name, panel.origin.at("mark", index), False
    for step in panel.thresholds or ():
        if isinstance(step.at, ThresholdOf):
            key = "threshold_of" if step.at.threshold_of else "complement_of"
            yield str(getattr(step.at, key)), step.at.origin.at(key), True
    for shape in shown(panel):
        inner = shape.of if isinstance(shape, Top) else shape
        if isinstance(inner, Alerting):
            yield inner.alerting, inner.origin.at("alerting"), False


def _reference(name: str, span: Span, numeric: bool, service: Service) -> Iterator[Diagnostic]:
    alert = service.alert(name)
    if alert is None:
        known = [one.name for one in service.alerts]
        guess = nearest(name, known)
        yield error(
            "panel/unknown-alert",
            f"the service `{service.name}` has no alert `{name}`",
            span,
            f"did you mean `{guess}`?" if guess else "",
            help="" if guess else f"it has {listed(known)}" if known else "it has no alerts",
        )
    elif numeric and not (isinstance(alert.spec.when, When) and alert.spec.when.test is not None):
        yield error(
            "panel/unknown-alert",
            f"the alert `{name}` states no single threshold",
            span,
            help="write the number here instead",
        )


CHECK = Check(code="panel/unknown-alert", run=run)
