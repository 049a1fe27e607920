"""`dashboard/duplicate-panel`: one name for two panels of a dashboard, whose ids would be the same."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.checks.base import Check, Subject
from obsgen.diagnostics import Diagnostic, Label, Span, error, warning
from obsgen.source.nodes import Scalar


def run(subject: Subject) -> Iterator[Diagnostic]:
    """Report panels of different rows that share a name, and panels in foreign dashboards that share an id."""
    for service in subject.catalog.services:
        for dashboard in service.dashboards:
            first: dict[str, Span] = {}
            for row_name, row in dashboard.spec.rows.items():
                for name in row.panels:
                    span = dashboard.spec.origin.key("rows", row_name, "panels", name)
                    if name in first:
                        yield _finding(name, span, first[name])
                    first.setdefault(name, span)
    for board in subject.boards:
        numbers: dict[str, Span] = {}
        for panel in board.panels:
            if panel.number is not None and panel.number.text in numbers:
                yield _same_number(panel.number, numbers[panel.number.text])
            elif panel.number is not None:
                numbers[panel.number.text] = panel.number.span


def _same_number(number: Scalar, first: Span) -> Diagnostic:
    return warning(
        "dashboard/duplicate-panel",
        f"two panels of this dashboard have the id {number.text}",
        number.span,
        "the second one",
        also=(Label(first, "the first one"),),
        help="links and alerts find a panel by its id, and Grafana gives one of the two another; write a number of its own",
    )


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
