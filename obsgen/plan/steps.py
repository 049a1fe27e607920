"""Threshold steps of panels: as written, or from the alerts that a panel marks."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from obsgen.plan.model import Step
from obsgen.spec import queries as q
from obsgen.spec.dashboards import PanelSpec, StepSpec
from obsgen.spec.model import Alert, Service
from obsgen.spec.thresholds import step_value, threshold


def steps(spec: PanelSpec, marked: Iterable[Alert], service: Service) -> tuple[Step, ...]:
    """Return the steps of a panel, the base step first; none where nothing says where it turns good or bad."""
    if spec.thresholds:
        return _written(spec.thresholds, service)
    # Rows of a table are of different kinds; one threshold would colour all of them.
    return () if spec.kind == "table" else _of_alerts(marked)


def _written(thresholds: tuple[StepSpec, ...], service: Service) -> tuple[Step, ...]:
    found = [(float(step_value(step, service) or 0), step.means) for step in thresholds]
    # Grafana's first step has no bound; the lowest written one takes its place.
    (_, first), *rest = found
    return (Step(at=None, means=first), *(Step(at=at, means=means) for at, means in rest))


def _of_alerts(marked: Iterable[Alert]) -> tuple[Step, ...]:
    """Return a step wherever the worst of the alerts that fire there changes."""
    limits = [(alert, limit) for alert in marked if _has_sides(alert) and (limit := threshold(alert)) is not None]
    found: list[Step] = []
    for at in (None, *sorted({limit for _, limit in limits})) if limits else ():
        means = _worst(alert for alert, limit in limits if _fires(alert, at, limit))
        if not found or found[-1].means != means:
            found.append(Step(at=None if at is None else float(at), means=means))
    return tuple(found)


def _has_sides(alert: Alert) -> bool:
    """Return whether all values on one side of the threshold are bad, which colours need; `equals` has no sides."""
    when = alert.spec.when
    return isinstance(when, q.When) and when.test is not None and when.test.word != "equals"


def _fires(alert: Alert, at: Decimal | None, limit: Decimal) -> bool:
    """Return whether *alert* fires from *at* up to the next bound; None stands for the stretch below all of them."""
    when = alert.spec.when
    if isinstance(when, q.When) and when.test is not None and when.test.word in ("below", "at_most"):
        return at is None or at < limit
    return at is not None and at >= limit


def _worst(alerts: Iterable[Alert]) -> str:
    names = {alert.severity.name for alert in alerts}
    return "bad" if "critical" in names else "warn" if names else "good"
