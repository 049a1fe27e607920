"""`dashboard/duplicate-panel`: one name for two panels of a dashboard, whose ids would be the same."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, Span, error


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report panels of different rows that share a name."""
    for service in subject.catalog.services:
        for dashboard in service.dashboards:
            first: dict[str, Span] = {}
            for row_name, row in dashboard.spec.rows.items():
                for name in row.panels:
                    span = dashboard.spec.origin.key("rows", row_name, "panels", name)
                    if name in first:
                        yield _finding(name, span, first[name])
                    first.setdefault(name, span)


def _finding(name: str, span: Span, first: Span) -> Diagnostic:
    return error(
        "dashboard/duplicate-panel",
        f"the panel `{name}` stands twice on this dashboard",
        span,
        "the second one",
        also=(Label(first, "the first one"),),
        help="a panel's id comes from its name, so links and alerts need one name for each; rename one of them",
    )


CHECK = Check(code="dashboard/duplicate-panel", run=run)
