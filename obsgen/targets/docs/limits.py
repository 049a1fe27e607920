"""Names that would share one anchor, so that links could lead to the wrong section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from obsgen.diagnostics import Diagnostic, Label, Span, error
from obsgen.plan.links import anchor
from obsgen.spec.model import Catalog
from obsgen.targets.base import Options
from obsgen.targets.docs.places import SECTIONS


def limits(catalog: Catalog, options: Options) -> Iterator[Diagnostic]:
    """Report alerts and metrics whose section could not be linked to."""
    del options
    for service in catalog.services:
        yield from _shared("metric", ((metric.name, metric.name_span) for metric in service.metrics))
        yield from _shared("alert", ((alert.name, alert.origin.span) for alert in service.alerts))
        for alert in service.alerts:
            if anchor(alert.name) in map(anchor, SECTIONS):
                yield error(
                    "docs/anchor-clash",
                    f"`{alert.name}` is the heading of a part of every runbook section",
                    alert.origin.span,
                    help="rename the alert, so that `runbook_url` leads to its own section",
                )


def _shared(what: str, names: Iterable[tuple[str, Span]]) -> Iterator[Diagnostic]:
    first: dict[str, tuple[str, Span]] = {}
    for name, span in sorted(names, key=lambda named: named[1]):
        known, place = first.setdefault(anchor(name), (name, span))
        if known != name:
            yield error(
                "docs/anchor-clash",
                f"the {what}s `{known}` and `{name}` differ only in upper and lower case",
                span,
                also=(Label(place, f"`{known}` stands here"),),
                help="rename one of them; links to a section do not tell the cases apart",
            )
