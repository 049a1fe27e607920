"""The numbers that alerts and panels share."""

from __future__ import annotations

from decimal import Decimal

from obsgen.spec.dashboards import StepSpec, ThresholdOf
from obsgen.spec.model import Alert, Service
from obsgen.spec.queries import When
from obsgen.spec.values import quantity


def threshold(alert: Alert) -> Decimal | None:
    """Return the number that an alert compares with, in base units; None where it has no single one."""
    when = alert.spec.when
    if not isinstance(when, When) or when.test is None:
        return None
    return quantity(getattr(when.test, when.test.word)).value


def step_value(step: StepSpec, service: Service) -> Decimal | None:
    """Return where a panel's threshold step begins; None where the alert it refers to states no number."""
    if not isinstance(step.at, ThresholdOf):
        return quantity(step.at).value
    alert = service.alert(step.at.threshold_of or step.at.complement_of or "")
    limit = threshold(alert) if alert else None
    if limit is None:
        return None
    return limit if step.at.threshold_of else 1 - limit
