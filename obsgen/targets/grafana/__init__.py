"""Dashboards of the plan as Grafana's JSON, for file provisioning, for the HTTP API and for import by hand."""

from __future__ import annotations

from collections.abc import Iterator

from obsgen.plan.dashboards import dashboards
from obsgen.spec.model import Catalog
from obsgen.targets.base import Artifact, Options, Target
from obsgen.targets.grafana.dashboard import render_dashboards


def render(catalog: Catalog, options: Options) -> Iterator[Artifact]:
    """Yield every dashboard in both forms and the files that provision them."""
    yield from render_dashboards(dashboards(catalog, docs_url=options.docs_url))


TARGET = Target(name="grafana", render=render)
