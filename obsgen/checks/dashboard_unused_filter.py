"""`dashboard/unused-filter`: a dashboard narrowed by a label that none of its queries has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, error
from obsgen.spec.model import Dashboard, Service
from obsgen.words import listed, nearest

_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report labels of `filter_by` that narrow nothing: misspelt, or of no metric that the dashboard shows."""
    narrowing = {
        (read.asked.service.name, read.asked.name.partition("/")[0], word)
        for read in subject.queries
        if read.asked.where == "panel"
        for word in _VARIABLE.findall(read.asked.compiled.expr.text)
    }
    for service in subject.catalog.services:
        for dashboard in service.dashboards:
            for index, label in enumerate(dashboard.spec.filter_by):
                if (service.name, dashboard.key, label) not in narrowing:
                    yield _finding(label, index, dashboard, service)


def _finding(label: str, index: int, dashboard: Dashboard, service: Service) -> Diagnostic:
    known = sorted({one.name for metric in service.metrics for one in metric.labels} - set(dashboard.spec.filter_by))
    guess = nearest(label, known)
    return error(
        "dashboard/unused-filter",
        f"no query of this dashboard has the label `{label}`, so it narrows nothing",
        dashboard.spec.origin.at("filter_by", index),
        f"did you mean `{guess}`?" if guess else "",
        help="" if guess else f"labels of the service: {listed(known)}" if known else "remove it",
    )


CHECK = Check(code="dashboard/unused-filter", run=run)
