"""Pages of the documentation, and links from one to another."""

from __future__ import annotations

from obsgen.emit.markdown import code, inline, link
from obsgen.plan.links import anchor, runbook_path
from obsgen.spec.model import Alert, Metric, Record

#: Anchor of the recorded series on a page of metrics; no metric's name holds a dash.
RECORDS = "recorded-series"
#: Headings that every section of a runbook has.
SECTIONS = ("Meaning", "Impact", "Diagnosis", "Mitigation")


def metrics_path(service: str) -> str:
    """Return the page with the metrics of a service, below the documentation folder."""
    return f"metrics/{service}.md"


def metric_link(metric: Metric, up: str = "../") -> str:
    """Return a link to a metric's section; *up* leads from the page to the documentation folder."""
    return link(code(metric.name), f"{up}{metrics_path(metric.service)}#{anchor(metric.name)}")


def record_link(record: Record, up: str = "../") -> str:
    """Return a link to the list that a recorded series stands in."""
    return link(code(record.name), f"{up}{metrics_path(record.service)}#{RECORDS}")


def alert_link(alert: Alert, up: str = "../") -> str:
    """Return a link to an alert's section of the runbook."""
    return link(inline(alert.name), f"{up}{runbook_path(alert.service)}#{anchor(alert.name)}")
