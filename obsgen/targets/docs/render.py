"""From a catalog to the pages of its documentation."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.emit.markdown import escaped, visible
from obsgen.emit.prose import prose
from obsgen.emit.template import fill
from obsgen.plan.links import runbook_path
from obsgen.plan.rules import rule_groups
from obsgen.plan.scraping import evaluation_interval
from obsgen.plan.words import listing
from obsgen.spec.model import Catalog, Service
from obsgen.spec.values import Duration
from obsgen.targets.base import Artifact, Options
from obsgen.targets.docs import index as front
from obsgen.targets.docs import reference, runbook
from obsgen.targets.docs.counts import series_at_most
from obsgen.targets.docs.places import metrics_path
from obsgen.targets.docs.prices import price_rows
from obsgen.targets.docs.usage import Usage, usage

_FOLDER = "docs"


def render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Yield the front page, the reference of every service with metrics, and the runbook of every one with alerts."""
    yield _page("README.md", "index.md.j2", page=front.index(catalog))
    found = usage(catalog)
    rules = {rule.name: rule for group in rule_groups(catalog, docs_url=options.docs_url) for rule in group.rules}
    evaluation = Duration.parse(evaluation_interval(options.server))
    for service in catalog.services:
        if service.metrics or service.records or service.prices:
            yield _page(metrics_path(service.name), "metrics.md.j2", **_reference(service, found))
    for service in catalog.services:
        if service.alerts:
            sections = tuple(runbook.alert_sections(service, rules, found, evaluation))
            rows = tuple(map(runbook.index_row, service.alerts))
            linked = bool(options.docs_url)
            yield _page(
                runbook_path(service.name),
                "runbooks.md.j2",
                service=service,
                linked=linked,
                index=rows,
                sections=sections,
            )


def _reference(service: Service, found: Usage) -> dict[str, object]:
    return {
        "service": service,
        "owner": escaped(service.owner),
        "series": f"{sum(map(series_at_most, service.metrics)):,}",
        "target_labels": listing(tuple(sorted(service.target_labels))) if service.target_labels else "",
        "index": tuple(map(reference.index_row, service.metrics)),
        "sections": tuple(reference.metric_sections(service, found)),
        "records": tuple(reference.record_sections(service, found)),
        "prices": tuple(price_rows(service.prices)),
        "price_notes": prose(service.prices.notes, level=2) if service.prices else "",
    }


def _page(path: str, template: str, **values: object) -> Artifact:
    text = fill("obsgen.targets.docs", template, values)
    return Artifact(path=f"{_FOLDER}/{path}", text=visible(text))
